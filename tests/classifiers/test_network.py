"""What every network classifier does: validation, weights, interruptions, searches."""

import pickle

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn import config_context
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import f1_score
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

from networks import GroupsSpy, small_network
from skecg.exceptions import GroupsWarning, TrainingDivergedError
from skecg.model_selection import GroupValidSplit
from skecg.nn.augmentation import MixUp, Noise, Scale, Shift


class TimesZero:
    """An augmentation of the user's own."""

    def __call__(self, x, sampling_rate):
        return 0 * x


def test_history_has_one_entry_an_epoch(waves):
    X, y, groups = waves
    model = small_network(max_epochs=3, valid_split=0.3).fit(X, y, groups)
    assert [row["epoch"] for row in model.history_] == [1, 2, 3]
    for row in model.history_:
        assert 0 <= row["train_accuracy"] <= 1
        assert 0 <= row["valid_accuracy"] <= 1
        assert row["valid_loss"] > 0
        assert row["duration"] > 0
    assert "valid_loss" not in small_network(max_epochs=1).fit(X, y).history_[0]


def test_history_agrees_with_a_count_by_hand(waves):
    X, y, groups = waves
    model = small_network(max_epochs=2, valid_split=GroupsSpy(0.3, random_state=1))
    model.fit(X, y, groups)
    _, _, valid = GroupsSpy.seen
    accuracy = model.score(X[valid], y[valid])
    assert model.history_[-1]["valid_accuracy"] == pytest.approx(accuracy)


def test_no_patient_is_on_both_sides_of_the_validation_split(waves):
    X, y, groups = waves
    small_network(max_epochs=1, valid_split=GroupsSpy(0.3, random_state=0)).fit(
        X, y, groups
    )
    seen, train, valid = GroupsSpy.seen
    assert not set(seen[train]) & set(seen[valid])
    assert len(train) + len(valid) == len(X)


def test_validation_without_groups_warns(waves):
    X, y, _ = waves
    with pytest.warns(GroupsWarning, match="groups"):
        small_network(max_epochs=1, valid_split=0.25).fit(X, y)


def test_validation_rows_do_not_move_the_weights(waves):
    X, y, groups = waves
    splitter = GroupsSpy(0.3, random_state=0)
    first = small_network(max_epochs=2, valid_split=splitter).fit(X, y, groups)
    changed = X.copy()
    changed[GroupsSpy.seen[2]] += 5
    second = small_network(max_epochs=2, valid_split=splitter).fit(changed, y, groups)
    np.testing.assert_array_equal(first.predict_proba(X), second.predict_proba(X))


@pytest.mark.parametrize("weight", ["balanced", {"rare": 19.0}])
def test_class_weight_helps_the_rare_class(weight):
    rng = np.random.default_rng(0)
    y = np.where(np.arange(200) < 10, "rare", "usual")
    X = 1e-3 * rng.normal(size=(200, 32))  # too little to tell the classes apart
    model = small_network(max_epochs=4, network_params={"batch_norm": False})
    plain = model.fit(X, y).predict_proba(X)[:, 0].mean()
    weighted = model.set_params(class_weight=weight).fit(X, y)
    assert plain < 0.2
    assert weighted.predict_proba(X)[:, 0].mean() == pytest.approx(0.5, abs=0.15)


def test_sqrt_is_half_way_to_balanced():
    rng = np.random.default_rng(0)
    y = np.where(np.arange(400) < 40, "rare", "usual")
    X = 1e-3 * rng.normal(size=(400, 32))
    model = small_network(
        max_epochs=4, network_params={"batch_norm": False}, class_weight="sqrt"
    )
    # Weighted shares of sqrt(1/0.1) * 0.1 and sqrt(1/0.9) * 0.9.
    wanted = np.sqrt(0.1) / (np.sqrt(0.1) + np.sqrt(0.9))
    share = model.fit(X, y).predict_proba(X)[:, 0].mean()
    assert share == pytest.approx(wanted, abs=0.08)


def test_class_weight_may_name_classes_that_a_fold_lacks(waves):
    X, y, _ = waves
    weights = {"fast": 1.0, "slow": 1.0}
    lean = small_network(max_epochs=1, class_weight=weights).fit(X, y)
    wide = small_network(max_epochs=1, class_weight=weights | {"Q": 5.0}).fit(X, y)
    np.testing.assert_array_equal(lean.predict_proba(X), wide.predict_proba(X))
    with pytest.raises(ValueError, match="not in class_weight"):
        small_network(class_weight={"fast": 1.0, "slwo": 1.0}).fit(X, y)


@pytest.mark.parametrize("weight", [np.nan, -1.0, np.inf])
def test_impossible_class_weight_is_refused(waves, weight):
    X, y, _ = waves
    with pytest.raises(ValueError, match="finite weights"):
        small_network(class_weight={"fast": weight, "slow": 1.0}).fit(X, y)


def test_divergence_is_an_error_and_says_what_to_do(waves):
    X, y, _ = waves
    with pytest.raises(TrainingDivergedError, match=r"epoch 1\. Take a smaller lr"):
        small_network(optimizer="sgd", lr=1e6, lr_schedule="constant").fit(1e4 * X, y)


def test_divergence_in_the_last_step_is_an_error_too(waves):
    X, y, _ = waves
    model = small_network(lr=1e30, batch_size=len(X), max_epochs=1)
    with pytest.raises(TrainingDivergedError, match=r"logits .* in epoch 1\. Take"):
        model.fit(X, y)


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
        small_network(callbacks=[Interrupting("batch")]).fit(X, y)


def test_callback_may_end_the_training_after_an_epoch(waves):
    X, y, _ = waves
    model = small_network(callbacks=[Interrupting("epoch")]).fit(X, y)
    assert len(model.history_) == 1
    assert np.isfinite(model.predict_proba(X)).all()


def test_early_stopping_of_skorch_ends_the_training(waves):
    X, y, groups = waves
    stopping = EarlyStopping(monitor="valid_loss", patience=2, threshold=10.0)
    model = small_network(max_epochs=20, valid_split=0.3, callbacks=[stopping])
    assert len(model.fit(X, y, groups).history_) < 20


def test_threads_of_joblib_give_the_answers_of_one(waves):
    X, y, _ = waves
    model = small_network(max_epochs=2)
    alone = cross_val_predict(model, X, y, cv=2, method="predict_proba")
    with parallel_config(backend="threading", n_jobs=2):
        threads = cross_val_predict(model, X, y, cv=2, method="predict_proba")
    np.testing.assert_array_equal(threads, alone)


def test_data_frame_keeps_its_names_and_order(waves):
    X, y, _ = waves
    frame = pd.DataFrame(X, columns=[f"t{i}" for i in range(X.shape[1])])
    model = small_network(max_epochs=1).fit(frame, y)
    assert model.feature_names_in_.tolist() == frame.columns.tolist()
    np.testing.assert_array_equal(
        model.predict_proba(frame),
        small_network(max_epochs=1).fit(X, y).predict_proba(X),
    )
    with pytest.raises(ValueError, match="same order"):
        model.predict(frame[frame.columns[::-1]])


def test_splitter_that_divides_patients_is_refused(waves):
    X, y, groups = waves
    with (
        pytest.warns(UserWarning, match="groups parameter is ignored by KFold"),
        pytest.raises(ValueError, match="both sides of the split"),
    ):
        small_network(valid_split=KFold(2, shuffle=True)).fit(X, y, groups)


def test_callbacks_are_cloned_before_skorch_writes_into_them(waves):
    class Counter(Callback):
        def on_epoch_end(self, net, **kwargs):
            self.n_epochs_ = getattr(self, "n_epochs_", 0) + 1

    X, y, _ = waves
    callback = Counter()
    model = small_network(max_epochs=3, callbacks=[callback, ("named", Counter())]).fit(
        X, y
    )
    assert vars(callback) == {}
    assert dict(model.net_.callbacks_)["named"].n_epochs_ == 3


@pytest.mark.parametrize("callback", ["stop", print, ("name", print), EarlyStopping])
def test_what_is_no_callback_is_refused(waves, callback):
    X, y, _ = waves
    with pytest.raises(TypeError, match="skorch callbacks"):
        small_network(callbacks=[callback]).fit(X, y)


def test_random_state_object_moves_on_and_none_differs(waves):
    X, y, _ = waves
    rng = np.random.RandomState(0)
    first = small_network(random_state=rng, max_epochs=1).fit(X, y).predict_proba(X)
    second = small_network(random_state=rng, max_epochs=1).fit(X, y).predict_proba(X)
    assert not np.array_equal(first, second)
    fresh = [
        small_network(random_state=None, max_epochs=1).fit(X, y).predict_proba(X)
        for _ in range(2)
    ]
    assert not np.array_equal(*fresh)


def test_fitted_model_does_not_carry_its_data(waves):
    X, y, groups = waves
    many = np.tile(X, (20, 1))
    small_size = len(pickle.dumps(small_network(max_epochs=1).fit(X, y)))
    model = small_network(max_epochs=1, valid_split=0.3)
    model.fit(many, np.tile(y, 20), np.tile(groups, 20))
    assert len(pickle.dumps(model)) < small_size + many.nbytes / 10


def pipeline(**params):
    return Pipeline([("scale", StandardScaler()), ("net", small_network(**params))])


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
    model = CalibratedClassifierCV(small_network(), method="sigmoid", cv=2).fit(X, y)
    assert model.predict_proba(X).shape == (len(X), 2)
    assert model.score(X, y) >= 0.9


class TestAugmentation:
    def test_it_is_done_while_training_only(self, waves):
        X, y, _ = waves
        model = small_network(augment=[Noise(0.5)], max_epochs=2).fit(X, y)
        np.testing.assert_array_equal(model.predict_proba(X), model.predict_proba(X))
        plain = small_network(max_epochs=2).fit(X, y)
        assert not np.allclose(plain.predict_proba(X), model.predict_proba(X))

    def test_it_follows_the_seed(self, waves):
        X, y, _ = waves
        model = small_network(
            augment=[Scale(), Shift(0.02), MixUp()], sampling_rate=100.0, max_epochs=2
        )
        first = model.fit(X, y).predict_proba(X)
        np.testing.assert_array_equal(model.fit(X, y).predict_proba(X), first)

    def test_what_it_makes_reaches_the_network(self, waves):
        X, y, _ = waves
        nothing = small_network(augment=[TimesZero()]).fit(X, y)
        probabilities = nothing.predict_proba(X)
        assert small_network().fit(X, y).score(X, y) > 0.9
        assert probabilities.std(axis=0).max() < 0.1

    def test_blended_classes_are_learnt_and_counted(self, waves):
        X, y, _ = waves
        model = small_network(augment=[MixUp(0.2)], valid_split=0.25)
        with pytest.warns(GroupsWarning):
            model.fit(X, y)
        assert model.score(X, y) >= 0.9
        assert model.history_[-1]["valid_accuracy"] >= 0.8

    def test_context_columns_are_blended_and_nothing_else(self, waves):
        X, y, _ = waves
        X = np.c_[X, np.ones((len(X), 2))]
        model = small_network(context=2, augment=[Scale(), MixUp()], max_epochs=1)
        assert model.fit(X, y).predict_proba(X).shape == (len(X), 2)

    def test_time_needs_a_rate(self, waves):
        X, y, _ = waves
        with pytest.raises(ValueError, match="Shift measures time and needs"):
            small_network(augment=[Shift()]).fit(X, y)

    @pytest.mark.parametrize("augment", [[Scale], ["noise"], [MixUp(), Scale()]])
    def test_what_is_no_augmentation_is_refused(self, waves, augment):
        X, y, _ = waves
        with pytest.raises(TypeError, match="augment must be a list of augment"):
            small_network(augment=augment).fit(X, y)


def test_macro_f1_of_the_validation_part_is_kept(waves):
    X, y, groups = waves
    split = GroupValidSplit(0.25, random_state=0)
    model = small_network(valid_split=split, max_epochs=3).fit(X, y, groups=groups)
    _, valid = next(iter(split.split(X, y, groups)))
    wanted = f1_score(y[valid], model.predict(X[valid]), average="macro")
    assert model.history_[-1]["valid_macro_f1"] == pytest.approx(wanted, abs=1e-6)


def test_the_epoch_that_is_best_on_patients_held_out_can_be_kept(waves):
    X, y, groups = waves
    stop = EarlyStopping("valid_macro_f1", lower_is_better=False, load_best=True)
    model = small_network(
        valid_split=GroupValidSplit(0.25, random_state=0),
        callbacks=[stop],
        lr_schedule="constant",
        max_epochs=12,
    ).fit(X, y, groups=groups)
    _, valid = next(iter(model.valid_split.split(X, y, groups)))
    best = max(row["valid_macro_f1"] for row in model.history_)
    got = f1_score(y[valid], model.predict(X[valid]), average="macro")
    assert got == pytest.approx(best, abs=1e-6)
