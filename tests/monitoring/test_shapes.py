"""What a beat is, from seven measures of it."""

import numpy as np
import pytest

from skecg.datasets import load_noise_sample, make_ecg
from skecg.monitoring import StreamMonitor, _trackers
from skecg.monitoring._kernel import advance
from skecg.monitoring._shapes import _label

RATE = 250.0
CALM, NOISY = np.log(0.08), np.log(0.4)


def _measures(*, alike, width, height, steep, other, before, noise):
    return np.array([alike, width, height, steep, other, before, noise])


def test_a_beat_like_the_others_is_usual_whatever_the_noise():
    for noise in (CALM, np.log(0.2)):
        told = _measures(
            alike=0.98, width=0, height=0, steep=0, other=0.5, before=0.98, noise=noise
        )
        assert _label(told) == _trackers.USUAL


def test_a_wide_high_beat_in_calm_is_ventricular():
    told = _measures(
        alike=0.5, width=0.8, height=0.4, steep=-0.3, other=0.98, before=0.5, noise=CALM
    )
    assert _label(told) == _trackers.VENTRICULAR


def test_a_wide_high_beat_like_the_others_is_ventricular():
    """Correlation does not see how high a beat is."""
    told = _measures(
        alike=0.85, width=0.97, height=0.67, steep=0, other=0.6, before=0.7, noise=CALM
    )
    assert _label(told) == _trackers.VENTRICULAR


@pytest.mark.parametrize(
    ("height", "name"), [(-0.5, _trackers.DOUBTFUL), (0.1, _trackers.USUAL)]
)
def test_a_flat_wave_in_noise_is_doubtful_if_it_is_small(height, name):
    told = _measures(
        alike=0.4,
        width=1.0,
        height=height,
        steep=-1.2,
        other=0.3,
        before=0.2,
        noise=NOISY,
    )
    assert _label(told) == name


def _labels(signal):
    setup = _trackers.settings(RATE)
    trackers = _trackers.make_trackers(1, setup)
    ring, row = np.ascontiguousarray(signal)[None], np.zeros(1, dtype=np.int64)
    told = {}
    for begin in range(0, signal.size - 250, 250):
        ends = np.array([begin + 250])
        advance(row, np.array([begin]), ends, ring, trackers, setup)
        told |= dict(zip(trackers.beats[0], trackers.labels[0], strict=True))
    return np.array([name for beat, name in told.items() if beat > 20 * RATE])


def test_noise_of_electrodes_makes_few_ventricular_beats():
    ecg = make_ecg(1, sampling_rate=RATE, duration=50, random_state=0)
    noise = load_noise_sample()
    assert noise.sampling_rate == 360
    times = np.arange(ecg.data.shape[1]) / RATE
    lead = noise.data[0].astype(float)
    lead = np.interp(times, np.arange(lead.size) / 360, lead - lead.mean())
    labels = _labels(ecg.data[0] + 0.15 * lead)
    assert (labels == _trackers.VENTRICULAR).mean() < 0.15


def test_the_estimator_does_not_make_beats_of_noise():
    class Ventricular:
        classes_ = np.array(["N", "V"])

        def predict_proba(self, X):
            return np.tile([0.0, 1.0], (len(X), 1))

    monitor = StreamMonitor(Ventricular(), sampling_rate=RATE)
    monitor.feed([(0.0, np.zeros(2500))])
    patients = monitor._patients
    beats = np.arange(1, _trackers.N_BEATS + 1) * 50
    patients._trackers.beats[0] = beats
    patients._trackers.labels[0] = _trackers.USUAL
    patients._trackers.labels[0, ::2] = _trackers.DOUBTFUL
    patients._name_beats(0, 0, beats / RATE, np.ones(beats.size, dtype=bool))
    labels = patients._trackers.labels[0]
    assert (labels[::2] == _trackers.DOUBTFUL).all()
    assert (labels[1::2] == _trackers.VENTRICULAR).all()
