"""Errors that say what to do when memory runs out."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


def ran_out_of_memory(error: RuntimeError) -> bool:
    """Say whether torch raised because a device, or the CPU, had no memory left.

    Parameters
    ----------
    error : RuntimeError
        Torch has a class of its own for devices, none for the CPU.

    Returns
    -------
    bool
    """
    # torch.OutOfMemoryError by the name that torch 2.4 knows too.
    is_device = isinstance(error, torch.cuda.OutOfMemoryError)
    return is_device or "can't allocate memory" in str(error)


@contextmanager
def explain_memory_errors(device: torch.device, remedy: str) -> Iterator[None]:
    """Turn torch's out-of-memory errors into one that says what to do.

    Parameters
    ----------
    device : torch.device
        Where the block computes.
    remedy : str
        A sentence or more for the user.

    Raises
    ------
    MemoryError
        If torch runs out of memory inside the block.
    """
    try:
        yield
    except RuntimeError as error:
        if not ran_out_of_memory(error):
            raise
        raise MemoryError(
            f"device={str(device)!r} has no memory left. {remedy}"
        ) from error
