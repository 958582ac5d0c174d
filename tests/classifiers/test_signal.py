"""SignalClassifier as its users meet it; the contract's checks are in test_contract."""

import numpy as np
import pytest
import torch
from sklearn import get_config
from sklearn.base import clone
from sklearn.model_selection import KFold
from torch import nn

from networks import small_network
from skecg.exceptions import SignalQualityWarning
from skecg.model_selection import GroupValidSplit

N_TIMES = 64


class Perceptron(nn.Sequential):
    """A network of the user's own, with the constructor that the docs ask for."""

    def __init__(self, n_leads, n_times, n_classes, n_hidden=8):
        super().__init__(
            nn.Flatten(),
            nn.Linear(n_leads * n_times, n_hidden),
            nn.ReLU(),
            nn.Linear(n_hidden, n_classes),
        )


def test_learns_string_labels_and_tells_new_rows_apart(waves):
    X, y, groups = waves
    train = groups < 4
    model = small_network().fit(X[train], y[train])
    assert model.classes_.tolist() == ["fast", "slow"]
    assert model.score(X[~train], y[~train]) >= 0.9
    assert model.class_prior_.tolist() == [0.5, 0.5]


def test_leads_are_used(waves):
    X, y, _ = waves
    noise = np.random.default_rng(1).normal(size=X.shape)
    stacked = np.stack([noise, X], axis=1)
    assert small_network(max_epochs=12).fit(stacked, y).score(stacked, y) >= 0.9


def test_context_columns_reach_the_head():
    rng = np.random.default_rng(0)
    y = rng.choice(["early", "on time"], size=80)
    rr = np.where(y == "early", 0.5, 1.0)[:, np.newaxis]
    alike = np.tile(np.sin(np.arange(30)), (80, 1))  # the signals tell nothing
    X = np.hstack([alike, rr, rr])
    model = small_network(context=2, max_epochs=40).fit(X, y)
    assert model.n_times_in_ == 30
    assert model.n_features_in_ == 32
    assert model.score(X, y) == 1
    swapped = X.copy()
    swapped[:, 30:] = 1.5 - X[:, 30:]
    assert model.score(swapped, y) == 0


def test_flat_rows_are_left_out_and_get_the_prior(waves):
    X, y, _ = waves
    model = small_network(max_epochs=1).fit(X, y)
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
    model = small_network(network_params={"n_hidden": 5}).set_params(network=Perceptron)
    model.fit(X, y)
    assert isinstance(model.net_.module_, Perceptron)
    assert model.net_.module_[1].out_features == 5
    assert model.predict(X).shape == y.shape


def test_takes_an_optimizer_class(waves):
    X, y, _ = waves
    model = small_network(max_epochs=1, optimizer=torch.optim.RMSprop).fit(X, y)
    assert isinstance(model.net_.optimizer_, torch.optim.RMSprop)


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
        ({"optimizer": dict}, r"torch\.optim\.Optimizer, got dict"),
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
    model = small_network()
    model.set_params(**params)
    with pytest.raises(ValueError, match=message):
        model.fit(X, y)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_absent_cuda_is_named(waves):
    X, y, _ = waves
    with pytest.raises(ValueError, match="device='auto'"):
        small_network(device="cuda").fit(X, y)


def test_clone_keeps_every_parameter():
    model = small_network(
        context=2,
        sampling_rate=125.0,
        class_weight={"a": 2.0},
        valid_split=GroupValidSplit(0.3),
        network_params={"dropout": 0.1},
    )
    assert repr(clone(model).get_params()) == repr(model.get_params())


def test_routing_is_not_switched_on_by_the_import():
    assert get_config()["enable_metadata_routing"] is False
