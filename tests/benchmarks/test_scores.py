"""Scores are pooled, and counted between the experts' limits where these are narrow."""

from argparse import Namespace

import numpy as np
import pytest

from benchmarks._annotated import Annotated, digest
from benchmarks._scores import gross, score_record
from benchmarks._timing import interleave, medians, ratio
from benchmarks.run import _signals


def record(name, beats):
    return Annotated(name, np.zeros(3000), 1000.0, np.array(beats), np.array(["N"]))


def test_outside_of_the_marks_nothing_is_wrong_in_the_inner_part():
    found = np.array([100, 990, 1500, 2100, 2200])
    marked = record("x", [1000, 2000])
    inner = score_record(marked, found, "150ms", inner=True)
    assert (inner.true_positives, inner.false_positives) == (2, 1)
    whole = score_record(marked, found, "150ms", inner=False)
    assert (whole.true_positives, whole.false_positives) == (2, 3)


def test_records_are_pooled_by_protocol():
    records = [record("a", [1000, 2000]), record("b", [1000])]
    found = {"a": np.array([1100, 2010]), "b": np.array([1000])}
    scores = gross(records, found, ["150ms", "50ms"], inner=False)
    assert scores["150ms"]["f1"] == 1.0
    assert scores["50ms"]["sensitivity"] == pytest.approx(2 / 3, abs=1e-6)
    assert scores["50ms"]["false_positives"] == 1


def test_the_digest_tells_signals_and_marks_apart():
    one, other = record("a", [1, 2]), record("a", [1, 3])
    assert digest([one]) == digest([one._replace(name="b")])
    assert digest([one]) != digest([other])
    assert digest([one]) != digest([one._replace(signal=np.ones(3000))])


def test_calls_take_turns_after_a_round_of_warm_up():
    order = []
    seconds = interleave(
        {name: lambda name=name: order.append(name) for name in "ab"}, rounds=3
    )
    assert order == list("abababab")
    assert [times.size for times in seconds.values()] == [3, 3]


def test_a_slow_round_does_not_sway_the_ratio():
    slow, fast = np.array([2.0, 40.0, 2.0]), np.array([1.0, 20.0, 1.0])
    assert ratio(slow, fast) == 2.0
    assert medians({"slow": slow}) == {"slow": 2.0}


@pytest.mark.parametrize(
    ("given", "runs"),
    [
        ({}, []),
        ({"data": "m"}, ["rpeaks", "rpeak_speed", "segmentation"]),
        ({"ludb": "l"}, []),
        (
            {"data": "m", "ludb": "l", "nstdb": "n"},
            ["rpeaks", "rpeak_noise", "rpeak_speed", "segmentation", "delineation"],
        ),
    ],
)
def test_what_is_run_depends_on_the_databases_there(given, runs):
    chosen = Namespace(**{"data": None, "ludb": None, "nstdb": None} | given)
    # Drawing and screening need no database; streams are replayed from records, with
    # and without a model.
    always = ["render", "screening_memory"]
    replayed = ["monitor", "monitor"] if "data" in given else []
    found = [name for name, _ in _signals(chosen)]
    assert found == [*runs, *always, *replayed]


def test_each_gets_the_folders_that_it_knows():
    chosen = Namespace(data="m", ludb="l", nstdb=None)
    arguments = dict(_signals(chosen))
    assert arguments["rpeaks"] == ["--data", "m", "--ludb", "l"]
    assert arguments["delineation"] == ["--data", "m", "--ludb", "l"]


def test_scans_are_a_folder_of_their_own():
    calls = _signals(Namespace(images="scans"))
    assert ("resize", ["--images", "scans"]) in calls
    assert ("rpeaks", ["--images", "scans"]) not in calls
