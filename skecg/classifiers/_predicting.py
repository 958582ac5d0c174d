"""Logits of a trained network: some rows at a time, in the precision asked for."""

import math
from contextlib import AbstractContextManager, nullcontext
from typing import Literal

import numpy as np
import torch
from torch import nn

from skecg._memory import keep_freed_memory
from skecg.classifiers._batches import TensorSet
from skecg.classifiers._memory import explain_memory_errors, ran_out_of_memory

Precision = Literal["float32", "bfloat16"]
PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")

# Samples of one lead that go through a network at once. On a CPU the feature maps of so
# many, 256 heartbeats, stay in the cache; a GPU wants many rows to be busy.
_CPU_SAMPLES, _GPU_SAMPLES = 48_000, 3_000_000
# With this many rows on each thread, matrix products take the same path for every batch
# size: so a record's logits do not depend on the records that it is predicted with.
# Where a single row is larger than that many should be together, it goes alone, which
# is always the same path too: feature maps of several scans at their full size would
# take hundreds of megabytes and be slower, being in no cache.
_ROWS_A_THREAD = 4


def predict_logits(
    module: nn.Module,
    rows: TensorSet,
    *,
    batch_size: int | None = None,
    precision: Precision = "float32",
) -> np.ndarray:
    """Return the logits of a trained module, batch by batch, without gradients.

    Parameters
    ----------
    module : nn.Module
        On the same device as `rows`. It is put into evaluation mode.
    rows : TensorSet
        Signals and context.
    batch_size : int or None, default=None
        Rows at a time, halved for as long as they do not fit into memory; None takes as
        many as suit the device.
    precision : {"float32", "bfloat16"}, default="float32"
        What convolutions and matrix products compute in; the weights stay as they are.

    Returns
    -------
    ndarray of shape (n_records, n_classes), float64

    Raises
    ------
    ValueError
        If `precision` is neither.
    MemoryError
        If not even a few rows fit.
    """
    module.eval()
    device = rows.signals.device
    least = _unit_of(rows)
    size = rows_at_a_time(rows) if batch_size is None else batch_size
    if device.type == "cpu":
        keep_freed_memory()
    many = "one record fits" if least == 1 else f"{least} records fit"
    remedy = f"Not even {many}; predict with device='cpu'."
    with (
        torch.inference_mode(),
        lowered(device, precision),
        explain_memory_errors(device, remedy),
    ):
        while True:
            try:
                return _in_batches(module, rows, size)
            except RuntimeError as error:
                if size <= least or not ran_out_of_memory(error):
                    raise
            size //= 2  # outside the handler, which holds on to the failed tensors


def check_logits(module: nn.Module, rows: TensorSet, *, n_classes: int) -> None:
    """Raise if a network does not answer with one logit per class.

    Parameters
    ----------
    module : nn.Module
        On the same device as `rows`.
    rows : TensorSet
        A few will do.
    n_classes : int
        How many logits are wanted.

    Raises
    ------
    ValueError
        If the shape is another.
    """
    shape = predict_logits(module, rows).shape
    if shape != (len(rows), n_classes):
        raise ValueError(
            f"{type(module).__name__} must return logits of shape (n_records, "
            f"n_classes), here {(len(rows), n_classes)}, got {shape}."
        )


def rows_at_a_time(rows: TensorSet) -> int:
    """Return how many rows suit the device that they are on.

    Parameters
    ----------
    rows : TensorSet
        Signals or pictures.

    Returns
    -------
    int
        Fewer of long ones.
    """
    return rows_that_suit(rows.signals.device, _samples_of(rows))


def rows_that_suit(device: torch.device, n_samples: int) -> int:
    """Return how many rows suit a device.

    Parameters
    ----------
    device : torch.device
        Where a network computes.
    n_samples : int
        Samples or pixels of a row, in one lead or colour.

    Returns
    -------
    int
        Fewer of long ones.
    """
    least = _unit(device, n_samples)
    return max(_samples_that_suit(device) // n_samples // least, 1) * least


def lowered(
    device: torch.device, precision: Precision
) -> AbstractContextManager[object]:
    """Return a context in which convolutions and matrix products are less precise.

    Parameters
    ----------
    device : torch.device
        Where it computes.
    precision : {"float32", "bfloat16"}
        The first changes nothing.

    Returns
    -------
    context manager

    Raises
    ------
    ValueError
        If `precision` is neither.
    """
    if precision not in PRECISIONS:
        raise ValueError(
            f"predict_precision must be one of {list(PRECISIONS)}, got {precision!r}."
        )
    if precision == "float32":
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)


def _in_batches(module: nn.Module, rows: TensorSet, size: int) -> np.ndarray:
    parts = [
        _forward(module, rows, start, min(start + size, len(rows)))
        for start in range(0, len(rows), size)
    ]
    return torch.cat(parts).double().cpu().numpy()


def _forward(module: nn.Module, rows: TensorSet, start: int, stop: int) -> torch.Tensor:
    n_rows = stop - start
    unit = _unit_of(rows)
    n_whole = unit * math.ceil(n_rows / unit)
    index: slice | torch.Tensor = slice(start, stop)
    if n_whole > n_rows:  # the last row stands in for the missing ones
        index = torch.arange(start, start + n_whole).clamp(max=stop - 1)
    inputs = rows.inputs(index)
    logits = module(**inputs) if isinstance(inputs, dict) else module(inputs)
    return logits[:n_rows]


def _samples_of(rows: TensorSet) -> int:
    return math.prod(rows.signals.shape[2:])


def _samples_that_suit(device: torch.device) -> int:
    return _CPU_SAMPLES if device.type == "cpu" else _GPU_SAMPLES


def _unit_of(rows: TensorSet) -> int:
    return _unit(rows.signals.device, _samples_of(rows))


def _unit(device: torch.device, n_samples: int) -> int:
    # What the rows of a batch are a multiple of.
    if n_samples > _ROWS_A_THREAD * _samples_that_suit(device):
        return 1
    return _ROWS_A_THREAD * torch.get_num_threads()
