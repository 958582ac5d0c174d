"""What must not change the answer of the package's own detector, and what must."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.datasets import make_ecg
from skecg.exceptions import SignalQualityWarning
from skecg.signal._rpeak_filter import qrs_envelope
from skecg.signal.rpeaks import detect_rpeaks
from skecg.signal.scoring import Protocol, score_rpeaks

RATE = 250.0
# (s from R, height, width in s): P, Q, R, S, T.
WAVES = (
    (-0.16, 0.15, 0.02),
    (-0.03, -0.1, 0.008),
    (0.0, 1.2, 0.011),
    (0.03, -0.25, 0.008),
    (0.26, 0.3, 0.045),
)


def heartbeats(n_seconds=30.0, *, rate=RATE, rr=0.8, noise=0.01, seed=0, squeeze=1.0):
    """A record and its R-peaks; `squeeze` shortens what lies between P and T."""
    rng = np.random.default_rng(seed)
    steps = rr * (1 + 0.03 * rng.standard_normal(int(n_seconds / rr) + 1))
    beats = 0.5 + np.concatenate([[0.0], np.cumsum(steps)])
    beats = beats[beats < n_seconds - 0.4]
    times = np.arange(round(n_seconds * rate)) / rate
    signal = rng.normal(scale=noise, size=times.size) if noise else np.zeros(times.size)
    for shift, height, width in WAVES:
        for beat in beats + shift * squeeze:
            near = slice(*np.searchsorted(times, [beat - 0.3, beat + 0.3]))
            signal[near] += height * np.exp(-0.5 * ((times[near] - beat) / width) ** 2)
    return signal, np.rint(beats * rate).astype(int)


def assert_found(signal, wanted, *, rate=RATE, within=0.03, lost=0):
    found = detect_rpeaks(signal, sampling_rate=rate)
    scores = score_rpeaks(wanted, found, sampling_rate=rate, protocol=Protocol(within))
    assert scores.false_negatives <= lost
    assert scores.false_positives == 0
    return found


@pytest.mark.parametrize("rate", [50.0, 100.0, 128.0, 250.0, 360.0, 500.0, 1000.0])
def test_any_rate(rate):
    signal, wanted = heartbeats(rate=rate)
    assert_found(signal, wanted, rate=rate)


@pytest.mark.parametrize("rr", [0.2, 0.3, 0.5, 1.0, 2.0, 3.0])
def test_20_to_300_beats_a_minute(rr):
    # At 300 a minute there is no room for P and T waves of full length.
    signal, wanted = heartbeats(60.0, rr=rr, squeeze=min(1.0, rr / 0.6))
    assert_found(signal, wanted, lost=1)


@settings(max_examples=25, deadline=None)
@given(
    factor=st.floats(1e-6, 1e6), offset=st.floats(-100, 100), seed=st.integers(0, 99)
)
def test_scale_and_offset(factor, offset, seed):
    signal, _ = heartbeats(10.0, seed=seed)
    np.testing.assert_array_equal(
        detect_rpeaks(factor * (signal + offset), sampling_rate=RATE),
        detect_rpeaks(signal, sampling_rate=RATE),
    )


@pytest.mark.parametrize("rate", [20, 150, 240, 260, 280, 300])
def test_synthetic_hearts(rate):
    # No envelope comes to rest between beats as fast as these.
    record = make_ecg(
        1, sampling_rate=RATE, duration=60, heart_rate=rate, random_state=rate
    )
    wanted = np.asarray(record.rpeaks[0])
    found = detect_rpeaks(record.data[0], sampling_rate=RATE)
    distance = np.abs(wanted[:, None] - found).min(axis=1)
    assert (distance > 0.03 * RATE).sum() <= 1
    # How high a beat is, is not known from the very first ones.
    known = 6 * RATE
    assert (found > known).sum() <= (wanted > known).sum()


@pytest.mark.parametrize("kind", ["ramp", "mains"])
def test_ends_are_no_beats(kind):
    times = np.arange(500.0)
    signal = times if kind == "ramp" else np.sin(2 * np.pi * 50 * times / RATE)
    with pytest.warns(SignalQualityWarning, match="No R-peak was found"):
        assert detect_rpeaks(signal, sampling_rate=RATE).size == 0


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_a_gap_longer_than_the_rest(value):
    signal, wanted = heartbeats(14.0)
    hole = np.full(int(60 * RATE), value)
    cut = wanted[8] + 100
    shifted = np.where(wanted >= cut, wanted + hole.size, wanted)
    assert_found(np.insert(signal, cut, hole), shifted)


def test_one_beat_in_noise():
    times = np.arange(2500) / RATE
    noise = 0.01 * np.random.default_rng(0).standard_normal(times.size)
    signal = 1.1 * np.exp(-0.5 * ((times - 5) / 0.01) ** 2) + noise
    assert np.abs(detect_rpeaks(signal, sampling_rate=RATE) - 1250).min() <= 2


def test_inversion():
    signal, wanted = heartbeats()
    upright = assert_found(signal, wanted)
    np.testing.assert_array_equal(detect_rpeaks(-signal, sampling_rate=RATE), upright)


def test_polarity_can_be_told():
    signal, wanted = heartbeats(noise=0.0)
    up = detect_rpeaks(signal, sampling_rate=RATE, polarity="up")
    down = detect_rpeaks(signal, sampling_rate=RATE, polarity="down")
    np.testing.assert_array_equal(up, wanted)
    assert (np.abs(down - wanted - 0.03 * RATE) <= 2).all()  # the S waves


@settings(max_examples=25, deadline=None)
@given(shift=st.integers(0, 2000))
def test_a_later_start_shifts_the_answer(shift):
    signal, wanted = heartbeats(noise=0.0)
    found = detect_rpeaks(signal[shift:], sampling_rate=RATE) + shift
    inner = wanted[wanted > shift + RATE]
    np.testing.assert_array_equal(found[found > shift + RATE], inner)


@pytest.mark.parametrize("value", ["edge", "zero", "nan", "rail"])
@pytest.mark.parametrize("where", ["before", "between", "after"])
def test_a_minute_without_signal(value, where):
    signal, wanted = heartbeats()
    signal += 2.0
    cut = {"before": 0, "between": wanted[15] + 100, "after": signal.size}[where]
    level = {"zero": 0.0, "nan": np.nan, "rail": 5.0}
    level["edge"] = signal[min(cut, signal.size - 1)]
    length = int(60 * RATE)
    longer = np.insert(signal, cut, np.full(length, level[value]))
    shifted = np.where(wanted >= cut, wanted + length, wanted)
    found = assert_found(longer, shifted)
    assert not ((found >= cut) & (found < cut + length)).any()


def test_a_loose_electrode_is_not_a_heart():
    signal, wanted = heartbeats(120.0)
    start, stop = int(30 * RATE), int(90 * RATE)
    rng = np.random.default_rng(1)
    signal[start:stop] = rng.normal(scale=0.002, size=stop - start)
    kept = wanted[(wanted < start - 50) | (wanted > stop + 50)]
    found = detect_rpeaks(signal, sampling_rate=RATE)
    assert not ((found > start + 50) & (found < stop - 50)).any()
    assert np.isin(kept, found + np.arange(-3, 4)[:, None]).all()


@settings(max_examples=25, deadline=None)
@given(start=st.integers(0, 7400), length=st.integers(1, 3000))
def test_missing_samples_leave_the_rest_alone(start, length):
    signal, wanted = heartbeats(noise=0.0)
    signal[start : start + length] = np.nan
    found = detect_rpeaks(signal, sampling_rate=RATE)
    assert np.isfinite(signal[found]).all()
    distance = np.maximum(start - wanted, wanted - (start + length))
    clear = wanted[distance > 0.3 * RATE]
    assert np.isin(clear, found + np.arange(-3, 4)[:, None]).all()
    assert found.size <= wanted.size + 1


@pytest.mark.parametrize("gain", [0.5, 1.0, 3.0])
def test_two_records_joined(gain):
    (one, first), (two, second) = heartbeats(seed=1), heartbeats(seed=2, rr=1.0)
    assert_found(
        np.concatenate([one, gain * two]), np.concatenate([first, one.size + second])
    )


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32])
def test_counts_of_a_converter(dtype):
    signal, wanted = heartbeats()
    assert_found(np.rint(200 * signal).astype(dtype), wanted)


def test_not_contiguous():
    signal, wanted = heartbeats()
    assert_found(np.stack([signal, signal], axis=1)[:, 0], wanted)


def test_one_beat():
    signal, wanted = heartbeats(10.0, rr=60.0, noise=0.0)
    np.testing.assert_array_equal(detect_rpeaks(signal, sampling_rate=RATE), wanted)


def test_bare_impulses():
    signal = np.zeros(5000)
    signal[200::200] = 1.0
    np.testing.assert_array_equal(
        detect_rpeaks(signal, sampling_rate=RATE), np.arange(200, 5000, 200)
    )


@pytest.mark.parametrize("kind", ["drift", "wander"])
def test_no_beat(kind):
    times = np.arange(5000) / RATE
    signal = times if kind == "drift" else np.sin(2 * np.pi * 0.3 * times)
    with pytest.warns(SignalQualityWarning, match="No R-peak was found"):
        assert detect_rpeaks(signal, sampling_rate=RATE).size == 0


def test_wander_and_mains():
    signal, wanted = heartbeats()
    times = np.arange(signal.size) / RATE
    hum = 0.1 * np.sin(2 * np.pi * 50 * times)
    assert_found(signal + 2 * np.sin(2 * np.pi * 0.25 * times) + hum, wanted)


@pytest.mark.parametrize("height", [0.5, 2.0])
def test_pacemaker_spikes(height):
    signal, wanted = heartbeats(rate=500.0)
    signal[wanted - 40] += height  # one sample wide, 80 ms ahead
    found = detect_rpeaks(signal, sampling_rate=500.0)
    scores = score_rpeaks(wanted, found, sampling_rate=500.0)
    assert (scores.false_negatives, scores.false_positives) == (0, 0)


def test_early_broad_beats():
    signal, wanted = heartbeats(60.0, noise=0.0)
    times = np.arange(signal.size)
    early = (wanted[5:-5:7] + 0.5 * RATE).astype(int)
    following = wanted[6:-4:7]
    for beat, gone in zip(early, following, strict=True):
        near = slice(gone - 60, gone + 90)
        signal[near] = 0.0
        signal += 1.8 * np.exp(-0.5 * ((times - beat) / (0.04 * RATE)) ** 2)
    assert_found(signal, np.union1d(np.setdiff1d(wanted, following), early))


def test_the_rhythm_brings_back_a_faint_beat():
    signal, wanted = heartbeats(noise=0.003)
    faint = wanted[15]
    signal[faint - 30 : faint + 30] *= 0.25
    assert_found(signal, wanted)


def test_a_low_rate_is_refused():
    with pytest.raises(ValueError, match="at least 50 Hz, got 40 Hz"):
        detect_rpeaks(np.zeros(500), sampling_rate=40.0)


def test_polarity_is_checked():
    signal, _ = heartbeats(5.0)
    with pytest.raises(ValueError, match="polarity must be one of"):
        detect_rpeaks(signal, sampling_rate=RATE, polarity="left")
    with pytest.raises(ValueError, match="goes with method='skecg' only"):
        detect_rpeaks(signal, sampling_rate=RATE, method="kachuee", polarity="up")


def test_slow_waves_are_measured_by_cell():
    signal = np.zeros(365)  # at 120 Hz: 36 cells of 10 samples, and a rest
    signal[200:210] = 1.0
    slow = qrs_envelope(signal, sampling_rate=120.0).slow
    wanted = np.zeros(36)
    wanted[18:23] = 0.2, 0.2, 0.8, 0.2, 0.2
    np.testing.assert_allclose(slow, wanted, atol=1e-6)
