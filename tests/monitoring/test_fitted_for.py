"""An estimator and the stream that it is to watch."""

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.dummy import DummyClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import skecg
from beat_models import beat_model
from skecg.classifiers import SignalClassifier
from skecg.datasets import make_ecg
from skecg.monitoring import DrawnWindows, StreamMonitor
from skecg.preprocessing import BandpassFilter, ECGRenderer, Resampler

RATE = 250.0


def _records(rate, n_leads=1):
    X = make_ecg(4, sampling_rate=rate, duration=10.0, random_state=0).data
    return (X, [0, 1, 0, 1]) if n_leads == 1 else (np.stack([X] * 2, 1), [0, 1, 0, 1])


def _network(rate, n_leads=1, **more):
    X, y = _records(rate, n_leads)
    options = {"sampling_rate": rate, "max_epochs": 1, "random_state": 0}
    return SignalClassifier(**(options | more)).fit(X, y)


def _resampling(rate, own):
    # The network's rate stands nearer to the outside than the first step's.
    steps = make_pipeline(Resampler(sampling_rate=rate, target_rate=own))
    X, y = _records(rate)
    network = SignalClassifier(sampling_rate=own, max_epochs=1, random_state=0)
    return make_pipeline(steps, network).fit(X, y)


@pytest.mark.parametrize(
    "model",
    [
        lambda: _network(360.0),
        lambda: make_pipeline(
            BandpassFilter(sampling_rate=360.0), LogisticRegression()
        ).fit(*_records(360.0)),
        lambda: CalibratedClassifierCV(FrozenEstimator(_network(360.0)), cv=2).fit(
            *_records(360.0)
        ),
        lambda: _resampling(360.0, RATE),
        lambda: skecg.load_pretrained("heartbeats", sampling_rate=360.0),
    ],
    ids=["network", "filter", "calibrated", "resampling", "in the box"],
)
def test_a_model_of_another_rate_is_refused(model):
    fitted = model()
    with pytest.raises(ValueError, match=r"250 Hz, and this .* fitted for 360 Hz.*Put"):
        StreamMonitor(fitted, sampling_rate=RATE)
    StreamMonitor(fitted, sampling_rate=360.0)


def test_a_model_of_beats_at_another_rate_is_refused():
    with pytest.raises(ValueError, match="BeatwiseClassifier was fitted for 125 Hz"):
        StreamMonitor(beat_model(), sampling_rate=RATE)


def test_a_model_that_resamples_itself_is_taken():
    StreamMonitor(_resampling(RATE, 125.0), sampling_rate=RATE)
    StreamMonitor(
        skecg.load_pretrained("heartbeats", sampling_rate=RATE), sampling_rate=RATE
    )


def test_a_model_that_tells_no_rate_is_taken():
    StreamMonitor(_network(RATE, sampling_rate=None), sampling_rate=RATE)
    StreamMonitor(DummyClassifier().fit([[0], [0]], [1, 2]), sampling_rate=RATE)


def test_rates_that_differ_by_a_digit_of_a_header_are_one():
    StreamMonitor(_network(1000 / 3), sampling_rate=333.333333)


def test_windows_of_another_length_are_refused():
    model = _network(RATE)
    with pytest.raises(ValueError, match=r"has 1000 samples, .* of 2500\. Set window"):
        StreamMonitor(model, sampling_rate=RATE, window=4.0)
    StreamMonitor(model, sampling_rate=RATE, window=10.0)
    # Beats are as long in windows of any length.
    StreamMonitor(beat_model(), sampling_rate=125.0, window=4.0)


def test_other_leads_are_refused():
    model = _network(RATE, n_leads=2)
    with pytest.raises(ValueError, match=r"1 lead\(s\), .* fitted for 2\. Set n_leads"):
        StreamMonitor(model, sampling_rate=RATE)
    StreamMonitor(model, sampling_rate=RATE, n_leads=2)


def test_a_model_of_pictures_must_draw():
    model = skecg.load_pretrained("ecg-images")
    with pytest.raises(ValueError, match=r"fitted for pictures.*DrawnWindows"):
        StreamMonitor(model, sampling_rate=RATE)
    renderer = ECGRenderer(sampling_rate=RATE, layout="rows", size=(100, 200))
    drawn = DrawnWindows(model, renderer)
    StreamMonitor(drawn, sampling_rate=RATE)
    with pytest.raises(ValueError, match=r"360 Hz, and this DrawnWindows.*for 250 Hz"):
        StreamMonitor(drawn, sampling_rate=360.0)
    drawn.predict_proba(np.zeros((1, 2500)))
    StreamMonitor(drawn, sampling_rate=RATE, window=4.0)  # it draws any length
