"""Weights of a fitted classifier, and which layers learn."""

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from skorch.callbacks import Callback

from skecg.classifiers import SignalClassifier
from skecg.classifiers._transfer import layers_with_parameters
from skecg.exceptions import TrainingDivergedError
from skecg.preprocessing import RecordScaler

N_TIMES = 60


class Rates(Callback):
    """Keep the learning rates of all steps."""

    def on_batch_begin(self, net, training=False, **kwargs):
        self.rates = getattr(self, "rates", [])
        self.rates.append([group["lr"] for group in net.optimizer_.param_groups])


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    y = np.tile(["a", "b", "c"], 20)
    X = rng.normal(size=(60, N_TIMES)).astype(np.float32)
    X += 2 * (y == "b")[:, np.newaxis] - 2 * (y == "c")[:, np.newaxis]
    return X, y


@pytest.fixture(scope="module")
def source(data):
    return small().fit(*data)


def small(**params):
    defaults = {"max_epochs": 3, "batch_size": 16, "lr": 3e-3, "random_state": 0}
    return SignalClassifier("convnet1d", **(defaults | params))


def state(model):
    return {k: v.clone() for k, v in model.net_.module_.state_dict().items()}


def changed(before, after):
    """Names of the tensors that differ."""
    return {k for k in before if not torch.equal(before[k], after[k])}


def test_weights_survive_clone_and_are_the_starting_point(data, source):
    X, y = data
    target = clone(small(weights=FrozenEstimator(source), lr=1e-12, max_epochs=1))
    target.fit(X, y)
    for name, tensor in source.net_.module_.named_parameters():
        torch.testing.assert_close(state(target)[name], tensor.data, atol=1e-6, rtol=0)


def test_only_the_last_layers_learn(data, source):
    X, y = data
    weights = FrozenEstimator(source)
    for n_layers in (1, 3):
        target = small(weights=weights, trainable_layers=n_layers).fit(X, y)
        names = changed(state(source), state(target))
        module = target.net_.module_
        last = layers_with_parameters(module)[-n_layers:]
        allowed = {
            name
            for name, tensor in module.named_parameters()
            if any(tensor is own for layer in last for own in layer.parameters())
        }
        assert names == allowed  # batch normalisation's statistics included


def test_other_classes_get_a_new_last_layer(data, source):
    X, y = data
    for labels in (np.where(y == "a", "x", "y"), np.char.add(y, "2")):
        target = small(weights=FrozenEstimator(source), trainable_layers=1)
        target.fit(X, labels)
        names = changed(
            {k: v for k, v in state(source).items() if not k.startswith("head.6")},
            {k: v for k, v in state(target).items() if not k.startswith("head.6")},
        )
        assert names == set()
        assert target.predict_proba(X).shape[1] == len(np.unique(labels))


def test_another_length_is_no_obstacle(data, source):
    X, y = data
    target = small(weights=FrozenEstimator(source)).fit(X[:, :50], y)
    assert target.n_times_in_ == 50


def test_layers_that_start_anew_are_not_frozen(data):
    X, y = np.tile(data[0], 4), data[1]
    source = small(max_epochs=1).set_params(network="resnet1d").fit(X, y)
    model = clone(source).set_params(weights=FrozenEstimator(source))
    # Another length changes the first of the three dense layers.
    for n_layers in (1, 2):
        with pytest.raises(ValueError, match=r"head\.0.*at least 3 of the 14 layers"):
            model.set_params(trainable_layers=n_layers).fit(X[:, :200], y)
    model.set_params(trainable_layers=3).fit(X[:, :200], y)
    twice = np.stack([X, X], axis=1)
    model.set_params(trainable_layers=13, lead_adapt="reinit")
    with pytest.raises(ValueError, match=r"stem.*at least 14 of the 14 layers"):
        model.fit(twice, y)
    model.set_params(lead_adapt="mean").fit(twice, y)


@pytest.mark.parametrize(
    ("params", "change", "message"),
    [
        ({"sampling_rate": 360.0}, None, "sampling_rate=None Hz"),
        ({"network": "resnet1d"}, None, "network='convnet1d'"),
        ({}, lambda X: np.stack([X, X], axis=1), "n_leads=1, X has n_leads=2"),
        ({"context": 2}, None, "context=0"),
        ({"network_params": {"n_filters": 3}}, None, "same network_params"),
    ],
    ids=["rate", "network", "leads", "context", "sizes"],
)
def test_weights_that_do_not_fit_are_refused(data, source, params, change, message):
    X, y = data
    target = small(weights=FrozenEstimator(source)).set_params(**params)
    with pytest.raises(ValueError, match=message):
        target.fit(X if change is None else change(X), y)


def test_rate_that_differs_from_the_weights_is_refused(data):
    X, y = data
    source = small(sampling_rate=125.0, max_epochs=1).fit(X, y)
    target = small(sampling_rate=360.0, weights=FrozenEstimator(source))
    with pytest.raises(ValueError, match=r"125\.0 Hz.*360\.0 Hz.*Resample"):
        target.fit(X, y)


def test_unfrozen_and_unfitted_weights_say_what_to_do(data, source):
    X, y = data
    with pytest.raises(TypeError, match="FrozenEstimator"):
        small(weights=source).fit(X, y)
    with pytest.raises(TypeError, match="got a DummyClassifier"):
        small(weights=FrozenEstimator(DummyClassifier().fit(X, y))).fit(X, y)
    steps = make_pipeline(RecordScaler(), source)
    with pytest.raises(TypeError, match="a Pipeline, freeze the last step alone"):
        small(weights=FrozenEstimator(steps)).fit(X, y)
    with pytest.raises(NotFittedError, match="not fitted"):
        small(weights=FrozenEstimator(small())).fit(X, y)


def test_trainable_layers_are_swept_by_a_search(data, source):
    X, y = data
    search = GridSearchCV(
        small(weights=FrozenEstimator(source), max_epochs=1),
        {"trainable_layers": [1, "all"]},
        cv=2,
    ).fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_what_is_taken_learns_at_its_own_rate(data, source):
    X, y = data
    weights = FrozenEstimator(source)
    other = np.where(y == "a", "d", y)  # so that the last layer is new
    target = small(weights=weights, fine_tune_lr=1e-12, lr=1e-2).fit(X, other)
    before = dict(source.net_.module_.named_parameters())
    for name, tensor in target.net_.module_.named_parameters():
        moved = (tensor - before[name]).abs().max().item()
        assert (moved > 1e-3) == name.startswith("head.6"), name


def test_divergence_names_the_epoch_and_both_rates(data, source):
    X, y = data
    target = small(
        weights=FrozenEstimator(source),
        optimizer="sgd",
        fine_tune_lr=1e12,
        lr_schedule="constant",
    )
    message = r"epoch 1\. Take a smaller lr than 0.003 \(fine_tune_lr is 1e\+12\)"
    with pytest.raises(TrainingDivergedError, match=message):
        target.fit(1e4 * X, y)


def test_weights_that_are_no_numbers_end_the_training(data):
    X, y = data
    broken = small(max_epochs=1).fit(X, y)
    with torch.no_grad():
        next(broken.net_.module_.parameters())[0] = np.nan
    with pytest.raises(TrainingDivergedError, match=r"is nan in epoch 1\."):
        small(weights=FrozenEstimator(broken)).fit(X, y)


@pytest.mark.parametrize("schedule", ["constant", "one_cycle"])
def test_each_group_has_its_rate_under_every_schedule(data, source, schedule):
    X, y = data
    target = small(
        weights=FrozenEstimator(source),
        fine_tune_lr=1e-4,
        lr_schedule=schedule,
        callbacks=[Rates()],
    ).fit(X, np.where(y == "a", "d", y))
    rates = np.array(dict(target.net_.callbacks_)["Rates"].rates)
    assert rates[:, -1].max() == pytest.approx(3e-3, rel=0.1)
    np.testing.assert_allclose(rates[:, :-1] / rates[:, -1:], 1e-4 / 3e-3, rtol=1e-3)


def test_a_rate_for_weights_that_are_not_there_is_refused(data):
    with pytest.raises(ValueError, match=r"fine_tune_lr=0.0001 .* weights is None"):
        small(fine_tune_lr=1e-4).fit(*data)


class TestAnotherNumberOfLeads:
    def test_equal_leads_answer_as_the_one_did(self, data, source):
        X, y = data
        target = small(
            weights=FrozenEstimator(source),
            lead_adapt="mean",
            lr=1e-12,
            max_epochs=1,
            trainable_layers=1,
        )
        twice = np.stack([X, X], axis=1)
        np.testing.assert_allclose(
            target.fit(twice, y).predict_proba(twice),
            source.predict_proba(X),
            atol=1e-3,
        )

    def test_many_leads_become_one(self, data):
        X, y = data
        three = small().fit(np.stack([X, -X, 2 * X], axis=1), y)
        target = small(
            weights=FrozenEstimator(three),
            lead_adapt="mean",
            lr=1e-12,
            max_epochs=1,
        ).fit(X, y)
        first = next(three.net_.module_.parameters()).detach()
        torch.testing.assert_close(
            next(target.net_.module_.parameters()).detach(),
            first.sum(dim=1, keepdim=True),
        )

    def test_the_first_layer_can_start_anew(self, data, source):
        X, y = data
        target = small(
            weights=FrozenEstimator(source),
            lead_adapt="reinit",
            lr=1e-12,
            max_epochs=1,
        ).fit(np.stack([X, X], axis=1), y)
        parameters = dict(source.net_.module_.named_parameters())
        first = next(iter(parameters))
        for name, tensor in target.net_.module_.named_parameters():
            if name != first:
                torch.testing.assert_close(tensor, parameters[name], atol=1e-6, rtol=0)
        assert target.net_.module_.state_dict()[first].shape[1] == 2
