"""Where downloaded databases are kept, and that one process at a time fills them."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skecg._files import lock
from skecg.datasets._download import disk_errors

VARIABLE = "SKECG_DATA"
"""The environment variable that names the folder of all databases."""


def data_folder(data_home: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder that holds the downloaded databases.

    Parameters
    ----------
    data_home : str or path-like, optional
        The folder. By default the one that `VARIABLE` names, or else ``skecg`` in the
        user's folder for caches: ``%LOCALAPPDATA%`` on Windows, ``~/Library/Caches`` on
        macOS, ``$XDG_CACHE_HOME`` or ``~/.cache`` elsewhere.

    Returns
    -------
    Path
        It need not exist.

    Examples
    --------
    >>> from skecg.datasets._cache import data_folder
    >>> data_folder("/data/ecg").as_posix()
    '/data/ecg'
    """
    told = data_home or os.environ.get(VARIABLE)
    return Path(told).expanduser() if told else _caches() / "skecg"


@contextmanager
def only_one(folder: Path) -> Iterator[str]:
    """Wait until no other process or thread fills a folder, and keep others out.

    The operating system takes the lock away from a process that dies: there is nothing
    to clean up.

    Parameters
    ----------
    folder : Path
        Made if it is not there.

    Yields
    ------
    str
        The ending for files that are not whole yet. Where the file system knows no
        locks it is the caller's own, so that two of them load twice, but never into one
        file.

    Raises
    ------
    OSError
        If the folder cannot be made or written to.
    """
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".lock").open("ab")
    with file:
        try:
            lock(file.fileno())
        except OSError:
            yield f".{os.getpid()}-{threading.get_ident()}.part"
        else:
            yield ".part"  # closing the file unlocks it


def _caches() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
