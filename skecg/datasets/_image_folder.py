"""Reader of folders of pictures."""

import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from joblib import effective_n_jobs
from sklearn.utils import Bunch

from skecg._warn import warn_user
from skecg.datasets._files import require_folder
from skecg.datasets._image_listing import Entry, list_folder, list_table
from skecg.exceptions import (
    DataFileError,
    DataFileNotFoundError,
    GroupsWarning,
    SkippedPagesWarning,
)
from skecg.imaging._pictures import in_threads
from skecg.imaging.decode import count_pages, read_image
from skecg.imaging.duplicates import Duplicates, group_duplicates, join_groups
from skecg.imaging.hashes import content_hash, perceptual_hash

_PAGED = (".pdf", ".tif", ".tiff")


class SkippedImage(NamedTuple):
    """A file that cannot be used.

    Attributes
    ----------
    path : str
        The file.
    reason : str
        What is wrong with it.
    """

    path: str
    reason: str


class _Print(NamedTuple):
    """What is kept of a picture once it was decoded."""

    content: str
    bits: np.ndarray
    n_pages: int


_Outcome = _Print | SkippedImage | None


def read_image_folder(
    path: str | os.PathLike[str],
    *,
    labels: str | os.PathLike[str] | None = None,
    on_error: Literal["raise", "skip"] = "raise",
    duplicates: bool = True,
    n_jobs: int | None = None,
) -> Bunch:
    """Read which pictures a folder holds, their classes, and which are copies.

    The pictures themselves stay in their files: estimators take the paths, and decode
    each when they need it. Here every file is decoded once, to see that it can be, and
    to put copies of one picture into one group.

    Parameters
    ----------
    path : str or path-like
        A folder that holds one of these:

        - a folder for each class, with its pictures;
        - pictures only, which have no class then;
        - folders for parts that are kept apart, called train or training, test or
          testing, val, valid or validation, or "Training data", "Test data" and
          "Validation data", with one of the above in each.

        Files that are not named as pictures are left alone, and hidden ones; and PDFs
        beside folders for classes or parts, where documentation lies. Of a file of
        several pages the first is the picture.
    labels : str or path-like, optional
        A CSV file that names the pictures and their classes instead: with a column
        ``file`` (or path, filename, image) of paths below `path` and a column ``label``
        (or target, class, diagnosis). A column ``subset`` (or split) has the parts, and
        ``patient`` (or patient_id, group) what belongs together.
    on_error : {"raise", "skip"}, default="raise"
        Whether a file that cannot be used is an error, or is listed and left out.
    duplicates : bool, default=True
        Look for copies. Without, no file is opened, and a damaged one is found when an
        estimator comes to it.
    n_jobs : int, optional
        Threads that decode. None means 1 and -1 all cores.

    Returns
    -------
    Bunch
        With one row per picture, in the order of the table or of parts, classes and
        names:

        paths : ndarray of str of shape (n_images,)
            What estimators for pictures take as ``X``.
        target : ndarray of str of shape (n_images,) or None
            The class; None where there are no classes.
        groups : ndarray of str of shape (n_images,)
            The same for copies of one picture, and for pictures of one patient where
            patients are known: the patient or the name of the first of them.
        subset : ndarray of str of shape (n_images,) or None
            train, valid or test; None where there are no such parts.
        skipped : list of SkippedImage(path, reason)
            What cannot be used, with ``on_error="skip"``.
        duplicates : Duplicates or None
            The copies, exact and near ones, as indices: see
            `skecg.imaging.duplicates.group_duplicates`.
        sha256 : str or None
            Over the pixels of all pictures in their order, to be written beside every
            score.

    Raises
    ------
    DataFileNotFoundError
        If the folder, the table or a picture of the table is missing; a
        `FileNotFoundError`.
    DataFileError
        If the folder or the table is none of those above, a picture cannot be used, or
        none can; a `ValueError`.
    ImportError
        If there is a PDF and pypdfium2 is not installed (``pip install skecg[pdf]``).
    ValueError
        If `on_error` is neither of the two.

    Warns
    -----
    GroupsWarning
        If copies of one picture lie in several parts, or have several classes.
    SkippedPagesWarning
        If a PDF or TIFF has more pages than the one that is read. Only where files are
        opened, with ``duplicates=True``.

    See Also
    --------
    skecg.imaging.decode.read_image : Decodes a file, and tells what can be decoded.
    skecg.preprocessing.ImageResizer : The usual first step of a pipeline.

    Examples
    --------
    The pictures inside the package lie in a folder for each class:

    >>> from pathlib import Path
    >>> from skecg.datasets import load_ecg_images, read_image_folder
    >>> folder = Path(load_ecg_images().paths[0]).parents[1]
    >>> pictures = read_image_folder(folder)
    >>> pictures.paths.shape, sorted(set(pictures.target.tolist()))[2:]
    ((24,), ['Myocardial_Infarction', 'Normal'])
    >>> pictures.duplicates.exact, pictures.skipped
    ([], [])
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f'on_error must be "raise" or "skip", got {on_error!r}.')
    folder = require_folder(Path(path))
    listed = list_folder(folder) if labels is None else list_table(folder, Path(labels))
    look = _take_print if duplicates else _look_for
    outcomes = _look_at(look, [entry.path for entry in listed], on_error, n_jobs)
    skipped = [one for one in outcomes if isinstance(one, SkippedImage)]
    pairs = zip(listed, outcomes, strict=True)
    entries = [entry for entry, one in pairs if not isinstance(one, SkippedImage)]
    if not entries:
        raise DataFileError(
            f"None of the {len(skipped)} pictures can be used. {skipped[0].reason}"
        )
    prints = [one for one in outcomes if isinstance(one, _Print)]
    return _gather(folder, entries, prints, skipped)


def _gather(
    folder: Path,
    entries: list[Entry],
    prints: list[_Print],
    skipped: list[SkippedImage],
) -> Bunch:
    copies = _group(prints) if prints else None
    numbers = np.arange(len(entries)) if copies is None else copies.groups
    target = _column([entry.target for entry in entries])
    subset = _column([entry.subset for entry in entries])
    paths = np.array([str(entry.path) for entry in entries])
    if copies is not None:
        _warn_of_leaks(copies, paths, target, subset)
        _warn_of_pages(paths, np.array([one.n_pages for one in prints]))
    contents = "".join(one.content for one in prints)
    return Bunch(
        paths=paths,
        target=target,
        groups=_name_groups(folder, entries, numbers),
        subset=subset,
        skipped=skipped,
        duplicates=copies,
        sha256=sha256(contents.encode()).hexdigest() if prints else None,
    )


def _take_print(path: Path) -> _Print:
    image = read_image(path)
    n_pages = count_pages(path) if path.suffix.lower() in _PAGED else 1
    return _Print(content_hash(image), perceptual_hash(image), n_pages)


def _look_for(path: Path) -> None:
    if not path.is_file():
        raise DataFileNotFoundError(
            f"The picture does not exist: {path}. Is it in the folder that the table "
            "starts from?"
        )


def _look_at(
    look: Callable[[Path], _Print | None],
    paths: Sequence[Path],
    on_error: str,
    n_jobs: int | None,
) -> list[_Outcome]:
    outcomes: list[_Outcome] = [None] * len(paths)

    def try_to_look(index: int) -> None:
        try:
            outcomes[index] = look(paths[index])
        except (DataFileError, DataFileNotFoundError) as error:
            if on_error == "raise":
                raise
            outcomes[index] = SkippedImage(str(paths[index]), str(error))

    in_threads(try_to_look, range(len(paths)), effective_n_jobs(n_jobs))
    return outcomes


def _group(prints: list[_Print]) -> Duplicates:
    bits = np.stack([one.bits for one in prints])
    return group_duplicates(bits, contents=[one.content for one in prints])


def _column(values: Sequence[str | None]) -> np.ndarray | None:
    return None if values[0] is None else np.array(values)


def _name_groups(folder: Path, entries: list[Entry], numbers: np.ndarray) -> np.ndarray:
    # A group has the name of its first member.
    names = [
        entry.path.relative_to(folder).as_posix()
        if entry.patient is None and entry.path.is_relative_to(folder)
        else entry.patient or str(entry.path)
        for entry in entries
    ]
    everyone = np.arange(len(names))
    _, first, inverse = np.unique(names, return_index=True, return_inverse=True)
    joined = join_groups(numbers, everyone, first[inverse])
    _, first = np.unique(joined, return_index=True)
    return np.array(names)[first][joined]


def _warn_of_pages(paths: np.ndarray, n_pages: np.ndarray) -> None:
    several = np.flatnonzero(n_pages > 1)
    if several.size:
        first = several[0]
        warn_user(
            f"{several.size} files have several pages, of which the first is read: "
            f"{paths[first]} has {n_pages[first]}. Save the others as files of their "
            "own if they show ECGs; skecg.imaging.decode.read_image(path, page=1) "
            "reads the second.",
            SkippedPagesWarning,
        )


def _warn_of_leaks(
    copies: Duplicates,
    paths: np.ndarray,
    target: np.ndarray | None,
    subset: np.ndarray | None,
) -> None:
    together = [*copies.exact, *copies.near]
    for labels, what in (
        (subset, "lie in several parts"),
        (target, "have several classes"),
    ):
        if labels is None:
            continue
        mixed = [one for one in together if len(set(labels[one].tolist())) > 1]
        if mixed:
            where = ", ".join(paths[mixed[0]].tolist()[:3])
            warn_user(
                f"Copies of {len(mixed)} pictures {what}, like {where}. A model that "
                "is tested on one has learnt from the other: keep one of each, or "
                "split by `groups`.",
                GroupsWarning,
            )
