"""The detector behind the alarms."""

import numpy as np
import pytest

from skecg.datasets import load_mitbih_sample, make_ecg
from skecg.monitoring import _trackers
from skecg.monitoring._kernel import advance


def _found(signal, rate, chunk=1.0):
    setup = _trackers.settings(rate)
    trackers = _trackers.make_trackers(1, setup)
    ring = np.ascontiguousarray(signal, dtype=np.float64)[None]
    row, step, seen = np.zeros(1, dtype=np.int64), round(chunk * rate), {}
    for begin in range(0, signal.size, step):
        ends = np.array([min(begin + step, signal.size)])
        advance(row, np.array([begin]), ends, ring, trackers, setup)
        for beat, label in zip(trackers.beats[0], trackers.labels[0], strict=True):
            if beat >= 0:
                seen[int(beat)] = int(label)
    return np.array(sorted(seen)), seen


def _missed(expected, found, rate):
    if not found.size:
        return expected.size
    return sum(np.abs(found - beat).min() > 0.1 * rate for beat in expected)


@pytest.mark.parametrize("rate", [100.0, 128.0, 250.0, 360.0, 500.0, 1000.0])
@pytest.mark.parametrize("per_minute", [30, 70, 150, 220])
def test_beats_are_found_at_every_rate(rate, per_minute):
    ecg = make_ecg(
        1, sampling_rate=rate, duration=30, heart_rate=per_minute, random_state=0
    )
    found, _ = _found(ecg.data[0], rate)
    expected = ecg.rpeaks[0]
    inside = (expected > 3.5 * rate) & (expected < ecg.data.shape[1] - rate)
    assert _missed(expected[inside], found, rate) == 0
    behind = found[found > 3.5 * rate]
    assert _missed(behind, expected, rate) == 0


@pytest.mark.parametrize("change", [lambda x: -x, lambda x: x + 5.0, lambda x: 2.5 * x])
def test_polarity_offset_and_height_do_not_matter(change):
    ecg = make_ecg(1, sampling_rate=250, duration=30, random_state=0)
    usual, _ = _found(ecg.data[0], 250.0)
    changed, _ = _found(change(ecg.data[0]), 250.0)
    np.testing.assert_array_equal(usual, changed)


@pytest.mark.parametrize("noise", [0.0, 0.005, 0.02])
def test_noise_alone_has_no_beat(noise):
    rng = np.random.default_rng(0)
    ecg = make_ecg(1, sampling_rate=250, duration=20, random_state=0)
    quiet = noise * rng.standard_normal(5000)
    found, _ = _found(np.concatenate([ecg.data[0], quiet]), 250.0)
    assert (found > 5100).sum() == 0
    alone, _ = _found(quiet, 250.0)
    assert alone.size == 0


def test_wide_beats_among_others_are_ventricular():
    ecg = make_ecg(
        1, sampling_rate=250, duration=120, ectopic=0.2, noise=0.0, random_state=1
    )
    found, labels = _found(ecg.data[0], 250.0)
    right = total = 0
    for beat, kind in zip(ecg.rpeaks[0], ecg.target[0], strict=True):
        if beat < 15 * 250 or not np.abs(found - beat).min() < 25:
            continue
        told = labels[int(found[np.abs(found - beat).argmin()])]
        right += (told == _trackers.VENTRICULAR) == (kind == "V")
        total += 1
    assert total > 80
    assert right / total > 0.97


def test_real_records():
    sample = load_mitbih_sample()
    missed = total = 0
    for row in range(0, len(sample.data), 6):
        signal = sample.data[row, 0]
        marks = sample.annotations[row]
        beats = marks.sample[np.isin(marks.symbol, list("NLRAVFeaJSEj/f"))]
        found, _ = _found(signal, sample.sampling_rate)
        late = beats[beats > 3.5 * sample.sampling_rate]
        missed += _missed(late, found, sample.sampling_rate)
        total += late.size
    assert missed / total < 0.03


def test_a_gap_brings_no_beat():
    ecg = make_ecg(1, sampling_rate=250, duration=30, random_state=0)
    signal = ecg.data[0] + 3.0  # the jump to a gap would be high
    signal[2500:4000] = np.nan
    found, _ = _found(signal, 250.0)
    inside = found[(found > 2480) & (found < 4020)]
    assert _missed(inside, ecg.rpeaks[0], 250.0) == 0
    assert ((found > 2510) & (found < 3990)).sum() == 0
