"""Tests of skecg.inspection.ActivationsDisplay."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from skecg.classifiers import SignalClassifier
from skecg.inspection import ActivationsDisplay, layer_activations

X, y = np.random.default_rng(0).normal(size=(20, 100)), np.repeat(["a", "b"], 10)


@pytest.fixture(scope="module")
def model():
    return SignalClassifier("resnet1d", max_epochs=1, random_state=0).fit(X, y)


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_every_layer_is_drawn_as_it_answers(model):
    display = ActivationsDisplay.from_estimator(model, X[3])
    wanted = layer_activations(model, X[3:4])
    assert list(display.activations) == list(wanted)
    np.testing.assert_array_equal(display.ax_[0].lines[0].get_ydata(), X[3])
    for image, answer in zip(display.images_, wanted.values(), strict=True):
        drawn = image.get_array()
        assert drawn.size == answer[0].size
        np.testing.assert_allclose(np.ravel(drawn), np.ravel(answer[0]))


def test_layers_can_be_chosen(model):
    display = ActivationsDisplay.from_estimator(model, X[0], layers=["stem", "head"])
    assert list(display.activations) == ["stem", "head"]
    assert display.ax_[1].get_ylabel().startswith("stem")


def test_colours_meet_at_zero(model):
    display = ActivationsDisplay.from_estimator(model, X[0])
    for image in display.images_:
        low, high = image.get_clim()
        assert low == -high < 0


def test_it_needs_an_axes_for_each_layer(model):
    display = ActivationsDisplay.from_estimator(model, X[0], layers=["stem"])
    _, axes = plt.subplots(2, 1)
    assert display.plot(ax=axes).ax_.tolist() == axes.tolist()
    with pytest.raises(ValueError, match="must hold 2 axes"):
        display.plot(ax=axes[:1])
