import numpy as np
import pytest

from skecg.datasets import make_ecg
from skecg.signal._delineation_beats import (
    LEFT,
    RATE,
    RIGHT,
    Beats,
    _averages,
    cut_beats,
)


def _cut(signal, rpeaks, rate):
    return Beats(
        *cut_beats(np.asarray(signal, dtype=np.float64), np.asarray(rpeaks), rate)
    )


@pytest.fixture(scope="module")
def ecg():
    return make_ecg(1, sampling_rate=500.0, duration=20, noise=0.02, random_state=0)


def test_windows_stand_around_the_centre(ecg):
    beats = _cut(ecg.data[0], ecg.rpeaks[0], 500.0)
    assert beats.window.shape == (ecg.rpeaks[0].size, LEFT + RIGHT)
    assert np.abs(beats.centre - ecg.rpeaks[0] / 2).max() <= 3
    assert np.abs(beats.window.argmax(axis=1)[1:-1] - LEFT).max() <= 3


@pytest.mark.parametrize("rate", [50.0, 128.0, 250.0, 360.0, 1000.0])
def test_a_straight_line_stays_straight_at_every_rate(rate):
    times = np.arange(int(10 * rate)) / rate
    beats = _cut(times, [int(5 * rate)], rate)
    steps = np.diff(beats.window[0][20:-20])
    np.testing.assert_allclose(steps, 1 / RATE / times[-1], rtol=0.05)


def test_the_average_keeps_the_beat_and_loses_noise():
    clean, ecg = (
        make_ecg(
            1,
            sampling_rate=500.0,
            duration=20,
            heart_rate=60.0,
            heart_rate_sd=0.0,
            wander=0.0,
            noise=noise,
            random_state=0,
        )
        for noise in (0.0, 0.02)
    )
    noisy = _cut(ecg.data[0], ecg.rpeaks[0], 500.0)
    wanted = _cut(clean.data[0], ecg.rpeaks[0], 500.0).window
    inner = (slice(5, -5), slice(LEFT + 30, LEFT + 120))
    before = np.std(noisy.window[inner] - wanted[inner])
    assert np.std(noisy.average[inner] - wanted[inner]) < 0.8 * before


def test_the_average_is_weighted_by_how_much_beats_are_alike():
    rng = np.random.default_rng(0)
    shape = np.exp(-0.5 * ((np.arange(-LEFT, RIGHT) - 20) / 30) ** 2)
    window = shape + 0.1 * rng.standard_normal((6, LEFT + RIGHT))
    window[2] *= 3  # like none of the others
    window = window.astype(np.float32)
    first, last = np.full(6, -100), np.array([179, 150, 179, 120, 110, 179])
    rhythm = np.zeros((6, 5), dtype=np.float32)
    average = _averages(window, first, last, rhythm)
    for b in range(6):
        total, weights = window[b].astype(np.float64), np.ones(LEFT + RIGHT)
        for o in set(range(max(0, b - 4), min(6, b + 5))) - {b}:
            part = slice(LEFT - 25, LEFT + min(100, last[b], last[o]))
            one, other = (w[part] - w[part].mean() for w in (window[b], window[o]))
            alike = 2 * (one * other).sum() / (one**2 + other**2).sum()
            weight = max(0, (alike - 0.7) / 0.3) ** 2
            inner = slice(LEFT - 100, LEFT + last[o] + 1)
            total[inner] += weight * window[o, inner]
            weights[inner] += weight
        np.testing.assert_allclose(average[b], total / weights, atol=1e-4)
    assert rhythm[2, 3] == 0 < rhythm[[0, 1, 3, 4, 5], 3].min()


def test_an_ectopic_beat_is_not_averaged_with_others():
    ecg = make_ecg(1, sampling_rate=250.0, duration=60, ectopic=0.1, random_state=3)
    beats = _cut(ecg.data[0], ecg.rpeaks[0], 250.0)
    joined = beats.rhythm[:, 3]
    early = ecg.target[0] == "V"
    assert early.any()
    assert joined[early].max() < 0.3 < np.median(joined[~early])


def test_what_belongs_to_the_next_beat_is_left_out():
    ecg = make_ecg(1, sampling_rate=250.0, heart_rate=150.0, random_state=0)
    window = _cut(ecg.data[0], ecg.rpeaks[0], 250.0).window
    assert (window[2:-2, LEFT + 95 :].max(axis=1) < 0.5 * window.max()).all()


def test_gaps_are_told():
    signal = np.sin(np.arange(1000) / 20)
    signal[100:200] = np.nan
    gap = _cut(signal, [500], 500.0).gap
    assert gap[51:99].all()
    assert gap.sum() <= 51


def test_a_lone_beat_has_a_rhythm():
    beats = _cut(np.sin(np.arange(1000) / 20), [500], 250.0)
    np.testing.assert_array_equal(beats.rhythm, np.zeros((1, 5)))
    np.testing.assert_array_equal(beats.average, beats.window)
