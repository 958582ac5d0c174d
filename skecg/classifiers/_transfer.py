"""Starting from the weights of a fitted network, and choosing which layers learn."""

from numbers import Integral
from typing import Any, Literal

import torch
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.utils.validation import check_is_fitted
from torch import nn

LeadAdapt = Literal["mean", "reinit"]
"""What becomes of a first layer that was trained on another number of leads."""


def fitted_source(weights: FrozenEstimator) -> BaseEstimator:
    """Return the fitted network classifier that holds the weights.

    Parameters
    ----------
    weights : FrozenEstimator
        Around a fitted network classifier.

    Returns
    -------
    BaseEstimator
        With `net_` and `classes_`.

    Raises
    ------
    TypeError
        If it is not a frozen network classifier: scikit-learn's `clone`, in every
        cross-validation, takes the weights out of an estimator that is not frozen.
    NotFittedError
        If what is inside was never fitted.
    """
    if not isinstance(weights, FrozenEstimator):
        raise TypeError(
            "weights must be None or FrozenEstimator(fitted classifier), got "
            f"{type(weights).__name__}. Cloning un-fits a bare estimator: wrap it with "
            "sklearn.frozen.FrozenEstimator."
        )
    source = weights.estimator
    if not hasattr(source, "network"):
        raise TypeError(
            f"weights must hold a network classifier, got a {type(source).__name__}. "
            "Of a Pipeline, freeze the last step alone."
        )
    try:
        check_is_fitted(source, "net_")
    except NotFittedError as error:
        raise NotFittedError(
            f"weights holds a {type(source).__name__} that is not fitted. Fit it "
            "first, or pass weights=None to start from scratch."
        ) from error
    return source


def check_same_input(source: BaseEstimator, target: BaseEstimator) -> None:
    """Raise if the weights were trained on another kind of signal.

    Parameters
    ----------
    source, target : BaseEstimator
        The fitted classifier whose weights are taken, and the one being fitted.

    Raises
    ------
    ValueError
        If network, context columns or sampling rates differ, or the number of leads
        does and the target's `lead_adapt` is None; length may differ.
    """
    if source.network != target.network:
        raise ValueError(
            f"weights were trained with network={source.network!r}, this classifier "
            f"has network={target.network!r}; they must be the same."
        )
    had, has = getattr(source, "n_channels_", 0), getattr(target, "n_channels_", 0)
    if had != has:
        raise ValueError(
            f"weights were trained on images of {had} channel(s), X has {has}. Bring X "
            "to the same with ImageResizer(color='grey') or 'rgb'."
        )
    had, has = (
        getattr(source, "n_leads_in_", None),
        getattr(target, "n_leads_in_", None),
    )
    if had != has and target.lead_adapt is None:
        raise ValueError(
            f"weights were trained with n_leads={had}, X has n_leads={has}. Select the "
            "same leads, or say with lead_adapt='mean' or 'reinit' what becomes of the "
            "first layer."
        )
    had, has = getattr(source, "context", 0), getattr(target, "context", 0)
    if had != has:
        raise ValueError(
            f"weights were trained with context={had}, X has context={has}. Give the "
            "same context columns, or pass weights=None."
        )
    had, has = (
        getattr(source, "sampling_rate", None),
        getattr(target, "sampling_rate", None),
    )
    if had != has:
        raise ValueError(
            f"weights were trained at sampling_rate={had} Hz, this classifier says "
            f"sampling_rate={has} Hz. Resample the signals to the rate of the weights, "
            "and pass that rate."
        )


def take_weights(
    module: nn.Module,
    source: nn.Module | dict[str, torch.Tensor],
    *,
    same_classes: bool,
    lead_adapt: LeadAdapt | None = None,
) -> frozenset[str]:
    """Copy the body's tensors, and those of the head that still fit.

    Parameters
    ----------
    module : nn.Module
        Is changed in place. What it calls `head` turns features into logits; a module
        without one counts its last layer as such.
    source : nn.Module or dict of Tensor
        A trained module of the same architecture, or its state. Another number of
        classes or of samples changes the shape of some layers of the head: these keep
        their draw.
    same_classes : bool
        Whether both tell the same classes apart; otherwise the last layer starts anew,
        even where its shape would fit.
    lead_adapt : {"mean", "reinit"} or None, default=None
        What becomes of a first layer for another number of leads: every lead gets the
        mean over the leads of `source`, scaled so that equal leads give the answer they
        gave; or the layer keeps its draw.

    Returns
    -------
    frozenset of str
        Names of the parameters that were taken.

    Raises
    ------
    ValueError
        If a tensor of the body does not fit.
    """
    trained = dict(source) if isinstance(source, dict) else source.state_dict()
    own = module.state_dict()
    layers = layers_with_parameters(module)
    first, last = layers[0], layers[-1]
    anew = set() if same_classes else _names_of(last, module)
    may_differ = _names_of(getattr(module, "head", last), module)
    if lead_adapt == "mean":
        trained |= _spread_over_leads(trained, own, _names_of(first, module))
    elif lead_adapt == "reinit":
        may_differ |= _names_of(first, module)
    fitting = {
        name: tensor
        for name, tensor in trained.items()
        if name not in anew and name in own and own[name].shape == tensor.shape
    }
    misfits = sorted(set(own) - set(fitting) - may_differ)
    if misfits:
        raise ValueError(
            f"The weights do not fit the network: {misfits[0]} and "
            f"{len(misfits) - 1} more tensors are missing or have other shapes. Give "
            "the same network, with the same network_params, as the weights were "
            "trained with."
        )
    module.load_state_dict(fitting, strict=False)
    return frozenset(fitting) & {name for name, _ in module.named_parameters()}


def _spread_over_leads(
    trained: dict[str, torch.Tensor], own: dict[str, torch.Tensor], names: set[str]
) -> dict[str, torch.Tensor]:
    adapted = {}
    for name in names & set(trained):
        had, has = trained[name], own[name].shape
        if had.shape != has and had.ndim > 1 and had.shape[2:] == has[2:]:
            mean = had.mean(dim=1, keepdim=True) * had.shape[1] / has[1]
            adapted[name] = mean.expand(has)
    return adapted


def layers_with_parameters(module: nn.Module) -> list[nn.Module]:
    """Return the modules that own parameters, in the order they were defined.

    Parameters
    ----------
    module : nn.Module
        A network that defines its layers in the order in which it runs them.

    Returns
    -------
    list of nn.Module
        Convolutions, dense layers, normalisations; the head's last layer is the last.
    """
    return [
        layer
        for layer in module.modules()
        if next(layer.parameters(recurse=False), None) is not None
    ]


def count_trainable(module: nn.Module, n_layers: int | str) -> int:
    """Return how many layers `set_trainable` would let learn.

    Parameters
    ----------
    module : nn.Module
        A network.
    n_layers : int or "all"
        What was asked for.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If it is neither "all" nor a whole number above zero, or the network has fewer.
    """
    n_all = len(layers_with_parameters(module))
    if n_layers == "all":
        return n_all
    given: Any = n_layers  # whatever the hint says, callers pass anything
    if not isinstance(given, Integral) or given < 1:
        raise ValueError(
            "trainable_layers must be 'all' or how many of the last layers learn, at "
            f"least 1, got {n_layers!r}."
        )
    wanted = int(given)
    if wanted > n_all:
        raise ValueError(
            f"trainable_layers={wanted}, but the network has only {n_all} layers "
            "with parameters; use 'all' to train every one."
        )
    return wanted


def set_trainable(module: nn.Module, n_layers: int | str) -> None:
    """Let the last `n_layers` layers with parameters learn, and no other.

    Parameters
    ----------
    module : nn.Module
        Is changed in place; it can be called again with another number.
    n_layers : int or "all"
        How many learn, the head's last layer included.

    Raises
    ------
    ValueError
        If `count_trainable` does.
    """
    layers = layers_with_parameters(module)
    wanted = count_trainable(module, n_layers)
    for index, layer in enumerate(layers):
        for parameter in layer.parameters(recurse=False):
            parameter.requires_grad = index >= len(layers) - wanted
        # A frozen batch normalisation must not follow the new data's statistics
        # either, whatever mode skorch puts the network into.
        hooks = layer._forward_pre_hooks.values()  # noqa: SLF001 - torch lists no hooks
        if _stay_in_eval_if_frozen not in hooks:
            layer.register_forward_pre_hook(_stay_in_eval_if_frozen)


def check_frozen(module: nn.Module, taken: frozenset[str]) -> None:
    """Raise if a layer would neither come from the weights nor learn.

    Parameters
    ----------
    module : nn.Module
        As `take_weights` and `set_trainable` left it.
    taken : frozenset of str
        What `take_weights` returned.

    Raises
    ------
    ValueError
        If there is one: another length of X may change the shape of a dense layer, and
        ``lead_adapt="reinit"`` draws the first layer.
    """
    parameters = dict(module.named_parameters())
    drawn = {
        name for name in set(parameters) - taken if not parameters[name].requires_grad
    }
    if not drawn:
        return
    layers = layers_with_parameters(module)
    first = next(k for k, one in enumerate(layers) if _names_of(one, module) & drawn)
    raise ValueError(
        f"trainable_layers would freeze layers that do not come from the weights, "
        f"{min(drawn)} among them: they start anew because X has another length than "
        "the weights were trained on, or by lead_adapt='reinit'. Let at least "
        f"{len(layers) - first} of the {len(layers)} layers learn, or give X of the "
        "shape that the weights were trained on."
    )


def _names_of(layer: nn.Module, module: nn.Module) -> set[str]:
    own = set(map(id, layer.parameters()))
    return {name for name, tensor in module.named_parameters() if id(tensor) in own}


def _stay_in_eval_if_frozen(
    layer: nn.Module, _inputs: tuple[torch.Tensor, ...]
) -> None:
    if not any(each.requires_grad for each in layer.parameters(recurse=False)):
        layer.training = False
