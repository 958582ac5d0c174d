"""Tests of skecg.signal.resampling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.signal.resampling import resample

RATES = st.one_of(st.sampled_from([125.0, 250.0, 360.0, 500.0]), st.floats(60.0, 600.0))


@given(n_times=st.integers(1, 400), rate=RATES, target=RATES)
@settings(max_examples=50, deadline=None)
def test_length_and_offset_are_kept_at_any_pair_of_rates(n_times, rate, target):
    resampled = resample(np.full(n_times, 7.0), sampling_rate=rate, target_rate=target)
    assert resampled.shape == (max(1, round(n_times * target / rate)),)
    np.testing.assert_allclose(resampled, 7.0)


@pytest.mark.parametrize("target", [125.0, 250.0, 360.0, 999.0])
def test_a_slow_sine_stays_in_place(target):
    old, new = np.arange(0, 10, 1 / 360), np.arange(0, 10, 1 / target)
    resampled = resample(
        np.sin(2 * np.pi * 3 * old), sampling_rate=360.0, target_rate=target
    )
    wanted = np.sin(2 * np.pi * 3 * new)
    middle = slice(round(target), round(9 * target))
    np.testing.assert_allclose(resampled[middle], wanted[middle], atol=0.01)


def test_a_straight_line_does_not_ring_at_its_ends():
    line = np.linspace(5.0, 9.0, 361)
    resampled = resample(line, sampling_rate=360.0, target_rate=125.0)
    wanted = 5.0 + 4.0 * np.arange(125) / 125
    np.testing.assert_allclose(resampled, wanted, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_leading_axes_and_dtype_are_kept(dtype):
    signal = np.random.default_rng(0).normal(size=(2, 3, 360)).astype(dtype)
    resampled = resample(signal, sampling_rate=360.0, target_rate=125.0)
    assert resampled.shape == (2, 3, 125)
    assert resampled.dtype == dtype
    alone = resample(signal[1, 2], sampling_rate=360.0, target_rate=125.0)
    np.testing.assert_allclose(resampled[1, 2], alone, rtol=1e-5)


def test_integers_become_float64():
    assert resample([1, 2, 3], sampling_rate=3, target_rate=6).dtype == np.float64


def test_a_gap_stays_a_gap_and_spoils_nothing_around_it():
    signal = np.ones(720)
    signal[360:432] = np.nan
    resampled = resample(signal, sampling_rate=360.0, target_rate=125.0)
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(resampled)), range(125, 150))
    np.testing.assert_allclose(resampled[~np.isnan(resampled)], 1.0)


def test_equal_rates_give_a_copy():
    signal = np.arange(5.0)
    resampled = resample(signal, sampling_rate=100.0, target_rate=100.0)
    np.testing.assert_array_equal(resampled, signal)
    assert not np.shares_memory(resampled, signal)


@pytest.mark.parametrize("target", [100.0, 200.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_not_finite_is_missing_in_the_result(target, dtype):
    signal = np.array([0.0, np.inf, 2.0, -np.inf, 4.0, np.nan], dtype=dtype)
    resampled = resample(signal, sampling_rate=100.0, target_rate=target)
    assert not np.isinf(resampled).any()
    assert np.isnan(resampled[:: round(target / 100)][1::2]).all()
    assert resampled.dtype == dtype


def test_frequencies_above_the_new_limit_are_taken_off():
    times = np.arange(0, 4, 1 / 500)
    resampled = resample(
        np.sin(2 * np.pi * 100 * times), sampling_rate=500.0, target_rate=125.0
    )
    assert np.abs(resampled[50:-50]).max() < 0.02


@pytest.mark.parametrize("rate", [0.0, -1.0, np.nan, np.inf])
def test_an_impossible_rate_is_refused(rate):
    with pytest.raises(ValueError, match="sampling_rate must be finite"):
        resample(np.ones(10), sampling_rate=100.0, target_rate=rate)


@pytest.mark.parametrize(
    ("rate", "target"), [(250.02, 250.0), (125.01, 125.0), (1000.0, 999.93)]
)
def test_nothing_drifts_where_the_rates_have_no_small_ratio(rate, target):
    sine = np.sin(2 * np.pi * np.arange(round(600 * rate)) / rate)
    resampled = resample(sine, sampling_rate=rate, target_rate=target)
    wanted = np.sin(2 * np.pi * np.arange(resampled.size) / target)
    np.testing.assert_allclose(resampled, wanted, atol=0.01)


@pytest.mark.parametrize(("rate", "target"), [(1e5, 1.0), (1.0, 1e5)])
def test_rates_too_far_apart_are_refused(rate, target):
    with pytest.raises(ValueError, match=r"within 5,000 times of each other, got 1"):
        resample(np.ones(10), sampling_rate=rate, target_rate=target)
