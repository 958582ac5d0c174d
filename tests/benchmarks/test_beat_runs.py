"""Runs on beats are scored alike, and those on DS2 are written down."""

import json

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import VotingClassifier
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import Bunch

from benchmarks._beat_runs import errors_by_record, figures, log_on_ds2, score_folds

TARGET = np.array(["N", "N", "N", "S", "V", "V"])
PREDICTED = np.array(["N", "N", "V", "N", "V", "V"])


def test_figures_of_known_predictions():
    found = figures(TARGET, PREDICTED)
    assert found["accuracy"] == pytest.approx(4 / 6)
    assert [found[f"f1_{label}"] for label in "nsv"] == pytest.approx([2 / 3, 0, 0.8])
    assert found["macro_f1_nsv"] == pytest.approx((2 / 3 + 0 + 0.8) / 3)


def test_a_class_that_is_not_there_has_no_figure():
    # NaN would be no JSON that others read.
    found = figures(TARGET, PREDICTED)
    assert "f1_f" not in found
    assert "f1_q" not in found


def test_records_give_an_interval_around_the_figure():
    record = np.array(["1", "1", "2", "2", "3", "3"])
    low, high = figures(TARGET, PREDICTED, record=record)["macro_f1_nsv_interval"]
    assert low < 0.49 < high
    assert "macro_f1_nsv_interval" not in figures(TARGET, PREDICTED)


def test_each_run_on_ds2_is_one_more_line(monkeypatch, tmp_path):
    log = tmp_path / "log.jsonl"
    monkeypatch.setattr("benchmarks._beat_runs.LOG", log)
    for seed in (0, 1):
        run = {"seed": seed, "accuracy": 0.5, "by_record": {}}
        log_on_ds2("rival", "Rival()", run)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["seed"] for line in lines] == [0, 1]
    assert lines[0]["estimator"] == "Rival()"
    assert {"date", "commit", "command"} <= set(lines[0])
    assert "by_record" not in lines[0]


def test_record_232_is_left_out_beside_the_whole():
    record = np.array(["100", "100", "100", "100", "100", "232"])
    predicted = np.array(["N", "N", "V", "S", "V", "N"])
    found = figures(TARGET, predicted, record=record)
    without = figures(TARGET[:5], predicted[:5])
    assert found["f1_s_without_232"] == without["f1_s"]
    assert found["macro_f1_nsv_without_232"] == without["macro_f1_nsv"]
    assert found["macro_f1_nsv"] < without["macro_f1_nsv"]


def test_errors_are_counted_record_by_record():
    record = np.array(["1", "1", "1", "1", "2", "2"])
    counts = errors_by_record(TARGET, PREDICTED, record)
    assert counts["1"] == {"N": [2, 1, 1], "S": [0, 1, 0], "V": [0, 0, 1]}
    assert counts["2"] == {"N": [0, 0, 0], "S": [0, 0, 0], "V": [2, 0, 0]}


def test_a_class_that_is_not_taught_is_tested_all_the_same():
    codes = np.tile([0, 1, 2], 4)
    beats = Bunch(
        data=codes[:, np.newaxis],
        target=np.array(["N", "V", "Q"])[codes],
        record=np.repeat(["1", "2"], 6),
    )
    rows = np.arange(12)
    parts = [(rows[:6], rows[6:]), (rows[6:], rows[:6])]
    told, seconds = score_folds(DecisionTreeClassifier(), beats, parts)
    assert told["accuracy"] == 1.0
    told, seconds = score_folds(DecisionTreeClassifier(), beats, parts, untaught="Q")
    assert told["accuracy"] == pytest.approx(8 / 12)
    assert told["f1_q"] == 0.0
    assert told["by_record"]["2"]["N"][:2] == [2, 0]
    assert seconds > 0


def test_of_a_vote_each_voice_is_scored_too():
    target = np.tile(["N", "S", "V", "N"], 4)
    beats = Bunch(
        data=np.unique(target, return_inverse=True)[1][:, np.newaxis],
        target=target,
        record=np.repeat(["1", "2"], 8),
    )
    rows = np.arange(16)
    voters = [
        ("tree", DecisionTreeClassifier()),
        ("other", DecisionTreeClassifier()),
        ("dull", DummyClassifier()),
    ]
    vote = VotingClassifier(voters, voting="soft")
    parts = [(rows[:8], rows[8:]), (rows[8:], rows[:8])]
    told, _ = score_folds(vote, beats, parts)
    assert told["macro_f1_nsv"] == 1.0
    assert [one["f1_s"] for one in told["alone"]] == [1.0, 1.0, 0.0]
    assert told["alone"][2]["macro_f1_nsv"] == pytest.approx(2 / 9)  # N: 2 / 3
