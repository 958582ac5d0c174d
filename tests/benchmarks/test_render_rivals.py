"""Rivals stand in one table with the networks of the same protocol."""

import json

import pytest

from benchmarks import _render_rivals
from benchmarks._render_rivals import rivals

F1 = {"f1_n": 0.9, "f1_s": 0.5, "f1_v": 0.7}
RUN = {"accuracy": 0.75, "macro_f1_nsv": 0.7, **F1, "fit_seconds": 10.4}
RECORD = {
    "name": "rivals-beats",
    "protocol": "p",
    "estimators": {"one": "One()"},
    "n_beats": 1000,
    "runs": {"one": [RUN, RUN | {"accuracy": 0.25, "predict_seconds": 1.0}]},
}


@pytest.fixture
def results(monkeypatch, tmp_path):
    monkeypatch.setattr(_render_rivals, "RESULTS", tmp_path)
    return tmp_path


def keep(folder, name, run):
    record = {"estimator": "Net()", "runs": [run]}
    (folder / f"{name}.json").write_text(json.dumps(record))


def test_a_row_holds_the_means_over_the_seeds(results):
    text = rivals(RECORD)
    assert "| one | 2 | 0.5000 | 0.7000 | 0.9000 | 0.5000 | 0.7000 |  |  | 10 |" in text
    assert "(optimistic)" in text
    assert "1,000 beats" in text


def test_networks_of_the_same_protocol_stand_below(results):
    by_class = {"N": 0.9, "S": 0.6, "V": 0.6, "F": 0.5, "Q": 1.0}
    keep(results, "beats-net", {"accuracy": 0.8, "f1": by_class, "fit_seconds": 99.6})
    keep(results, "interpatient-other", RUN)
    lines = rivals(RECORD).splitlines()
    (network,) = [line for line in lines if line.startswith("| network")]
    assert network == (
        "| network: Net() | 1 | 0.8000 | 0.7000 | 0.9000 | 0.6000 | 0.6000 | 0.5000 "
        "| 1.0000 | 100 |  |"
    )


def test_inside_ds1_there_is_no_network_to_compare_with(results):
    keep(results, "beats-net", RUN)
    text = rivals(RECORD | {"name": "rivals-ds1-cv"})
    assert "| network" not in text
    assert "for choosing" in text
