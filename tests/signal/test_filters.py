"""Tests of skecg.signal.filters."""

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from skecg.signal.filters import bandpass, remove_baseline

RATE = 250.0
TIMES = np.arange(0, 20, 1 / RATE)
MIDDLE = slice(1250, 3750)


def sine(frequency):
    return np.sin(2 * np.pi * frequency * TIMES)


def test_bandpass_keeps_its_band_in_place():
    filtered = bandpass(sine(10), sampling_rate=RATE)
    np.testing.assert_allclose(filtered[MIDDLE], sine(10)[MIDDLE], atol=0.02)


@pytest.mark.parametrize("frequency", [0.05, 110])
def test_bandpass_takes_off_the_rest(frequency):
    filtered = bandpass(sine(frequency), sampling_rate=RATE)
    assert np.abs(filtered[MIDDLE]).max() < 0.02


def test_bandpass_takes_3_db_at_each_corner_and_run():
    gain = np.abs(bandpass(sine(40), sampling_rate=RATE)[MIDDLE]).max()
    assert gain == pytest.approx(0.5, abs=0.02)


def test_bandpass_commutes_with_reversal_and_scale():
    signal = np.random.default_rng(0).normal(size=2000)
    filtered = bandpass(signal, sampling_rate=RATE)
    reverse = bandpass(signal[::-1], sampling_rate=RATE)[::-1]
    # The ends are padded from one side first; the middle does not know of them.
    np.testing.assert_allclose(filtered[800:1200], reverse[800:1200], atol=1e-2)
    scaled = bandpass(-3 * signal, sampling_rate=RATE)
    np.testing.assert_allclose(scaled, -3 * filtered, atol=1e-9)


@pytest.mark.parametrize("apply", [bandpass, remove_baseline])
class TestBoth:
    @pytest.mark.parametrize("n_times", [1, 2, 7, 100])
    def test_short_signals_pass(self, apply, n_times):
        filtered = apply(np.ones((2, n_times)), sampling_rate=RATE)
        assert filtered.shape == (2, n_times)
        np.testing.assert_allclose(filtered, 0, atol=1e-6)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_rows_are_independent_and_dtype_is_kept(self, apply, dtype):
        signals = np.random.default_rng(0).normal(size=(2, 3, 500)).astype(dtype)
        filtered = apply(signals, sampling_rate=RATE)
        assert filtered.dtype == dtype
        alone = apply(signals[1, 2], sampling_rate=RATE)
        np.testing.assert_allclose(filtered[1, 2], alone, rtol=1e-4, atol=1e-5)

    def test_a_gap_stays_a_gap_and_a_missing_row_harms_no_other(self, apply):
        signals = np.stack([sine(5), np.full(TIMES.size, np.nan)])
        signals[0, 2000:2010] = np.nan
        filtered = apply(signals, sampling_rate=RATE)
        np.testing.assert_array_equal(np.isnan(filtered), np.isnan(signals))

    def test_the_input_is_left_alone(self, apply):
        signal = sine(5)
        signal[3] = np.nan
        before = signal.copy()
        apply(signal, sampling_rate=RATE)
        np.testing.assert_array_equal(signal, before)


@pytest.mark.parametrize(
    "corners", [{"low": 0.0}, {"low": 50.0}, {"high": 125.0}, {"high": np.nan}]
)
def test_bandpass_refuses_impossible_corners(corners):
    with pytest.raises(ValueError, match="low and high must be 0 < low < high"):
        bandpass(sine(5), sampling_rate=RATE, **corners)


def test_bandpass_refuses_an_order_below_one():
    with pytest.raises(ValueError, match="order must be at least 1"):
        bandpass(sine(5), sampling_rate=RATE, order=0)


def test_remove_baseline_takes_off_the_drift_and_leaves_the_beats():
    spikes = np.zeros(TIMES.size)
    spikes[125::250] = 1.0
    level = remove_baseline(spikes + 2 * sine(0.05) + 3, sampling_rate=RATE)
    np.testing.assert_allclose(level[MIDDLE], spikes[MIDDLE], atol=0.02)


@pytest.mark.parametrize(
    "windows", [(0.2, 0.0), (-1.0,), (np.nan,), (np.inf,), (), 0.2, "ab"]
)
def test_remove_baseline_refuses_windows_that_are_none(windows):
    with pytest.raises(ValueError, match="windows must be seconds above zero"):
        remove_baseline(sine(5), sampling_rate=RATE, windows=windows)


def test_a_design_that_is_used_again_is_the_right_one():
    x = np.random.default_rng(0).standard_normal(1000)
    asked = [(250.0, 0.5, 40.0, 2), (360.0, 0.5, 40.0, 2), (250.0, 1, 40, 2)]
    asked += [(250.0, 0.5, 30.0, 2), (250.0, 0.5, 40.0, 3), (250.0, 0.5, 40.0, 2)]
    for rate, low, high, order in [*asked, *asked]:
        found = bandpass(x, sampling_rate=rate, low=low, high=high, order=order)
        sections = butter(order, (low, high), btype="bandpass", output="sos", fs=rate)
        padding = min(round(rate / low), 999)
        expected = sosfiltfilt(sections, x, padlen=padding)
        np.testing.assert_array_equal(found, expected)
