"""Signals that break detectors: pacing, odd rates, clipping, noise, one beat, none."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from known_beats import RATE, assert_found, known_record, mistakes
from skecg.datasets import load_ludb_sample, load_mitbih_sample
from skecg.exceptions import SignalQualityWarning
from skecg.signal.rpeaks import detect_rpeaks

METHODS = ["skecg", "kachuee", "neurokit"]
PACED = ("102", "104", "107", "217")
seeds = st.integers(0, 999)
many = settings(max_examples=40, deadline=None)


@given(heart_rate=st.floats(20.0, 300.0), seed=seeds)
@example(heart_rate=20.0, seed=0)
@example(heart_rate=300.0, seed=0)
@many
def test_from_20_to_300_beats_a_minute(heart_rate, seed):
    signal, wanted = known_record(heart_rate=heart_rate, seed=seed)
    found = detect_rpeaks(signal, sampling_rate=RATE)
    missed, false = mistakes(found, wanted, within=0.03)
    assert missed == 0
    # Until the first beats have come, a slow rhythm cannot be known to be one.
    assert false <= 2 * (heart_rate < 25.0)


@pytest.mark.parametrize("rate", [50.0, 125.0, 360.0, 1000.0])
@pytest.mark.parametrize("heart_rate", [20.0, 300.0])
def test_extreme_rhythms_at_any_rate(heart_rate, rate):
    signal, wanted = known_record(60.0, rate=rate, heart_rate=heart_rate)
    assert_found(signal, wanted, rate=rate)


def test_rhythms_one_behind_the_other():
    parts = [known_record(20.0, heart_rate=bpm) for bpm in (60.0, 20.0, 200.0, 60.0)]
    starts = np.cumsum([0, *(signal.size for signal, _ in parts)])
    signal = np.concatenate([signal for signal, _ in parts])
    wanted = [start + peaks for start, (_, peaks) in zip(starts, parts, strict=False)]
    assert_found(signal, np.concatenate(wanted))


@pytest.mark.parametrize("seconds", [5, 15, 60])
def test_a_heart_that_stands_still(seconds):
    one, before = known_record()
    two, behind = known_record(seed=1)
    still = np.random.default_rng(0).normal(0.0, 0.01, int(seconds * RATE))
    signal = np.concatenate([one, one[-1] + still, two - two[0] + one[-1]])
    wanted = np.concatenate([before, one.size + still.size + behind])
    assert_found(signal, wanted)


def paced(rate, width, height, ahead, *, seed=0, noise=0.01):
    """A spike of `width` ms and `height` mV so many seconds before each R-peak."""
    signal, wanted = known_record(rate=rate, seed=seed, noise=noise)
    n_samples = max(1, round(width * rate / 1000))
    # Where a sample lasts longer than the spike, the recorder's filter has lowered it.
    height *= min(1.0, width * rate / 1000)
    for start in wanted - round(ahead * rate):
        signal[max(0, start) : max(0, start + n_samples)] += height
    return signal, wanted


@pytest.mark.parametrize("rate", [250.0, 360.0, 500.0, 1000.0])
@pytest.mark.parametrize("width", [1.0, 2.0])
@pytest.mark.parametrize("height", [-3.0, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("ahead", [0.04, 0.08, 0.16])
def test_a_pacing_spike_is_no_r_peak(rate, width, height, ahead):
    signal, wanted = paced(rate, width, height, ahead)
    assert_found(signal, wanted, rate=rate, within=0.02)


@given(height=st.floats(-5.0, 5.0), ahead=st.floats(0.03, 0.2), seed=seeds)
@many
def test_pacing_never_costs_a_beat(height, ahead, seed):
    signal, wanted = paced(500.0, 2.0, height, ahead, seed=seed)
    # Found twice or on the spike is another matter: here no beat may be lost.
    found = detect_rpeaks(signal, sampling_rate=500.0)
    missed, false = mistakes(found, wanted, rate=500.0, within=0.22)
    assert (missed, false) == (0, 0)


def test_spikes_without_a_beat_behind_them_stand_alone():
    signal, wanted = known_record(rate=500.0)
    lost = wanted[::5] + 250  # amid the interval: pacing that does not capture
    for start in lost:
        signal[start : start + 1] += 2.0
    assert_found(signal, wanted, rate=500.0)


def test_real_paced_records():
    sample = load_mitbih_sample()
    for row in np.flatnonzero(np.isin(sample.record, PACED)):
        wanted = sample.annotations[row].sample
        found = detect_rpeaks(sample.data[row, 0], sampling_rate=sample.sampling_rate)
        missed, false = mistakes(found, wanted, rate=125.0, within=0.15)
        assert max(missed, false) <= 0.03 * wanted.size
        missed, false = mistakes(found, wanted, rate=125.0, within=0.05)
        assert max(missed, false) <= 0.05 * wanted.size


def test_the_experts_beats_of_real_records():
    sample = load_mitbih_sample()
    pairs = [
        (detect_rpeaks(record, sampling_rate=125.0), marks.sample)
        for record, marks in zip(sample.data[:, 0], sample.annotations, strict=True)
    ]
    total = np.sum([mistakes(*pair, rate=125.0, within=0.15) for pair in pairs], axis=0)
    n_beats = sum(marks.size for _, marks in pairs)
    assert n_beats > 7_500
    assert (total < [0.008 * n_beats, 0.004 * n_beats]).all()


def test_the_experts_beats_of_twelve_lead_records():
    sample = load_ludb_sample()
    for record, marks in zip(sample.data[:, 0], sample.annotations, strict=True):
        wanted = marks.qrs[:, 1]
        found = detect_rpeaks(record, sampling_rate=500.0)
        # Experts left out what stands at the ends.
        found = found[(found > marks.qrs[0, 0] - 50) & (found < marks.qrs[-1, 2] + 50)]
        assert mistakes(found, wanted, rate=500.0, within=0.15) == (0, 0)


@given(low=st.floats(-0.5, -0.1), high=st.floats(0.5, 1.0), seed=seeds)
@many
def test_a_clipped_signal(low, high, seed):
    signal, wanted = known_record(seed=seed)
    assert_found(np.clip(signal, low, high), wanted, within=0.02)


def times(n_seconds):
    return np.arange(round(n_seconds * RATE)) / RATE


NO_HEART = {
    "mains hum at 50 Hz": lambda t: np.sin(2 * np.pi * 50 * t),
    "mains hum at 60 Hz": lambda t: 0.1 * np.sin(2 * np.pi * 60 * t + 1),
    "drift": lambda t: t,
    "wander": lambda t: np.sin(2 * np.pi * 0.3 * t),
    "a step": lambda t: (t > t[-1] / 2).astype(float),
}


@pytest.mark.parametrize("n_seconds", [2, 10, 60])
@pytest.mark.parametrize("kind", NO_HEART)
def test_what_is_no_heart_has_no_beat(kind, n_seconds):
    with pytest.warns(SignalQualityWarning):
        found = detect_rpeaks(NO_HEART[kind](times(n_seconds)), sampling_rate=RATE)
    assert found.shape == (0,)


@pytest.mark.parametrize("n_seconds", [60, 120])
@pytest.mark.parametrize("scale", [1e-3, 1.0])
def test_lasting_noise_has_no_beat(n_seconds, scale):
    # Of a few seconds nobody can say whether a small heartbeat is in them.
    noise = np.random.default_rng(0).normal(0.0, scale, times(n_seconds).size)
    with pytest.warns(SignalQualityWarning):
        found = detect_rpeaks(noise, sampling_rate=RATE)
    assert found.shape == (0,)


def test_hum_on_a_heart():
    signal, wanted = known_record()
    hum = 0.2 * np.sin(2 * np.pi * 50 * np.arange(signal.size) / RATE)
    assert_found(signal + hum, wanted, within=0.012)


def one_beat(n_seconds, place, *, noise=0.01, seed=0):
    t = times(n_seconds)
    noise = np.random.default_rng(seed).normal(0.0, noise, t.size)
    peak = round(place * t.size)
    return np.exp(-0.5 * ((t - peak / RATE) / 0.01) ** 2) + noise, np.array([peak])


@pytest.mark.parametrize("n_seconds", [0.5, 1.0, 2.0, 5.0, 10.0, 30.0])
@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("sign", [1, -1])
class TestOneBeat:
    def test_it_is_found_alone(self, n_seconds, place, sign):
        signal, wanted = one_beat(n_seconds, place, noise=0.0)
        assert_found(sign * signal, wanted, within=0.005)

    @pytest.mark.parametrize("seed", range(5))
    def test_it_is_found_in_noise(self, n_seconds, place, sign, seed):
        # What noise alone looks like is not known in less than 40 s of it: there may
        # be false peaks in it, and the beat is found beside them.
        signal, wanted = one_beat(n_seconds, place, noise=0.01, seed=seed)
        found = detect_rpeaks(sign * signal, sampling_rate=RATE)
        assert mistakes(found, wanted, within=0.005)[0] == 0


@pytest.mark.parametrize("method", METHODS)
def test_one_beat_of_any_method(method):
    signal, wanted = one_beat(10.0, 0.5, noise=0.0)
    assert_found(signal, wanted, within=0.012, method=method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [0.0, -7.5, np.nan])
@pytest.mark.parametrize("n_times", [1, 100, 5000])
class TestNothing:
    def test_one_record(self, method, value, n_times):
        with pytest.warns(SignalQualityWarning):
            found = detect_rpeaks(
                np.full(n_times, value), sampling_rate=RATE, method=method
            )
        assert (found.shape, found.dtype) == ((0,), np.int64)

    def test_all_records(self, method, value, n_times):
        with pytest.warns(SignalQualityWarning):
            found = detect_rpeaks(
                np.full((3, n_times), value), sampling_rate=RATE, method=method
            )
        assert [(peaks.shape, peaks.dtype) for peaks in found] == [((0,), np.int64)] * 3


def test_a_record_of_nothing_leaves_the_others_alone():
    signal, _ = known_record()
    batch = np.stack([signal, np.full_like(signal, np.nan), -signal])
    with pytest.warns(SignalQualityWarning, match="1"):
        found = detect_rpeaks(batch, sampling_rate=RATE)
    for row in (0, 2):
        np.testing.assert_array_equal(
            found[row], detect_rpeaks(batch[row], sampling_rate=RATE)
        )
    assert found[1].size == 0
