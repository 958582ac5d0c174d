"""Files that are whole or not there, and that one process at a time writes."""

import errno
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """Write a file that takes the place of `path` once it is on the disk.

    Parameters
    ----------
    path : Path
        What is there is replaced in one step: a crash, or an error inside the block,
        leaves the old file. Its folder must exist.

    Yields
    ------
    binary file
        To be written to.

    Raises
    ------
    OSError
        If the file cannot be written, or what is there is a folder, a device or a pipe,
        which a file must not replace.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EEXIST, "There is something that is no file", str(path))
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.chmod(_usual_mode(path))
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def lock(descriptor: int, *, wait: bool = True) -> None:
    """Keep other processes from locking the same file until it is closed.

    The operating system takes the lock away from a process that dies: there is nothing
    to clean up.

    Parameters
    ----------
    descriptor : int
        Of the open file.
    wait : bool, default=True
        Whether to wait for another process that has the lock.

    Raises
    ------
    OSError
        If another process has it and there is no waiting, or the file system knows no
        locks.
    """
    if sys.platform == "win32":
        os.lseek(descriptor, 0, os.SEEK_SET)
        mode = msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK
        msvcrt.locking(descriptor, mode, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def to_disk(file: BinaryIO) -> None:
    """Return once what was written to a file is on the disk.

    Parameters
    ----------
    file : binary file
        Open for writing.
    """
    file.flush()
    os.fsync(file.fileno())


def name_to_disk(path: Path) -> None:
    """Return once a new file's name is on the disk too, where a system can do that.

    Parameters
    ----------
    path : Path
        Of the file.
    """
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def leads_out_of(folder: Path, path: Path) -> bool:
    """Return whether a path, its links followed, lies outside a folder.

    Parameters
    ----------
    folder : Path
        Whose files alone may be touched.
    path : Path
        Need not exist.

    Returns
    -------
    bool
    """
    try:
        return not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # links in a circle, a name with NUL
        return True


def leads_nowhere(path: Path) -> bool:
    """Return whether a path is a link to what is not there.

    Parameters
    ----------
    path : Path
        Whatever is there, or is not.

    Returns
    -------
    bool
        True of links in a circle too.
    """
    return path.is_symlink() and not path.exists()


def _usual_mode(path: Path) -> int:
    # mkstemp's files are for their owner alone; ours are as readable as any file.
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
