"""Transfer inside scikit-learn's cross-validation and searches."""

import numpy as np
import pytest
import torch
from sklearn import config_context
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.pipeline import make_pipeline

from skecg.classifiers import BeatwiseClassifier, SignalClassifier
from skecg.classifiers._transfer import layers_with_parameters
from skecg.exceptions import GroupsWarning
from skecg.preprocessing import RecordScaler

LAYERS = [1, 4, "all"]


@pytest.fixture(scope="module")
def source(waves):
    """A network that tells the waves apart by other names than they have."""
    X, y, _ = waves
    model = small(max_epochs=8, lr=3e-3).fit(X, np.char.add(y, "_wave"))
    return FrozenEstimator(model)


def small(**params):
    defaults = {"max_epochs": 1, "batch_size": 20, "random_state": 0}
    return SignalClassifier("convnet1d", **(defaults | params))


def tensors(model):
    return [tensor.detach().clone() for tensor in model.net_.module_.parameters()]


def kept(model, source):
    """How many of the leading layers are as they were."""
    n_kept = 0
    for own, had in zip(
        layers_with_parameters(model.net_.module_),
        layers_with_parameters(source.estimator.net_.module_),
        strict=True,
    ):
        pairs = zip(own.parameters(), had.parameters(), strict=True)
        if not all(one.equal(other) for one, other in pairs):
            break
        n_kept += 1
    return n_kept


def test_each_fold_starts_from_the_weights_and_keeps_the_frozen(waves, source):
    X, y, groups = waves
    n_layers = len(layers_with_parameters(source.estimator.net_.module_))
    before = tensors(source.estimator)
    for learn in (1, 4):
        result = cross_validate(
            small(weights=source, trainable_layers=learn, max_epochs=4),
            X,
            y,
            groups=groups,
            cv=GroupKFold(3),
            return_estimator=True,
            error_score="raise",
        )
        for model in result["estimator"]:
            assert kept(model, source) == n_layers - learn
        # The source told these waves apart: what is frozen is what finds them.
        assert result["test_score"].min() > 0.8
    for was, now in zip(before, tensors(source.estimator), strict=True):
        assert torch.equal(was, now)


def test_without_the_weights_the_same_training_learns_less(waves, source):
    X, y, groups = waves
    scores = [
        cross_validate(
            small(weights=weights, trainable_layers=4),
            X,
            y,
            groups=groups,
            cv=GroupKFold(3),
            error_score="raise",
        )["test_score"].mean()
        for weights in (source, None)
    ]
    assert scores[0] > scores[1] + 0.1


def test_two_jobs_sweep_the_layers_as_one_does(waves, source):
    X, y, groups = waves
    scores, best = [], []
    for n_jobs in (None, 2):
        search = GridSearchCV(
            make_pipeline(RecordScaler(), small(weights=source)),
            {"signalclassifier__trainable_layers": LAYERS},
            cv=GroupKFold(3),
            n_jobs=n_jobs,
            error_score="raise",
        ).fit(X, y, groups=groups)
        scores.append(search.cv_results_["mean_test_score"])
        best.append(search.best_estimator_.predict(X))
    np.testing.assert_array_equal(scores[0], scores[1])
    np.testing.assert_array_equal(best[0], best[1])
    assert len(np.unique(scores[0])) > 1  # the parameter was not lost on the way


@pytest.mark.parametrize("form", ["network", "pipeline", "beatwise"])
def test_patients_reach_every_fit_of_a_nested_search(waves, source, form):
    # A fit without groups would warn (GroupsWarning), and warnings are errors here.
    X, y, groups = waves
    net = small(weights=source, valid_split=0.4)
    estimator, prefix = {
        "network": (net, ""),
        "pipeline": (make_pipeline(RecordScaler(), net), "signalclassifier__"),
        "beatwise": (BeatwiseClassifier(None, net), "classifier__"),
    }[form]
    if form == "beatwise":  # a record is two beats, and one of them may be missing
        X = np.stack([X, -X], axis=1)[:, :, np.newaxis]
        X[::5, 1] = np.nan
    with config_context(enable_metadata_routing=True):
        result = cross_validate(
            GridSearchCV(
                estimator, {f"{prefix}trainable_layers": LAYERS}, cv=GroupKFold(2)
            ),
            X,
            y,
            params={"groups": groups},
            cv=GroupKFold(3),
            return_estimator=True,
            error_score="raise",
        )
    for search in result["estimator"]:
        assert np.isfinite(search.cv_results_["mean_test_score"]).all()
        assert search.best_params_[f"{prefix}trainable_layers"] in LAYERS


def test_without_groups_the_search_says_that_patients_are_mixed(waves, source):
    X, y, _ = waves
    search = GridSearchCV(
        small(weights=source, valid_split=0.4), {"trainable_layers": [1]}, cv=2
    )
    with pytest.warns(GroupsWarning):
        search.fit(X, y)


def test_more_layers_than_there_are_end_the_search_by_name(waves, source):
    X, y, _ = waves
    search = GridSearchCV(
        small(weights=source), {"trainable_layers": [99]}, cv=2, error_score="raise"
    )
    with pytest.raises(ValueError, match=r"trainable_layers=99, but .* only 12 layers"):
        search.fit(X, y)
