"""A screening's page: complete, escaped, and asking nothing of the network."""

import base64
import hashlib
import os
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.pipeline import make_pipeline

from beat_models import beat_model, write_excerpts
from html_pages import Page
from known_pictures import ecg_picture
from record_files import known_leads, write_wfdb
from screened_files import Brightness, write_pictures
from skecg.classifiers import ImageClassifier
from skecg.persistence import ModelCard
from skecg.preprocessing import ImageResizer
from skecg.reporting import write_screening_report
from skecg.screening import screen


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scans")
    paths = [folder / f"{index}.png" for index in range(6)]
    for index, path in enumerate(paths):
        Image.fromarray(ecg_picture((60, 90), seed=index)).save(path)
    model = make_pipeline(
        ImageResizer((24, 32)), ImageClassifier(max_epochs=1, random_state=0)
    ).fit(paths, ["MI", "normal"] * 3)
    (folder / "torn.png").write_bytes(b"none")
    files = [*paths, folder / "torn.png"]
    result = screen(model, files, folder / "o.csv", refer_below=0.1)
    page = write_screening_report(result, folder / "o.html", estimator=model)
    return result, model, page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    folder = tmp_path_factory.mktemp("records")
    paths = write_excerpts(folder, ("101", "213", "233"))
    data, _ = known_leads()
    paths.append(str(write_wfdb(folder, "flat", np.zeros_like(data), ["I", "II"])))
    result = screen(beat_model(), paths, folder / "o.csv", min_beats=2)
    card = ModelCard(data="Excerpts <of> 11 records", figures={"macro-F1": 0.51234})
    page = write_screening_report(result, folder / "o.html", card=card)
    return result, page.read_text(encoding="utf-8")


def test_it_is_well_formed_and_asks_nothing_of_the_network(pictures, records):
    for source in (pictures[-1], records[-1]):
        page = Page(source)
        assert source.startswith("<!doctype html>")
        assert page.open == []
        for link in page.links:
            assert link.startswith(("data:image/jpeg;base64,", "#"))
        for word in ("<link", "@import", "url(", "http://", "https://", "fetch("):
            assert word not in source
        assert source.count("<script") == 1


def test_it_allows_no_script_or_style_but_its_own(records):
    source = records[-1]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', source)[1]
    assert policy.startswith("default-src 'none'")
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", source, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in policy
    assert "style=" not in source
    assert not re.search(r"\son\w+=", source)


def test_it_says_what_it_is_not_for(pictures, records):
    for source in (pictures[-1], records[-1]):
        assert Page(source).text.count("Research use, not a medical device.") == 2


def test_files_are_in_the_order_of_the_table(pictures):
    result, _, source = pictures
    items = Page(source).items
    rows = list(result.rows())
    assert [one["data-name"] for one in items] == [Path(r["path"]).name for r in rows]
    assert [int(one["data-rank"]) for one in items] == list(range(7))
    kinds = [row["class"] or row["outcome"] for row in rows]
    assert [one["data-kind"] for one in items] == kinds
    assert [one["data-confidence"] for one in items] == [r["confidence"] for r in rows]


def test_pictures_have_maps_and_what_cannot_be_read_has_none(pictures):
    source = pictures[-1]
    assert source.count("<img") == 6
    assert source.count("where the network found most") == 6
    assert "1 not judged" in source
    assert "torn.png</strong>: " in source


def test_without_a_network_there_is_no_map(tmp_path):
    paths = write_pictures(tmp_path, [0, 90, 255])
    result = screen(Brightness(), paths, tmp_path / "o.csv")
    page = write_screening_report(result, tmp_path / "o.html", estimator=Brightness())
    assert page.read_text().count("No map: the model holds no network") == 3
    assert "nothing is known here of what it was trained on" in page.read_text()


def test_records_have_strips_with_their_beats(records):
    result, source = records
    page = Page(source)
    assert source.count("<svg") == 3
    marks = [a["class"] for tag, a in page.tags if tag == "g"]
    assert set(marks) == {"k0", "kn"}  # V in colour, N plain
    row = next(row for row in result.rows() if row["path"].endswith("213.hea"))
    told = f"{row['beats']} beats of lead MLII: {row['beats(V)']} V, "
    assert told in page.text
    assert "flat.hea</strong>: Files like this have no beat" in source
    assert "at least 2 beats" in page.text


def test_the_card_is_on_the_page_and_escaped(records):
    page = Page(records[-1])
    assert "Excerpts <of> 11 records" in page.text
    assert "Excerpts <of>" not in records[-1]
    assert "macro-F1: 0.5123" in page.text


@pytest.mark.skipif(os.name == "nt", reason="Windows takes no such names")
def test_hostile_names_are_text(tmp_path):
    names = [
        "<script>alert(1)<.png",
        '" onmouseover="alert(1).png',
        "'><img src=x onerror=alert(1)>.png",
        "${title} $rows.png",
        "&amp;.png",
        "scan\udce9.png",
    ]
    for name in names:
        Image.new("L", (9, 9), 200).save(tmp_path / "one.png")
        (tmp_path / "one.png").rename(tmp_path / name)
    (tmp_path / "<b>torn.png").write_bytes(b"")
    files = sorted(tmp_path.iterdir())
    result = screen(Brightness(), files, tmp_path / "o.csv")
    title = "</title><script>alert(2)</script>"
    path = write_screening_report(result, tmp_path / "o.html", title=title)
    source = path.read_text(encoding="utf-8")
    page = Page(source)
    assert page.open == []
    assert source.count("<script") == 1
    assert "<b>" not in source
    assert sum(tag == "img" for tag, _ in page.tags) == 6
    assert not [a for _, a in page.tags if any(key.startswith("on") for key in a)]
    shown = [one["data-name"] for one in page.items]
    for name in names[:5]:
        assert name in shown
    assert "scan\\udce9.png" in shown


def test_of_many_files_the_first_are_shown(tmp_path):
    paths = write_pictures(tmp_path, list(range(0, 250, 10)))
    result = screen(Brightness(), paths, tmp_path / "o.csv")
    write = lambda **counts: Page(  # noqa: E731
        write_screening_report(result, tmp_path / "o.html", **counts).read_text()
    )
    page = write(n_thumbnails=3, n_rows=10)
    assert len(page.items) == 10
    assert sum(tag == "img" for tag, _ in page.tags) == 3
    assert "The first 3 have a thumbnail. On this page are the 10 most" in page.text
    assert "all are in o.csv" in page.text
    assert len(write(n_thumbnails=0).items) == 25
    with pytest.raises(ValueError, match="0 or more, got -1 and 5000"):
        write_screening_report(result, tmp_path / "o.html", n_thumbnails=-1)


def test_a_file_that_is_gone_has_no_thumbnail(tmp_path):
    paths = write_pictures(tmp_path, [0, 255])
    result = screen(Brightness(), paths, tmp_path / "o.csv")
    Path(paths[0]).unlink()
    page = write_screening_report(result, tmp_path / "o.html").read_text()
    assert page.count("<img") == 1
    assert "000.png" in page
