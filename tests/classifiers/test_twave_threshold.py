from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline

from skecg.classifiers import TWaveThresholdClassifier
from skecg.classifiers._threshold_search import best_thresholds, candidates
from skecg.features import TWaveIntensity


def rule(X, mean, maximum, std):
    return (X[:, 0] < mean) | (X[:, 1] > maximum) | (X[:, 2] > std)


def drawn(seed: int, n: int = 200, noise: float = 0.0):
    """Return features and labels that a known rule made, some of them turned over."""
    rng = np.random.default_rng(seed)
    X = rng.random((n, 3))
    abnormal = rule(X, 0.2, 0.8, 0.7) ^ (rng.random(n) < noise)
    return X, np.where(abnormal, "abnormal", "Normal")


def test_given_thresholds_are_the_rule():
    X, y = drawn(0)
    clf = TWaveThresholdClassifier(0.3, 0.6, 0.5).fit(X, y)
    assert (clf.mean_, clf.maximum_, clf.std_) == (0.3, 0.6, 0.5)
    np.testing.assert_array_equal(clf.predict(X) == "abnormal", rule(X, 0.3, 0.6, 0.5))


def test_what_lies_on_a_threshold_is_normal():
    clf = TWaveThresholdClassifier(0.5, 0.5, 0.5).fit(*drawn(0))
    answers = clf.predict([[0.5, 0.5, 0.5], [np.nextafter(0.5, 0), 0.5, 0.5]])
    assert answers.tolist() == ["Normal", "abnormal"]


def test_a_rule_is_found_again():
    X, y = drawn(1)
    clf = TWaveThresholdClassifier().fit(X, y)
    assert balanced_accuracy_score(y, clf.predict(X)) > 0.97
    learnt = [clf.mean_, clf.maximum_, clf.std_]
    np.testing.assert_allclose(learnt, [0.2, 0.8, 0.7], atol=0.03)


def test_a_column_that_says_nothing_has_a_rule_that_nothing_passes():
    X, y = drawn(2)
    X[:, 1] = 1.0  # the paper is white in all pictures
    clf = TWaveThresholdClassifier().fit(X, y)
    assert clf.maximum_ > 1


def test_infinity_switches_a_rule_off():
    X, y = drawn(3)
    clf = TWaveThresholdClassifier(-np.inf, np.inf, 0.5).fit(X, y)
    np.testing.assert_array_equal(clf.predict(X) == "abnormal", X[:, 2] > 0.5)
    none = TWaveThresholdClassifier(-np.inf, np.inf, np.inf).fit(X, y)
    assert set(none.predict(X)) == {"Normal"}


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_no_combination_is_better(seed):
    rng = np.random.default_rng(seed)
    columns = rng.integers(0, 4, (12, 3)).astype(float)
    abnormal = rng.random(12) < 0.5
    abnormal[:2] = True, False
    tried = [candidates(column, None, 1.0) for column in columns.T]

    def score(thresholds):
        return balanced_accuracy_score(abnormal, (columns > thresholds).any(axis=1))

    best = max(score(one) for one in product(*tried))
    assert score(best_thresholds(columns, abnormal, tried)) == pytest.approx(best)


def test_of_many_values_few_thresholds_are_tried():
    tried = candidates(np.random.default_rng(0).random(5000), None, 1.0)
    assert len(tried) <= 64
    assert (np.diff(tried) < 0).all()


@pytest.mark.parametrize("noise", [0.0, 0.2, 0.5])
def test_the_probability_never_falls_as_a_picture_becomes_more_suspicious(noise):
    X, y = drawn(4, noise=noise)
    clf = TWaveThresholdClassifier().fit(X, y)
    abnormal = clf.classes_.tolist().index("abnormal")
    worse = X + np.array([-0.05, 0.05, 0.05])
    before, after = (clf.predict_proba(one)[:, abnormal] for one in (X, worse))
    assert (after >= before).all()
    assert (after > before).any()
    np.testing.assert_array_equal(before > 0.5, clf.predict(X) == "abnormal")


def test_noise_makes_probabilities_less_sure():
    sure, unsure = (
        TWaveThresholdClassifier().fit(*drawn(5, n=400, noise=noise)).slope_
        for noise in (0.0, 0.2)
    )
    assert sure > 2 * unsure


@pytest.mark.parametrize(
    ("names", "given_name", "normal"),
    [
        (("abnormal", "Normal"), None, "Normal"),
        (("abnormal", "normal"), None, "normal"),
        (("healthy", "sick"), None, "healthy"),
        (("diseased", "healthy"), "healthy", "healthy"),
        ((0, 1), None, 0),
        ((0, 1), 1, 1),
    ],
)
def test_which_class_is_normal(names, given_name, normal):
    X, y = drawn(6, n=60)  # so few that every threshold is tried
    other = names[0] if names[1] == normal else names[1]
    labels = np.where(y == "Normal", normal, other)
    clf = TWaveThresholdClassifier(normal_label=given_name).fit(X, labels)
    assert clf.normal_label_ == normal
    np.testing.assert_array_equal(clf.predict(X) == normal, y == "Normal")


def test_what_cannot_be_is_refused():
    X, y = drawn(7)
    with pytest.raises(ValueError, match="normal_label='fine' is none of the classes"):
        TWaveThresholdClassifier(normal_label="fine").fit(X, y)
    with pytest.raises(ValueError, match=r"Only binary .* multiclass"):
        TWaveThresholdClassifier().fit(X[:3], ["a", "b", "c"])
    with pytest.raises(ValueError, match="two classes, got one"):
        TWaveThresholdClassifier().fit(X[:3], ["a", "a", "a"])
    with pytest.raises(ValueError, match="no column for it, only 2"):
        TWaveThresholdClassifier(std=0.2).fit(X[:, :2], y)


def test_it_ends_a_pipeline_of_pictures_and_can_be_searched():
    rng = np.random.default_rng(8)
    y = np.array(["normal", "abnormal"] * 10)
    X = rng.integers(230, 256, (20, 40, 30)).astype(np.uint8)
    X[y == "abnormal", 18:20] = 0
    model = make_pipeline(TWaveIntensity(), TWaveThresholdClassifier())
    assert cross_validate(model, X, y, cv=4)["test_score"].mean() == 1.0
    grid = {"twaveintensity__band": [(0.0, 0.3), (0.4, 0.6)]}
    search = GridSearchCV(clone(model), grid, cv=4).fit(X, y)
    assert search.best_params_ == {"twaveintensity__band": (0.4, 0.6)}
