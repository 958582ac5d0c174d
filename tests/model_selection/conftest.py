"""A classifier that notes what reaches its `fit`."""

from typing import ClassVar

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin


class Witness(ClassifierMixin, BaseEstimator):
    """Predicts the commonest class; keeps the rows and groups `fit` was given."""

    __metadata_request__fit: ClassVar = {"groups": True}

    def __init__(self, level=0):
        self.level = level

    def fit(self, X, y, groups=None):
        self.classes_, counts = np.unique(y, return_counts=True)
        self.commonest_ = self.classes_[counts.argmax()]
        self.rows_ = np.asarray(X)[:, 0].astype(int)
        self.groups_ = groups
        return self

    def predict(self, X):
        return np.full(len(X), self.commonest_)


@pytest.fixture
def witness():
    return Witness()


@pytest.fixture
def routing():
    with config_context(enable_metadata_routing=True):
        yield
