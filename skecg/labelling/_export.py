"""Folders for training and for testing, out of what was labelled."""

import csv
import os
import shutil
import tempfile
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

import numpy as np

from skecg._files import leads_out_of, to_disk
from skecg._warn import warn_user
from skecg.datasets._signal_file import files_of
from skecg.exceptions import DataFileError, MissingClassWarning
from skecg.labelling._groups import group_items
from skecg.labelling._items import Item, hash_item
from skecg.labelling._store import LabelStore
from skecg.labelling._verdicts import Conflicts, LeftOut, Verdict, settle
from skecg.model_selection import GroupValidSplit

TRAINING, TEST = "Training data", "Test data"
TABLE = "labels.csv"

How = Literal["copy", "hard link", "symbolic link"]


class ExportResult(NamedTuple):
    """What an export came to.

    Attributes
    ----------
    folder : Path
        Where it is.
    training, test : dict of str to int
        Files of each class.
    n_groups : int
        How many groups they are of, none of which is divided.
    left_out : list of LeftOut
        Files that were not exported, and why.
    """

    folder: Path
    training: dict[str, int]
    test: dict[str, int]
    n_groups: int
    left_out: list[LeftOut]


def export_labels(
    store: LabelStore,
    items: Sequence[Item],
    output: str | os.PathLike[str],
    *,
    test_share: float = 0.2,
    random_state: int = 0,
    how: How = "copy",
    conflicts: Conflicts = "refuse",
    patients: Mapping[str, str] | None = None,
    n_jobs: int | None = None,
) -> ExportResult:
    """Build a folder for training and one for testing, with a folder for each class.

    Near copies of one picture, and files of one patient where patients are told, stay
    on one side. `skecg.datasets.read_image_folder` reads the result; ``labels.csv`` in
    it tells where each file is from, its group, and who gave it its class.

    Parameters
    ----------
    store : LabelStore
        The labels.
    items : sequence of Item
        From `find_items`. What has no class is left out, and listed.
    output : str or os.PathLike
        The folder to make, outside the one that was labelled. It appears when it is
        whole; what it would overwrite must be an empty folder or nothing.
    test_share : float, default=0.2
        Wanted share of the files in the test part, of each class too, as far as whole
        groups allow.
    random_state : int, default=0
        Seed of the split.
    how : {"copy", "hard link", "symbolic link"}, default="copy"
        How a file gets there. Originals are never moved or changed.
    conflicts : {"refuse", "majority", "leave out"}, default="refuse"
        What becomes of files to which several persons gave different classes: an error
        that names them; the class that most gave, and where there is none the file is
        left out; or all of them are left out.
    patients : mapping of str to str, optional
        The patient of a file, by its name, for those where one is known.
    n_jobs : int, optional
        Threads that decode pictures to find copies. None means 1 and -1 all cores.

    Returns
    -------
    ExportResult

    Raises
    ------
    DataFileError
        If there are conflicts and they are refused, fewer than two groups have a class,
        two records of one class and part have the same name, or `patients` names none
        of the files, so that nothing would keep those of a patient together.
    FileExistsError
        If `output` is there and not empty.
    ValueError
        If a parameter is out of its range, or `output` is inside the folder that was
        labelled, whose files would be there twice.
    OSError
        If something cannot be written or linked: nothing is left behind then.

    Warns
    -----
    MissingClassWarning
        If a class is in one part only, as one of a single group must be.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path, PurePosixPath
    >>> from skecg.datasets import load_ecg_images
    >>> from skecg.labelling import LabelSession, export_labels
    >>> folder = Path(load_ecg_images().paths[0]).parents[1]
    >>> with tempfile.TemporaryDirectory() as rest:
    ...     labels = Path(rest) / "labels.jsonl"
    ...     session = LabelSession(folder, "anna", ["Normal", "Other"], labels=labels)
    ...     for index, item in enumerate(session.items):
    ...         label = "Normal" if item.name.startswith("Normal") else "Other"
    ...         _ = session.decide(session.look(index), "label", label)
    ...     made = export_labels(session.store, session.items, Path(rest) / "made")
    ...     made.training, made.test
    ({'Normal': 5, 'Other': 14}, {'Normal': 1, 'Other': 4})
    """
    if how not in ("copy", "hard link", "symbolic link"):
        raise ValueError(
            f"how must be 'copy', 'hard link' or 'symbolic link', got {how!r}."
        )
    splitter = GroupValidSplit(test_share, random_state=random_state)
    folder = _free(_outside(Path(output), items))
    _check_patients(patients, items)
    verdicts, left_out = settle(store, items, conflicts)
    verdicts, changed = _as_labelled(verdicts)
    found, unreadable = group_items(
        [one.item for one in verdicts], patients=patients, n_jobs=n_jobs
    )
    kept = [index for index in range(len(verdicts)) if index not in unreadable]
    left_out += changed + [
        LeftOut(verdicts[index].item.name, why) for index, why in unreadable.items()
    ]
    chosen, groups = [verdicts[index] for index in kept], found[kept]
    n_groups = len(np.unique(groups))
    if n_groups < 2:
        raise DataFileError(
            f"{len(chosen)} files have a class, of {n_groups} groups; two groups or "
            "more can be split. Label more files."
        )
    labels = np.array([one.label for one in chosen])
    is_test = _test_part(labels, groups, splitter)
    _build(folder, chosen, groups, is_test, how)
    order = {file.name: place for place, file in enumerate(items)}
    return ExportResult(
        folder,
        _count(labels[~is_test], store.classes),
        _count(labels[is_test], store.classes),
        n_groups,
        sorted(left_out, key=lambda one: order[one.file]),
    )


def _outside(folder: Path, items: Sequence[Item]) -> Path:
    for root in {one.path.parents[one.name.count("/")] for one in items}:
        if not leads_out_of(root, folder):
            raise ValueError(
                f"output must lie outside the folder that was labelled, {root}, got "
                f"{folder}: its copies would be there to label too. Name a folder "
                "beside it; nothing was written."
            )
    return folder


def _check_patients(patients: Mapping[str, str] | None, items: Sequence[Item]) -> None:
    if patients and not any(one.name in patients for one in items):
        raise DataFileError(
            f"patients names none of the {len(items)} files: it has "
            f"{next(iter(patients))!r}, and they are called like {items[0].name!r}. "
            "Name them by their path in the folder; nothing was written."
        )


def _free(folder: Path) -> Path:
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise FileExistsError(
            f"{folder} is there and not empty. Name a new folder; nothing was written."
        )
    return folder


def _as_labelled(verdicts: list[Verdict]) -> tuple[list[Verdict], list[LeftOut]]:
    same, changed = [], []
    for one in verdicts:
        try:
            is_same = hash_item(one.item) == one.sha256
            reason = "changed since it was labelled"
        except (DataFileError, OSError, ImportError) as error:
            is_same, reason = False, str(error)
        if is_same:
            same.append(one)
        else:
            changed.append(LeftOut(one.item.name, reason))
    return same, changed


def _test_part(
    labels: np.ndarray, groups: np.ndarray, splitter: GroupValidSplit
) -> np.ndarray:
    with warnings.catch_warnings():  # it knows of training only; said below of both
        warnings.simplefilter("ignore", MissingClassWarning)
        _, test = next(splitter.split(labels, labels, groups))
    is_test = np.isin(np.arange(len(labels)), test)
    alone = sorted({*labels[is_test].tolist()} ^ {*labels[~is_test].tolist()})
    if alone:
        warn_user(
            f"Not in both parts: {', '.join(alone)}. Groups are not divided, and there "
            "are too few. Label more files of other groups.",
            MissingClassWarning,
        )
    return is_test


def _build(
    folder: Path,
    verdicts: list[Verdict],
    groups: np.ndarray,
    is_test: np.ndarray,
    how: How,
) -> None:
    # Beside its place first, so that it is there whole or not at all.
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        places = _places(verdicts, is_test)
        for one, place in zip(verdicts, places, strict=True):
            (part / place).parent.mkdir(parents=True, exist_ok=True)
            for source in _sources(one.item):
                name = place.name if one.item.kind == "picture" else source.name
                _put(source, part / place.parent / name, how)
        _write_table(part / TABLE, verdicts, places, groups)
        part.chmod(0o755)
        if folder.exists():
            folder.rmdir()  # empty
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _places(verdicts: list[Verdict], is_test: np.ndarray) -> list[Path]:
    taken: dict[str, str] = {}
    places = []
    for one, in_test in zip(verdicts, is_test, strict=True):
        parent = Path(TEST if in_test else TRAINING, one.label)
        names = [PurePosixPath(one.item.name).name]
        if one.item.kind == "picture":  # a record's header names its files
            names.append(one.item.name.replace("/", "__"))
            names.append(f"{one.sha256[:12]}-{names[0]}")
        free = (name for name in names if str(parent / name).casefold() not in taken)
        name = next(free, None)
        if name is None:
            other = taken[str(parent / names[0]).casefold()]
            raise DataFileError(
                f"{one.item.name} and {other} would have the same place, "
                f"{parent / names[0]}. Rename one of them; nothing was written."
            )
        taken[str(parent / name).casefold()] = one.item.name
        places.append(parent / name)
    return places


def _sources(item: Item) -> list[Path]:
    return files_of(item.path) if item.kind == "record" else [item.path]


def _put(source: Path, target: Path, how: How) -> None:
    if how == "symbolic link":
        target.symlink_to(source.resolve())
    elif how == "hard link":
        os.link(source.resolve(), target)
    else:
        with source.open("rb") as original, target.open("xb") as copy:
            shutil.copyfileobj(original, copy)
            to_disk(copy)


def _write_table(
    path: Path, verdicts: list[Verdict], places: list[Path], groups: np.ndarray
) -> None:
    columns = ["file", "label", "subset", "group", "original", "sha256", "annotators"]
    firsts: dict[int, str] = {}
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        for one, place, group in zip(verdicts, places, groups, strict=True):
            name = firsts.setdefault(int(group), one.item.name)
            subset = "test" if place.parts[0] == TEST else "train"
            first = [place.as_posix(), one.label, subset, name, one.item.name]
            table.writerow([*first, one.sha256, "; ".join(one.annotators)])


def _count(labels: np.ndarray, classes: Sequence[str]) -> dict[str, int]:
    counts = Counter(labels.tolist())
    return {name: counts[name] for name in classes}
