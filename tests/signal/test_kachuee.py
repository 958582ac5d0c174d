"""Tests of skecg.signal.kachuee."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.signal.kachuee import (
    KACHUEE_LENGTH,
    KACHUEE_RATE,
    detect_kachuee,
    kachuee_beats,
)


def spikes(peaks, n_times, height=1.0):
    """A triangle of seven samples on every peak."""
    signal = np.zeros(n_times)
    for step in range(-3, 4):
        signal[np.asarray(peaks) + step] = height * (1 - abs(step) / 4)
    return signal


def reference_beats(signal, rpeaks):
    """The rule written down beat by beat, at 125 Hz."""
    beats, kept = [], []
    for peak in rpeaks:
        first = peak // 1250 * 1250
        window = signal[first : first + 1250]
        inside = [p for p in rpeaks if first <= p < first + 1250]
        intervals = np.diff(inside if len(inside) > 1 else rpeaks)
        length = min(187, int(np.rint(1.2 * np.median(intervals))))
        kept.append(peak + length <= signal.size)
        fragment = signal[peak : peak + length] - window.min()
        beat = np.zeros(187)
        beat[: fragment.size] = np.clip(fragment / np.ptp(window), 0, 1)
        beats.append(beat)
    return np.array(beats)[kept], np.array(kept)


class TestDetect:
    @pytest.mark.parametrize("rate", [125.0, 250.0, 360.0, 500.0])
    def test_peaks_are_found_at_their_samples_of_the_input(self, rate):
        wanted = np.rint(np.arange(0.5, 25, 0.8) * rate).astype(int)
        times = np.arange(round(25 * rate)) / rate
        distance = np.abs(times[:, None] - wanted / rate).min(axis=1)
        signal = np.exp(-0.5 * (distance / 0.02) ** 2)
        found = detect_kachuee(signal, sampling_rate=rate)
        assert found.dtype == np.int64
        np.testing.assert_allclose(found, wanted, atol=rate / KACHUEE_RATE)

    def test_only_maxima_above_nine_tenths_of_the_window_count(self):
        signal = spikes([100, 500], 1250) + spikes([300], 1250, height=0.89)
        signal += spikes([700], 1250, height=0.92)
        found = detect_kachuee(signal, sampling_rate=125.0)
        np.testing.assert_array_equal(found, [100, 500, 700])

    def test_each_window_has_its_own_scale(self):
        small, large = spikes([600], 1250, height=0.1), spikes([600], 1250)
        found = detect_kachuee(np.concatenate([small, large]), sampling_rate=125.0)
        np.testing.assert_array_equal(found, [600, 1850])

    def test_offset_and_scale_change_nothing(self):
        signal = spikes([100, 220, 340], 500)
        found = detect_kachuee(50 * signal - 7, sampling_rate=125.0)
        np.testing.assert_array_equal(found, [100, 220, 340])

    def test_a_flat_top_gives_one_peak_in_its_middle(self):
        signal = np.zeros(500)
        signal[[100, 101, 102, 103, 104]] = 1.0
        np.testing.assert_array_equal(
            detect_kachuee(signal, sampling_rate=125.0), [102]
        )

    def test_a_short_last_window_is_looked_at(self):
        signal = spikes([600, 1350], 1400)
        found = detect_kachuee(signal, sampling_rate=125.0)
        np.testing.assert_array_equal(found, [600, 1350])

    @pytest.mark.parametrize("value", [0.0, 3.0, np.nan])
    def test_a_flat_or_missing_window_gives_none(self, value):
        signal = np.concatenate([np.full(1250, value), spikes([600], 1250)])
        found = detect_kachuee(signal, sampling_rate=125.0)
        np.testing.assert_array_equal(found, [1850])

    @pytest.mark.parametrize("n_times", [1, 2, 3])
    def test_a_tiny_signal_is_no_failure(self, n_times):
        signal = np.arange(n_times)
        assert detect_kachuee(signal, sampling_rate=360.0).size == 0

    def test_several_leads_are_refused(self):
        with pytest.raises(ValueError, match=r"shape \(n_times,\), got shape \(2, 9\)"):
            detect_kachuee(np.ones((2, 9)), sampling_rate=125.0)


class TestBeats:
    @given(seed=st.integers(0, 2**32 - 1), n_peaks=st.integers(2, 40))
    @settings(max_examples=40, deadline=None)
    def test_they_are_what_the_rule_says(self, seed, n_peaks):
        rng = np.random.default_rng(seed)
        n_times = int(rng.integers(1300, 5000))
        signal = rng.normal(size=n_times)
        rpeaks = np.sort(rng.choice(n_times, n_peaks, replace=False))
        wanted, kept = reference_beats(signal, rpeaks)
        cut = kachuee_beats(signal, rpeaks, sampling_rate=KACHUEE_RATE)
        np.testing.assert_array_equal(cut.kept, kept)
        np.testing.assert_array_equal(cut.rpeaks, rpeaks[kept])
        np.testing.assert_allclose(cut.beats, wanted, atol=1e-6)

    def test_shape_and_type(self):
        cut = kachuee_beats(spikes([100, 200, 300], 900), sampling_rate=250.0)
        assert cut.beats.shape == (3, KACHUEE_LENGTH)
        assert cut.beats.dtype == np.float32
        assert cut.rpeaks.dtype == np.int64

    def test_a_beat_is_one_and_a_fifth_periods_and_then_zero(self):
        signal = 1 + spikes(np.arange(100, 1200, 100), 1250)
        signal[1249] = 0.0  # so that what is 1 is not the window's lowest
        beats = kachuee_beats(signal, sampling_rate=125.0).beats
        assert (beats[:, :120] > 0.4).all()
        assert (beats[:, 120:] == 0).all()
        np.testing.assert_allclose(beats[:, 0], 1.0)

    def test_slow_rhythm_is_cut_at_the_full_length(self):
        cut = kachuee_beats(
            1 - spikes([100, 500, 900], 1250), [100, 500, 900], sampling_rate=125.0
        )
        assert (cut.beats[:, -1] == 1).all()

    def test_a_lonely_beat_takes_the_period_of_the_record(self):
        signal = 1 + spikes([100, 200, 300, 400, 1500], 2500)
        signal[[0, 2000]] = 0.0
        rpeaks = [100, 200, 300, 400, 1500]
        beats = kachuee_beats(signal, rpeaks, sampling_rate=125.0).beats
        assert np.count_nonzero(beats[-1]) == 120

    def test_what_lies_behind_the_window_is_scaled_like_the_window(self):
        signal = spikes([100, 200, 1220], 2500)
        signal[1260], signal[1270] = 5.0, 0.5
        rpeaks = [100, 200, 1220]
        beat = kachuee_beats(signal, rpeaks, sampling_rate=125.0).beats[-1]
        assert beat[40] == 1.0
        assert beat[50] == 0.5

    def test_only_the_end_of_the_record_loses_a_beat(self):
        signal = spikes([10, 110, 210, 310], 400)
        cut = kachuee_beats(signal, [10, 110, 210, 310], sampling_rate=125.0)
        np.testing.assert_array_equal(cut.kept, [True, True, True, False])
        longer = kachuee_beats(
            np.append(signal, np.zeros(30)), [10, 110, 210, 310], sampling_rate=125.0
        )
        assert longer.kept.all()

    @pytest.mark.parametrize("rpeaks", [[], [50]])
    def test_fewer_than_two_peaks_give_no_beat(self, rpeaks):
        cut = kachuee_beats(spikes([50], 400), rpeaks, sampling_rate=250.0)
        assert cut.beats.shape == (0, KACHUEE_LENGTH)
        assert cut.rpeaks.shape == (0,)
        np.testing.assert_array_equal(cut.kept, [False] * len(rpeaks))

    @pytest.mark.parametrize("value", [2.0, np.nan])
    def test_beats_of_a_flat_or_missing_window_are_not_kept(self, value):
        signal = np.concatenate([np.full(1250, value), spikes([100, 200], 1250)])
        cut = kachuee_beats(signal, [100, 200, 1350, 1450], sampling_rate=125.0)
        np.testing.assert_array_equal(cut.kept, [False, False, True, True])
        assert np.isfinite(cut.beats).all()

    def test_it_is_the_same_beat_at_another_rate(self):
        times = np.arange(0, 20, 1 / 360)
        signal = np.exp(-0.5 * (((times % 0.9) - 0.45) / 0.03) ** 2)
        rpeaks = np.rint(np.arange(0.45, 20, 0.9) * 360).astype(int)
        fast = kachuee_beats(signal, rpeaks, sampling_rate=360.0)
        slow_times = np.arange(0, 20, 1 / 125)
        slow_signal = np.exp(-0.5 * (((slow_times % 0.9) - 0.45) / 0.03) ** 2)
        slow_peaks = np.rint(np.arange(0.45, 20, 0.9) * 125).astype(int)
        slow = kachuee_beats(slow_signal, slow_peaks, sampling_rate=125.0)
        np.testing.assert_array_equal(fast.kept, slow.kept)
        # Half a sample of rounding on the steepest flank.
        np.testing.assert_allclose(fast.beats, slow.beats, atol=0.1)

    def test_peaks_outside_the_signal_are_refused(self):
        with pytest.raises(ValueError, match="must lie inside the signal of 400"):
            kachuee_beats(spikes([50], 400), [50, 400], sampling_rate=250.0)


@pytest.mark.parametrize("rate", [125.01, 250.02])
def test_beats_stay_on_their_peaks_through_half_an_hour_at_any_rate(rate):
    peaks = np.rint(np.arange(0.5, 1800, 0.8) * rate).astype(int)
    times = np.arange(round(1800 * rate))
    nearest = peaks[np.searchsorted((peaks[1:] + peaks[:-1]) / 2, times)]
    signal = np.exp(-0.5 * ((times - nearest) / rate / 0.02) ** 2)
    cut = kachuee_beats(signal, peaks, sampling_rate=rate)
    assert cut.kept.sum() >= peaks.size - 2
    # Half a sample of 125 Hz beside the peak such a wave has fallen by 2%.
    np.testing.assert_allclose(cut.beats[:, 0], 1.0, atol=0.025)


@pytest.mark.parametrize("rate", [KACHUEE_RATE, 250.0])
@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_an_infinite_sample_costs_no_window(rate, value):
    signal = np.zeros(1000)
    signal[[100, 350, 600, 850]] = 1.0
    broken = signal.copy()
    broken[470:480] = value
    np.testing.assert_array_equal(
        detect_kachuee(broken, sampling_rate=rate),
        detect_kachuee(signal, sampling_rate=rate),
    )
