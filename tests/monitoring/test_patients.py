"""What is known of patients, of several sources."""

import numpy as np

from skecg.monitoring import StreamMonitor, _trackers

RATE = 250.0


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
