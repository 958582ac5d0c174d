"""A folder for files that shall not outlive the program, even one that is killed."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from skecg._files import lock

_HELD = ".held"


class OwnFolder:
    """A temporary folder, which goes when it is closed.

    A process that is killed closes nothing: what it leaves is taken away by the next
    one that makes such a folder.

    Parameters
    ----------
    prefix : str
        Of the folder's name; of those left behind too.

    Attributes
    ----------
    path : Path
        Where it is.
    """

    def __init__(self, prefix: str) -> None:
        _take_away_what_was_left(prefix)
        self._whole = Path(tempfile.mkdtemp(prefix=prefix))
        self.path = self._whole / "files"
        self.path.mkdir()
        # Locked before it has its name, so that nobody takes it for one left behind.
        part = self._whole / f"{_HELD}.part"
        self._held = part.open("wb")
        with contextlib.suppress(OSError):  # a file system without locks
            lock(self._held.fileno(), wait=False)
            part.rename(self._whole / _HELD)

    def close(self) -> None:
        """Take the folder away."""
        self._held.close()
        shutil.rmtree(self._whole, ignore_errors=True)


def _take_away_what_was_left(prefix: str) -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with contextlib.suppress(OSError):  # in use, or gone by now
            if _is_ours(folder):
                with (folder / _HELD).open("r+b") as held:
                    lock(held.fileno(), wait=False)
                shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    owner = folder.lstat().st_uid
    is_mine = not hasattr(os, "getuid") or owner == os.getuid()
    return is_mine and folder.is_dir() and not folder.is_symlink()
