"""Memory that is kept from one step to the next."""

import ctypes
import functools
import sys

# Just under 32 MiB, the largest block that glibc learns from on 64-bit systems.
_BLOCK = 2**25 - 2**16


@functools.cache
def keep_freed_memory() -> None:
    """Let the C library keep what was freed, for the arrays of the next step.

    glibc hands a large block back to the system as soon as it is freed; a step later
    the kernel maps it anew and fills page after page with zeros, which takes a fifth
    of a small network's training and a quarter of the time that a scan needs to be
    decoded and made small. Threads wait for each other meanwhile. Its threshold follows
    the largest block freed so far [1]_: freeing one of 32 MiB, never touched, takes it
    to its upper end at once. Up to 64 MiB of freed memory then stay with the process,
    and as much with each thread that took so much. Elsewhere, nothing changes.

    References
    ----------
    .. [1] mallopt(3), M_MMAP_THRESHOLD and M_TRIM_THRESHOLD.
    """
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None)
    library.malloc.argtypes, library.malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
    library.free.argtypes, library.free.restype = [ctypes.c_void_p], None
    library.free(library.malloc(_BLOCK))
