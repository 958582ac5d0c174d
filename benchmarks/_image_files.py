"""A folder of labelled pictures, and which of them belong together."""

import csv
import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skecg.imaging.decode import is_image_file

GROUPS = ("groups", "group", "patient")  # what such a column of labels.csv is called


class ImageFiles(NamedTuple):
    """Pictures with their labels.

    Attributes
    ----------
    paths : list of Path
        The files.
    target : ndarray of str of shape (n_images,)
        Their classes.
    groups : ndarray of shape (n_images,)
        Pictures that stay on one side of a split; by default each is its own group.
    sha256 : str
        Of what the files hold, in order.
    """

    paths: list[Path]
    target: np.ndarray
    groups: np.ndarray
    sha256: str


def read_folder(folder: str | Path) -> ImageFiles:
    """Read ``labels.csv`` (file, label, and groups where there are), or folders.

    Without that file, each picture has the name of its folder as its class.
    """
    table = Path(folder) / "labels.csv"
    rows = _from_table(table) if table.exists() else _from_folders(Path(folder))
    if not rows:
        raise SystemExit(f"No labels.csv and no <class>/<picture> in {folder}.")
    paths, target, groups = zip(*rows, strict=True)
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths))
    return ImageFiles(
        list(paths), np.array(target), np.array(groups), digest.hexdigest()
    )


def joined(first: ImageFiles, second: ImageFiles) -> ImageFiles:
    """Return two folders as one, the pictures of the second behind the others."""
    groups = [
        f"{side}/{one}" for side, of in enumerate((first, second)) for one in of.groups
    ]
    return ImageFiles(
        first.paths + second.paths,
        np.concatenate([first.target, second.target]),
        np.array(groups),
        hashlib.sha256((first.sha256 + second.sha256).encode()).hexdigest(),
    )


def normal_or_not(files: ImageFiles) -> ImageFiles:
    """Return the same pictures with two classes, Normal and Abnormal."""
    normal = np.char.lower(files.target) == "normal"
    return files._replace(target=np.where(normal, "Normal", "Abnormal"))


def _from_table(table: Path) -> list[tuple[Path, str, str]]:
    with table.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    column = next((name for name in GROUPS if rows and name in rows[0]), "file")
    return [(table.parent / row["file"], row["label"], row[column]) for row in rows]


def _from_folders(folder: Path) -> list[tuple[Path, str, str]]:
    paths = sorted(path for path in folder.glob("*/*") if is_image_file(path))
    return [(path, path.parent.name, str(path)) for path in paths]
