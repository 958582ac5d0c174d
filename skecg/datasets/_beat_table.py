"""Reader of tables of heartbeats."""

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from sklearn.utils import Bunch

from skecg.datasets._files import require_file, sha256_of_files
from skecg.datasets._image_listing import COLUMNS
from skecg.datasets._skipped import SkippedPart
from skecg.exceptions import DataFileError
from skecg.signal._checks import check_sampling_rate

if TYPE_CHECKING:
    import pandas as pd

_LEAST_SAMPLES = 2
_DELIMITERS = ",;\t"


def read_beat_table(
    path: str | os.PathLike[str],
    *,
    sampling_rate: float | None = None,
    on_error: Literal["raise", "skip"] = "raise",
) -> Bunch:
    r"""Read a CSV file that has one heartbeat, or short record, on each line.

    Parameters
    ----------
    path : str or path-like
        Without a line of names, the last column is the class and all others are
        samples, as Kaggle's heartbeats come. With one, a column ``label`` (or target,
        class, diagnosis) has the class, ``patient`` (or patient_id, group, groups) the
        patient if there is one, and all others are samples in the order of time.
        Separated by commas, semicolons or tabs; compressed if the name ends so.
    sampling_rate : float, default=None
        Of the samples, in Hz; handed on. No table says it itself.
    on_error : {"raise", "skip"}, default="raise"
        Whether a line with a missing class, or a sample that is no number, is an error,
        or is listed and left out.

    Returns
    -------
    Bunch
        With one row per line:

        data : ndarray of float32 of shape (n_beats, n_times)
            The samples, as they are.
        target : ndarray of str of shape (n_beats,)
            The class, as it is written; 1.0 and 1 are the same.
        groups : ndarray of str of shape (n_beats,) or None
            The patient; None where there is no such column.
        sampling_rate : float or None
            As given.
        skipped : list of SkippedPart(path, reason)
            Lines that cannot be used, with ``on_error="skip"``.
        sha256 : str
            Over the file, to be written beside every score.

    Raises
    ------
    DataFileNotFoundError
        If there is no such file; a `FileNotFoundError`.
    DataFileError
        If it is no table, has no column for the class, fewer than two for samples, or a
        line that cannot be used; a `ValueError`.
    ValueError
        If `on_error` or `sampling_rate` is none.

    See Also
    --------
    load_kaggle_heartbeat : Kaggle's files, under the names that they have there.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skecg.datasets import read_beat_table
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = Path(folder) / "beats.csv"
    ...     _ = table.write_text("t0,t1,label,patient\n0,1,N,ann\n1,0,V,bob\n")
    ...     beats = read_beat_table(table, sampling_rate=125.0)
    >>> beats.data.shape, beats.target.tolist(), beats.groups.tolist()
    ((2, 2), ['N', 'V'], ['ann', 'bob'])
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f'on_error must be "raise" or "skip", got {on_error!r}.')
    if sampling_rate is not None:
        sampling_rate = check_sampling_rate(sampling_rate)
    file = require_file(Path(path))
    table, is_named = _read_table(file)
    names = list(table.columns)
    label = _column(names, "target") if is_named else names[-1]
    patient = _column(names, "patient") if is_named else None
    if label is None:
        raise DataFileError(
            f"{file} has the columns {', '.join(map(str, names[:8]))}, and none for "
            f"the class. Name one of them {' or '.join(COLUMNS['target'])}."
        )
    samples = [name for name in names if name not in (label, patient)]
    if len(samples) < _LEAST_SAMPLES:
        raise DataFileError(
            f"{file} has {len(names)} columns, which leaves {len(samples)} for the "
            "samples of a beat. Put a beat on each line, its samples first and its "
            "class last, separated by commas."
        )
    data, reasons = _numbers(table[samples], is_named=is_named)
    texts = {name: _texts(table[name]) for name in (label, patient) if name is not None}
    for name, column in texts.items():
        for row in np.flatnonzero(column == "").tolist():
            what = "class" if name == label else "patient"
            reasons.setdefault(row, f"has no {what}")
    lines = table.index.to_numpy() + (2 if is_named else 1)
    skipped = [
        SkippedPart(f"{file}, line {lines[row]}", f"{file}, line {lines[row]} {why}.")
        for row, why in sorted(reasons.items())
    ]
    _check_skipped(skipped, len(table), on_error)
    kept = np.setdiff1d(np.arange(len(table)), list(reasons))
    return Bunch(
        data=data[kept],
        target=texts[label][kept],
        groups=None if patient is None else texts[patient][kept],
        sampling_rate=sampling_rate,
        skipped=skipped,
        sha256=sha256_of_files([file]),
    )


def _read_table(file: Path) -> tuple["pd.DataFrame", bool]:
    # pandas takes a second to be loaded, and its reader a fifth of numpy's time.
    import pandas as pd

    options = {"skip_blank_lines": False, "low_memory": False}
    try:
        first = pd.read_csv(file, header=None, nrows=1, dtype=str, sep="\0", **options)
        line = str(first.iloc[0, 0])
        delimiter = max(_DELIMITERS, key=line.count)
        is_named = not all(
            map(_is_number, next(csv.reader([line], delimiter=delimiter))[:-1])
        )
        table = pd.read_csv(
            file, header=0 if is_named else None, sep=delimiter, **options
        )
    # An empty file, ragged lines, another encoding and a broken archive.
    except (ValueError, OSError, EOFError, csv.Error) as error:
        raise DataFileError(
            f"{file} is no table of beats: {str(error).strip().rstrip('.')}. It must "
            "be a CSV file with as many columns on each line."
        ) from error
    table = table[table.notna().any(axis=1)]  # lines with nothing on them
    if table.empty:
        raise DataFileError(f"{file} holds no beat.")
    return table, is_named


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return not cell.strip()
    return True


def _column(names: list[str], what: str) -> str | None:
    given = {str(name).strip().lower(): name for name in names}
    return next((given[one] for one in COLUMNS[what] if one in given), None)


def _numbers(
    table: "pd.DataFrame", *, is_named: bool
) -> tuple[np.ndarray, dict[int, str]]:
    # The samples, and of each row that is not all numbers why not.
    import pandas as pd

    columns = [pd.to_numeric(table[name], errors="coerce") for name in table]
    data = np.stack([column.to_numpy(np.float32) for column in columns], axis=1)
    bad = ~np.isfinite(data)
    reasons = {}
    for row in np.flatnonzero(bad.any(axis=1)).tolist():
        at = int(bad[row].argmax())
        where = f"column {table.columns[at]!r}" if is_named else f"column {at + 1}"
        cell = table.iat[row, at]
        what = (
            "no sample" if pd.isna(cell) else f"{str(cell)[:30]!r}, which is no number"
        )
        reasons[row] = f"has {what} in {where}"
    return data, reasons


def _texts(column: "pd.Series") -> np.ndarray:
    # As they are written; a whole number has no decimals.
    texts = [
        "" if cell != cell else str(int(cell)) if _is_whole(cell) else str(cell).strip()
        for cell in column.tolist()
    ]
    return np.array(texts, dtype=str)


def _is_whole(cell: object) -> bool:
    return isinstance(cell, float) and cell.is_integer()


def _check_skipped(skipped: list[SkippedPart], n_lines: int, on_error: str) -> None:
    if skipped and on_error == "raise":
        raise DataFileError(f"{skipped[0].reason} Mend the line, or take it out.")
    if len(skipped) == n_lines:
        raise DataFileError(
            f"None of the {n_lines} lines can be used. {skipped[0].reason}"
        )
