"""Training in stages: the head first, then more and more of the body."""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from skorch import NeuralNet
from skorch.callbacks import Callback

from skecg.classifiers._engine import optimizer_class
from skecg.classifiers._transfer import count_trainable, set_trainable


class Stage(NamedTuple):
    """What learns from an epoch on, and how.

    Parameters
    ----------
    epoch : int
        The first epoch of the stage, counted from 1.
    trainable_layers : int or "all"
        How many of the last layers with parameters learn.
    lr : float or None, default=None
        Learning rate of everything that learns; None leaves the rates as they are.
    optimizer : str, type or None, default=None
        Another optimiser, as `SignalClassifier` takes it; it starts without memory.

    Examples
    --------
    >>> from skecg.classifiers import Stage
    >>> Stage(epoch=4, trainable_layers="all", lr=1e-4).optimizer is None
    True
    """

    epoch: int
    trainable_layers: int | str
    lr: float | None = None
    optimizer: str | type[torch.optim.Optimizer] | None = None


class StagedUnfreezing(Callback):
    """Let the head learn first, then the last layers of the body, then all.

    Given to a network classifier among its `callbacks`, it takes the place of
    `trainable_layers`. A new head's first, wild steps then do not spoil what the body
    has learnt elsewhere.

    Parameters
    ----------
    stages : sequence of Stage
        In the order of their epochs; the first begins with epoch 1.

    See Also
    --------
    SignalClassifier : `trainable_layers` and `fine_tune_lr`, for one stage.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.classifiers import SignalClassifier, Stage, StagedUnfreezing
    >>> X, y = np.random.default_rng(0).normal(size=(40, 100)), np.repeat([0, 1], 20)
    >>> stages = StagedUnfreezing([Stage(1, 1), Stage(3, "all", lr=1e-4)])
    >>> model = SignalClassifier(
    ...     max_epochs=4, lr_schedule="constant", callbacks=[stages], random_state=0
    ... )
    >>> [epoch["stage"] for epoch in model.fit(X, y).history_]
    [1, 1, 2, 2]
    """

    def __init__(self, stages: Sequence[Stage]) -> None:
        self.stages = stages

    def on_train_begin(self, net: NeuralNet, **kwargs: Any) -> None:
        """Check that the stages make sense.

        Parameters
        ----------
        net : skorch.NeuralNet
            The net in training.
        **kwargs : dict
            What else skorch hands over; not used.

        Raises
        ------
        TypeError
            If one is no `Stage`.
        ValueError
            If the first stage does not begin with epoch 1, the stages do not follow one
            another, one would begin after the last epoch, or one has a rate of its own
            under ``lr_schedule="one_cycle"``, a rate that is not above zero, more
            layers than there are, or an unknown optimiser.
        """
        # All of them now, not after the epochs that go before.
        for stage in self.stages:
            _check(net, stage)
        epochs = [stage.epoch for stage in self.stages]
        if not epochs or epochs[0] != 1 or sorted(set(epochs)) != epochs:
            raise ValueError(
                "stages must begin with epoch 1 and follow each other, got epochs "
                f"{epochs}."
            )
        if epochs[-1] > net.max_epochs:
            raise ValueError(
                f"The stage of epoch {epochs[-1]} would never begin: max_epochs is "
                f"{net.max_epochs}. Train for longer, or leave the stage out."
            )
        scheduled = any(name == "skecg_one_cycle" for name, _ in net.callbacks_)
        changed = any(
            stage.lr is not None or stage.optimizer is not None for stage in self.stages
        )
        if scheduled and changed:
            raise ValueError(
                "A stage with an lr or optimizer of its own needs "
                "lr_schedule='constant'; 'one_cycle' sets the rate of every step."
            )

    def on_epoch_begin(self, net: NeuralNet, **kwargs: Any) -> None:
        """Begin the stage whose epoch it is.

        Parameters
        ----------
        net : skorch.NeuralNet
            The net in training.
        **kwargs : dict
            What else skorch hands over; not used.
        """
        epoch = net.history[-1, "epoch"]
        begun = [stage for stage in self.stages if stage.epoch <= epoch]
        if begun[-1].epoch == epoch:
            _begin(net, begun[-1])
        net.history.record("stage", len(begun))

    def resume(self, net: NeuralNet) -> None:
        """Bring a net back into the stage of the last epoch of its history.

        Parameters
        ----------
        net : skorch.NeuralNet
            The net, as `Checkpoint` restores it.
        """
        epoch = net.history[-1, "epoch"]
        for stage in self.stages:
            if stage.epoch <= epoch:
                _begin(net, stage)


def _check(net: NeuralNet, stage: Stage) -> None:
    if not isinstance(stage, Stage):
        raise TypeError(
            "stages must be a list of Stage(epoch, trainable_layers, ...), got "
            f"{stage!r} in it."
        )
    count_trainable(net.module_, stage.trainable_layers)
    if stage.lr is not None and not 0 < stage.lr < math.inf:
        raise ValueError(
            f"The lr of a stage must be finite and above 0, got {stage.lr!r}; None "
            "leaves the rates as they are."
        )
    if stage.optimizer is not None:
        optimizer_class(stage.optimizer)


def _begin(net: NeuralNet, stage: Stage) -> None:
    set_trainable(net.module_, stage.trainable_layers)
    # What learnt before and rests now must not be moved by a gradient left behind.
    net.optimizer_.zero_grad(set_to_none=True)
    if stage.optimizer is not None:
        kept = ("params", "lr", "weight_decay")
        groups = [
            {key: group[key] for key in kept} for group in net.optimizer_.param_groups
        ]
        # torch's base class asks for defaults, every optimiser made of it has them.
        make: Callable[..., torch.optim.Optimizer] = optimizer_class(stage.optimizer)
        net.optimizer_ = make(groups)
    if stage.lr is not None:
        for group in net.optimizer_.param_groups:
            group["lr"] = stage.lr
