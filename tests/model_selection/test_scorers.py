"""Scorers with fixed classes."""

import pickle

import numpy as np
import pytest
from sklearn import config_context
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate

from skecg.model_selection import aami_report, aami_scorers
from skecg.signal.aami import AAMI_CLASSES


class Counter(DummyClassifier):
    """Counts its predictions, for the class as a whole: cross_validate clones."""

    calls = 0

    def predict(self, X):
        type(self).calls += 1
        return super().predict(X)


@pytest.fixture
def patients():
    """Three patients, of whom only the last has S beats and none F or Q."""
    rng = np.random.default_rng(0)
    y = np.array([*"NNNNVV", *"NNNNVV", *"NNNVSS"])
    X = rng.normal(size=(18, 3)) + (y == "V")[:, None] - 2 * (y == "S")[:, None]
    return X, y, np.repeat([1, 2, 3], 6)


def test_names_are_those_of_the_report():
    named = aami_report(["N"], ["N"]).to_dict()
    scorers = aami_scorers()
    assert len(scorers) == 4 + 3 * len(AAMI_CLASSES)
    assert list(scorers) == list(named)


@pytest.mark.parametrize("routing_on", [False, True])
def test_a_class_missing_from_a_fold_is_nan_for_that_class_only(patients, routing_on):
    X, y, groups = patients
    with config_context(enable_metadata_routing=routing_on):
        given = {"params": {"groups": groups}} if routing_on else {"groups": groups}
        scores = cross_validate(
            LogisticRegression(),
            X,
            y,
            cv=GroupKFold(3),
            scoring=aami_scorers(),
            error_score="raise",
            **given,
        )
    assert np.isnan(scores["test_se_S"]).sum() == 2
    assert np.isnan(scores["test_ppv_S"]).sum() == 2
    for name in ("accuracy", "balanced_accuracy", "macro_f1", "se_N", "ppv_V"):
        assert np.isfinite(scores[f"test_{name}"]).all()
    for label in "FQ":
        assert np.isnan(scores[f"test_se_{label}"]).all()


def test_scores_equal_the_report(patients):
    X, y, groups = patients
    model = LogisticRegression().fit(X, y)
    report = aami_report(y, model.predict(X), record=groups).to_dict()
    for name, scorer in aami_scorers().items():
        np.testing.assert_equal(scorer(model, X, y), report[name])


def test_the_model_predicts_once_per_fold(patients):
    X, y, groups = patients
    Counter.calls = 0
    cross_validate(
        Counter(), X, y, groups=groups, cv=GroupKFold(3), scoring=aami_scorers()
    )
    assert Counter.calls == 3


def test_they_can_be_sent_to_another_process(patients):
    X, y, groups = patients
    sent = pickle.loads(pickle.dumps(aami_scorers()))
    both = [
        cross_validate(
            LogisticRegression(),
            X,
            y,
            groups=groups,
            cv=GroupKFold(3),
            scoring=scoring,
            n_jobs=n_jobs,
        )
        for scoring, n_jobs in ((aami_scorers(), 2), (sent, None))
    ]
    for name in aami_scorers():
        np.testing.assert_array_equal(both[0][f"test_{name}"], both[1][f"test_{name}"])


def test_a_search_chooses_by_an_average(patients):
    X, y, groups = patients
    scorers = aami_scorers()
    search = GridSearchCV(
        LogisticRegression(),
        {"C": [1e-6, 1.0]},
        scoring={name: scorers[name] for name in ("macro_f1", "macro_f1_nsv")},
        refit="macro_f1",
        cv=GroupKFold(3),
    ).fit(X, y, groups=groups)
    assert search.best_params_ == {"C": 1.0}


def test_a_label_that_is_not_listed_is_an_error_that_names_it(patients):
    X, y, _ = patients
    model = LogisticRegression().fit(X, y)
    scorer = aami_scorers(labels=["N", "V"])["accuracy"]
    with pytest.raises(ValueError, match=r"y_true .*\('N', 'V'\): 'S'"):
        scorer(model, X, y)


def test_labels_may_be_numbers():
    X, y = np.zeros((3, 1)), [0, 0, 1]
    model = DummyClassifier().fit(X, y)
    scorers = aami_scorers(labels=range(2))
    assert scorers["se_0"](model, X, y) == 1
    assert scorers["se_1"](model, X, y) == 0
    assert np.isnan(scorers["macro_f1_nsv"](model, X, y))


@pytest.mark.parametrize("labels", [[], ["N", "N"]])
def test_useless_labels_are_refused(labels):
    with pytest.raises(ValueError, match="labels must hold"):
        aami_scorers(labels)
