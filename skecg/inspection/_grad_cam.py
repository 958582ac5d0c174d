"""Which part of the input speaks for a class: Grad-CAM, on signals and pictures."""

from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from sklearn.base import BaseEstimator
from torch import nn
from torch.nn import functional

from skecg.classifiers._batches import Inputs
from skecg.inspection._networks import (
    BATCH,
    NetworkPath,
    layer_of,
    network_paths,
    read_rows,
    recorded,
    run,
    signals_of,
)

_COARSEST = 5  # samples of the input for each point of a layer
_COARSEST_OF_PICTURES = 32  # pixels a side, what the usual back-bones end in

Place = Literal["network", "input"]
Method = Literal["grad_cam", "hires_cam"]


def grad_cam(
    estimator: BaseEstimator,
    X: npt.ArrayLike,
    *,
    target: object = None,
    layer: str | None = None,
    method: Method = "grad_cam",
    at: Place = "network",
) -> np.ndarray:
    """Map where in each row a network finds what speaks for a class.

    The maps of a layer's channels are added up, each with the mean gradient of the
    class's logit as its weight; what speaks against the class is cut off at zero [1]_.
    HiResCAM gives every place the gradient of its own as its weight instead [2]_. The
    result is stretched linearly over the samples of the input.

    Parameters
    ----------
    estimator : estimator
        Fitted: a `~skecg.classifiers.SignalClassifier` or
        `~skecg.classifiers.ImageClassifier`, or a Pipeline, a search, a calibrated or a
        frozen classifier that ends in one, or a soft vote of them. A calibrated one
        holds a network for each fold: its map is their mean. That of a vote is the mean
        of its members' maps, by their weights.
    X : array-like of shape (n, ...)
        Rows as the estimator's `predict` takes them.
    target : label or array-like of shape (n,), optional
        The class to explain, one for all rows or one for each. By default the one that
        the estimator predicts.
    layer : str, optional
        Dotted name of the layer, as `torch.nn.Module.named_modules` gives it. By
        default the one that the network itself names, or the last convolution that
        still answers with a point for every five samples, or 32 x 32 pixels; or the
        last of all if none does: it knows the class, and where.
    method : {"grad_cam", "hires_cam"}, default="grad_cam"
        The mean gradient of a channel, or the gradient at each place. Behind an average
        over all places the two are the same. In front of layers that know the place,
        prefer "hires_cam": see the notes.
    at : {"network", "input"}, default="network"
        Whether the map lies over the input of the network or that of the whole
        pipeline. For the latter, the steps in front of the network must keep the
        samples (filters, scaling) or know the way back (`Resampler`, `ImageResizer`,
        `GridCropper`, `GridRemover`); pictures must then have one size.

    Returns
    -------
    ndarray of float32 of shape (n, n_times) or (n, height, width)
        Not below zero, in the unit of the logit; NaN for a row that the network cannot
        use. Context columns have no part in it.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    TypeError
        If it does not end in a network.
    ValueError
        If `target` is no class of it, `layer` no layer, the layer's answer has no time
        axis, `method` or `at` is unknown, a step does not know the way back, or members
        of a vote are not averaged, or take inputs of several sizes and `at` is
        "network".

    See Also
    --------
    GradCAMDisplay : Draws the map with the signal or the picture.

    Notes
    -----
    A map shows where the evidence lies that this network used. It does not show that
    the evidence is right.

    Grad-CAM takes it that a channel means the same everywhere. Dense layers that know
    the place (``"convnet"`` and ``"convnet_small"`` on pictures) and attention
    (``"vit"``) do not hold to that: the mean gradient may be below zero for every
    channel, and the map is then zero everywhere, or spread over much that has no part
    in it. HiResCAM assumes nothing of the kind. Of a layer with nothing but ReLU,
    pooling and dense layers behind it, it shows the terms whose sum is the logit, up to
    a constant [2]_. What stands out in the input stands out in its maps a little even
    where the weights are random. The map of ``"vit"`` is that of its first block, where
    a token knows no patch but its own.

    References
    ----------
    .. [1] Selvaraju R. R. et al. (2017). Grad-CAM: visual explanations from deep
       networks via gradient-based localization. ICCV.
       :doi:`10.1109/ICCV.2017.74`
    .. [2] Draelos R. L., Carin L. (2020). Use HiResCAM instead of Grad-CAM for faithful
       explanations of convolutional neural networks. https://arxiv.org/abs/2011.08891

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.classifiers import SignalClassifier
    >>> from skecg.inspection import grad_cam
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(60, 100)), np.repeat(["flat", "wave"], 30)
    >>> X[30:, 60:80] += 4
    >>> model = SignalClassifier("convnet1d", max_epochs=5, random_state=0).fit(X, y)
    >>> grad_cam(model, X[:5], target="wave").shape
    (5, 100)
    """
    if at not in ("network", "input"):
        raise ValueError(f"at must be 'network' or 'input', got {at!r}.")
    if method not in ("grad_cam", "hires_cam"):
        raise ValueError(f"method must be 'grad_cam' or 'hires_cam', got {method!r}.")
    paths = network_paths(estimator)
    n_rows = len(X)  # type: ignore[arg-type]
    labels = estimator.predict(X) if target is None else np.asarray(target)
    if labels.ndim > 0 and labels.shape != (n_rows,):
        raise ValueError(
            f"target must be one class, or one for each of the {n_rows} rows; got "
            f"shape {labels.shape}."
        )
    labels = np.broadcast_to(labels, (n_rows,))
    maps = [_of_path(path, X, labels, layer, method) for path in paths]
    if at == "input":
        maps = [path.to_input(each, X) for path, each in zip(paths, maps, strict=True)]
    sizes = {each.shape[1:] for each in maps}
    if len(sizes) > 1:
        raise ValueError(
            f"The networks take inputs of several sizes, {sorted(sizes)}, over which "
            "there is no mean. Use at='input', or pass one of the networks."
        )
    # The mean over equal voices stays in the type of the maps.
    return np.average(
        maps, axis=0, weights=np.array([path.weight for path in paths], np.float32)
    )


def _of_path(
    path: NetworkPath,
    X: npt.ArrayLike,
    labels: np.ndarray,
    layer: str | None,
    method: Method,
) -> np.ndarray:
    classifier = path.classifier
    codes = _codes(labels, path.classes)
    module = classifier.net_.module_
    if layer is not None:
        layer_of(module, layer)
    rows = read_rows(classifier, path.at_network(X))
    index = np.flatnonzero(rows.usable)
    tensors = rows.tensors(index, next(module.parameters()).device)
    name = layer or _default_layer(module, tensors.inputs(slice(0, 1)))
    shape = tensors.signals.shape[2:]
    maps = np.full((len(rows.usable), *shape), np.nan, dtype=np.float32)
    for start in range(0, len(index), BATCH):
        inputs = tensors.inputs(slice(start, start + BATCH))
        wanted = codes[index[start : start + BATCH]]
        found = _of_batch(module, name, inputs, wanted, method)
        maps[index[start : start + BATCH]] = found
    return maps


def _codes(labels: np.ndarray, classes: np.ndarray) -> np.ndarray:
    unknown = np.setdiff1d(labels, classes)
    if unknown.size:
        raise ValueError(
            f"target must be of the classes {classes.tolist()}, got "
            f"{unknown.tolist()[0]!r}."
        )
    return np.searchsorted(classes, labels)


def _default_layer(module: nn.Module, row: Inputs) -> str:
    own = getattr(module, "map_layer", None)
    if own is not None:
        return own
    names = [
        name
        for name, each in module.named_modules()
        if isinstance(each, nn.Conv1d | nn.Conv2d)
    ]
    if not names:
        raise ValueError(
            f"{type(module).__name__} has no convolution to look at; name one of its "
            f"layers: {[name for name, _ in module.named_modules() if name]}."
        )
    with torch.no_grad(), recorded(module, names) as answers:
        run(module, row)
    x = signals_of(row)
    least = x.shape[-1] / (_COARSEST if x.ndim == 3 else _COARSEST_OF_PICTURES)
    fine = [name for name, each in answers.items() if each.shape[-1] >= least]
    return (fine or list(answers))[-1]


def _of_batch(
    module: nn.Module, name: str, inputs: Inputs, wanted: np.ndarray, method: Method
) -> np.ndarray:
    with torch.enable_grad(), recorded(module, [name]) as answers:
        logits = run(module, inputs)
        if name not in answers:
            raise ValueError(f"The network does not run its layer {name!r}.")
        answer = answers[name]
        laid_out = _as_map(module, answer, signals_of(inputs))
        if laid_out.ndim < 3:
            raise ValueError(
                f"The answer of layer {name!r} has shape {tuple(answer.shape)}: no "
                "axis of time is left. Choose a layer in front of the head."
            )
        chosen = logits[np.arange(len(wanted)), wanted].sum()
        (gradient,) = torch.autograd.grad(chosen, answer)
    weights = _as_map(module, gradient, signals_of(inputs))
    if method == "grad_cam":
        weights = weights.mean(dim=tuple(range(2, weights.ndim)), keepdim=True)
    maps = functional.relu((weights * laid_out.detach()).sum(dim=1, keepdim=True))
    return _stretched(maps, signals_of(inputs), module).cpu().numpy()


def _as_map(
    module: nn.Module, answer: torch.Tensor, inputs: torch.Tensor
) -> torch.Tensor:
    # The tokens of a vision transformer go back to where their patches lay.
    is_tokens = inputs.ndim == 4 and answer.ndim == 3
    lay_out = getattr(module, "tokens_to_map", None) if is_tokens else None
    return answer if lay_out is None else lay_out(answer)


def _stretched(
    maps: torch.Tensor, inputs: torch.Tensor, module: nn.Module
) -> torch.Tensor:
    # A network pads a short signal or a small picture at its end: its layers see that.
    if inputs.ndim == 3:
        n_times = inputs.shape[-1]
        padded = max(n_times, getattr(module, "min_times", 0))
        maps = maps.reshape(len(maps), 1, -1)
        stretched = functional.interpolate(maps, size=padded, mode="linear")
        return stretched[:, 0, :n_times]
    height, width = inputs.shape[2:]
    size = getattr(module, "padded_size", (height, width))
    stretched = functional.interpolate(maps, size=size, mode="bilinear")
    return stretched[:, 0, :height, :width]
