"""Whether a network's tensors are numbers."""

from collections.abc import Mapping

import torch


def not_finite(tensors: Mapping[str, torch.Tensor]) -> str | None:
    """Return the name of the first tensor with NaN or infinity, None if none has any.

    Parameters
    ----------
    tensors : mapping of str to Tensor
        Those of whole numbers are finite.

    Returns
    -------
    str or None
    """
    return next(
        (name for name, each in tensors.items() if not torch.isfinite(each).all()),
        None,
    )
