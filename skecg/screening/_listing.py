"""Which files a person means who names files and folders."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from skecg.exceptions import DataFileError, DataFileNotFoundError
from skecg.imaging.decode import is_image_file


def find_pictures(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """List picture files: those that are named, and those in folders.

    Parameters
    ----------
    paths : iterable of str or os.PathLike
        Files, whatever their names, and folders, of which all files are taken whose
        names end as those of pictures do, those of folders in them too. What begins
        with a dot is left out.

    Returns
    -------
    list of str
        Those of a folder sorted by name. None is opened.

    Raises
    ------
    DataFileNotFoundError
        If one of the paths is not there.
    DataFileError
        If there is a folder without a picture.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skecg.screening import find_pictures
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("two.png", "one.JPG", "notes.txt"):
    ...         (Path(folder) / name).touch()
    ...     [Path(file).name for file in find_pictures([folder])]
    ['one.JPG', 'two.png']
    """
    found: list[str] = []
    for path in map(Path, paths):
        if not path.exists():
            raise DataFileNotFoundError(
                f"There is no file or folder {path}. Check the path."
            )
        if not path.is_dir():
            found.append(str(path))
            continue
        pictures = sorted(_pictures(path))
        if not pictures:
            raise DataFileError(
                f"{path} holds no picture. Name a folder of PNG, JPEG, TIFF, BMP, WebP "
                "or PDF files, or the files themselves."
            )
        found += pictures
    return found


def _pictures(folder: Path) -> Iterator[str]:
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if is_image_file(name) and not name.startswith("."):
                yield os.path.join(parent, name)  # noqa: PTH118 - 100,000 of them
