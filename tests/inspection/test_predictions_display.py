"""Tests of skecg.inspection.PredictionsDisplay."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC

from skecg.inspection import PredictionsDisplay

X = np.random.default_rng(0).integers(0, 255, size=(5, 20, 30), dtype=np.uint8)
TRUE = np.array(["Normal", "Normal", "Infarction", "Normal", "Infarction"])
TAKEN = np.array(["Normal", "Infarction", "Normal", "Normal", "Infarction"])
SURE = np.array([0.9, 0.6, 0.8, 0.55, 0.7])


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize(
    ("order", "index"),
    [
        ("most_wrong", [2, 1, 3, 4, 0]),
        ("least_sure", [3, 1, 4, 2, 0]),
        ("given", [0, 1, 2, 3, 4]),
    ],
)
def test_the_order_is_the_one_asked_for(order, index):
    display = PredictionsDisplay.from_predictions(
        X, TRUE, TAKEN, confidence=SURE, order=order, n_shown=4
    )
    assert display.index.tolist() == index[:4]
    np.testing.assert_array_equal(display.y_true, TRUE[index[:4]])
    np.testing.assert_array_equal(display.confidence, SURE[index[:4]])
    for image, row in zip(display.images_, index, strict=False):
        np.testing.assert_array_equal(image.get_array(), X[row])


def test_wrong_ones_are_marked_by_words_and_dashes_too():
    display = PredictionsDisplay.from_predictions(X, TRUE, TAKEN, confidence=SURE)
    titles = [panel.get_title(loc="left") for panel in display.ax_]
    assert titles[0] == "wrong: Normal (80%)\ntrue: Infarction"
    assert titles[2] == "right: Normal (55%)"
    styles = [panel.spines["left"].get_linestyle() for panel in display.ax_]
    assert styles == ["dashed"] * 2 + ["solid"] * 3


def test_without_confidence_wrong_ones_still_come_first():
    display = PredictionsDisplay.from_predictions(X, TRUE, TAKEN)
    assert display.index.tolist() == [1, 2, 0, 3, 4]
    assert display.ax_[0].get_title(loc="left").startswith("wrong: Infarction\n")
    with pytest.raises(ValueError, match="needs the confidence"):
        PredictionsDisplay.from_predictions(X, TRUE, TAKEN, order="least_sure")
    with pytest.raises(ValueError, match="order must be 'most_wrong'"):
        PredictionsDisplay.from_predictions(X, TRUE, TAKEN, order="worst")


def test_an_estimator_says_itself_how_sure_it_is():
    prior = DummyClassifier(strategy="prior").fit(X, TRUE)
    display = PredictionsDisplay.from_estimator(prior, X, TRUE, n_columns=2)
    np.testing.assert_allclose(display.confidence, 0.6)
    assert display.index.tolist() == [2, 4, 0, 1, 3]
    flat = FunctionTransformer(lambda X: X.reshape(len(X), -1) / 255)
    model = make_pipeline(flat, LinearSVC()).fit(X, TRUE)
    display = PredictionsDisplay.from_estimator(model, X, TRUE)
    assert display.confidence is None
    np.testing.assert_array_equal(display.y_pred, TRUE)


def test_signals_are_refused():
    with pytest.raises(ValueError, match="drawn by BeatsDisplay"):
        PredictionsDisplay.from_predictions(np.zeros((5, 187)), TRUE, TAKEN)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("params", [{"n_shown": 0}, {"n_shown": -1}, {"n_columns": 0}])
def test_nothing_to_draw_is_an_error(params):
    with pytest.raises(ValueError, match="at least one picture to draw and one column"):
        PredictionsDisplay.from_predictions(X, TRUE, TAKEN, **params)
