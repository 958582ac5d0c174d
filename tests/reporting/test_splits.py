import numpy as np
import pandas as pd
import pytest
import sklearn
from joblib import parallel_config
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skecg.classifiers import SignalClassifier
from skecg.reporting import compare_splits
from skecg.reporting._splits import _out_of_fold

GROUPS = np.repeat(np.arange(6), 10)
X = np.random.default_rng(0).normal(size=(60, 20))
Y = np.tile(["N", "S", "V", "N", "N"], 12)


class Spy(ClassifierMixin, BaseEstimator):
    """Notes the groups it is fitted with, and predicts where each row stands in X."""

    __metadata_request__fit = {"groups": True}  # noqa: RUF012
    # Of the class, because cross_validate clones the estimator.
    seen = []  # noqa: RUF012
    predicted = []  # noqa: RUF012

    def fit(self, X, y, groups=None):
        self.classes_ = np.unique(y)
        self.rows_ = X[:, 0].astype(int)
        self.seen.append(groups)
        return self

    def predict(self, X):
        assert not np.isin(X[:, 0], self.rows_).any(), "tested on a training row"
        rows = X[:, 0].astype(int)
        self.predicted.append(rows)
        return Y[rows]


@pytest.fixture
def spy():
    Spy.seen.clear()
    Spy.predicted.clear()
    return Spy()


def _numbered():
    return np.arange(60.0)[:, np.newaxis]


def test_rows_come_by_estimator_with_patients_first():
    found = compare_splits(
        {"a": DummyClassifier(), "b": DummyClassifier()}, X, Y, groups=GROUPS
    )
    assert [(row.estimator, row.split) for row in found.rows] == [
        ("a", "patients"),
        ("a", "beats"),
        ("b", "patients"),
        ("b", "beats"),
    ]


def test_each_beat_is_predicted_in_its_place_by_a_model_that_never_saw_it(spy):
    found = compare_splits({"spy": spy}, _numbered(), Y, groups=GROUPS)
    for row in found.rows:
        np.testing.assert_array_equal(row.y_pred, Y)
        assert row.report.accuracy == 1
        assert len(row.fit_seconds) == 3
        assert row.fold_scores["accuracy"] == (1, 1, 1)


def test_no_beat_is_predicted_twice(spy):
    found = compare_splits({"spy": spy}, _numbered(), Y, groups=GROUPS)
    for split in range(len(found.rows)):
        predicted = np.concatenate(Spy.predicted[3 * split : 3 * split + 3])
        np.testing.assert_array_equal(np.sort(predicted), np.arange(60))
    assert len(Spy.predicted) == 3 * len(found.rows)


def test_predictions_are_kept_also_where_folds_could_run_in_parallel(spy):
    with parallel_config(n_jobs=2):
        found = compare_splits({"spy": spy}, _numbered(), Y, groups=GROUPS)
    np.testing.assert_array_equal(found.rows[0].y_pred, Y)


def test_a_data_frame_reaches_the_estimators_as_one():
    names = [f"v{i}" for i in range(X.shape[1])]
    by_name = make_pipeline(
        ColumnTransformer([("some", StandardScaler(), names[5:10])]),
        DecisionTreeClassifier(random_state=0),
    )
    by_place = make_pipeline(
        ColumnTransformer([("some", StandardScaler(), slice(5, 10))]),
        DecisionTreeClassifier(random_state=0),
    )
    index = np.arange(60)[::-1]  # an index that is no position
    frame = pd.DataFrame(X, columns=names, index=index)
    target, groups = pd.Series(Y, index=index), pd.Series(GROUPS, index=index)
    found = compare_splits({"tree": by_name}, frame, target, groups=groups)
    expected = compare_splits({"tree": by_place}, X, Y, groups=GROUPS)
    for row, other in zip(found.rows, expected.rows, strict=True):
        np.testing.assert_array_equal(row.y_pred, other.y_pred)


def test_groups_reach_the_estimators_that_ask_for_them(spy):
    compare_splits({"spy": spy}, _numbered(), Y, groups=GROUPS)
    compare_splits({"spy": make_pipeline(spy)}, _numbered(), Y, groups=GROUPS)
    assert len(spy.seen) == 2 * 2 * 3
    assert all(groups is not None for groups in spy.seen)


def test_only_one_of_the_splits_keeps_patients_apart():
    found = compare_splits({"a": DummyClassifier()}, X, Y, groups=GROUPS)
    assert found.row("a", "patients").known == 0
    assert found.row("a", "beats").known == 1


def test_metadata_routing_is_left_as_it_was():
    before = sklearn.get_config()["enable_metadata_routing"]
    compare_splits({"a": DummyClassifier()}, X, Y, groups=GROUPS)
    assert sklearn.get_config()["enable_metadata_routing"] is before


def test_the_estimators_themselves_are_not_fitted(spy):
    compare_splits({"spy": spy}, _numbered(), Y, groups=GROUPS)
    assert not hasattr(spy, "classes_")


def test_progress_is_told_after_each_fold():
    calls = []
    compare_splits(
        {"a": DummyClassifier()},
        X,
        Y,
        groups=GROUPS,
        n_splits=2,
        on_progress=lambda *call: calls.append(call),
    )
    assert [call[:2] for call in calls] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert "whole patients" in calls[0][2]
    assert "optimistic" in calls[-1][2]


def test_networks_leave_a_history_per_fold_also_from_within_a_pipeline():
    network = SignalClassifier(max_epochs=2, random_state=0)
    found = compare_splits(
        {"bare": network, "piped": make_pipeline(StandardScaler(), network)},
        X,
        Y,
        groups=GROUPS,
        n_splits=2,
    )
    for row in found.rows:
        assert [len(history) for history in row.histories] == [2, 2]
        assert "train_loss" in row.histories[0][0]


def test_the_same_seed_gives_the_same_figures():
    options = {"groups": GROUPS, "random_state": 3}
    first, again = (
        compare_splits(
            {"a": DummyClassifier(strategy="stratified", random_state=0)},
            X,
            Y,
            **options,
        )
        for _ in range(2)
    )
    for one, other in zip(first.rows, again.rows, strict=True):
        np.testing.assert_array_equal(one.y_pred, other.y_pred)
        np.testing.assert_equal(
            one.to_dict()["macro_f1_low"], other.report.intervals["macro_f1"][0]
        )


def test_intervals_come_from_the_records():
    # One record per patient gives intervals, one record in all cannot.
    without = compare_splits({"a": DummyClassifier()}, X, Y, groups=GROUPS)
    single = compare_splits(
        {"a": DummyClassifier()}, X, Y, groups=GROUPS, record=np.zeros(60)
    )
    assert without.rows[0].report.intervals is not None
    assert single.rows[0].report.intervals is None


def test_too_few_patients_no_estimator_and_unequal_lengths_are_refused():
    dummy = {"a": DummyClassifier()}
    with pytest.raises(
        ValueError, match="3 folds need at least as many patients, got 2"
    ):
        compare_splits(dummy, X, Y, groups=GROUPS % 2)
    with pytest.raises(ValueError, match="estimators is empty"):
        compare_splits({}, X, Y, groups=GROUPS)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        compare_splits(dummy, X, Y[:-1], groups=GROUPS)


def test_a_label_that_is_not_listed_is_refused():
    with pytest.raises(ValueError, match="labels"):
        compare_splits({"a": DummyClassifier()}, X, Y, groups=GROUPS, labels=["N", "S"])


def test_an_estimator_that_fails_is_not_passed_over(spy):
    class Failing(Spy):
        def fit(self, X, y, groups=None):
            raise ZeroDivisionError("at the first fold")

    with pytest.raises(ZeroDivisionError, match="at the first fold"):
        compare_splits({"failing": Failing()}, _numbered(), Y, groups=GROUPS)


def test_testing_on_a_training_row_is_refused():
    folds = [(np.array([0, 1]), np.array([1, 2]))]
    with pytest.raises(RuntimeError, match="was trained on"):
        _out_of_fold([np.array(["N", "V"])], folds)
