"""Which files a person means who names files and folders."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from skecg._files import leads_nowhere
from skecg.datasets._read_record import is_record_file
from skecg.exceptions import DataFileError, DataFileNotFoundError
from skecg.imaging.decode import is_image_file


def find_pictures(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """List picture files: those that are named, and those in folders.

    Parameters
    ----------
    paths : iterable of str or os.PathLike
        Files, whatever their names, and folders, of which all files are taken whose
        names end as those of pictures do, those of folders in them too. What begins
        with a dot is left out, and links to folders are not followed.

    Returns
    -------
    list of str
        Those of a folder sorted by name. None is opened: links that lead nowhere are
        listed too.

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
    return _find(
        paths,
        is_image_file,
        "picture. Name a folder of PNG, JPEG, TIFF, BMP, WebP or PDF files",
    )


def find_records(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """List records: those that are named, and those in folders.

    Parameters
    ----------
    paths : iterable of str or os.PathLike
        Files, whatever their names, and folders, of which all WFDB headers, EDF files
        and DICOM files are taken, those of folders in them too; tables are not. What
        begins with a dot is left out.

    Returns
    -------
    list of str
        Those of a folder sorted by name. None is opened.

    Raises
    ------
    DataFileNotFoundError
        If one of the paths is not there.
    DataFileError
        If there is a folder without a record.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skecg.screening import find_records
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("100.hea", "100.dat", "night.edf", "out.csv"):
    ...         (Path(folder) / name).touch()
    ...     [Path(file).name for file in find_records([folder])]
    ['100.hea', 'night.edf']
    """
    return _find(
        paths,
        is_record_file,
        "record. Name a folder of WFDB headers, EDF or DICOM files",
    )


def find_files(
    paths: Iterable[str | os.PathLike[str]], is_wanted: Callable[[str], bool]
) -> Iterator[str]:
    """Yield files of a kind: among those that are named, and in folders.

    Parameters
    ----------
    paths : iterable of str or os.PathLike
        Files and folders.
    is_wanted : callable
        Takes a name.

    Yields
    ------
    str
        A path.

    Raises
    ------
    DataFileNotFoundError
        If one of the paths is not there.
    """
    for path in map(_there, paths):
        if path.is_dir():
            yield from _files(path, is_wanted)
        elif is_wanted(path.name):
            yield str(path)


def _find(
    paths: Iterable[str | os.PathLike[str]],
    is_wanted: Callable[[str], bool],
    what: str,
) -> list[str]:
    found: list[str] = []
    for path in map(_there, paths):
        if not path.is_dir():
            found.append(str(path))
            continue
        inside = sorted(_files(path, is_wanted))
        if not inside:
            raise DataFileError(f"{path} holds no {what}, or the files themselves.")
        found += inside
    return found


def _there(path: str | os.PathLike[str]) -> Path:
    # A link that leads nowhere is listed, and then told of, as in a folder.
    found = Path(path)
    if not found.exists() and not leads_nowhere(found):
        raise DataFileNotFoundError(
            f"There is no file or folder {found}. Check the path."
        )
    return found


def _files(folder: Path, is_wanted: Callable[[str], bool]) -> Iterator[str]:
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if is_wanted(name) and not name.startswith("."):
                yield os.path.join(parent, name)  # noqa: PTH118 - 100,000 of them
