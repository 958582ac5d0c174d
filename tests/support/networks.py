"""A small network and a splitter that tells, for the tests of classifiers."""

import numpy as np

from skecg.classifiers import SignalClassifier
from skecg.model_selection import GroupValidSplit


def small_network(**params: object) -> SignalClassifier:
    """Return a network that learns toy data in a second."""
    defaults = {"max_epochs": 8, "batch_size": 16, "lr": 3e-3, "random_state": 0}
    return SignalClassifier("convnet1d", **(defaults | params))


class GroupsSpy(GroupValidSplit):
    """Notes what the splitter was given and what it gave."""

    def split(self, X, y=None, groups=None):
        for train, valid in super().split(X, y, groups):
            type(self).seen = (np.asarray(groups), train, valid)
            yield train, valid
