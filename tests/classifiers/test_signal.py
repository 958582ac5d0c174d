"""SignalClassifier as its users meet it; the contract's checks are in test_contract."""

import numpy as np
import pandas as pd
import pytest
import torch
from joblib import parallel_config
from sklearn import config_context
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    StratifiedGroupKFold,
    cross_val_predict,
    cross_validate,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from skorch.callbacks import Callback, EarlyStopping
from torch import nn

from skecg.classifiers import SignalClassifier
from skecg.exceptions import (
    GroupsWarning,
    SignalQualityWarning,
    TrainingDivergedError,
)
from skecg.model_selection import GroupValidSplit

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


def small(**params):
    defaults = {"max_epochs": 8, "batch_size": 16, "lr": 3e-3, "random_state": 0}
    return SignalClassifier("convnet1d", **(defaults | params))


class Perceptron(nn.Sequential):
    """A network of the user's own, with the constructor that the docs ask for."""

    def __init__(self, n_leads, n_times, n_classes, n_hidden=8):
        super().__init__(
            nn.Flatten(),
            nn.Linear(n_leads * n_times, n_hidden),
            nn.ReLU(),
            nn.Linear(n_hidden, n_classes),
        )


class GroupsSpy(GroupValidSplit):
    """Notes what the splitter was given and what it gave."""

    def split(self, X, y=None, groups=None):
        for train, valid in super().split(X, y, groups):
            type(self).seen = (np.asarray(groups), train, valid)
            yield train, valid


def test_learns_string_labels_and_tells_new_rows_apart(waves):
    X, y, groups = waves
    train = groups < 4
    model = small().fit(X[train], y[train])
    assert model.classes_.tolist() == ["fast", "slow"]
    assert model.score(X[~train], y[~train]) >= 0.9
    assert model.class_prior_.tolist() == [0.5, 0.5]


def test_leads_are_used(waves):
    X, y, _ = waves
    noise = np.random.default_rng(1).normal(size=X.shape)
    stacked = np.stack([noise, X], axis=1)
    assert small(max_epochs=12).fit(stacked, y).score(stacked, y) >= 0.9


def test_context_columns_reach_the_head():
    rng = np.random.default_rng(0)
    y = rng.choice(["early", "on time"], size=80)
    rr = np.where(y == "early", 0.5, 1.0)[:, np.newaxis]
    alike = np.tile(np.sin(np.arange(30)), (80, 1))  # the signals tell nothing
    X = np.hstack([alike, rr, rr])
    model = small(context=2, max_epochs=40).fit(X, y)
    assert model.n_times_in_ == 30
    assert model.n_features_in_ == 32
    assert model.score(X, y) == 1
    swapped = X.copy()
    swapped[:, 30:] = 1.5 - X[:, 30:]
    assert model.score(swapped, y) == 0


def test_history_has_one_entry_an_epoch(waves):
    X, y, groups = waves
    model = small(max_epochs=3, valid_split=0.3).fit(X, y, groups)
    assert [row["epoch"] for row in model.history_] == [1, 2, 3]
    for row in model.history_:
        assert 0 <= row["train_accuracy"] <= 1
        assert 0 <= row["valid_accuracy"] <= 1
        assert row["valid_loss"] > 0
        assert row["duration"] > 0
    assert "valid_loss" not in small(max_epochs=1).fit(X, y).history_[0]


def test_history_agrees_with_a_count_by_hand(waves):
    X, y, groups = waves
    model = small(max_epochs=2, valid_split=GroupsSpy(0.3, random_state=1))
    model.fit(X, y, groups)
    _, _, valid = GroupsSpy.seen
    accuracy = model.score(X[valid], y[valid])
    assert model.history_[-1]["valid_accuracy"] == pytest.approx(accuracy)


def test_no_patient_is_on_both_sides_of_the_validation_split(waves):
    X, y, groups = waves
    small(max_epochs=1, valid_split=GroupsSpy(0.3, random_state=0)).fit(X, y, groups)
    seen, train, valid = GroupsSpy.seen
    assert not set(seen[train]) & set(seen[valid])
    assert len(train) + len(valid) == len(X)


def test_validation_without_groups_warns(waves):
    X, y, _ = waves
    with pytest.warns(GroupsWarning, match="groups"):
        small(max_epochs=1, valid_split=0.25).fit(X, y)


def test_validation_rows_do_not_move_the_weights(waves):
    X, y, groups = waves
    splitter = GroupsSpy(0.3, random_state=0)
    first = small(max_epochs=2, valid_split=splitter).fit(X, y, groups)
    changed = X.copy()
    changed[GroupsSpy.seen[2]] += 5
    second = small(max_epochs=2, valid_split=splitter).fit(changed, y, groups)
    np.testing.assert_array_equal(first.predict_proba(X), second.predict_proba(X))


@pytest.mark.parametrize("weight", ["balanced", {"rare": 19.0}])
def test_class_weight_helps_the_rare_class(weight):
    rng = np.random.default_rng(0)
    y = np.where(np.arange(200) < 10, "rare", "usual")
    X = 1e-3 * rng.normal(size=(200, 32))  # too little to tell the classes apart
    model = small(max_epochs=4, network_params={"batch_norm": False})
    plain = model.fit(X, y).predict_proba(X)[:, 0].mean()
    weighted = model.set_params(class_weight=weight).fit(X, y)
    assert plain < 0.2
    assert weighted.predict_proba(X)[:, 0].mean() == pytest.approx(0.5, abs=0.15)


def test_class_weight_may_name_classes_that_a_fold_lacks(waves):
    X, y, _ = waves
    weights = {"fast": 1.0, "slow": 1.0}
    lean = small(max_epochs=1, class_weight=weights).fit(X, y)
    wide = small(max_epochs=1, class_weight=weights | {"Q": 5.0}).fit(X, y)
    np.testing.assert_array_equal(lean.predict_proba(X), wide.predict_proba(X))
    with pytest.raises(ValueError, match="not in class_weight"):
        small(class_weight={"fast": 1.0, "slwo": 1.0}).fit(X, y)


@pytest.mark.parametrize("weight", [np.nan, -1.0, np.inf])
def test_impossible_class_weight_is_refused(waves, weight):
    X, y, _ = waves
    with pytest.raises(ValueError, match="finite weights"):
        small(class_weight={"fast": weight, "slow": 1.0}).fit(X, y)


def test_divergence_is_an_error_and_says_what_to_do(waves):
    X, y, _ = waves
    with pytest.raises(TrainingDivergedError, match=r"epoch 1\. Take a smaller lr"):
        small(optimizer="sgd", lr=1e6, lr_schedule="constant").fit(1e4 * X, y)


class Interrupting(Callback):
    """Raises KeyboardInterrupt, as Ctrl-C does, in a chosen place."""

    def __init__(self, place):
        self.place = place

    def on_batch_end(self, net, **kwargs):
        if self.place == "batch" and len(net.history) == 2:
            raise KeyboardInterrupt

    def on_epoch_end(self, net, **kwargs):
        if self.place == "epoch":
            raise KeyboardInterrupt


def test_interruption_by_the_user_gets_through(waves):
    X, y, _ = waves
    with pytest.raises(KeyboardInterrupt):
        small(callbacks=[Interrupting("batch")]).fit(X, y)


def test_callback_may_end_the_training_after_an_epoch(waves):
    X, y, _ = waves
    model = small(callbacks=[Interrupting("epoch")]).fit(X, y)
    assert len(model.history_) == 1
    assert np.isfinite(model.predict_proba(X)).all()


def test_early_stopping_of_skorch_ends_the_training(waves):
    X, y, groups = waves
    stopping = EarlyStopping(monitor="valid_loss", patience=2, threshold=10.0)
    model = small(max_epochs=20, valid_split=0.3, callbacks=[stopping])
    assert len(model.fit(X, y, groups).history_) < 20


def test_threads_of_joblib_give_the_answers_of_one(waves):
    X, y, _ = waves
    model = small(max_epochs=2)
    alone = cross_val_predict(model, X, y, cv=2, method="predict_proba")
    with parallel_config(backend="threading", n_jobs=2):
        threads = cross_val_predict(model, X, y, cv=2, method="predict_proba")
    np.testing.assert_array_equal(threads, alone)


def test_data_frame_keeps_its_names_and_order(waves):
    X, y, _ = waves
    frame = pd.DataFrame(X, columns=[f"t{i}" for i in range(N_TIMES)])
    model = small(max_epochs=1).fit(frame, y)
    assert model.feature_names_in_.tolist() == frame.columns.tolist()
    np.testing.assert_array_equal(
        model.predict_proba(frame), small(max_epochs=1).fit(X, y).predict_proba(X)
    )
    with pytest.raises(ValueError, match="same order"):
        model.predict(frame[frame.columns[::-1]])


def test_splitter_that_divides_patients_is_refused(waves):
    X, y, groups = waves
    with (
        pytest.warns(UserWarning, match="groups parameter is ignored by KFold"),
        pytest.raises(ValueError, match="both sides of the split"),
    ):
        small(valid_split=KFold(2, shuffle=True)).fit(X, y, groups)


def test_flat_rows_are_left_out_and_get_the_prior(waves):
    X, y, _ = waves
    model = small(max_epochs=1).fit(X, y)
    X = X.copy()
    X[4] = 0.25
    with pytest.warns(SignalQualityWarning, match=r"flat or hold NaN: rows 4\."):
        probabilities = model.predict_proba(X)
    np.testing.assert_array_equal(probabilities[4], model.class_prior_)


class OneLogit(nn.Sequential):
    """A network that does not answer as it should."""

    def __init__(self, n_leads, n_times, n_classes):
        super().__init__(nn.Flatten(), nn.Linear(n_leads * n_times, n_classes - 1))


def test_takes_a_network_class_and_its_parameters(waves):
    X, y, _ = waves
    model = small(network_params={"n_hidden": 5}).set_params(network=Perceptron)
    model.fit(X, y)
    assert isinstance(model.net_.module_, Perceptron)
    assert model.net_.module_[1].out_features == 5
    assert model.predict(X).shape == y.shape


def test_takes_an_optimizer_class(waves):
    X, y, _ = waves
    model = small(max_epochs=1, optimizer=torch.optim.RMSprop).fit(X, y)
    assert isinstance(model.net_.optimizer_, torch.optim.RMSprop)


def test_callbacks_are_cloned_before_skorch_writes_into_them(waves):
    class Counter(Callback):
        def on_epoch_end(self, net, **kwargs):
            self.n_epochs_ = getattr(self, "n_epochs_", 0) + 1

    X, y, _ = waves
    callback = Counter()
    model = small(max_epochs=3, callbacks=[callback, ("named", Counter())]).fit(X, y)
    assert vars(callback) == {}
    assert dict(model.net_.callbacks_)["named"].n_epochs_ == 3


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"network": "resnet"}, "Did you mean 'resnet1d'"),
        ({"device": "toaster"}, "device must be"),
        ({"sampling_rate": -360.0}, "above 0 Hz"),
        ({"sampling_rate": np.nan}, "finite"),
        ({"max_epochs": 0}, "max_epochs"),
        ({"lr": 0}, "'lr'"),
        ({"valid_split": 1.5}, "valid_split"),
        ({"trainable_layers": 0}, "trainable_layers"),
        ({"trainable_layers": 99}, "has only 12 layers"),
        ({"class_weight": "heavy"}, "class_weight"),
        ({"context": N_TIMES}, "64"),
        ({"network": dict}, "class of torch.nn.Module"),
        ({"network": nn.Linear}, "Linear does not take the arguments"),
        ({"network": OneLogit}, r"\(2, 2\), got \(2, 1\)"),
        ({"network_params": {"n_filter": 3}}, "unexpected keyword.*n_filter"),
        ({"valid_split": "0.2"}, "valid_split"),
        ({"valid_split": KFold}, "write KFold"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_wrong_parameters_are_refused_in_fit(waves, params, message):
    X, y, _ = waves
    model = small()
    model.set_params(**params)
    with pytest.raises(ValueError, match=message):
        model.fit(X, y)


@pytest.mark.parametrize("callback", ["stop", print, ("name", print), EarlyStopping])
def test_what_is_no_callback_is_refused(waves, callback):
    X, y, _ = waves
    with pytest.raises(TypeError, match="skorch callbacks"):
        small(callbacks=[callback]).fit(X, y)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_absent_cuda_is_named(waves):
    X, y, _ = waves
    with pytest.raises(ValueError, match="device='auto'"):
        small(device="cuda").fit(X, y)


def test_random_state_object_moves_on_and_none_differs(waves):
    X, y, _ = waves
    rng = np.random.RandomState(0)
    first = small(random_state=rng, max_epochs=1).fit(X, y).predict_proba(X)
    second = small(random_state=rng, max_epochs=1).fit(X, y).predict_proba(X)
    assert not np.array_equal(first, second)
    fresh = [
        small(random_state=None, max_epochs=1).fit(X, y).predict_proba(X)
        for _ in range(2)
    ]
    assert not np.array_equal(*fresh)


def test_fitted_model_does_not_carry_its_data(waves):
    import pickle

    X, y, groups = waves
    many = np.tile(X, (20, 1))
    small_size = len(pickle.dumps(small(max_epochs=1).fit(X, y)))
    model = small(max_epochs=1, valid_split=0.3)
    model.fit(many, np.tile(y, 20), np.tile(groups, 20))
    assert len(pickle.dumps(model)) < small_size + many.nbytes / 10


def pipeline(**params):
    return Pipeline([("scale", StandardScaler()), ("net", small(**params))])


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_grid_search(waves, n_jobs):
    X, y, groups = waves
    grid = {
        "net__max_epochs": [1, 8],
        "net__network_params": [{"n_filters": 4}, {"n_filters": 8}],
    }
    search = GridSearchCV(pipeline(), grid, cv=GroupKFold(3), n_jobs=n_jobs)
    search.fit(X, y, groups=groups)
    assert len(search.cv_results_["params"]) == 4
    assert search.best_params_["net__max_epochs"] == 8
    assert search.score(X, y) >= 0.9


def test_nested_search_with_metadata_routing_delivers_groups(waves):
    X, y, groups = waves
    model = pipeline(max_epochs=1, valid_split=GroupsSpy(0.3, random_state=0))
    with config_context(enable_metadata_routing=True):
        search = GridSearchCV(model, {"net__lr": [1e-3, 1e-2]}, cv=GroupKFold(3))
        result = cross_validate(
            search,
            X,
            y,
            params={"groups": groups},
            cv=StratifiedGroupKFold(2),
            return_estimator=True,
        )
    assert np.isfinite(result["test_score"]).all()
    seen, train, valid = GroupsSpy.seen
    assert not set(seen[train]) & set(seen[valid])


def test_cross_validate_without_routing_takes_the_documented_form(waves):
    X, y, groups = waves
    model = pipeline(max_epochs=1, valid_split=GroupsSpy(0.3, random_state=0))
    result = cross_validate(
        model,
        X,
        y,
        groups=groups,
        params={"net__groups": groups},
        cv=GroupKFold(2),
    )
    assert np.isfinite(result["test_score"]).all()
    seen, train, valid = GroupsSpy.seen
    assert not set(seen[train]) & set(seen[valid])


def test_is_calibrated(waves):
    X, y, _ = waves
    model = CalibratedClassifierCV(small(), method="sigmoid", cv=2).fit(X, y)
    assert model.predict_proba(X).shape == (len(X), 2)
    assert model.score(X, y) >= 0.9


def test_clone_keeps_every_parameter():
    model = small(
        context=2,
        sampling_rate=125.0,
        class_weight={"a": 2.0},
        valid_split=GroupValidSplit(0.3),
        network_params={"dropout": 0.1},
    )
    assert repr(clone(model).get_params()) == repr(model.get_params())


def test_routing_is_not_switched_on_by_the_import():
    from sklearn import get_config

    assert get_config()["enable_metadata_routing"] is False
