"""Marks of waves are paired one to one and scored between the experts' limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks._marks import (
    NAMES,
    Marked,
    compare,
    group_marks,
    match,
    pool,
)


def marked(**marks):
    """Return a record at 1000 Hz; t_peak=[...] and so on are its marks."""
    given = {name.replace("_", " "): np.array(found) for name, found in marks.items()}
    empty = np.empty(0, dtype=np.int64)
    return Marked("x", np.zeros(10_000), 1000.0, dict.fromkeys(NAMES, empty) | given)


def test_brackets_belong_to_the_peak_between_them():
    marks = group_marks(
        range(10, 100, 10), ["(", "p", ")", "(", "N", ")", "(", "t", ")"]
    )
    assert {name: found.tolist() for name, found in marks.items()} == {
        "p onset": [10],
        "p peak": [20],
        "p offset": [30],
        "qrs onset": [40],
        "qrs peak": [50],
        "qrs offset": [60],
        "t onset": [70],
        "t peak": [80],
        "t offset": [90],
    }


def test_a_peak_may_lack_a_bracket():
    marks = group_marks([1, 2, 3, 4, 5], ["N", ")", "(", "t", "+"])
    assert marks["qrs onset"].size == 0
    assert marks["qrs offset"].tolist() == [2]
    assert marks["t onset"].tolist() == [3]
    assert marks["t offset"].size == 0


def test_each_mark_is_paired_once():
    pairs = match(np.array([100, 200]), np.array([110, 120]), 150)
    assert pairs.tolist() == [[0, 0], [1, 1]]
    assert match(np.array([100]), np.array([90, 105]), 150).tolist() == [[0, 1]]


def test_as_many_as_possible_are_paired():
    # The nearest pair would leave the others alone.
    pairs = match(np.array([0, 100]), np.array([90, 190]), 95)
    assert pairs.tolist() == [[0, 0], [1, 1]]


def test_the_limit_itself_is_near_enough():
    assert len(match(np.array([0]), np.array([150]), 0.150 * 1000)) == 1
    assert len(match(np.array([0]), np.array([151]), 0.150 * 1000)) == 0


@pytest.mark.parametrize(("reference", "found"), [([], [1, 2]), ([1], []), ([], [])])
def test_nothing_matches_nothing(reference, found):
    assert match(np.array(reference), np.array(found), 10).shape == (0, 2)


@given(
    st.lists(st.integers(0, 300), max_size=6, unique=True),
    st.lists(st.integers(0, 300), max_size=6, unique=True),
)
def test_no_pairing_is_larger(reference, found):
    reference, found = np.sort(reference), np.sort(found)
    pairs = match(reference, found, 20)
    assert np.unique(pairs[:, 0]).size == np.unique(pairs[:, 1]).size == len(pairs)
    near = np.abs(reference[pairs[:, 0]] - found[pairs[:, 1]]) <= 20
    assert near.all()
    # In order of time, each takes the first free one in reach: as many as can be.
    n, free = 0, list(found)
    for mark in reference:
        within = [one for one in free if abs(one - mark) <= 20]
        if within:
            free.remove(within[0])
            n += 1
    assert len(pairs) == n


def test_what_was_missed_and_what_was_wrong():
    record = marked(qrs_onset=[900], t_peak=[1000, 2000, 3000])
    found = {"t peak": np.array([1010.0, 1500.0, 2990.0])}
    result = compare(record, found, ["t peak"])["t peak"]
    assert (result.n_missed, result.n_wrong) == (1, 1)
    np.testing.assert_allclose(result.errors, [10.0, -10.0])


def test_beyond_the_first_and_last_mark_nothing_is_wrong():
    record = marked(qrs_onset=[900], t_offset=[3000])
    found = {"t offset": np.array([500.0, 3005.0, 3900.0])}
    result = compare(record, found, ["t offset"])["t offset"]
    assert (result.n_missed, result.n_wrong) == (0, 0)
    np.testing.assert_allclose(result.errors, [5.0])


def test_errors_are_in_milliseconds():
    record = marked(p_peak=[100])._replace(rate=500.0)
    found = {"p peak": np.array([102.0])}
    assert compare(record, found, ["p peak"])["p peak"].errors.tolist() == [4.0]


def test_a_record_in_which_a_method_failed_is_all_missed():
    record = marked(t_peak=[1000, 2000])
    result = compare(record, {}, ["t peak"])["t peak"]
    assert (result.n_missed, result.n_wrong) == (2, 0)


def test_records_are_pooled():
    one = compare(marked(t_peak=[1000, 2000]), {"t peak": np.array([1010.0])})
    two = compare(marked(t_peak=[5000, 8000]), {"t peak": np.array([5030.0, 6000.0])})
    scores = pool([one, two])["t peak"]
    assert scores["sensitivity"] == 0.5
    assert scores["precision"] == pytest.approx(2 / 3, abs=1e-4)
    assert (scores["mean_ms"], scores["sd_ms"], scores["n_marks"]) == (20.0, 10.0, 4)


def test_without_any_pair_there_is_no_error():
    scores = pool([compare(marked(t_peak=[1000]), {})])["t peak"]
    assert scores["sensitivity"] == 0.0
    assert scores["mean_ms"] is None
