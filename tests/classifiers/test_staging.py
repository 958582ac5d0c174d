"""Tests of training in stages."""

import numpy as np
import pytest
import torch
from skorch.callbacks import Callback

from skecg.classifiers import SignalClassifier, Stage, StagedUnfreezing
from skecg.classifiers._transfer import layers_with_parameters

X = np.random.default_rng(0).normal(size=(40, 150))
y = np.repeat(["a", "b"], 20)


class Watch(Callback):
    """Keep the weights before each epoch, and what the optimiser is."""

    def on_epoch_begin(self, net, **kwargs):
        layers = layers_with_parameters(net.module_)
        self.weights = getattr(self, "weights", [])
        self.weights.append([layer.weight.detach().clone() for layer in layers])
        self.optimizers = getattr(self, "optimizers", [])
        rates = [group["lr"] for group in net.optimizer_.param_groups]
        self.optimizers.append((type(net.optimizer_).__name__, rates))


def fit(stages, **parameters):
    options = {
        "max_epochs": 6,
        "lr_schedule": "constant",
        "random_state": 0,
        "callbacks": [("stages", StagedUnfreezing(stages)), ("watch", Watch())],
    }
    model = SignalClassifier("convnet1d", **{**options, **parameters}).fit(X, y)
    return model, dict(model.net_.callbacks_)["watch"]


def moved(watch, epoch):
    """How many of the last layers changed in an epoch."""
    before, after = watch.weights[epoch - 1], watch.weights[epoch]
    changed = [not torch.equal(a, b) for a, b in zip(before, after, strict=True)]
    assert changed == sorted(changed)
    return sum(changed)


def test_each_stage_trains_its_layers_and_no_other():
    model, watch = fit([Stage(1, 1), Stage(3, 4), Stage(5, "all")])
    n_layers = len(watch.weights[0])
    assert [moved(watch, epoch) for epoch in range(1, 6)] == [1, 1, 4, 4, n_layers]
    assert [row["stage"] for row in model.history_] == [1, 1, 2, 2, 3, 3]


def test_frozen_batch_norms_keep_their_statistics():
    model, _ = fit([Stage(1, 1)], max_epochs=3)
    norm = next(
        each
        for each in model.net_.module_.modules()
        if isinstance(each, torch.nn.BatchNorm2d)
    )
    assert not norm.running_mean.any()
    thawed, _ = fit([Stage(1, 1), Stage(2, "all")], max_epochs=3)
    norm = next(
        each
        for each in thawed.net_.module_.modules()
        if isinstance(each, torch.nn.BatchNorm2d)
    )
    assert norm.running_mean.any()


def test_a_stage_may_have_its_own_rate_and_optimiser():
    _, watch = fit(
        [Stage(1, 1), Stage(3, "all", lr=1e-5, optimizer="rmsprop")], lr=1e-3
    )
    assert watch.optimizers[1] == ("AdamW", [1e-3])
    assert watch.optimizers[3] == ("RMSprop", [1e-5])


def test_what_rests_after_it_learnt_stays_where_it_is():
    _, watch = fit([Stage(1, "all"), Stage(4, 1)])
    assert moved(watch, 2) == len(watch.weights[0])
    assert moved(watch, 5) == 1


@pytest.mark.parametrize("epochs", [[], [2], [1, 1], [1, 5, 3]])
def test_stages_must_follow_each_other(epochs):
    with pytest.raises(ValueError, match="begin with epoch 1 and follow each other"):
        fit([Stage(epoch, 1) for epoch in epochs])


def test_a_stage_that_would_never_begin_is_refused():
    with pytest.raises(ValueError, match="epoch 5 would never begin: max_epochs is 4"):
        fit([Stage(1, 1), Stage(5, "all")], max_epochs=4)


def test_a_rate_of_its_own_and_a_schedule_do_not_go_together():
    with pytest.raises(ValueError, match="needs lr_schedule='constant'"):
        fit([Stage(1, 1), Stage(2, 2, lr=1e-4)], lr_schedule="one_cycle")
    model, _ = fit([Stage(1, 1), Stage(2, 2)], lr_schedule="one_cycle")
    assert model.history_[-1]["stage"] == 2


def test_more_layers_than_there_are():
    with pytest.raises(ValueError, match=r"only .* layers with parameters"):
        fit([Stage(1, 99)])


@pytest.mark.parametrize(
    ("late", "error", "message"),
    [
        (Stage(3, "all", lr=-1e-4), ValueError, "lr of a stage must be .* got -0.0001"),
        (Stage(3, "all", lr=0.0), ValueError, "lr of a stage must be .* got 0.0"),
        (Stage(3, "all", optimizer="adamm"), ValueError, "optimizer must be one of"),
        (Stage(3, 0), ValueError, "trainable_layers must be 'all' or how many"),
        (Stage(3, "some"), ValueError, "trainable_layers must be 'all' or how many"),
        (Stage(3, 1000), ValueError, "only .* layers with parameters"),
        ((3, "all"), TypeError, r"list of Stage\(epoch, trainable_layers"),
    ],
)
def test_a_late_stage_is_checked_before_the_first_epoch(late, error, message):
    began = []

    class Begun(Callback):
        def on_epoch_begin(self, net, **kwargs):
            began.append(net)

    stages = StagedUnfreezing([Stage(1, 1), late])
    with pytest.raises(error, match=message):
        fit([], callbacks=[Begun(), stages])
    assert began == []
