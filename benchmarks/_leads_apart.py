"""One network for every lead: each is a beat of its own, and the answers a mean."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from skecg.signal.patient import patient_columns


class LeadsApart(ClassifierMixin, BaseEstimator):
    """Train a network of one lead on the beats of all leads.

    Parameters
    ----------
    network : classifier
        Of beats of one lead, as `patient_beats` cuts them.
    asked : tuple of int
        The leads that it is asked of, whose answers are averaged.
    """

    def __init__(self, network: Any, asked: tuple[int, ...]) -> None:
        self.network = network
        self.asked = asked

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Train on each lead of each beat."""
        leads = range(_n_leads(X))
        rows = np.concatenate([of_lead(X, lead) for lead in leads])
        self.network_ = clone(self.network).fit(rows, np.tile(y, len(leads)))
        self.classes_ = self.network_.classes_
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Return the mean of what is said of each lead asked."""
        voices = [self.network_.predict_proba(of_lead(X, lead)) for lead in self.asked]
        return np.mean(voices, axis=0)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the likeliest class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def of_lead(X: np.ndarray, lead: int) -> np.ndarray:
    """Return the beats of one lead, without the columns of the shape of others.

    Rhythm is of the record, and waves are those of its first lead.
    """
    n_leads = _n_leads(X)
    names = patient_columns(n_leads)
    n_times = X.shape[-1] - len(names)
    own = f"lead{lead}_"
    kept = [
        n_times + place
        for place, name in enumerate(names)
        if name.startswith(own) or not name.startswith("lead")
    ]
    return X[:, [lead, n_leads + lead]][..., [*range(n_times), *kept]]


def _n_leads(X: np.ndarray) -> int:
    return X.shape[1] // 2
