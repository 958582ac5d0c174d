"""What the layers of a network answer, and what they have learnt."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from sklearn.base import BaseEstimator
from torch import nn

from skecg.inspection._networks import (
    BATCH,
    layer_of,
    only_path,
    read_rows,
    recorded,
    run,
)

_PASS_ON = (nn.Dropout, nn.Flatten, nn.Identity)


def layer_activations(
    estimator: BaseEstimator, X: npt.ArrayLike, *, layers: Sequence[str] | None = None
) -> dict[str, np.ndarray]:
    """Return what layers of a network answer to rows.

    Parameters
    ----------
    estimator : estimator
        Fitted: a `~skecg.classifiers.SignalClassifier` or
        `~skecg.classifiers.ImageClassifier`, or a Pipeline, a search or a frozen
        classifier that ends in one.
    X : array-like of shape (n, ...)
        Rows as the estimator's `predict` takes them; the steps in front of the network
        are applied.
    layers : sequence of str, optional
        Dotted names, as `torch.nn.Module.named_modules` gives them. By default every
        layer that the network runs, blocks of layers and layers that pass everything on
        (dropout, flattening) left out.

    Returns
    -------
    dict of ndarray
        By name, in the order in which the layers run: shape (n, n_channels, n_times)
        for feature maps of signals, (n, n_channels, height, width) for those of
        pictures, (n, n_units) for dense layers. NaN for a row that the network
        cannot use. A layer that runs several times gives its last answer.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    TypeError
        If it does not end in a network.
    ValueError
        If it holds several networks, or has no layer of a name.

    See Also
    --------
    ActivationsDisplay : Draws them for one beat.
    filters : The weights of a convolution.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.classifiers import SignalClassifier
    >>> from skecg.inspection import layer_activations
    >>> X, y = np.random.default_rng(0).normal(size=(40, 100)), np.repeat([0, 1], 20)
    >>> model = SignalClassifier("convnet1d", max_epochs=1, random_state=0).fit(X, y)
    >>> answers = layer_activations(model, X[:3])
    >>> list(answers.values())[-1].shape
    (3, 2)
    """
    path = only_path(estimator)
    module = path.classifier.net_.module_
    if layers is None:
        names = [name for name, each in module.named_modules() if _changes(each)]
    else:
        names = list(layers)
    rows = read_rows(path.classifier, path.at_network(X))
    index = np.flatnonzero(rows.usable)
    tensors = rows.tensors(index, next(module.parameters()).device)
    parts: dict[str, list[np.ndarray]] = {}
    for start in range(0, len(index), BATCH):
        with torch.no_grad(), recorded(module, names) as answers:
            run(module, tensors.inputs(slice(start, start + BATCH)))
        for name, answer in answers.items():
            parts.setdefault(name, []).append(_plain(answer))
    return {
        name: _filled(np.concatenate(part), rows.usable) for name, part in parts.items()
    }


def filters(estimator: BaseEstimator, *, layer: str | None = None) -> np.ndarray:
    """Return the weights that a convolution has learnt.

    Parameters
    ----------
    estimator : estimator
        As `layer_activations` takes it.
    layer : str, optional
        Dotted name of the convolution; by default the first, whose filters work on the
        signal or the picture itself.

    Returns
    -------
    ndarray of float32 of shape (n_filters, n_channels, kernel_size)
        A copy. For pictures (n_filters, n_channels, kernel_height, kernel_width).

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    TypeError
        If it does not end in a network.
    ValueError
        If it holds several networks, or the layer is no convolution.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.classifiers import SignalClassifier
    >>> from skecg.inspection import filters
    >>> X, y = np.random.default_rng(0).normal(size=(40, 100)), np.repeat([0, 1], 20)
    >>> model = SignalClassifier("resnet1d", max_epochs=1, random_state=0).fit(X, y)
    >>> filters(model).shape
    (32, 1, 5)
    """
    module = only_path(estimator).classifier.net_.module_
    convolutions = {
        name: each
        for name, each in module.named_modules()
        if isinstance(each, nn.Conv1d | nn.Conv2d)
    }
    if layer is not None:
        layer_of(module, layer)
    name = next(iter(convolutions), None) if layer is None else layer
    if name not in convolutions:
        raise ValueError(
            f"{name!r} is no convolution of the network; these are: "
            f"{list(convolutions)}."
        )
    return _plain(convolutions[name].weight).copy()


def _changes(module: nn.Module) -> bool:
    is_block = next(module.children(), None) is not None
    return not is_block and not isinstance(module, _PASS_ON)


def _plain(answer: torch.Tensor) -> np.ndarray:
    # Signals run through a network as pictures of height one.
    array = answer.detach().cpu().numpy()
    return array[:, :, 0] if array.ndim == 4 and array.shape[2] == 1 else array


def _filled(values: np.ndarray, usable: np.ndarray) -> np.ndarray:
    if usable.all():
        return values
    result = np.full((len(usable), *values.shape[1:]), np.nan, dtype=values.dtype)
    result[usable] = values
    return result
