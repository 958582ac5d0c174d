"""Tests of skecg.signal.rhythm."""

import itertools

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


def statistics(seconds):
    """Return what is measured of intervals given in seconds, by name."""
    rpeaks = np.cumsum([0, *np.rint(np.array(seconds) * 1000)]).astype(int)
    measured = rr_statistics(rpeaks, sampling_rate=1000.0)
    return dict(zip(RR_STATISTICS, measured, strict=True))


def naive_cosen(seconds):
    """Count the matches one by one, as the definition has it."""
    pairs = list(itertools.combinations(range(len(seconds) - 1), 2))
    alone = [abs(seconds[i] - seconds[j]) for i, j in pairs]
    after = [abs(seconds[i + 1] - seconds[j + 1]) for i, j in pairs]
    both = np.maximum(alone, after)
    tolerance = max(0.03, np.sort(both)[4]) + 1e-9
    share = np.sum(both <= tolerance) / np.sum(np.array(alone) <= tolerance)
    return -np.log(share) + np.log(2 * tolerance) - np.log(np.mean(seconds))


class TestStatistics:
    def test_values_of_a_known_rhythm(self):
        measured = rr_statistics([0, 80, 200, 280], sampling_rate=100.0)
        mean, sd = 2.8 / 3, np.std([0.8, 1.2, 0.8], ddof=1)
        wanted = {
            "rr_mean": mean,
            "rr_sd": sd,
            "rmssd": 0.4,
            "rr_min": 0.8,
            "rr_max": 1.2,
            "n_beats": 4,
            "heart_rate": 180 / 2.8,
            "rr_median": 0.8,
            "rr_mad": 0.0,
            "rr_step": 0.4,
            "rr_cv": sd / mean,
            "rmssd_ratio": 0.4 / mean,
            "pnn50": 100.0,
            "sd1": 0.4 / np.sqrt(2),
            "sd2": np.sqrt(max(0, 2 * sd**2 - 0.08)),
            "cosen": np.nan,
        }
        assert dict(zip(RR_STATISTICS, measured, strict=True)) == pytest.approx(
            wanted, nan_ok=True, abs=1e-7
        )

    @given(steps=st.lists(st.integers(500, 1500), min_size=5, max_size=60))
    @settings(max_examples=50, deadline=None)
    def test_entropy_is_its_definition(self, steps):
        seconds = np.array(steps) / 1000
        assert statistics(seconds)["cosen"] == pytest.approx(naive_cosen(seconds))

    def test_entropy_compares_over_a_minute(self):
        seconds = 0.8 + np.random.default_rng(0).normal(scale=0.1, size=60).round(3)
        assert statistics(seconds)["cosen"] == pytest.approx(naive_cosen(seconds))

    def test_entropy_tells_a_pattern_from_disorder(self):
        rng = np.random.default_rng(0)
        disorder = 0.8 + 0.15 * rng.standard_normal(40)
        bigeminy = np.tile([0.5, 1.1], 20)
        assert statistics(disorder)["cosen"] > statistics(bigeminy)["cosen"] + 1

    def test_entropy_of_a_long_record_is_that_of_its_minutes(self):
        rng = np.random.default_rng(0)
        hours = 0.8 + 0.1 * rng.standard_normal(5000)
        minute = np.mean([statistics(part)["cosen"] for part in np.split(hours, 100)])
        assert statistics(hours)["cosen"] == pytest.approx(minute, abs=0.2)

    def test_poincare_axes_of_alternating_intervals(self):
        measured = statistics(np.tile([0.7, 0.9], 50))
        assert measured["sd1"] == pytest.approx(0.2 / np.sqrt(2))
        assert measured["sd2"] < 0.03

    @given(factor=st.sampled_from([0.5, 2.0]))
    def test_ratios_do_not_depend_on_the_rate(self, factor):
        seconds = np.tile([0.7, 0.9, 0.84], 5)
        once, slower = statistics(seconds), statistics(factor * seconds)
        for name in ("rr_cv", "rmssd_ratio"):
            assert slower[name] == pytest.approx(once[name])
        for name in ("rr_sd", "rmssd", "rr_median", "rr_mad", "rr_step", "sd1", "sd2"):
            assert slower[name] == pytest.approx(factor * once[name])

    def test_medians_hold_while_one_beat_in_seven_is_ectopic(self):
        rng = np.random.default_rng(0)
        sinus = 0.8 + 0.01 * rng.standard_normal(210)
        ectopic = sinus.copy()
        ectopic[3::7] -= 0.3
        ectopic[4::7] += 0.3
        before, after = statistics(sinus), statistics(ectopic)
        for name in ("rr_median", "rr_mad", "rr_step"):
            assert after[name] == pytest.approx(before[name], abs=0.015)
        assert after["rmssd"] > 10 * before["rmssd"]

    def test_fifty_milliseconds_are_not_more_than_fifty(self):
        assert statistics(np.tile([0.8, 0.85], 10))["pnn50"] == 0
        assert statistics(np.tile([0.8, 0.851], 10))["pnn50"] == 100

    def test_peaks_on_one_sample_have_no_rate(self):
        measured = dict(
            zip(RR_STATISTICS, rr_statistics([7] * 8, sampling_rate=9.0), strict=True)
        )
        assert np.isnan(measured["heart_rate"])
        assert measured["rr_mean"] == 0

    @pytest.mark.parametrize(("n_beats", "told"), [(5, False), (6, True)])
    def test_entropy_wants_six_beats(self, n_beats, told):
        assert np.isfinite(statistics([0.8] * (n_beats - 1))["cosen"]) == told

    @pytest.mark.parametrize("rpeaks", [[], [5], [5, 90]])
    def test_fewer_than_three_peaks_give_nothing(self, rpeaks):
        assert np.isnan(rr_statistics(rpeaks, sampling_rate=100.0)).all()


def test_peaks_that_are_missing_are_refused_by_name():
    with pytest.raises(ValueError, match="rpeaks must be whole sample indices"):
        rr_context([10.0, np.nan], sampling_rate=250.0)
