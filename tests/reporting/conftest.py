"""Comparisons whose outcome is known, because the data were made for it."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.neighbors import KNeighborsClassifier

from skecg.reporting import compare_splits

PATIENT = np.repeat(np.arange(12), 20)


def _compare(X, y, **options):
    estimators = {
        "majority": DummyClassifier(strategy="most_frequent"),
        "neighbour": KNeighborsClassifier(1),
    }
    return compare_splits(estimators, X, y, groups=PATIENT, **options)


@pytest.fixture(scope="session")
def leaky():
    """Each patient has one class and a signature that says nothing about it."""
    rng = np.random.default_rng(0)
    y = np.array(list("NNNNSSSSVVVV"))[PATIENT]
    signature = rng.normal(size=(12, 30))[PATIENT]
    return _compare(signature + rng.normal(scale=0.1, size=(240, 30)), y)


@pytest.fixture(scope="session")
def honest():
    """Every patient has all classes, and their beats look the same in everyone."""
    rng = np.random.default_rng(0)
    y = np.array(list("NSV") * 80)
    shape = np.searchsorted(list("NSV"), y)[:, np.newaxis]
    return _compare(shape + rng.normal(scale=0.05, size=(240, 30)), y)
