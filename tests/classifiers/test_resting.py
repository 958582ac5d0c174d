"""A body that does not learn is run once, and nothing else changes by it."""

import pickle

import numpy as np
import pytest
import torch
from skorch.callbacks import Callback, EarlyStopping
from torch import nn

from networks import small_network
from skecg.classifiers import (
    Checkpoint,
    ImageClassifier,
    SignalClassifier,
    Stage,
    StagedUnfreezing,
)
from skecg.classifiers._engine import train
from skecg.classifiers._resting import body_rests
from skecg.classifiers._transfer import layers_with_parameters, set_trainable
from skecg.inspection import grad_cam
from skecg.model_selection import GroupValidSplit
from skecg.nn import ConvNet1d, ViT
from skecg.nn.augmentation import MixUp
from skecg.nn.blocks import SignalNetwork

SPLIT = GroupValidSplit(0.3, random_state=0)


def nothing(x, rate):
    """An augmentation that changes no row: so no features are kept."""
    return x


class Runs(Callback):
    """Count the rows that go through the body, epoch by epoch."""

    def on_train_begin(self, net, **kwargs):
        self.rows, self.trained = [0], 0
        # The body's last layer: the head's come after it.
        head = set(map(id, net.module_.head.modules()))
        body = [m for m in layers_with_parameters(net.module_) if id(m) not in head]
        self.hook = body[-1].register_forward_hook(self.count)

    def count(self, module, inputs, output):
        self.rows[-1] += len(inputs[0])
        self.trained += module.training

    def on_epoch_end(self, net, **kwargs):
        self.rows.append(0)

    def on_train_end(self, net, **kwargs):
        self.hook.remove()
        del self.hook


@pytest.fixture(scope="module")
def squares():
    X = np.random.default_rng(0).integers(180, 255, (24, 32, 40), dtype=np.uint8)
    X[1::2, 4:20, 4:20] = 0
    return X, np.where(np.arange(24) % 2, "square", "none"), np.arange(24) // 2


def n_head_layers(model):
    return len(layers_with_parameters(model.net_.module_.head))


def runs_of(model):
    return dict(model.net_.callbacks_)["runs"].rows[:-1]


def assert_same(one, other, X):
    np.testing.assert_allclose(
        one.predict_proba(X), other.predict_proba(X), atol=1e-5, rtol=0
    )
    for a, b in zip(one.history_, other.history_, strict=True):
        assert a.keys() == b.keys()
        for key in set(a) - {"duration"}:
            assert a[key] == pytest.approx(b[key], abs=1e-5), key


IMAGES = {
    "dropout in the head": ("convnet_small", {"dropout": 0.4}),
    "dropout in the body": ("vit", {"n_blocks": 1, "dropout": 0.4}),
    "batch norm": ("resnet10t", {"head_units": 8, "dropout": 0.3}),
}


@pytest.mark.parametrize(("network", "params"), IMAGES.values(), ids=IMAGES)
def test_pictures_train_as_without(squares, network, params):
    X, y, groups = squares
    options = {
        "network_params": params,
        "trainable_layers": 1 if network == "vit" else 2,
        "max_epochs": 4,
        "batch_size": 5,
        "lr": 3e-3,
        "valid_split": SPLIT,
        "callbacks": [("runs", Runs())],
        "random_state": 0,
    }
    kept = ImageClassifier(network, **options).fit(X, y, groups)
    assert runs_of(kept) == [len(X), 0, 0, 0]
    again = ImageClassifier(network, augment=[nothing], **options).fit(X, y, groups)
    assert min(runs_of(again)) > 0
    assert_same(kept, again, X)
    for model in (kept, again):  # the body rests, whether it is run once or often
        assert dict(model.net_.callbacks_)["runs"].trained == 0


@pytest.mark.parametrize("network", ["convnet1d", "resnet1d", "contextnet1d"])
def test_signals_train_as_without(waves, network):
    X, y, groups = waves
    context = np.random.default_rng(0).normal(size=(len(X), 3))
    X = np.hstack([X, context])
    options = {
        "context": 3,
        "max_epochs": 3,
        "batch_size": 16,
        "valid_split": SPLIT,
        "callbacks": [("runs", Runs())],
        "random_state": 0,
    }
    n_layers = n_head_layers(SignalClassifier(network, **options).fit(X, y, groups))
    options["trainable_layers"] = n_layers
    kept = SignalClassifier(network, **options).fit(X, y, groups)
    assert runs_of(kept) == [len(X), 0, 0]
    again = SignalClassifier(network, augment=[nothing], **options).fit(X, y, groups)
    assert min(runs_of(again)) > 0
    assert_same(kept, again, X)


def test_what_learns_or_is_augmented_is_run_in_every_epoch(waves):
    X, y, _ = waves
    for options in (
        {"trainable_layers": "all"},
        {"trainable_layers": 5},  # four of them are the head
        {"trainable_layers": 1, "augment": [MixUp()]},
    ):
        model = small_network(max_epochs=2, callbacks=[("runs", Runs())], **options)
        assert runs_of(model.fit(X, y)) == [len(X)] * 2, options


def test_stages_keep_features_for_as_long_as_the_body_rests(waves):
    X, y, groups = waves
    stages = [Stage(1, 1), Stage(3, 6, lr=1e-3, optimizer="rmsprop"), Stage(5, 1)]
    options = {
        "max_epochs": 6,
        "lr_schedule": "constant",
        "callbacks": [("stages", StagedUnfreezing(stages)), ("runs", Runs())],
        "valid_split": SPLIT,
    }
    kept = small_network(**options).fit(X, y, groups)
    n = len(X)
    # In the fifth epoch once more: the body has learnt in between.
    assert runs_of(kept) == [n, 0, n, n, n, 0]
    again = small_network(augment=[nothing], **options).fit(X, y, groups)
    assert_same(kept, again, X)


class NewBody(Callback):
    """Loads other weights between two epochs."""

    def on_epoch_end(self, net, **kwargs):
        with torch.no_grad():
            layers_with_parameters(net.module_)[0].weight.mul_(1.5)


def test_a_body_that_a_callback_changes_is_run_again(waves):
    X, y, _ = waves
    options = {"max_epochs": 3, "trainable_layers": 1}
    callbacks = [("new", NewBody()), ("runs", Runs())]
    kept = small_network(callbacks=callbacks, **options).fit(X, y)
    assert runs_of(kept) == [len(X)] * 3
    again = small_network(callbacks=callbacks, augment=[nothing], **options).fit(X, y)
    assert_same(kept, again, X)


def test_what_is_fitted_is_a_whole_network(squares, tmp_path):
    X, y, groups = squares
    stopping = EarlyStopping(
        "valid_loss", patience=2, load_best=True, lower_is_better=True
    )
    model = ImageClassifier(
        "resnet10t",
        trainable_layers=2,
        max_epochs=3,
        batch_size=8,
        valid_split=SPLIT,
        callbacks=[stopping, Checkpoint(tmp_path)],
        random_state=0,
    )
    first = model.fit(X, y, groups).predict_proba(X)
    np.testing.assert_array_equal(model.fit(X, y, groups).predict_proba(X), first)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), first)
    assert grad_cam(model, X[:4], target="square").shape == (4, 32, 40)


def test_pictures_are_not_copied(squares, monkeypatch):
    X, y, groups = squares
    parts = []

    def look(net, rows):
        parts.extend([rows, net.train_split(None)[1]])
        train(net, rows)

    monkeypatch.setattr("skecg.classifiers._network.train_net", look)
    ImageClassifier(valid_split=SPLIT, max_epochs=1).fit(X, y, groups)
    assert [part.signals.data_ptr() for part in parts] == [X.ctypes.data] * 2
    chosen = torch.cat([part.chosen for part in parts])
    assert sorted(chosen.tolist()) == list(range(len(X)))


class Otherwise(SignalNetwork):
    """Its `forward` is not the body and then the head."""

    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(3, 2), nn.Linear(2, 2)

    def forward_features(self, x):
        return self.body(x.flatten(1))

    def forward(self, x, context=None):
        return -self.head(self.forward_features(x))


def test_which_bodies_rest():
    network = ConvNet1d(1, 60, 2)
    assert not body_rests(network)
    set_trainable(network, 1)
    assert body_rests(network)
    vit = ViT(1, 32, 32, 2)
    set_trainable(vit, 1)
    assert body_rests(vit)
    for other in (Otherwise(), nn.Linear(2, 2)):
        set_trainable(other, 1)
        assert not body_rests(other)
