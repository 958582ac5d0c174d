"""Which pictures a folder or a table names, and what it says of them."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from skecg._files import leads_nowhere
from skecg.exceptions import DataFileError, DataFileNotFoundError
from skecg.imaging.decode import is_image_file

SUBSETS: Mapping[str, str] = MappingProxyType(
    {
        "train": "train",
        "training": "train",
        "training data": "train",
        "test": "test",
        "testing": "test",
        "test data": "test",
        "val": "valid",
        "valid": "valid",
        "validation": "valid",
        "validation data": "valid",
    }
)
"""The names of parts that are kept apart, in small letters, and what we call them."""

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "path": ("file", "path", "filename", "file_name", "image", "image_path"),
        "target": ("label", "target", "class", "diagnosis"),
        "subset": ("subset", "split"),
        "patient": ("patient", "patient_id", "group", "groups"),
    }
)
"""The names that columns of a table have, in small letters; the first one found."""


class Entry(NamedTuple):
    """A picture and what is said of it; None where nothing is."""

    path: Path
    target: str | None = None
    subset: str | None = None
    patient: str | None = None


def list_folder(folder: Path) -> list[Entry]:
    """List the pictures of a folder, its classes or its parts, sorted by name.

    Parameters
    ----------
    folder : Path
        With pictures, or a folder for each class, or one for each part with either. A
        PDF beside such folders is no picture but tells of them. A link named as a
        picture is listed even if it leads nowhere: whoever opens it says so.

    Returns
    -------
    list of Entry

    Raises
    ------
    DataFileError
        If there is no picture, it is not clear what the folders stand for, or a link
        that may stand for a folder leads nowhere.
    """
    parts = {part: SUBSETS.get(part.name.lower()) for part in _folders(folder)}
    if not any(parts.values()):
        return _list_classes(folder)
    others = [part for part, subset in parts.items() if subset is None]
    others += _no_papers(_pictures(folder))
    if others:
        raise DataFileError(
            f"{folder} holds parts that are kept apart (training, validation, test), "
            f"and {others[0].name} beside them. Move it into one of the parts, or "
            "pass a table as `labels`."
        )
    entries = [
        entry._replace(subset=subset)
        for part, subset in parts.items()
        for entry in _list_classes(part)
    ]
    if len({entry.target is None for entry in entries}) > 1:
        raise DataFileError(
            f"Some parts of {folder} have a folder for each class and others have "
            "none. Read these by themselves."
        )
    return entries


def list_table(folder: Path, table: Path) -> list[Entry]:
    """List the pictures of a table, in its order.

    Parameters
    ----------
    folder : Path
        What the paths in the table start from.
    table : Path
        A CSV file with a line of names, separated by commas or semicolons.

    Returns
    -------
    list of Entry

    Raises
    ------
    DataFileNotFoundError
        If there is no such table.
    DataFileError
        If it has not the columns that are needed, names no picture or one twice, or a
        line is not complete.
    """
    try:
        text = table.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise DataFileNotFoundError(
            f"There is no table {table}. Pass the path of a CSV file as `labels`; it "
            "does not start from the folder of pictures."
        ) from error
    except UnicodeDecodeError as error:
        raise DataFileError(
            f"{table} is no text in UTF-8: {error}. Save it as CSV in UTF-8."
        ) from error
    header = text.partition("\n")[0]
    rows = csv.reader(
        StringIO(text), delimiter=";" if ";" in header else ",", strict=True
    )
    try:
        entries = list(_entries(folder, table, rows))
    except csv.Error as error:
        raise DataFileError(f"{table} is no CSV file: {error}.") from error
    if not entries:
        raise DataFileError(f"{table} names no picture.")
    return entries


def _entries(folder: Path, table: Path, rows: Iterator[list[str]]) -> Iterator[Entry]:
    columns = _find_columns(table, next(rows, []))
    seen: dict[Path, int] = {}
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        cells = {
            name: row[at].strip() if at < len(row) else ""
            for name, at in columns.items()
        }
        empty = [name for name, cell in cells.items() if not cell]
        if empty:
            raise DataFileError(
                f"{table}, line {number}: no {empty[0]} is given. Fill it in, or "
                "take the line out."
            )
        entry = Entry(
            folder / cells["path"],
            cells["target"],
            cells.get("subset"),
            cells.get("patient"),
        )
        if seen.setdefault(entry.path, number) != number:
            raise DataFileError(
                f"{table}, lines {seen[entry.path]} and {number}: both are of "
                f"{cells['path']}. Leave one."
            )
        yield entry._replace(subset=_subset_of(entry.subset, table, number))


def _find_columns(table: Path, header: list[str]) -> dict[str, int]:
    given = [name.strip().lower() for name in header]
    found = {
        column: given.index(next(name for name in names if name in given))
        for column, names in COLUMNS.items()
        if any(name in given for name in names)
    }
    for column in ("path", "target"):
        if column not in found:
            raise DataFileError(
                f"{table} has the columns {header}, and none for the {column} of a "
                f"picture. Name one of them {' or '.join(COLUMNS[column])}, and "
                "separate them by commas or semicolons."
            )
    return found


def _subset_of(name: str | None, table: Path, number: int) -> str | None:
    if name is None:
        return None
    if name.lower() not in SUBSETS:
        raise DataFileError(
            f"{table}, line {number}: the subset is {name!r}, and must be one of "
            f"{list(SUBSETS)}."
        )
    return SUBSETS[name.lower()]


def _list_classes(folder: Path) -> list[Entry]:
    own, classes = _pictures(folder), _folders(folder)
    if classes:
        own = _no_papers(own)
    if own and classes:
        raise DataFileError(
            f"{folder} holds pictures, like {own[0].name}, beside folders with "
            f"pictures, like {classes[0].name}. It must hold either; move the "
            "pictures into a folder of their class."
        )
    if not own and not classes:
        raise DataFileError(
            f"There is no picture in {folder}. Pass the folder that holds them, or a "
            "folder for each class."
        )
    deeper = next((inner for one in classes for inner in _folders(one)), None)
    if deeper is not None:
        raise DataFileError(
            f"{deeper} holds pictures, one folder deeper than a class can be. Pass "
            f"path={str(deeper.parent)!r} if its folders are the classes, or a table "
            "as `labels`."
        )
    return [Entry(path) for path in own] + [
        Entry(path, target=one.name) for one in classes for path in _pictures(one)
    ]


def _pictures(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if is_image_file(path)
        and (path.is_file() or leads_nowhere(path))
        and not path.name.startswith(".")
    )


def _no_papers(pictures: list[Path]) -> list[Path]:
    return [path for path in pictures if path.suffix.lower() != ".pdf"]


def _folders(folder: Path) -> list[Path]:
    # Those with pictures in them, however deep.
    shown = [path for path in folder.iterdir() if not path.name.startswith(".")]
    for path in shown:
        if not path.suffix and leads_nowhere(path):  # a whole class may be lost
            raise DataFileError(
                f"{path} is a link to {path.readlink()}, which is not there. Mend the "
                "link, or remove it."
            )
    return sorted(path for path in shown if path.is_dir() and _has_pictures(path))


def _has_pictures(folder: Path) -> bool:
    return bool(_pictures(folder) or _folders(folder))
