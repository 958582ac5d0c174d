import base64

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier

from html_pages import Page
from skecg.inspection import render_png
from skecg.reporting import ReportFigure, compare_splits, render_page


@pytest.fixture(scope="module")
def picture():
    return render_png(lambda ax: ax.plot([0, 1]), figsize=(1, 1), dpi=50)


@pytest.fixture(scope="module")
def source(leaky, picture):
    return render_page(
        leaky,
        title="A <title> & more",
        intro="What was done.",
        figures=[ReportFigure("Curves", "A <caption>.", {'An "alt"': picture})],
        facts={"Seed": "0 < 1"},
        notes=["One & only."],
    )


@pytest.fixture(scope="module")
def page(source):
    return Page(source)


def test_it_is_well_formed(source, page):
    assert source.startswith("<!doctype html>")
    assert page.open == []
    assert "$" not in source.replace("$$", "")


def test_it_asks_nothing_of_the_network(source, page):
    assert page.links
    assert all(link.startswith("data:image/png;base64,") for link in page.links)
    for word in ("<script", "<link", "@import", "url(", "http://", "https://"):
        assert word not in source


def test_the_pictures_are_inside_and_have_a_text(page, picture):
    (image,) = page.images
    assert base64.b64decode(image["src"].partition(",")[2]) == picture
    assert image["alt"] == 'An "alt"'


def test_every_text_is_escaped(source, page):
    for word in ("<title> & more", "<caption>", "0 < 1", "One & only"):
        assert word in page.text
        assert word not in source
    assert "&lt;caption&gt;" in source


def test_estimator_names_are_escaped_too():
    name = "<script>alert(1)</script>"
    found = compare_splits(
        {name: DummyClassifier()},
        np.zeros((30, 4)),
        ["N", "V", "N"] * 10,
        groups=np.repeat(np.arange(3), 10),
    )
    source = render_page(found, title="t", intro="i")
    assert "<script" not in source
    assert name in Page(source).text


def test_the_sentence_about_the_gap_is_there(page, leaky):
    assert leaky.gap_sentence() in page.text
    assert leaky.order_sentence() in page.text


def test_each_estimator_has_a_row_with_both_splits_side_by_side(page, leaky):
    rows = {row[0]: row[1:] for row in page.rows if len(row) == 7}
    for name in leaky.estimators:
        patients, beats = (leaky.row(name, s).report for s in ("patients", "beats"))
        assert rows[name] == [
            cell
            for report in (patients, beats)
            for cell in (
                f"{report.accuracy:.1%}"[:-1],
                f"{report.balanced_accuracy:.1%}"[:-1],
                f"{report.macro_f1:.2f}",
            )
        ]
    assert "whole patients held out" in page.text
    assert "beats shuffled (optimistic)" in page.text


def test_all_that_are_level_with_the_best_are_in_bold():
    level = {"a": DummyClassifier(), "b": DummyClassifier()}
    options = {"groups": np.repeat(np.arange(3), 10)}
    found = compare_splits(level, np.zeros((30, 4)), ["N", "V", "N"] * 10, **options)
    source = render_page(found, title="t", intro="i")
    assert source.count('<td class="best') == 2 * 2 * 3  # each measure of each split


def test_each_class_has_sensitivity_and_positive_predictivity(page, leaky):
    report = leaky.row("neighbour", "patients").report
    row = next(
        r for r in page.rows if len(r) == 12 and r[:2] == ["neighbour", "patients"]
    )
    n_patients = f"{100 * report.sensitivity[0]:.1f}"
    assert row[2] == n_patients
    assert row[3] == f"{100 * report.precision[0]:.1f}"
    assert row[-2:] == ["\N{EN DASH}"] * 2  # no Q beat in these data


def test_it_says_what_it_is_not_for(page):
    assert "Not a medical device" in page.text


def test_it_fits_a_phone_and_a_dark_room(source):
    assert 'name="viewport"' in source
    assert "prefers-color-scheme: dark" in source
