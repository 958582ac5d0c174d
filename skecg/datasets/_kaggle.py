"""Reader of the heartbeats that Kachuee et al. published on Kaggle."""

import os
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from sklearn.utils import Bunch

from skecg._warn import warn_user
from skecg.datasets._files import require_file, require_folder, sha256_of_files
from skecg.exceptions import DataFileError, GroupsWarning

N_SAMPLES = 187
"""Samples of a beat; its label stands behind them."""

SAMPLING_RATE = 125.0
"""Of the beats, in Hz."""


class _File(NamedTuple):
    """A file of the set: its name, the part it is and what its numbers mean."""

    name: str
    split: str
    labels: dict[int, str]


_AAMI = dict(enumerate("NSVFQ"))
_SUBSETS = {
    "mitbih": (
        _File("mitbih_train.csv", "train", _AAMI),
        _File("mitbih_test.csv", "test", _AAMI),
    ),
    "ptb": (
        _File("ptbdb_normal.csv", "", {0: "normal"}),
        _File("ptbdb_abnormal.csv", "", {1: "abnormal"}),
    ),
}


def load_kaggle_heartbeat(
    path: str | os.PathLike[str],
    *,
    subset: Literal["mitbih", "ptb"] = "mitbih",
) -> Bunch:
    r"""Load the heartbeats that Kachuee et al. published as CSV files on Kaggle.

    The set most papers train on [1]_. It holds **no patient and no record**: beats of
    one patient are in its training and its test part, so every score on it is too good,
    and there is no way to mend that. A warning says so. The same beats with their
    patients come from `read_mitbih`.

    Parameters
    ----------
    path : str or path-like
        Folder with ``mitbih_train.csv`` and ``mitbih_test.csv``, or with
        ``ptbdb_normal.csv`` and ``ptbdb_abnormal.csv``. Kaggle asks for an account, so
        there is no fetcher; as published they have 87,554 and 21,892, and 4,046 and
        10,506 rows.
    subset : {"mitbih", "ptb"}, default="mitbih"
        Which two of the files. The others need not be there.

    Returns
    -------
    Bunch
        With one row per beat, in the order of the files:

        data : ndarray of float32 of shape (n_beats, 187)
            The beats at 125 Hz, scaled to [0, 1] and zero-padded.
        target : ndarray of str of shape (n_beats,)
            N, S, V, F or Q; for ``"ptb"`` normal or abnormal.
        split : ndarray of str of shape (n_beats,)
            train or test, as published. Only for ``"mitbih"``: the other two files have
            no such parts.
        sampling_rate : float
            125.0 Hz.
        sha256 : str
            Over the files read, to be written beside every score.

    Raises
    ------
    DataFileNotFoundError
        If the folder or a file of the subset is missing; a `FileNotFoundError`.
    DataFileError
        If a file is empty, has not 188 columns of numbers, a sample outside [0, 1] or a
        label that is none of its own; a `ValueError`.
    ValueError
        If `subset` is neither of the two.

    Warns
    -----
    GroupsWarning
        Always: no split by patient is possible.

    See Also
    --------
    read_mitbih : The same beats, cut from the database, with their patients.
    load_heartbeats : Some of them, inside the package.

    References
    ----------
    .. [1] Kachuee M., Fazeli S., Sarrafzadeh M. (2018). ECG heartbeat classification:
       a deep transferable representation. IEEE International Conference on Healthcare
       Informatics. :doi:`10.1109/ICHI.2018.00092`

    Examples
    --------
    Two beats of our own making stand in for each file:

    >>> import tempfile
    >>> import warnings
    >>> from pathlib import Path
    >>> from skecg.datasets import load_kaggle_heartbeat
    >>> from skecg.exceptions import GroupsWarning
    >>> row = ",".join(["0.5"] * 187)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("mitbih_train.csv", "mitbih_test.csv"):
    ...         _ = Path(folder, name).write_text(f"{row},0\n{row},2\n")
    ...     with warnings.catch_warnings():
    ...         warnings.simplefilter("ignore", GroupsWarning)
    ...         heartbeats = load_kaggle_heartbeat(folder)
    >>> heartbeats.data.shape, heartbeats.target.tolist()
    ((4, 187), ['N', 'V', 'N', 'V'])
    >>> heartbeats.data[heartbeats.split == "train"].shape
    (2, 187)
    """
    if subset not in _SUBSETS:
        raise ValueError(f"subset must be one of {list(_SUBSETS)}, got {subset!r}.")
    files = _SUBSETS[subset]
    folder = require_folder(Path(path))
    paths = [require_file(folder / file.name) for file in files]
    parts = [_read(path, file.labels) for path, file in zip(paths, files, strict=True)]
    sizes = [len(target) for _, target in parts]
    bunch = Bunch(
        data=np.concatenate([data for data, _ in parts]),
        target=np.concatenate([target for _, target in parts]),
        sampling_rate=SAMPLING_RATE,
        sha256=sha256_of_files(paths),
    )
    if subset == "mitbih":
        bunch.split = np.repeat([file.split for file in files], sizes)
    warn_user(
        "The Kaggle heartbeats hold no patient ids: beats of one patient stand on both "
        "sides of any split, and scores come out too good. read_mitbih cuts the same "
        "beats with their patients.",
        GroupsWarning,
    )
    return bunch


def _read(path: Path, labels: dict[int, str]) -> tuple[np.ndarray, np.ndarray]:
    table = _read_table(path)
    data = np.ascontiguousarray(table[:, :N_SAMPLES])
    outside = ~((data >= 0) & (data <= 1)).all(axis=1)
    if outside.any():
        line = int(outside.argmax())
        value = next(one for one in data[line].tolist() if not 0 <= one <= 1)
        raise DataFileError(
            f"{path}, line {line + 1}: a sample is {value:g} (nan: the line is cut), "
            "and all of the published set are in [0, 1]. Download the file again."
        )
    written = table[:, N_SAMPLES]
    foreign = ~np.isin(written, list(labels))
    if foreign.any():
        line = int(foreign.argmax())
        raise DataFileError(
            f"{path}, line {line + 1}: the label is {written[line]:g}, and in this "
            f"file it is one of {list(labels)}. Is it the right file under this name?"
        )
    names = np.array([labels.get(number, "") for number in range(max(labels) + 1)])
    return data, names[written.astype(np.int64)]


def _read_table(path: Path) -> np.ndarray:
    # pandas takes a second to be loaded, and its reader a fifth of numpy's time.
    import pandas as pd

    try:
        table = pd.read_csv(path, header=None, dtype=np.float32).to_numpy()
    except ValueError as error:  # an empty file and ragged lines raise kinds of it
        raise DataFileError(
            f"{path} is no table of numbers: {error}. The published files have "
            f"{N_SAMPLES + 1} numbers a line and no header line; download it again."
        ) from error
    if table.shape[1] != N_SAMPLES + 1:
        raise DataFileError(
            f"{path} has {table.shape[1]} columns, and the published file "
            f"{N_SAMPLES + 1}: {N_SAMPLES} samples and the label."
        )
    return table
