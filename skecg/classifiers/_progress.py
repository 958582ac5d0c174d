"""How far a training is, told to whoever waits for it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sklearn.base import BaseEstimator
from skorch import NeuralNet
from skorch.callbacks import Callback, EarlyStopping


class OnEpoch(Callback):
    """Call a function after each epoch, and let Ctrl-C end the whole training.

    In the middle of an epoch it does so anyway. Between two it cannot be told from a
    callback that stops early, and a model that is half trained would be measured and
    kept like any other.

    Parameters
    ----------
    function : callable
        Takes the number of the epoch and its training loss. No method: callbacks are
        cloned, and with a method its object would be.
    """

    def __init__(self, function: Callable[[int, float], None]) -> None:
        self.function = function

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        """Tell of the epoch."""
        self.function(net.history[-1, "epoch"], net.history[-1, "train_loss"])

    def on_train_end(self, net: NeuralNet, **kwargs: Any) -> None:
        """Look whether it ended where it should."""
        may_stop = any(isinstance(one, EarlyStopping) for _, one in net.callbacks_)
        if len(net.history) < net.max_epochs and not may_stop:
            raise KeyboardInterrupt


def networks_of(estimator: BaseEstimator) -> dict[str, BaseEstimator]:
    """Find the networks in an unfitted estimator.

    Parameters
    ----------
    estimator : estimator
        A network, or anything around some.

    Returns
    -------
    dict of estimator
        By the prefix of their parameters: "" for a bare network, "imageclassifier__".
    """
    parts = {"": estimator} | {
        f"{name}__": part for name, part in estimator.get_params(deep=True).items()
    }
    return {
        prefix: part
        for prefix, part in parts.items()
        if isinstance(part, BaseEstimator)
        and {"max_epochs", "callbacks"} <= part.get_params(deep=False).keys()
    }


def with_progress(
    estimator: BaseEstimator, function: Callable[[int, float], None]
) -> dict[str, Any]:
    """Let the networks of an unfitted estimator tell of their epochs.

    Parameters
    ----------
    estimator : estimator
        Its callbacks are changed.
    function : callable
        As `OnEpoch` takes it.

    Returns
    -------
    dict
        What `set_params` takes to bring the callbacks back as they were: a model is
        kept without functions.
    """
    before = {
        f"{prefix}callbacks": network.callbacks
        for prefix, network in networks_of(estimator).items()
    }
    tell = OnEpoch(function)
    estimator.set_params(**{key: [*(old or ()), tell] for key, old in before.items()})
    return before


def without_progress(estimator: BaseEstimator, before: dict[str, Any]) -> None:
    """Take what `with_progress` added out of an estimator that was fitted since.

    Parameters
    ----------
    estimator : estimator
        Fitted; it holds no function afterwards, so that it can be pickled.
    before : dict
        What `with_progress` returned.
    """
    estimator.set_params(**before)
    for part in _parts_of(estimator):
        net = getattr(part, "net_", None)
        if isinstance(net, NeuralNet):
            kept = _silent(part.callbacks or ())
            if len(kept) < len(part.callbacks or ()):
                part.callbacks = kept or None
            net.callbacks = _silent(net.callbacks or ())
            net.callbacks_ = _silent(net.callbacks_)


def _parts_of(estimator: BaseEstimator) -> Iterator[Any]:
    # Its steps, and what a vote or a stack has fitted: clones of what it was given.
    yield estimator
    for part in estimator.get_params(deep=True).values():
        if isinstance(part, BaseEstimator):
            yield part
    for voter in getattr(estimator, "estimators_", ()):
        if isinstance(voter, BaseEstimator):
            yield from _parts_of(voter)


def _silent(callbacks: Iterable[Any]) -> list[Any]:
    return [
        one
        for one in callbacks
        if not isinstance(one[1] if isinstance(one, tuple) else one, OnEpoch)
    ]
