"""Models that are kept, and data that they answer for."""

import numpy as np
from sklearn.base import BaseEstimator

from skecg.classifiers import SignalClassifier


def waves(n_rows: int = 40, n_times: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Return noise, and noise with a wave, in turn."""
    X = np.random.default_rng(0).normal(size=(n_rows, n_times))
    X[1::2, 20:30] += 3
    return X, np.where(np.arange(n_rows) % 2, "wave", "flat")


def small_network(**params: object) -> SignalClassifier:
    """Return a network that is trained in a moment."""
    settings = {"max_epochs": 1, "batch_size": 16, "random_state": 0}
    return SignalClassifier("convnet1d", **(settings | params))


def answer(estimator: BaseEstimator, X: np.ndarray) -> np.ndarray:
    """Return what an estimator makes of X, as numbers or labels."""
    for method in ("predict_proba", "predict", "transform"):
        if hasattr(estimator, method):
            return getattr(estimator, method)(X)
    raise AssertionError(f"{estimator} answers nothing")
