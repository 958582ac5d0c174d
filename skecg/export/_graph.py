"""Which part of a fitted estimator is a graph of tensors, and what stands around it."""

import copy
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection._search import BaseSearchCV
from sklearn.pipeline import Pipeline
from torch import nn

from skecg.classifiers import BeatwiseClassifier, ImageClassifier, SignalClassifier
from skecg.exceptions import ModelNotExportableError

Network = SignalClassifier | ImageClassifier
Reference = Callable[[np.ndarray], np.ndarray]

# What scikit-learn adds to a probability before it takes the logarithm.
_EPS = float(np.finfo(np.float64).eps)


class Graph(NamedTuple):
    """A fitted estimator, taken apart.

    Attributes
    ----------
    module : nn.Module
        On the CPU; from what the network's `predict_proba` takes to logits.
    network : SignalClassifier or ImageClassifier
        Says what the input looks like.
    reference : callable
        What the estimator answers, without torch.onnx, for the same input.
    classes : ndarray of shape (n_classes,)
        In the order of the logits.
    before, after : tuple of str
        Steps that are no part of the graph, in words.
    """

    module: nn.Module
    network: Network
    reference: Reference
    classes: np.ndarray
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def as_graph(estimator: BaseEstimator) -> Graph:
    """Find the network in a fitted estimator, and what goes with it.

    Parameters
    ----------
    estimator : classifier
        A network, or one in a pipeline, a search, a soft vote, a calibrated classifier
        or a classifier of beats.

    Returns
    -------
    Graph

    Raises
    ------
    ModelNotExportableError
        If there is none, or more than a graph can hold; the text names it.
    """
    for kind, take_apart in _PARTS.items():
        if isinstance(estimator, kind):
            return take_apart(estimator)
    raise ModelNotExportableError(
        f"{_name(estimator)} computes with scikit-learn, not with torch, and cannot be "
        "exported: export_onnx takes networks (SignalClassifier, ImageClassifier), "
        "alone or in a Pipeline, a search, a soft vote, CalibratedClassifierCV or "
        "BeatwiseClassifier."
    )


def in_words(step: BaseEstimator) -> str:
    """Return a step with all of its parameters on one line."""
    params = step.get_params(deep=False)
    told = ", ".join(f"{name}={value!r}" for name, value in params.items())
    return " ".join(f"{_name(step)}({told})".split())


class _SignalInput(nn.Module):
    # Records as people hand them over, through the network to logits.

    def __init__(self, module: nn.Module, context: int) -> None:
        super().__init__()
        self.module, self.context = module, context

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        x = X.unsqueeze(1) if X.ndim == 2 else X
        if not self.context:
            return self.module(x)
        n_times = x.shape[-1] - self.context
        return self.module(x[..., :n_times], x[:, 0, n_times:])


class _ImageInput(nn.Module):
    # Pictures as people hand them over: channels last, bytes or numbers from 0 to 1.

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        x = X.unsqueeze(3) if X.ndim == 3 else X
        x = x.permute(0, 3, 1, 2)
        if x.dtype == torch.uint8:
            x = x.to(torch.float32) / 255
        return self.module(x)


class _Tempered(nn.Module):
    # Temperature scaling, as scikit-learn computes it from probabilities.

    def __init__(self, inner: nn.Module, beta: float) -> None:
        super().__init__()
        self.inner, self.beta = inner, beta

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        return self.beta * torch.log(torch.softmax(self.inner(X), dim=1) + _EPS)


class _Vote(nn.Module):
    # The mean of probabilities; its logarithm stands for the logits.

    def __init__(self, voters: Sequence[nn.Module], weights: Sequence[float]) -> None:
        super().__init__()
        self.voters = nn.ModuleList(voters)
        self.weights = [float(weight / sum(weights)) for weight in weights]

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        answers = [torch.softmax(voter(X), dim=1) for voter in self.voters]
        shares = [w * p for w, p in zip(self.weights, answers, strict=True)]
        return torch.log(torch.stack(shares).sum(dim=0))


def _of_network(network: Network) -> Graph:
    module = copy.deepcopy(network.net_.module_).cpu().eval()
    whole: nn.Module = (
        _ImageInput(module)
        if isinstance(network, ImageClassifier)
        else _SignalInput(module, network.context)
    )
    exact = copy.copy(network)
    exact.predict_precision = "float32"
    return Graph(whole, network, exact.predict_proba, network.classes_)


def _of_pipeline(pipeline: Pipeline) -> Graph:
    steps = [step for _, step in pipeline.steps if step not in (None, "passthrough")]
    inner = as_graph(steps[-1])
    before = (*map(in_words, steps[:-1]), *inner.before)
    return inner._replace(before=before)


def _of_beatwise(classifier: BeatwiseClassifier) -> Graph:
    inner = as_graph(classifier.classifier_)
    segmenter = classifier.segmenter_
    cut = "segmented records" if segmenter is None else in_words(segmenter)
    return inner._replace(
        before=(cut, *inner.before),
        after=(*inner.after, f"{classifier.aggregate!r} of a record's beats"),
    )


def _of_calibrated(calibrated: CalibratedClassifierCV) -> Graph:
    parts = calibrated.calibrated_classifiers_
    if len(parts) > 1:
        raise ModelNotExportableError(
            f"This CalibratedClassifierCV holds {len(parts)} networks, one for each "
            "fold. Calibrate a fitted one: CalibratedClassifierCV(FrozenEstimator("
            "network), method='temperature')."
        )
    inner = as_graph(parts[0].estimator)
    if parts[0].method != "temperature":
        raise ModelNotExportableError(
            f"The {parts[0].method} calibration of this CalibratedClassifierCV is not "
            "exported, and without it the probabilities would be others. Use "
            "method='temperature', or export the network inside it."
        )
    if inner.after:
        raise ModelNotExportableError(
            "CalibratedClassifierCV around BeatwiseClassifier is not exported: it "
            "calibrates answers that are put together outside of the graph. Calibrate "
            "the classifier of the beats."
        )
    calibrator, reference = parts[0].calibrators[0], inner.reference
    return inner._replace(
        module=_Tempered(inner.module, float(calibrator.beta_)),
        reference=lambda X: calibrator.predict(reference(X)),
    )


def _of_vote(vote: VotingClassifier) -> Graph:
    inner = [as_graph(one) for one in vote.estimators_]
    if vote.voting != "soft" or any(one.before or one.after for one in inner):
        raise ModelNotExportableError(
            "Of VotingClassifier only voting='soft' is exported, with networks that "
            f"have no steps of their own; this one is {in_words(vote)}."
        )
    weights = [1.0] * len(inner) if vote.weights is None else vote.weights
    kept = [
        w for w, (_, one) in zip(weights, vote.estimators, strict=True) if one != "drop"
    ]
    return inner[0]._replace(
        module=_Vote([one.module for one in inner], kept),
        reference=lambda X: np.average(
            [one.reference(X) for one in inner], axis=0, weights=kept
        ),
        classes=vote.classes_,
    )


def _name(thing: Any) -> str:
    return type(thing).__name__


_PARTS: dict[type, Callable[[Any], Graph]] = {
    SignalClassifier: _of_network,
    ImageClassifier: _of_network,
    Pipeline: _of_pipeline,
    BaseSearchCV: lambda search: as_graph(search.best_estimator_),
    FrozenEstimator: lambda frozen: as_graph(frozen.estimator),
    BeatwiseClassifier: _of_beatwise,
    CalibratedClassifierCV: _of_calibrated,
    VotingClassifier: _of_vote,
}
