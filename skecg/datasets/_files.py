"""Files of a database: whether they are there, and are the same ones."""

import hashlib
from collections.abc import Iterable
from importlib.resources.abc import Traversable
from pathlib import Path

from skecg.exceptions import DataFileNotFoundError


def require_folder(path: Path) -> Path:
    """Return the folder's path, or raise `DataFileNotFoundError` naming it."""
    if not path.is_dir():
        what = "is a file, not a folder" if path.exists() else "does not exist"
        raise DataFileNotFoundError(
            f"The folder {what}: {path}. Pass the folder that holds the files."
        )
    return path


def require_file(path: Path) -> Path:
    """Return the file's path, or raise `DataFileNotFoundError` naming it."""
    if not path.is_file():
        raise DataFileNotFoundError(
            f"File not found: {path}. Copy or download it beside the others of its "
            "record, or leave the record out."
        )
    return path


def sha256_of_files(paths: Iterable[Path | Traversable]) -> str:
    """Return one SHA-256 over the contents of files, in the order given.

    Parameters
    ----------
    paths : iterable of Path or Traversable
        Their names do not count, their order does.

    Returns
    -------
    str
        64 hexadecimal digits, to be written beside every score.

    Examples
    --------
    >>> from skecg.datasets._files import sha256_of_files
    >>> sha256_of_files([])[:12]
    'e3b0c44298fc'
    """
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
