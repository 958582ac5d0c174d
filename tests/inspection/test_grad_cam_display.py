"""Tests of skecg.inspection.GradCAMDisplay."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skecg.classifiers import SignalClassifier
from skecg.inspection import GradCAMDisplay, grad_cam
from skecg.preprocessing import Resampler

rng = np.random.default_rng(0)
X, y = rng.normal(size=(40, 2, 200)), np.repeat(["none", "wave"], 20)
X[20:, :, 120:140] += 3


@pytest.fixture(scope="module")
def model():
    return SignalClassifier("convnet1d", max_epochs=3, random_state=0).fit(X, y)


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_signal_and_map_are_drawn_over_the_same_seconds(model):
    display = GradCAMDisplay.from_estimator(
        model, X[18:22], y=y[18:22], sampling_rate=100.0, lead=1
    )
    np.testing.assert_array_equal(display.maps, grad_cam(model, X[18:22]))
    for index, line in enumerate(display.lines_):
        np.testing.assert_allclose(line.get_xdata(), np.arange(200) / 100)
        np.testing.assert_array_equal(line.get_ydata(), X[18 + index, 1])
        extent = display.images_[index].get_extent()
        np.testing.assert_allclose(extent[:2], (-0.005, 1.995))
        assert extent[2] < X[18 + index, 1].min()
        assert extent[3] > X[18 + index, 1].max()
    assert display.titles[0].endswith("true none")


def test_each_panel_has_its_own_scale(model):
    display = GradCAMDisplay.from_estimator(
        model, X[20:23], target="wave", sampling_rate=100.0
    )
    for image in display.images_:
        assert image.get_array().max() == pytest.approx(1)
    assert display.titles[0].startswith("for wave (predicted")


def test_the_input_of_a_pipeline_is_drawn_where_it_is_asked_for():
    pipeline = make_pipeline(
        Resampler(sampling_rate=100.0, target_rate=50.0),
        SignalClassifier("convnet1d", max_epochs=1, random_state=0),
    ).fit(X, y)
    at_input = GradCAMDisplay.from_estimator(
        pipeline, X[:2], sampling_rate=100.0, at="input"
    )
    np.testing.assert_array_equal(at_input.signals, X[:2, 0])
    at_network = GradCAMDisplay.from_estimator(pipeline, X[:2], sampling_rate=50.0)
    assert at_network.signals.shape == at_network.maps.shape == (2, 100)


def test_it_draws_on_axes_that_it_is_given(model):
    _, axes = plt.subplots(2, 1)
    display = GradCAMDisplay.from_estimator(model, X[:2], sampling_rate=100.0, ax=axes)
    assert display.ax_.tolist() == axes.tolist()
    with pytest.raises(ValueError, match="inconsistent numbers"):
        display.plot(ax=axes[:1])


def test_nothing_found_is_drawn_as_nothing():
    display = GradCAMDisplay(
        np.ones((1, 9)) * np.arange(9),
        np.zeros((1, 9)),
        titles=["a"],
        sampling_rate=9.0,
    ).plot()
    assert display.images_[0].get_array().max() == 0
