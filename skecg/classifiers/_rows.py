"""Validated X, between what reads it and what computes with it."""

from typing import NamedTuple

import numpy as np
import torch

from skecg.classifiers._batches import TensorSet


class Rows(NamedTuple):
    """Validated X, as a network takes it.

    Attributes
    ----------
    data : ndarray of shape (n_rows, ...)
        Signals, or images of shape (n_rows, height, width, n_channels).
    context : ndarray of shape (n_rows, n_context) or None
        Columns that go to the head.
    usable : ndarray of bool of shape (n_rows,)
        Which rows a network can compute with.
    """

    data: np.ndarray
    context: np.ndarray | None
    usable: np.ndarray

    def tensors(
        self,
        index: np.ndarray,
        device: torch.device,
        codes: np.ndarray | None = None,
    ) -> TensorSet:
        """Return some of the rows as tensors on a device."""
        context = None if self.context is None else self.context[index]
        # Ten thousand pictures are not copied where all of them are wanted.
        is_all = np.array_equal(index, np.arange(len(self.data)))
        return TensorSet.from_arrays(
            self.data if is_all else self.data[index],
            context,
            None if codes is None else codes[index],
            device=device,
        )
