"""Memory: kept between steps, and errors that say what to do when it runs out."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

# Just under 32 MiB, the largest block that glibc learns from on 64-bit systems.
_BLOCK = 2**25 - 2**16


def keep_freed_memory() -> None:
    """Let the C library keep what tensors free, for the tensors of the next step.

    glibc hands a large block back to the system as soon as it is freed; a step later
    the kernel maps it anew and fills page after page with zeros, which takes a fifth
    of a small network's training. Its threshold follows the largest block freed so far
    [1]_: freeing one of 32 MiB, never touched, takes it to its upper end at once. Up
    to 64 MiB of freed memory then stay with the process. Elsewhere, nothing changes.

    References
    ----------
    .. [1] mallopt(3), M_MMAP_THRESHOLD and M_TRIM_THRESHOLD.
    """
    torch.empty(_BLOCK, dtype=torch.uint8)


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
