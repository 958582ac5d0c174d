"""Ventricular flutter has no beats; quick rhythms of wide QRS complexes have."""

import numpy as np
import pytest

from known_beats import RATE, assert_found, mistakes
from skecg.exceptions import SignalQualityWarning
from skecg.signal._rpeak_detector import detect_skecg
from skecg.signal.rpeaks import detect_rpeaks
from skecg.signal.streaming import RPeakStream


def wave(times, peak, deviation):
    return np.exp(-0.5 * ((times - peak) / deviation) ** 2)


def wide_beats(width, heart_rate, *, t_wave=0.3, spread=0.0, noise=0.005, seed=0):
    """Gaussian QRS complexes so many seconds wide, each with a T wave against it."""
    rng = np.random.default_rng(seed)
    usual = 60 / heart_rate
    n_beats = int(20 / usual)
    intervals = usual * (1 + spread * rng.uniform(-1, 1, n_beats))
    peaks = np.cumsum(intervals) - usual / 2
    times = np.arange(round((peaks[-1] + usual / 2) * RATE)) / RATE
    signal = rng.normal(0.0, noise, times.size)
    to_t = width / 2 + 0.25 * usual
    for peak in peaks:
        signal += wave(times, peak, width / 5)
        signal -= t_wave * wave(times, peak + to_t, 0.05 * min(1.0, 2 * usual))
    return signal, np.round(peaks * RATE).astype(int)


def flutter(cycles, *, n_seconds=20.0, seed=0):
    """Waves of changing size and rate, so many a minute, with an overtone."""
    rng = np.random.default_rng(seed)
    times = np.arange(round(n_seconds * RATE)) / RATE
    phase = 2 * np.pi * cycles / 60 * times + 0.5 * np.sin(0.8 * times)
    size = 1 + 0.3 * np.sin(1.1 * times + seed)
    signal = size * (np.sin(phase) + 0.15 * np.sin(2 * phase + seed))
    return signal + rng.normal(0.0, 0.005, times.size)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("t_wave", [0.15, 0.4])
@pytest.mark.parametrize("width", [0.12, 0.16, 0.2, 0.22])
@pytest.mark.parametrize("heart_rate", [50.0, 80.0, 100.0, 120.0])
def test_wide_complexes_at_usual_rates(heart_rate, width, t_wave, sign):
    signal, wanted = wide_beats(width, heart_rate, t_wave=t_wave)
    assert_found(sign * signal, wanted)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("heart_rate", "width"),
    [(140.0, 0.2), (160.0, 0.18), (180.0, 0.15), (200.0, 0.14), (250.0, 0.12)],
)
def test_wide_complexes_in_tachycardia(heart_rate, width, sign):
    signal, wanted = wide_beats(width, heart_rate, t_wave=0.2)
    assert_found(sign * signal, wanted)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("heart_rate", "width", "noise"),
    [
        (95.0, 0.22, 0.005),
        (110.0, 0.22, 0.005),
        (160.0, 0.1, 0.02),
        (175.0, 0.08, 0.02),
    ],
)
def test_without_rest_between_large_t_waves(heart_rate, width, noise, sign):
    # Too slow for flutter; or complexes that stand out of the slow waves.
    signal, wanted = wide_beats(width, heart_rate, t_wave=0.5, noise=noise)
    assert_found(sign * signal, wanted)


@pytest.mark.parametrize("seed", range(4))
def test_atrial_fibrillation_with_bundle_branch_block(seed):
    # As in PTB's patient219: irregular, 175 a minute, complexes of 150 ms.
    signal, wanted = wide_beats(0.15, 175.0, spread=0.2, seed=seed)
    assert_found(signal, wanted)


@pytest.mark.parametrize("rate_of_record", [50.0, 125.0, 500.0, 1000.0])
def test_wide_complexes_at_any_rate(rate_of_record):
    signal, wanted = wide_beats(0.18, 110.0)
    times = np.arange(round(signal.size / RATE * rate_of_record)) / rate_of_record
    other = np.interp(times, np.arange(signal.size) / RATE, signal)
    assert_found(other, wanted * rate_of_record / RATE, rate=rate_of_record)


def test_wide_complexes_in_fused_leads():
    signal, wanted = wide_beats(0.18, 110.0)
    record = np.stack([0.3 * signal, -signal, 2.0 * signal])
    (found,) = detect_rpeaks(record[None], sampling_rate=RATE, leads="fused")
    assert mistakes(found, wanted) == (0, 0)


@pytest.mark.parametrize("cycles", [180.0, 220.0, 260.0, 300.0])
@pytest.mark.parametrize("seed", range(3))
class TestFlutter:
    def test_it_has_no_beat_and_says_so(self, cycles, seed):
        with pytest.warns(SignalQualityWarning, match="No R-peak was found"):
            found = detect_rpeaks(flutter(cycles, seed=seed), sampling_rate=RATE)
        assert (found.shape, found.dtype) == ((0,), np.int64)

    def test_it_costs_no_beat_before_and_behind(self, cycles, seed):
        before, first = wide_beats(0.1, 70.0, seed=seed)
        behind, last = wide_beats(0.1, 70.0, seed=seed + 10)
        waves = flutter(cycles, seed=seed)
        signal = np.concatenate([before, waves, behind])
        start = before.size + waves.size
        found = detect_rpeaks(signal, sampling_rate=RATE)
        amid = (found > before.size + RATE) & (found < start - RATE)
        assert amid.sum() == 0
        wanted = np.concatenate([first, start + last])
        assert mistakes(found, wanted)[0] == 0


@pytest.mark.parametrize("n_seconds", [5, 10])
@pytest.mark.parametrize("frequency", [0.3, 0.7, 1.0, 1.6, 2.0, 3.0, 5.0])
def test_a_sine_wave_has_no_beat_however_slow(frequency, n_seconds):
    times = np.arange(n_seconds * RATE) / RATE
    with pytest.warns(SignalQualityWarning):
        found = detect_rpeaks(np.sin(2 * np.pi * frequency * times), sampling_rate=RATE)
    assert found.size == 0


@pytest.mark.parametrize("size", [31, 400, 4000])
def test_a_stream_tells_them_apart_as_well(size):
    pieces = [
        wide_beats(0.18, 110.0)[0],
        flutter(220.0),
        wide_beats(0.15, 175.0, spread=0.2)[0],
        flutter(300.0, n_seconds=4.0),
    ]
    signal = np.concatenate(2 * pieces)
    stream = RPeakStream(RATE)
    found = [stream.push(signal[k : k + size]) for k in range(0, signal.size, size)]
    found = np.concatenate([*found, stream.flush()])
    wanted = detect_skecg(signal, sampling_rate=RATE, whole=False)
    np.testing.assert_array_equal(found, wanted)
    assert 150 < wanted.size < 200
