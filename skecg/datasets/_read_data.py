"""Whatever people keep their labelled data in, read into one form."""

import os
import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from sklearn.utils import Bunch

from skecg.datasets._beat_table import read_beat_table
from skecg.datasets._image_folder import read_image_folder
from skecg.datasets._image_listing import COLUMNS
from skecg.datasets._record_folder import read_record_folder
from skecg.exceptions import (
    DataFileError,
    DataFileNotFoundError,
    NoUsableRowError,
    SignalQualityWarning,
)
from skecg.signal.patient import PATIENT_RATE, patient_beats
from skecg.signal.rpeaks import detect_rpeaks

DataKind = Literal["signal", "image"]

_PATIENT_WINDOW = (0.4, 0.8)  # seconds, as PatientBeatSegmenter cuts


def read_data(
    path: str | os.PathLike[str],
    *,
    kind: DataKind | None = None,
    labels: str | os.PathLike[str] | None = None,
    sampling_rate: float | None = None,
    window: tuple[float, float] | None = None,
    lead: str | Sequence[str] | None = None,
    n_leads: int | None = None,
    beats: Literal["window", "patient"] | None = None,
    on_error: Literal["raise", "skip"] = "raise",
    n_jobs: int | None = None,
) -> Bunch:
    r"""Read labelled data: a folder of pictures, one of WFDB records, a table of beats.

    Parameters
    ----------
    path : str or path-like
        What `read_image_folder`, `read_record_folder` or `read_beat_table` reads; a
        folder with a WFDB header in it is one of records.
    kind : {"signal", "image"}, default=None
        What must be there. None takes either.
    labels : str or path-like, default=None
        A table of pictures, see `read_image_folder`.
    sampling_rate : float, default=None
        Of the samples of a table, in Hz; what records are brought to (None: 125).
    window : tuple of float, default=None
        Seconds around the R-peak, of records (None: 0.3 and 0.6; 0.4 and 0.8 of
        ``beats="patient"``).
    lead : str or sequence of str, default=None
        Of records, by name; see `read_record_folder`.
    n_leads : int, default=None
        Of records; see `read_record_folder`.
    beats : {"window", "patient"}, default=None
        How records are cut: into windows around the R-peaks, which None is too, or each
        beat beside its own record's, see `skecg.signal.patient.patient_beats`.
    on_error : {"raise", "skip"}, default="raise"
        Whether what cannot be used is an error, or is listed and left out.
    n_jobs : int, default=None
        Threads that decode pictures. None means 1 and -1 all cores.

    Returns
    -------
    Bunch
        What the reader gives, and these in any case:

        form : str
            "pictures", "records" or "beats".
        data : ndarray of shape (n_rows, ...)
            What estimators take: paths of pictures, or beats.
        target : ndarray of str of shape (n_rows,)
            Classes.
        beats : str
            Of records only, as given.
        groups : ndarray of str of shape (n_rows,) or None
            What must stay on one side of a split.
        patients_known : bool
            Whether the groups are patients: not where they are copies of a picture.
        subset : ndarray of str of shape (n_rows,) or None
            train, valid or test, where pictures came in such parts.
        sampling_rate : float or None
            In Hz; None for pictures, or where it is not known.
        skipped : list of named tuples (path, reason)
            What was left out.
        sha256 : str
            Of the data.

    Raises
    ------
    DataFileNotFoundError
        If there is nothing at `path`; a `FileNotFoundError`.
    DataFileError
        If it is none of the three, of another kind, has no classes, or cannot be used;
        a `ValueError`.
    ValueError
        If an option is none, or is not for this form of data.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skecg.datasets import read_data
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = Path(folder) / "beats.csv"
    ...     _ = table.write_text("0,1,0,N\n1,0,1,V\n")
    ...     beats = read_data(table)
    >>> beats.form, beats.data.shape, beats.patients_known
    ('beats', (2, 3), False)
    """
    if kind not in (None, "signal", "image"):
        raise ValueError(f"kind must be 'signal' or 'image', got {kind!r}.")
    source = Path(path)
    form = _form_of(source, kind)
    given: dict[str, Any] = {
        "labels": labels,
        "sampling_rate": sampling_rate,
        "window": window,
        "lead": lead,
        "n_leads": n_leads,
        "beats": beats,
    }
    takes = _TAKES[form]
    options = {name: value for name, value in given.items() if value is not None}
    foreign = [name for name in options if name not in takes]
    if foreign:
        raise ValueError(f"{foreign[0]} is not for {form}, which {source} holds.")
    common: Any = {**options, "on_error": on_error}
    if form == "pictures":
        return _of_pictures(
            read_image_folder(source, n_jobs=n_jobs, **common), source, labels
        )
    bunch = (_of_records if form == "records" else read_beat_table)(source, **common)
    known = bunch.groups is not None
    return Bunch(**bunch, form=form, patients_known=known, subset=None)


_TAKES = {
    "pictures": ("labels",),
    "records": ("sampling_rate", "window", "lead", "n_leads", "beats"),
    "beats": ("sampling_rate",),
}


def _form_of(source: Path, kind: DataKind | None) -> str:
    if not source.exists():
        raise DataFileNotFoundError(f"There is no file or folder {source}.")
    form = "beats"
    if source.is_dir():
        has_header = next(source.glob("*.hea"), None) is not None
        form = "records" if has_header else "pictures"
    found: DataKind = "image" if form == "pictures" else "signal"
    if kind not in (None, found):
        raise DataFileError(
            f"{source} is not of the kind {kind!r}: it is "
            f"{_IN_WORDS[form]}. Signals are a folder of WFDB records or a CSV file "
            "of beats; images are a folder with one folder of pictures per class."
        )
    return form


_IN_WORDS = {
    "pictures": "a folder without a WFDB header (.hea)",
    "records": "a folder of WFDB records",
    "beats": "a file",
}


def _of_records(source: Path, *, beats: str = "window", **options: Any) -> Bunch:
    if beats == "window":
        return Bunch(**read_record_folder(source, **options), beats=beats)
    if beats != "patient":
        raise ValueError(f"beats must be 'window' or 'patient', got {beats!r}.")
    given: dict[str, Any] = {
        "sampling_rate": PATIENT_RATE,
        "window": _PATIENT_WINDOW,
    } | options
    cut = partial(
        _cut_beside_their_own,
        rate=given["sampling_rate"],
        window=given["window"],
    )
    return Bunch(**read_record_folder(source, cut=cut, **given), beats=beats)


def _cut_beside_their_own(
    signal: np.ndarray, *, rate: float, window: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    leads = np.atleast_2d(signal)
    with warnings.catch_warnings():  # said of the record, which is left out
        warnings.simplefilter("ignore", SignalQualityWarning)
        peaks = np.asarray(detect_rpeaks(leads[0], sampling_rate=rate))
    if peaks.size < 2:
        raise NoUsableRowError(reason="have fewer than two beats that can be found")
    data = patient_beats(leads, peaks, sampling_rate=rate, window=window)
    whole = ~np.isnan(data).any(axis=(1, 2))
    return data[whole], peaks[whole]


def _of_pictures(bunch: Bunch, source: Path, labels: Any) -> Bunch:
    if bunch.target is None:
        raise DataFileError(
            f"The pictures of {source} have no classes. Put them into one folder per "
            "class, or name a table with their classes (labels)."
        )
    return Bunch(
        **bunch,
        form="pictures",
        data=bunch.paths,
        patients_known=labels is not None and _names_patients(labels),
        sampling_rate=None,
    )


def _names_patients(labels: str | os.PathLike[str]) -> bool:
    with Path(labels).open(encoding="utf-8-sig") as file:
        header = file.readline().replace(";", ",").split(",")
    return any(name.strip().strip('"').lower() in COLUMNS["patient"] for name in header)
