"""The trained networks inside an estimator, and the steps in front of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn.base import BaseEstimator, OneToOneFeatureMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection._search import BaseSearchCV
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted
from torch import nn

from skecg.classifiers._batches import Inputs
from skecg.classifiers._network import NetworkClassifier
from skecg.classifiers._rows import Rows

BATCH = 256
"""Rows that go through a network at a time."""


class NetworkPath(NamedTuple):
    """A network classifier and what X goes through before it.

    Parameters
    ----------
    steps : tuple of estimators
        Fitted transformers, in order.
    classifier : NetworkClassifier
        Fitted.
    classes : ndarray of shape (n_classes,)
        What the whole estimator calls the classes of the network, in their order.
    weight : float, default=1.0
        Of its voice, where several networks speak.
    """

    steps: tuple[BaseEstimator, ...]
    classifier: NetworkClassifier
    classes: np.ndarray
    weight: float = 1.0

    def at_network(self, X: Any) -> Any:
        """Bring X to the network's input."""
        for step in self.steps:
            X = step.transform(X)
        return X

    def to_input(self, maps: np.ndarray, X: Any) -> np.ndarray:
        """Bring maps over the network's input back to X, the first step's input."""
        _check_way_back(self.steps)
        return _back(self.steps, maps, X)


def network_paths(estimator: BaseEstimator) -> list[NetworkPath]:
    """Find the networks of a fitted estimator.

    Parameters
    ----------
    estimator : estimator
        A network classifier, or a Pipeline, a search, a calibrated classifier, a soft
        vote or a frozen estimator that ends in one.

    Returns
    -------
    list of NetworkPath
        More than one for a calibrated classifier, which trains one for each fold, and
        for a vote.

    Raises
    ------
    NotFittedError
        If it was not fitted.
    TypeError
        If there is no network where one is looked for.
    ValueError
        If networks vote with hands up, so that no mean of them is taken.
    """
    if isinstance(estimator, NetworkClassifier):
        check_is_fitted(estimator)
        return [NetworkPath((), estimator, estimator.classes_)]
    if isinstance(estimator, VotingClassifier):
        return _voters(estimator)
    steps, inner = _opened(estimator)
    return [
        path._replace(steps=(*steps, *path.steps))
        for each in inner
        for path in network_paths(each)
    ]


def only_path(estimator: BaseEstimator) -> NetworkPath:
    """Find the one network of a fitted estimator.

    Parameters
    ----------
    estimator : estimator
        As `network_paths` takes it.

    Returns
    -------
    NetworkPath

    Raises
    ------
    ValueError
        If there are several.
    """
    paths = network_paths(estimator)
    if len(paths) > 1:
        raise ValueError(
            f"{type(estimator).__name__} holds {len(paths)} networks, whose layers "
            "differ. Pass one of them, e.g. "
            "calibrated.calibrated_classifiers_[0].estimator or vote.estimators_[0]."
        )
    return paths[0]


def network_input(estimator: BaseEstimator, X: Any) -> Any:
    """Bring X to the input of the network, or of all networks if it is the same.

    Parameters
    ----------
    estimator : estimator
        As `network_paths` takes it.
    X : array-like of shape (n, ...)
        Rows as its `predict` takes them.

    Returns
    -------
    array-like of shape (n, ...)

    Raises
    ------
    ValueError
        If there are several networks with steps of their own in front.
    """
    paths = network_paths(estimator)
    if any(path.steps != paths[0].steps for path in paths):
        raise ValueError(
            f"{type(estimator).__name__} holds {len(paths)} networks, each with steps "
            "of its own in front: there is no one input to show. Use at='input', or "
            "pass one of the networks."
        )
    return paths[0].at_network(X)


def layer_of(module: nn.Module, name: str) -> nn.Module:
    """Find a layer by its dotted name.

    Parameters
    ----------
    module : nn.Module
        The network.
    name : str
        As `torch.nn.Module.named_modules` gives it.

    Returns
    -------
    nn.Module

    Raises
    ------
    ValueError
        If there is none; the text lists those that there are.
    """
    layers = dict(module.named_modules())
    if name and name in layers:
        return layers[name]
    raise ValueError(
        f"The network has no layer {name!r}; it has {[key for key in layers if key]}."
    )


@contextmanager
def recorded(module: nn.Module, names: list[str]) -> Iterator[dict[str, torch.Tensor]]:
    """Keep what layers answer inside a `with` block; the module is then as it was.

    Each answer starts a graph of its own, so gradients with respect to it exist also
    where the layers before it are frozen. The layers behind get a copy: a ReLU that
    works in place does not change what is kept.

    Parameters
    ----------
    module : nn.Module
        Is put into evaluation mode inside the block.
    names : list of str
        Dotted names of the layers.

    Yields
    ------
    dict of Tensor
        Fills with the answer of each layer's last run, in the order in which they run.
    """
    answers: dict[str, torch.Tensor] = {}
    modes = [(each, each.training) for each in module.modules()]

    def keep(name: str) -> Any:
        def hook(_layer: nn.Module, _inputs: Any, answer: Any) -> Any:
            if not isinstance(answer, torch.Tensor):
                return None
            kept = answer.detach().requires_grad_(answer.is_floating_point())
            answers[name] = kept
            return kept.clone()

        return hook

    handles = [
        layer_of(module, name).register_forward_hook(keep(name)) for name in names
    ]
    try:
        module.eval()
        yield answers
    finally:
        for handle in handles:
            handle.remove()
        for each, mode in modes:
            each.training = mode


def read_rows(classifier: NetworkClassifier, X: Any) -> Rows:
    """Validate X as the classifier's own `predict` does."""
    return classifier._read_rows(X, reset=False)  # noqa: SLF001 - predict's own door


def signals_of(inputs: Inputs) -> torch.Tensor:
    """Return the signals alone, without context columns."""
    return inputs["x"] if isinstance(inputs, dict) else inputs


def run(module: nn.Module, inputs: Inputs) -> torch.Tensor:
    """Run a module on what a `TensorSet` gives for it."""
    return module(**inputs) if isinstance(inputs, dict) else module(inputs)


def _opened(
    estimator: BaseEstimator,
) -> tuple[list[BaseEstimator], list[BaseEstimator]]:
    # The steps in front, and the estimators that are behind them.
    if isinstance(estimator, FrozenEstimator):
        return [], [estimator.estimator]
    if isinstance(estimator, Pipeline):
        before = [step for _, step in estimator.steps[:-1]]
        return [step for step in before if step not in (None, "passthrough")], [
            estimator[-1]
        ]
    if isinstance(estimator, BaseSearchCV):
        check_is_fitted(estimator)
        return [], [estimator.best_estimator_]
    if isinstance(estimator, CalibratedClassifierCV):
        check_is_fitted(estimator)
        return [], [each.estimator for each in estimator.calibrated_classifiers_]
    raise TypeError(
        "The estimator must be a network classifier such as SignalClassifier, or a "
        "Pipeline, search, CalibratedClassifierCV, soft VotingClassifier or "
        f"FrozenEstimator that ends in one; got {type(estimator).__name__}."
    )


def _voters(vote: VotingClassifier) -> list[NetworkPath]:
    check_is_fitted(vote)
    if vote.voting != "soft":
        raise ValueError(
            f"The networks of a VotingClassifier with voting={vote.voting!r} are not "
            "averaged, so their maps are not either. Use voting='soft', or pass one of "
            "them: vote.estimators_[0]."
        )
    given = [1.0] * len(vote.estimators) if vote.weights is None else vote.weights
    kept = [
        weight
        for weight, (_, each) in zip(given, vote.estimators, strict=True)
        if not isinstance(each, str)  # "drop"
    ]
    # Its members may know the classes by their numbers only.
    return [
        path._replace(
            classes=vote.classes_[np.searchsorted(member.classes_, path.classes)],
            weight=weight * path.weight,
        )
        for weight, member in zip(kept, vote.estimators_, strict=True)
        for path in network_paths(member)
    ]


def _check_way_back(steps: tuple[BaseEstimator, ...]) -> None:
    for step in steps:
        if not (hasattr(step, "trace_back") or isinstance(step, OneToOneFeatureMixin)):
            raise ValueError(
                f"{type(step).__name__} does not say where in its input a sample or a "
                "pixel of its output comes from, so the map cannot be brought to the "
                "pipeline's input. Use at='network' to have it on the input of the "
                "network."
            )


def _back(steps: tuple[BaseEstimator, ...], maps: np.ndarray, X: Any) -> np.ndarray:
    if not steps:
        return maps
    first, *behind = steps
    if behind:
        maps = _back(tuple(behind), maps, first.transform(X))
    return first.trace_back(maps, X) if hasattr(first, "trace_back") else maps
