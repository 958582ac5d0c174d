"""The classes that may be given, and where they are taken from."""

import re
from collections.abc import Sequence
from pathlib import Path

from skecg.datasets._image_listing import list_folder, list_table
from skecg.exceptions import DataFileError

_LONGEST = 80  # characters
_NO_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]|^[. ]|[. ]$')


def check_classes(classes: Sequence[str]) -> tuple[str, ...]:
    """Return the classes if each can be the name of a folder.

    Parameters
    ----------
    classes : sequence of str
        In the order of their keys.

    Returns
    -------
    tuple of str

    Raises
    ------
    ValueError
        If there are fewer than two, two differ in capitals only, or one cannot be the
        name of a folder everywhere.
    """
    names = tuple(classes)
    if len(names) < 2:
        raise ValueError(
            f"Labelling needs two classes or more, got {list(names)}: "
            "classes=['Normal', 'Abnormal'], for instance."
        )
    for name in names:
        if not name or len(name) > _LONGEST or _NO_NAME.search(name):
            raise ValueError(
                f"The class {name!r} cannot be the name of a folder: take letters, "
                f"digits, blanks, '-' and '_', {_LONGEST} at most."
            )
    if len({name.casefold() for name in names}) < len(names):
        raise ValueError(
            f"The classes must differ in more than their capitals, got {list(names)}."
        )
    return names


def read_classes(path: Path) -> tuple[str, ...]:
    """Return the classes of a folder with a folder for each, or of a table.

    Parameters
    ----------
    path : Path
        As `skecg.datasets.read_image_folder` takes a folder, or its `labels`.

    Returns
    -------
    tuple of str
        Sorted.

    Raises
    ------
    DataFileNotFoundError
        If it is not there.
    DataFileError
        If it holds no classes.
    """
    listed = list_folder(path) if path.is_dir() else list_table(path.parent, path)
    found = sorted({one.target for one in listed if one.target is not None})
    if not found:
        raise DataFileError(
            f"{path} has no classes: there is no folder for each of them in it."
        )
    return tuple(found)
