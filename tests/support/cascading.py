"""A network whose weights are drawn anew, from the head down (Adebayo et al., 2018)."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn


def likeness_down_to_random(
    module: nn.Module, mean_map: Callable[[], np.ndarray]
) -> list[float]:
    """Return how like the first map each is, while layer after layer is drawn anew.

    A map that outlives random weights shows the input alone. `module` is changed.
    """
    layers = [
        each
        for each in module.modules()
        if next(each.parameters(recurse=False), None) is not None
    ]
    first = mean_map().ravel()
    torch.manual_seed(0)
    likeness = []
    for layer in reversed(layers):
        layer.reset_parameters()
        other = mean_map().ravel()
        # A map of nothing is like no other.
        flat = np.ptp(other) == 0
        likeness.append(0.0 if flat else float(np.corrcoef(first, other)[0, 1]))
    return likeness
