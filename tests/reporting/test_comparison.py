import csv
from dataclasses import replace

import numpy as np
import pytest


def test_a_leak_of_patients_into_the_training_part_is_called_a_gap(leaky):
    assert leaky.row("neighbour", "beats").report.accuracy == 1
    assert leaky.row("neighbour", "patients").report.accuracy < 0.5
    assert leaky.gap().low > 0.5
    assert "is not skill at reading heartbeats" in leaky.gap_sentence()


def test_without_a_leak_no_gap_is_claimed(honest):
    assert honest.row("neighbour", "patients").report.accuracy == 1
    assert honest.gap() == (0, 0, 0)
    assert "no gap" in honest.gap_sentence()


def test_the_sentence_is_about_the_best_under_shuffled_beats_or_the_one_named(leaky):
    assert leaky.best("beats") == "neighbour"
    assert "neighbour reaches" in leaky.gap_sentence()
    assert "majority reaches" in leaky.gap_sentence("majority")


def test_the_gap_is_the_difference_of_the_two_figures(leaky):
    for name in leaky.estimators:
        beats, patients = (
            leaky.row(name, split).report.macro_f1 for split in ("beats", "patients")
        )
        assert leaky.gap(name).value == pytest.approx(beats - patients)


def test_the_order_is_told_as_it_is(leaky, honest):
    assert (
        honest.order_sentence()
        == "By macro-F1, neighbour comes first under both splits."
    )
    assert leaky.order_sentence().startswith("By macro-F1, majority comes first with")
    assert leaky.order_sentence().endswith(
        "; neighbour comes first with beats shuffled (1.00)."
    )


def test_figures_that_are_shown_alike_share_the_place(honest):
    def renamed(name):
        rows = [row for row in honest.rows if row.estimator == "neighbour"]
        return [replace(row, estimator=name) for row in rows]

    level = replace(honest, rows=(*honest.rows, *renamed("twin")))
    assert (
        level.order_sentence()
        == "By macro-F1, neighbour and twin share first place under both splits."
    )


def test_an_unknown_row_names_those_there_are(leaky):
    with pytest.raises(KeyError, match="neighbour"):
        leaky.row("neighbor", "beats")


def test_the_frame_has_a_row_per_estimator_and_split(leaky):
    frame = leaky.to_frame()
    assert frame[["estimator", "split"]].to_numpy().tolist() == [
        ["majority", "patients"],
        ["majority", "beats"],
        ["neighbour", "patients"],
        ["neighbour", "beats"],
    ]
    report = leaky.row("neighbour", "patients").report
    cells = frame.iloc[2]
    assert cells["macro_f1"] == report.macro_f1
    assert (cells["macro_f1_low"], cells["macro_f1_high"]) == report.intervals[
        "macro_f1"
    ]
    assert np.isnan(cells["se_Q"])


def test_the_csv_holds_the_same_figures(leaky, tmp_path):
    leaky.to_csv(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    frame = leaky.to_frame()
    assert list(rows[0]) == list(frame.columns)
    for row, (_, expected) in zip(rows, frame.iterrows(), strict=True):
        assert row["estimator"] == expected["estimator"]
        assert float(row["accuracy"]) == pytest.approx(expected["accuracy"], rel=1e-5)
        assert row["se_Q"] == ""


def test_printed_it_is_a_table(leaky):
    header, *lines = str(leaky).splitlines()
    assert header.split() == ["estimator", "split", "accuracy", "balanced", "macro-F1"]
    assert len(lines) == 4
    assert lines[3].split() == ["neighbour", "beats", "1.000", "1.000", "1.000"]
