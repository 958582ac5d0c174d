"""Each lead is a beat of its own."""

import numpy as np
from sklearn.dummy import DummyClassifier

from benchmarks._leads_apart import LeadsApart, of_lead
from skecg.signal.patient import patient_beats, patient_columns


def test_a_lead_is_cut_as_it_would_be_alone():
    rng = np.random.default_rng(0)
    peaks = np.arange(200, 7000, 220)
    signal = rng.normal(scale=0.05, size=(2, 7500))
    signal[:, peaks] += 1.0
    both = patient_beats(signal, peaks, sampling_rate=250)
    alone = patient_beats(signal[0], peaks, sampling_rate=250)
    np.testing.assert_array_equal(of_lead(both, 0), alone)
    second = of_lead(both, 1)
    assert second.shape == alone.shape
    np.testing.assert_array_equal(second[:, 0, :150], both[:, 1, :150])
    np.testing.assert_array_equal(second[:, 1, :150], both[:, 3, :150])


class Answer(DummyClassifier):
    """Say of a row how large its first sample is; count the rows of the training."""

    def fit(self, X, y):
        self.n_rows_ = len(X)
        return super().fit(X, y)

    def predict_proba(self, X):
        sure = X[:, 0, 0]
        return np.column_stack([sure, 1 - sure])


def test_answers_of_the_leads_asked_are_averaged():
    X = np.zeros((2, 4, 150 + len(patient_columns(2))))
    X[:, 0, 0], X[:, 1, 0] = (1.0, 0.25), (0.5, 0.0)
    y = np.array(["N", "V"])
    both = LeadsApart(Answer(), (0, 1)).fit(X, y)
    np.testing.assert_allclose(both.predict_proba(X)[:, 0], [0.75, 0.125])
    assert both.predict(X).tolist() == ["N", "V"]
    first = LeadsApart(Answer(), (0,)).fit(X, y)
    np.testing.assert_allclose(first.predict_proba(X)[:, 0], [1.0, 0.25])


def test_all_leads_of_all_beats_are_learnt_from():
    X = np.zeros((3, 4, 150 + len(patient_columns(2))))
    fitted = LeadsApart(Answer(), (0,)).fit(X, np.array(["N", "V", "V"]))
    np.testing.assert_allclose(fitted.network_.class_prior_, [1 / 3, 2 / 3])
    assert fitted.network_.n_rows_ == 6
