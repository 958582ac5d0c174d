"""Rivals stand in one table with the networks of the same protocol."""

import json

import pytest

from benchmarks import _render_rivals
from benchmarks._render_rivals import rivals

F1 = {"f1_n": 0.9, "f1_s": 0.5, "f1_v": 0.7}
RUN = {"seed": 0, "accuracy": 0.75, "macro_f1_nsv": 0.7, **F1, "fit_seconds": 10.4}
RECORD = {
    "name": "rivals-beats",
    "protocol": "p",
    "estimators": {"one": "One()"},
    "n_beats": 1000,
    "runs": {"one": [RUN, RUN | {"seed": 1, "accuracy": 0.25, "predict_seconds": 2}]},
}


@pytest.fixture
def results(monkeypatch, tmp_path):
    monkeypatch.setattr(_render_rivals, "RESULTS", tmp_path)
    return tmp_path


def keep(folder, name, run):
    record = {"estimator": "Net()", "runs": [run]}
    (folder / f"{name}.json").write_text(json.dumps(record))


def rows_of(text, start):
    lines = [line for line in text.splitlines() if line.startswith(f"| {start}")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def test_each_run_has_a_row_and_then_their_mean(results):
    text = rivals(RECORD)
    first, second = rows_of(text, "one")
    f1 = ["0.9000", "0.5000", "0.7000", "", ""]
    assert first == ["one", "0", "0.7500", "", "0.7000", "", *f1, "10", ""]
    assert second == ["one", "1", "0.2500", "", "0.7000", "", *f1, "10", "2"]
    (mean,) = rows_of(text, "**one")
    assert mean[:3] == ["**one**", "**mean of 2**", "**0.5000**"]
    assert mean[-1] == ""  # not all runs tell it
    assert "(optimistic)" in text
    assert "1,000 beats" in text


def test_an_interval_is_that_of_one_run(results):
    run = RUN | {"macro_f1_nsv_interval": [0.25, 0.875]}
    text = rivals(RECORD | {"runs": {"one": [run]}})
    assert rows_of(text, "one")[0][5] == "0.2500 to 0.8750"
    assert rows_of(rivals(RECORD | {"runs": {"one": [run] * 2}}), "**one")[0][5] == ""


def test_networks_of_the_same_protocol_stand_below(results):
    by_class = {"N": 0.9, "S": 0.6, "V": 0.6, "F": 0.5, "Q": 1.0}
    keep(results, "beats-net", {"accuracy": 0.8, "f1": by_class, "fit_seconds": 99.6})
    keep(results, "interpatient-other", RUN)
    (network,) = rows_of(rivals(RECORD), "**network")
    f1 = ["0.7000", "", "0.9000", "0.6000", "0.6000", "0.5000", "1.0000"]
    bold = [f"**{cell}**" if cell else "" for cell in f1]
    assert network[1:4] == ["**mean of 1**", "**0.8000**", ""]
    assert network[4:] == [*bold, "**100**", ""]


def test_inside_ds1_only_networks_of_ds1_stand_below(results):
    keep(results, "beats-net", RUN)
    keep(results, "interpatient-net", RUN | {"accuracy": 0.5})
    text = rivals(RECORD | {"name": "rivals-ds1-cv"})
    assert "network" not in text
    assert "for choosing" in text
    keep(results, "interpatient-net-ds1-cv", RUN | {"accuracy": 0.25})
    (inside,) = rows_of(rivals(RECORD | {"name": "rivals-ds1-cv"}), "**network")
    (held_out,) = rows_of(rivals(RECORD | {"name": "rivals-patients"}), "**network")
    assert (inside[2], held_out[2]) == ("**0.2500**", "**0.5000**")


def counted(found, missed, wrong):
    counts = {"N": [9, 0, 0], "S": [found, missed, wrong], "V": [0, 0, 0]}
    quiet = {label: [0, 0, 0] for label in "NSV"}
    return {"100": counts, "111": quiet, "232": counts}


def test_models_stand_side_by_side_with_and_without_record_232(results):
    without = {"macro_f1_nsv_without_232": 0.625, "f1_s_without_232": 0.25}
    keep(results, "interpatient-net", RUN | without | {"by_record": counted(3, 1, 2)})
    runs = [RUN | without | {"by_record": counted(1000, 3, 0)}]
    text = rivals(RECORD | {"name": "rivals-patients", "runs": {"one": runs}})
    assert rows_of(text, "one")[0][-2:] == ["0.6250", "0.2500"]
    assert rows_of(text, "**network")[0][-2:] == ["**0.6250**", "**0.2500**"]
    assert rows_of(text, "record")[0] == [
        "record",
        "S, net",
        "S, one",
        "V, net",
        "V, one",
    ]
    assert rows_of(text, "100")[0][:3] == ["100", "3 / 1 / 2", "1,000 / 3 / 0"]
    assert rows_of(text, "111") == []  # neither has nor gets S or V
    assert rows_of(text, "all ")[0][1] == "6 / 2 / 4"
    assert rows_of(text, "all but 232")[0][1] == "3 / 1 / 2"


def test_inside_ds1_models_are_not_set_side_by_side(results):
    runs = {"one": [RUN | {"by_record": counted(1, 1, 1)}]}
    text = rivals(RECORD | {"name": "rivals-ds1-cv", "runs": runs})
    assert "record by record" not in text
    assert "without 232" not in text
