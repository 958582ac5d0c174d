"""Toy signals and pictures for the tests of classifiers."""

import numpy as np
import pytest

from spots import make_spots

N_PATIENTS, N_EACH, N_TIMES = 6, 10, 64


@pytest.fixture(scope="module")
def waves():
    """Two kinds of waves in noise, with patients: X, y, groups."""
    rng = np.random.default_rng(0)
    y = np.tile(["slow", "fast"], N_PATIENTS * N_EACH // 2)
    phase = rng.uniform(0, 2 * np.pi, size=(len(y), 1))
    cycles = np.where(y == "fast", 8, 2)[:, np.newaxis]
    X = np.sin(2 * np.pi * cycles * np.linspace(0, 1, N_TIMES) + phase)
    X += rng.normal(scale=0.3, size=X.shape)
    return X.astype(np.float32), y, np.repeat(np.arange(N_PATIENTS), N_EACH)


@pytest.fixture(scope="module")
def spots():
    """Grey pictures with a dark spot in the upper half or the lower: X, y, groups."""
    return make_spots()
