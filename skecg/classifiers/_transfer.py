"""Starting from the weights of a fitted network, and choosing which layers learn."""

import torch
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.utils.validation import check_is_fitted
from torch import nn


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
        If network, leads, context columns or sampling rates differ; length may.
    """
    if source.network != target.network:
        raise ValueError(
            f"weights were trained with network={source.network!r}, this classifier "
            f"has network={target.network!r}; they must be the same."
        )
    for name, fix in (
        ("n_leads_in_", "Select the same leads"),
        ("context", "Give the same context columns"),
    ):
        had, has = getattr(source, name), getattr(target, name)
        if had != has:
            label = name.removesuffix("_in_")
            raise ValueError(
                f"weights were trained with {label}={had}, X has {label}={has}. {fix}, "
                "or pass weights=None."
            )
    if source.sampling_rate != target.sampling_rate:
        raise ValueError(
            f"weights were trained at sampling_rate={source.sampling_rate} Hz, this "
            f"classifier says sampling_rate={target.sampling_rate} Hz. Resample the "
            "signals to the rate of the weights, and pass that rate."
        )


def take_weights(module: nn.Module, source: nn.Module, *, same_classes: bool) -> None:
    """Copy the body's tensors, and those of the head that still fit.

    Parameters
    ----------
    module : nn.Module
        Is changed in place. What it calls `head` turns features into logits; a module
        without one counts its last layer as such.
    source : nn.Module
        A trained module of the same architecture. Another number of classes or of
        samples changes the shape of some layers of the head: these keep their draw.
    same_classes : bool
        Whether both tell the same classes apart; otherwise the last layer starts anew,
        even where its shape would fit.

    Raises
    ------
    ValueError
        If a tensor of the body does not fit.
    """
    trained, own = source.state_dict(), module.state_dict()
    last_layer = layers_with_parameters(module)[-1]
    head = _names_of(getattr(module, "head", last_layer), module)
    anew = set() if same_classes else _names_of(last_layer, module)
    fitting = {
        name: tensor
        for name, tensor in trained.items()
        if name not in anew and name in own and own[name].shape == tensor.shape
    }
    misfits = sorted(set(own) - set(fitting) - head)
    if misfits:
        raise ValueError(
            f"The weights do not fit the network: {misfits[0]} and "
            f"{len(misfits) - 1} more tensors have other shapes. Give the same "
            "network_params as those the weights were trained with."
        )
    module.load_state_dict(fitting, strict=False)


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


def freeze_all_but_last(module: nn.Module, n_layers: int) -> None:
    """Let only the last `n_layers` layers with parameters learn.

    Parameters
    ----------
    module : nn.Module
        Is changed in place.
    n_layers : int
        How many learn, the head's last layer included.

    Raises
    ------
    ValueError
        If the network has fewer.
    """
    layers = layers_with_parameters(module)
    if n_layers > len(layers):
        raise ValueError(
            f"trainable_layers={n_layers}, but the network has only {len(layers)} "
            "layers with parameters; use 'all' to train every one."
        )
    for layer in layers[: len(layers) - n_layers]:
        for parameter in layer.parameters(recurse=False):
            parameter.requires_grad = False
        # A frozen batch normalisation must not follow the new data's statistics
        # either, whatever mode skorch puts the network into.
        layer.register_forward_pre_hook(_stay_in_eval)


def _names_of(layer: nn.Module, module: nn.Module) -> set[str]:
    own = set(map(id, layer.parameters()))
    return {name for name, tensor in module.named_parameters() if id(tensor) in own}


def _stay_in_eval(layer: nn.Module, _inputs: tuple[torch.Tensor, ...]) -> None:
    layer.training = False
