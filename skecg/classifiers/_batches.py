"""Data sets and batches as whole tensors, selected by index.

A `torch.utils.data.DataLoader` over a `TensorDataset` fetches one row at a time and
stacks them; for beats of a kilobyte that costs more than it gives. Here a batch is one
indexed copy, on whatever device the tensors already are.
"""

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch.utils.data import Dataset

Inputs = torch.Tensor | dict[str, torch.Tensor]


class TensorSet(Dataset):
    """Records, their context columns and their class codes.

    Parameters
    ----------
    signals : Tensor of shape (n_records, n_leads, n_times)
        What the network calls ``x``.
    context : Tensor of shape (n_records, n_context) or None
        What it calls ``context``; None for a network without.
    codes : Tensor of shape (n_records,) or None, default=None
        Indices into the classes; None where only predictions are wanted.
    """

    def __init__(
        self,
        signals: torch.Tensor,
        context: torch.Tensor | None,
        codes: torch.Tensor | None = None,
    ) -> None:
        self.signals = signals
        self.context = context
        self.codes = codes

    @classmethod
    def from_arrays(
        cls,
        signals: np.ndarray,
        context: np.ndarray | None,
        codes: np.ndarray | None = None,
        *,
        device: torch.device,
    ) -> "TensorSet":
        """Copy arrays into tensors on `device`.

        Parameters
        ----------
        signals : ndarray of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Two dimensions mean one lead.
        context : ndarray of shape (n_records, n_context) or None
            Context columns.
        codes : ndarray of int of shape (n_records,) or None, default=None
            Class codes.
        device : torch.device
            Where the tensors are put.

        Returns
        -------
        TensorSet
        """
        if signals.ndim == 2:
            signals = signals[:, np.newaxis]
        return cls(
            _to_tensor(signals, np.float32, device),
            None if context is None else _to_tensor(context, np.float32, device),
            None if codes is None else _to_tensor(codes, np.int64, device),
        )

    def __len__(self) -> int:
        return len(self.signals)

    def __getitem__(
        self, index: int | slice | torch.Tensor
    ) -> tuple[Inputs, torch.Tensor | None]:
        codes = None if self.codes is None else self.codes[index]
        return self.inputs(index), codes

    def inputs(self, index: int | slice | torch.Tensor) -> Inputs:
        """Return what the network's `forward` takes, for some of the rows."""
        if self.context is None:
            return self.signals[index]
        return {"x": self.signals[index], "context": self.context[index]}


class IndexBatches:
    """Batches of a `TensorSet`, as skorch wants an iterator.

    Parameters
    ----------
    dataset : TensorSet
        What is cut into batches.
    batch_size : int
        Rows of a batch; the last one may have fewer.
    shuffle : bool, default=False
        A new order at every pass, drawn from torch's generator.
    """

    def __init__(
        self, dataset: TensorSet, batch_size: int, shuffle: bool = False
    ) -> None:
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle

    def __len__(self) -> int:
        return math.ceil(len(self.dataset) / self.batch_size)

    def __iter__(self) -> Iterator[tuple[Inputs, torch.Tensor | None]]:
        n_rows = len(self.dataset)
        order = None
        if self.shuffle:
            # Drawn on the CPU, so that a seed means the same order on every device.
            order = torch.randperm(n_rows).to(self.dataset.signals.device)
        for start in range(0, n_rows, self.batch_size):
            rows = slice(start, start + self.batch_size)
            yield self.dataset[rows if order is None else order[rows]]


def _to_tensor(array: np.ndarray, dtype: type, device: torch.device) -> torch.Tensor:
    # Torch warns about arrays that it may not write to, memory maps among them.
    whole = np.require(array, dtype=dtype, requirements=["C", "W", "A"])
    return torch.from_numpy(whole).to(device)
