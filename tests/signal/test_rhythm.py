"""Tests of skecg.signal.rhythm."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.signal.rhythm import (
    CONTEXT_COLUMNS,
    RR_STATISTICS,
    rr_context,
    rr_statistics,
)

INTERVALS = st.lists(st.integers(50, 500), min_size=1, max_size=60)


def named(columns):
    return dict(zip(CONTEXT_COLUMNS, columns.T, strict=True))


class TestContext:
    @given(intervals=INTERVALS)
    @settings(max_examples=50, deadline=None)
    def test_columns_are_what_they_are_called(self, intervals):
        rpeaks = np.cumsum([7, *intervals])
        seconds = np.array(intervals) / 250.0
        columns = named(rr_context(rpeaks, sampling_rate=250.0))
        before, after = np.r_[seconds[0], seconds], np.r_[seconds, seconds[-1]]
        local = [seconds[max(0, i - 5) : i + 5].mean() for i in range(rpeaks.size)]
        np.testing.assert_allclose(columns["rr_prev"], before)
        np.testing.assert_allclose(columns["rr_next"], after)
        np.testing.assert_allclose(columns["rr_local"], local)
        np.testing.assert_allclose(columns["rr_long"], np.median(seconds))
        np.testing.assert_allclose(columns["rr_prev_local"], before / local)
        np.testing.assert_allclose(columns["rr_next_local"], after / local)
        np.testing.assert_allclose(columns["rr_prev_long"], before / np.median(seconds))
        np.testing.assert_allclose(columns["rr_prev_next"], before / after)

    def test_the_long_median_follows_the_rhythm_over_five_minutes(self):
        # Twenty minutes at 1 s, then twenty at 0.5 s.
        rpeaks = np.cumsum([0] + [100] * 1200 + [50] * 2400)
        long = named(rr_context(rpeaks, sampling_rate=100.0))["rr_long"]
        assert (long[:800] == 1.0).all()
        assert (long[-2000:] == 0.5).all()

    @pytest.mark.parametrize("rpeaks", [[], [40]])
    def test_fewer_than_two_beats_have_no_rhythm(self, rpeaks):
        columns = rr_context(rpeaks, sampling_rate=250.0)
        assert columns.shape == (len(rpeaks), len(CONTEXT_COLUMNS))
        assert np.isnan(columns).all()

    def test_a_ratio_to_nothing_is_missing(self):
        columns = named(rr_context([10, 10, 20], sampling_rate=10.0))
        assert columns["rr_prev_next"][1] == 0.0
        assert np.isnan(columns["rr_prev_next"][0])

    @pytest.mark.parametrize(
        ("rpeaks", "message"),
        [([5, 3], "ascending"), ([0.5], "whole"), ([-1, 4], "inside")],
    )
    def test_what_is_no_row_of_peaks_is_refused(self, rpeaks, message):
        with pytest.raises(ValueError, match=message):
            rr_context(rpeaks, sampling_rate=250.0)


class TestStatistics:
    def test_values_of_a_known_rhythm(self):
        measured = rr_statistics([0, 80, 200, 280], sampling_rate=100.0)
        wanted = {
            "rr_mean": 2.8 / 3,
            "rr_sd": np.std([0.8, 1.2, 0.8], ddof=1),
            "rmssd": 0.4,
            "rr_min": 0.8,
            "rr_max": 1.2,
            "n_beats": 4,
            "heart_rate": 180 / 2.8,
        }
        assert dict(zip(RR_STATISTICS, measured, strict=True)) == pytest.approx(wanted)

    @pytest.mark.parametrize("rpeaks", [[], [5], [5, 90]])
    def test_fewer_than_three_peaks_give_nothing(self, rpeaks):
        assert np.isnan(rr_statistics(rpeaks, sampling_rate=100.0)).all()


def test_peaks_that_are_missing_are_refused_by_name():
    with pytest.raises(ValueError, match="rpeaks must be whole sample indices"):
        rr_context([10.0, np.nan], sampling_rate=250.0)
