"""What must stay on one side of a split: copies, and what is of one patient."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from joblib import effective_n_jobs

from skecg.exceptions import DataFileError
from skecg.imaging._pictures import in_threads
from skecg.imaging.decode import read_image
from skecg.imaging.duplicates import group_duplicates, join_groups
from skecg.imaging.hashes import content_hash, perceptual_hash
from skecg.labelling._items import Item


def group_items(
    items: Sequence[Item],
    *,
    patients: Mapping[str, str] | None = None,
    n_jobs: int | None = None,
) -> tuple[np.ndarray, dict[int, str]]:
    """Find out what belongs together.

    Parameters
    ----------
    items : sequence of Item
        Pictures, which are decoded, and records, each of which is alone.
    patients : mapping of str to str, optional
        The patient of a file, by its name, for those where one is known.
    n_jobs : int, optional
        Threads that decode. None means 1 and -1 all cores.

    Returns
    -------
    groups : ndarray of int64 of shape (n_items,)
        Counted from 0 in the order of their first items.
    unreadable : dict of int to str
        Why a picture cannot be decoded, by its place; it is alone.
    """
    prints: dict[int, tuple[str, np.ndarray]] = {}
    unreadable: dict[int, str] = {}

    def take_print(index: int) -> None:
        try:
            image = read_image(items[index].path)
        except (DataFileError, OSError, ImportError) as error:
            unreadable[index] = str(error)
        else:
            prints[index] = (content_hash(image), perceptual_hash(image))

    pictures = [index for index, one in enumerate(items) if one.kind == "picture"]
    in_threads(take_print, pictures, effective_n_jobs(n_jobs))
    groups = np.arange(len(items))
    there = np.array(sorted(prints), dtype=np.intp)
    if there.size:
        contents = [prints[index][0] for index in there]
        bits = np.stack([prints[index][1] for index in there])
        copies = group_duplicates(bits, contents=contents)
        _, first = np.unique(copies.groups, return_index=True)
        groups = join_groups(groups, there, there[first[copies.groups]])
    return _by_patient(groups, items, patients or {}), unreadable


def _by_patient(
    groups: np.ndarray, items: Sequence[Item], patients: Mapping[str, str]
) -> np.ndarray:
    first: dict[str, int] = {}
    links = [
        (index, first.setdefault(patients[one.name], index))
        for index, one in enumerate(items)
        if one.name in patients
    ]
    if not links:
        return groups
    one, other = np.array(links).T
    return join_groups(groups, one, other)


def read_patients(path: Path) -> dict[str, str]:
    """Read whose each file is from a CSV file.

    Parameters
    ----------
    path : Path
        With the columns ``file``, as an item is named, and ``patient``.

    Returns
    -------
    dict of str to str
        For `export_labels`.

    Raises
    ------
    DataFileError
        If it cannot be read, has not these columns, or gives one file to two patients.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataFileError(f"{path} cannot be read as a CSV file: {error}.") from error
    if not rows or not {"file", "patient"} <= rows[0].keys():
        raise DataFileError(
            f"{path} must have a first line with the names file and patient, and a "
            "line for each file."
        )
    patients: dict[str, str] = {}
    for row in filter(lambda row: row["patient"], rows):
        if patients.setdefault(row["file"], row["patient"]) != row["patient"]:
            raise DataFileError(
                f"{path} gives {row['file']} to two patients, "
                f"{patients[row['file']]} and {row['patient']}. Mend it."
            )
    return patients
