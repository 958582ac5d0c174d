"""A body of which nothing learns: it is run once, and only the head is trained."""

import torch
from torch import nn

from skecg.classifiers._batches import TensorSet
from skecg.classifiers._predicting import rows_at_a_time
from skecg.nn.blocks import SignalNetwork
from skecg.nn.image_blocks import ImageNetwork

# Whose `forward` is the body, then the head, and nothing else.
_IN_TWO_HALVES = (SignalNetwork.forward, ImageNetwork.forward)


def body_rests(module: nn.Module) -> bool:
    """Say whether a network has a body, and only its head learns.

    Parameters
    ----------
    module : nn.Module
        A network of `skecg.nn` or a class of the user's. What has a `forward` of its
        own cannot be taken apart.

    Returns
    -------
    bool
    """
    if type(module).forward not in _IN_TWO_HALVES:
        return False
    learnable = [each for each in _body(module) if isinstance(each, nn.Parameter)]
    return bool(learnable) and not any(each.requires_grad for each in learnable)


def put_body_to_rest(module: nn.Module) -> None:
    """Put all but the head into evaluation mode: no dropout, no new statistics.

    Parameters
    ----------
    module : nn.Module
        For which `body_rests`; its head stays in the mode it is in.
    """
    training = module.training
    module.eval()
    module.get_submodule("head").train(training)


def keep_features(module: nn.Module, rows: TensorSet) -> None:
    """Put into `rows` what the body makes of each, unless it is there already.

    Parameters
    ----------
    module : nn.Module
        For which `body_rests`; is left in evaluation mode.
    rows : TensorSet
        Of the training or validation part; is changed in place.
    """
    state = _versions(module)
    if rows.features is not None and rows.made_by == state:
        return
    rows.features = None
    module.eval()
    size = rows_at_a_time(rows)
    parts = []
    with torch.no_grad():
        for start in range(0, len(rows), size):
            inputs = rows.inputs(slice(start, start + size))
            x = inputs["x"] if isinstance(inputs, dict) else inputs
            parts.append(module.forward_body(x))  # type: ignore[operator]
    rows.features, rows.made_by = torch.cat(parts), state


def _versions(module: nn.Module) -> list[tuple[int, int]]:
    # Torch counts the changes of each tensor: a callback may load other weights.
    return [
        (id(each), each._version)  # noqa: SLF001 - there is no public name for it
        for each in _body(module)
    ]


def _body(module: nn.Module) -> list[torch.Tensor]:
    # Parameters and statistics of all but the head.
    head = module.get_submodule("head")
    of_head = {id(each) for each in (*head.parameters(), *head.buffers())}
    tensors = (*module.parameters(), *module.buffers())
    return [each for each in tensors if id(each) not in of_head]
