"""What there is to label: the pictures and records of a folder, in a stable order."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

from skecg._files import leads_out_of
from skecg.datasets._files import require_folder
from skecg.datasets._read_record import is_record_file
from skecg.datasets._signal_file import (
    SECONDS_SHOWN,
    draw_signal_file,
    read_signal_file,
    sha256_of_record,
)
from skecg.exceptions import DataFileError
from skecg.imaging._encode import encode_png
from skecg.imaging.decode import is_image_file, read_image


class Item(NamedTuple):
    r"""One thing to label.

    Attributes
    ----------
    name : str
        Its path below the folder, with "/"; bytes that are no UTF-8 as ``\xfc``.
    path : Path
        Where it is; of a WFDB record, the header.
    kind : {"picture", "record"}
        How it is shown.
    sampling_rate : float or None
        Of a record in a CSV file, in Hz.
    """

    name: str
    path: Path
    kind: Literal["picture", "record"]
    sampling_rate: float | None = None


def find_items(
    folder: str | os.PathLike[str], *, sampling_rate: float | None = None
) -> tuple[Item, ...]:
    """List what there is to label in a folder and the folders in it, sorted by name.

    Parameters
    ----------
    folder : str or os.PathLike
        With pictures, and with records: WFDB headers, EDF and DICOM files, and CSV
        files where `sampling_rate` is given. Hidden files are left out, what is no
        file (a pipe), and links that lead out of the folder.
    sampling_rate : float, optional
        Of the CSV files, in Hz.

    Returns
    -------
    tuple of Item
        None is opened.

    Raises
    ------
    DataFileNotFoundError
        If there is no such folder.
    DataFileError
        If it holds nothing to label.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skecg.labelling import find_items
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("two.png", "100.hea", "notes.txt"):
    ...         (Path(folder) / name).touch()
    ...     [(one.name, one.kind) for one in find_items(folder)]
    [('100.hea', 'record'), ('two.png', 'picture')]
    """
    root = require_folder(Path(folder))
    items = sorted(_items(root, sampling_rate))
    if not items:
        raise DataFileError(
            f"{root} holds nothing to label. Name a folder of pictures or of WFDB "
            "records (.hea), or of CSV files and their sampling rate."
        )
    return tuple(items)


def hash_item(item: Item) -> str:
    """Return the SHA-256 of a file's content, or over all files of a record.

    Parameters
    ----------
    item : Item
        What to read.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    DataFileError
        If it cannot be read; a `ValueError`.
    """
    try:
        if item.kind == "record":
            return sha256_of_record(item.path)
        return sha256(item.path.read_bytes()).hexdigest()
    except OSError as error:
        told = error.strerror or error
        raise DataFileError(f"{item.name} cannot be read: {told}.") from error


class Shown(NamedTuple):
    """What there is to see of an item.

    Attributes
    ----------
    png : bytes
        A PNG file.
    start : float
        Of a record: where the ten seconds begin that are drawn.
    seconds : float
        Of a record: how long it is. 0 of a picture.
    """

    png: bytes
    start: float = 0.0
    seconds: float = 0.0


def show_item(item: Item, *, start: float = 0.0) -> Shown:
    """Return a picture of what there is to label.

    Parameters
    ----------
    item : Item
        A picture, or a record, of which ten seconds are drawn.
    start : float, default=0.0
        Of a record: where to begin, in seconds. Behind its end, its last are drawn.

    Returns
    -------
    Shown

    Raises
    ------
    DataFileError
        If it cannot be read; a `ValueError`.
    ImportError
        If what reads its kind of file is not installed.
    """
    if item.kind == "picture":
        return Shown(encode_png(read_image(item.path)))
    record = read_signal_file(item.path, sampling_rate=item.sampling_rate)
    seconds = record.data.shape[1] / record.sampling_rate
    start = max(0.0, min(start, seconds - SECONDS_SHOWN))
    return Shown(encode_png(draw_signal_file(record, start=start)), start, seconds)


def _items(root: Path, sampling_rate: float | None) -> Iterator[Item]:
    for parent, folders, names in os.walk(root, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            kind = _kind(path, sampling_rate)
            if kind is None or name.startswith("."):
                continue
            if path.is_symlink() and leads_out_of(root, path):
                continue
            if path.is_file():  # to read from a pipe is to wait for ever
                told = _as_text(path.relative_to(root))
                yield Item(told, path, kind, sampling_rate)


def _as_text(path: Path) -> str:
    # Names of old systems may be no UTF-8, which neither JSON nor CSV can hold.
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _kind(
    path: Path, sampling_rate: float | None
) -> Literal["picture", "record"] | None:
    if is_image_file(path):
        return "picture"
    is_table = path.suffix.lower() == ".csv" and sampling_rate is not None
    return "record" if is_record_file(path) or is_table else None
