"""Data sets and batches as whole tensors, selected by index.

A `torch.utils.data.DataLoader` over a `TensorDataset` fetches one row at a time and
stacks them; for beats of a kilobyte that costs more than it gives. Here a batch is one
indexed copy, on whatever device the tensors already are.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch.nn import functional
from torch.utils.data import Dataset

from skecg.nn.augmentation import Augmentation, MixUp

Inputs = torch.Tensor | dict[str, torch.Tensor]


class TensorSet(Dataset):
    """Records or pictures, their context columns and their class codes.

    Parameters
    ----------
    signals : Tensor of shape (n_records, n_leads, n_times) or (n_images, n_channels, \
height, width)
        What the network calls ``x``. Pictures in uint8 stay so until they are asked
        for: a batch of them is float, from 0 to 1.
    context : Tensor of shape (n_records, n_context) or None
        What it calls ``context``; None for a network without.
    codes : Tensor of shape (n_records,) or None, default=None
        Indices into the classes; None where only predictions are wanted.

    Attributes
    ----------
    chosen : Tensor of int64 of shape (n_chosen,) or None
        Which of the rows of `signals` belong to the set, see `only`; None for all.
    features : Tensor of shape (n_chosen, ...) or None
        What a body that does not learn has made of the rows: batches hold it in the
        place of ``x`` then.
    made_by : list of tuple(int, int)
        In which state the body was.
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
        self.chosen: torch.Tensor | None = None
        self.features: torch.Tensor | None = None
        self.made_by: list[tuple[int, int]] = []

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
        signals : ndarray of shape (n_records, n_times), (n_records, n_leads, n_times) \
or (n_images, height, width, n_channels)
            Two dimensions mean one lead, four mean pictures.
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
        kept = signals.dtype == np.uint8  # a quarter of the memory
        x = _to_tensor(signals, np.uint8 if kept else np.float32, device)
        return cls(
            x.permute(0, 3, 1, 2) if x.ndim == 4 else x,
            None if context is None else _to_tensor(context, np.float32, device),
            None if codes is None else _to_tensor(codes, np.int64, device),
        )

    def only(self, index: np.ndarray) -> "TensorSet":
        """Return a set of some of the rows, whose signals are not copied.

        Parameters
        ----------
        index : ndarray of int of shape (n_chosen,)
            Which, in order.

        Returns
        -------
        TensorSet
        """
        chosen = torch.from_numpy(index).to(self.signals.device)
        few = TensorSet(
            self.signals,
            None if self.context is None else self.context[chosen],
            None if self.codes is None else self.codes[chosen],
        )
        few.chosen = chosen
        return few

    def __len__(self) -> int:
        return len(self.signals if self.chosen is None else self.chosen)

    def __getitem__(
        self, index: int | slice | torch.Tensor
    ) -> tuple[Inputs, torch.Tensor | None]:
        codes = None if self.codes is None else self.codes[index]
        return self.inputs(index), codes

    def inputs(self, index: int | slice | torch.Tensor) -> Inputs:
        """Return what the network's `forward` takes, for some of the rows."""
        context = {} if self.context is None else {"context": self.context[index]}
        if self.features is not None:
            return {"features": self.features[index]} | context
        x = self.signals[index if self.chosen is None else self.chosen[index]]
        if x.dtype == torch.uint8:
            x = x.float().div_(255)
        return {"x": x} | context if context else x


class BatchAugmentation:
    """What is done to each training batch, and to its targets.

    Parameters
    ----------
    augmentations : sequence of Augmentation or MixUp
        In order; the last one may be a `MixUp`.
    sampling_rate : float or None
        Of the signals, in Hz.
    n_classes : int
        To blend classes with `MixUp`.

    Raises
    ------
    TypeError
        If one is no augmentation, or an augmentation follows a `MixUp`.
    """

    def __init__(
        self,
        augmentations: Sequence[Augmentation | MixUp],
        sampling_rate: float | None,
        n_classes: int,
    ) -> None:
        last = augmentations[-1]
        self.mixup = last if isinstance(last, MixUp) else None
        self.changes: list[Augmentation] = []
        self.sampling_rate = sampling_rate
        self.n_classes = n_classes
        for each in augmentations[: -1 if self.mixup else None]:
            if isinstance(each, type | MixUp) or not callable(each):
                raise TypeError(
                    "augment must be a list of augmentations such as "
                    "skecg.nn.augmentation.Scale() of signals or RandomAffine() of "
                    f"pictures, a MixUp only at its end; got {each!r}. A set has its "
                    "name in picture_augmentation(name)."
                )
            self.changes.append(each)

    def __call__(
        self, inputs: Inputs, codes: torch.Tensor
    ) -> tuple[Inputs, torch.Tensor]:
        """Change a batch.

        Parameters
        ----------
        inputs : Tensor or dict of Tensor
            As `TensorSet.inputs` gives them; they are not written to.
        codes : Tensor of int64 of shape (n,)
            Class codes.

        Returns
        -------
        inputs : Tensor or dict of Tensor
            Changed; context columns only by `MixUp`.
        targets : Tensor of shape (n,) or (n, n_classes)
            `codes`, or after `MixUp` the share of each class.
        """
        parts = dict(inputs) if isinstance(inputs, dict) else {"x": inputs}
        for change in self.changes:
            parts["x"] = change(parts["x"], self.sampling_rate)
        targets = codes
        if self.mixup is not None:
            partner, share = self.mixup.draw(len(codes), codes.device)
            parts = {k: _blend(each, partner, share) for k, each in parts.items()}
            known = functional.one_hot(codes, self.n_classes).float()
            targets = _blend(known, partner, share)
        return (parts if isinstance(inputs, dict) else parts["x"]), targets


def _blend(
    rows: torch.Tensor, partner: torch.Tensor, share: torch.Tensor
) -> torch.Tensor:
    share = share.reshape(-1, *[1] * (rows.ndim - 1))
    return share * rows + (1 - share) * rows[partner]


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
    augment : BatchAugmentation or None, default=None
        What is done to each batch.
    """

    def __init__(
        self,
        dataset: TensorSet,
        batch_size: int,
        shuffle: bool = False,
        augment: BatchAugmentation | None = None,
    ) -> None:
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.augment = augment

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
            inputs, codes = self.dataset[rows if order is None else order[rows]]
            if self.augment is not None and codes is not None:
                inputs, codes = self.augment(inputs, codes)
            yield inputs, codes


def _to_tensor(array: np.ndarray, dtype: type, device: torch.device) -> torch.Tensor:
    # Torch warns about arrays that it may not write to, memory maps among them.
    whole = np.require(array, dtype=dtype, requirements=["C", "W", "A"])
    return torch.from_numpy(whole).to(device)
