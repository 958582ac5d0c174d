"""Tests of the runs of samples that skecg.signal.measures works on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.signal._stretches import lay_out, median_before, reduce, spread, value_at

N_TIMES = 50
SIGNAL = np.random.default_rng(0).normal(size=N_TIMES)
marks = st.one_of(st.floats(-5, 55), st.just(np.nan))
runs_of_beats = st.lists(st.tuples(marks, marks), max_size=8)


@given(beats=runs_of_beats)
@settings(max_examples=100, deadline=None)
def test_each_run_is_reduced_by_itself(beats):
    first, last = np.array(beats, dtype=float).reshape(-1, 2).T
    runs = lay_out(first, last, N_TIMES)
    summed = reduce(np.add, SIGNAL[runs.sample], runs)
    lowest = reduce(np.minimum, SIGNAL[runs.sample], runs)
    assert summed.shape == lowest.shape == (len(beats),)
    for beat, (begin, end) in enumerate(beats):
        # Where a mark is NaN, nothing holds.
        if 0 <= begin <= end and round(end) < N_TIMES:
            wanted = SIGNAL[round(begin) : round(end) + 1]
            assert summed[beat] == pytest.approx(wanted.sum())
            assert lowest[beat] == wanted.min()
        else:
            assert np.isnan(summed[beat])
            assert np.isnan(lowest[beat])


def test_what_belongs_to_a_beat_is_spread_over_its_run():
    first, last = np.array([3.0, np.nan, 1.0]), np.array([5.0, 9.0, 2.0])
    runs = lay_out(first, last, N_TIMES)
    assert runs.sample.tolist() == [3, 4, 5, 1, 2]
    spread_out = spread(np.array([10.0, 20.0, 30.0]), runs)
    assert spread_out.tolist() == [10, 10, 10, 30, 30]


@given(position=st.lists(marks, min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_between_samples_the_value_is_on_a_line(position):
    at = np.array(position)
    outside = {"left": np.nan, "right": np.nan}
    wanted = np.interp(at, np.arange(N_TIMES), SIGNAL, **outside)
    np.testing.assert_allclose(value_at(SIGNAL, at), wanted, atol=1e-9)


def test_a_sample_beside_a_gap_is_told_and_the_gap_is_not():
    signal = np.array([0.0, 1.0, np.nan, 3.0])
    at = np.array([0.5, 1.0, 1.5, 2.0, 3.0])
    np.testing.assert_array_equal(value_at(signal, at), [0.5, 1, np.nan, np.nan, 3])


def test_a_single_sample_is_a_signal():
    np.testing.assert_array_equal(value_at(np.array([7.0]), np.array([0.0])), [7.0])


def test_the_median_ends_at_the_mark_and_begins_behind_the_last_wave():
    signal = np.arange(20.0)
    mark = np.array([10.0, 10.0, 2.0, np.nan, 10.0, 25.0])
    since = np.array([np.nan, 8.0, np.nan, np.nan, 10.0, np.nan])
    found = median_before(signal, mark, since, 5)
    np.testing.assert_array_equal(found, [8.0, 9.5, 1.0, np.nan, np.nan, np.nan])
