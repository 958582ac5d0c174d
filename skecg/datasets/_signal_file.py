"""One record out of a file of its own, and as a picture of ECG paper."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from skecg._files import leads_out_of
from skecg.datasets._files import require_file, sha256_of_files
from skecg.datasets._lead_table import read_lead_table
from skecg.datasets._read_record import is_record_file, read_record
from skecg.datasets._wfdb import RecordHeader, read_header, read_leads
from skecg.exceptions import DataFileError
from skecg.imaging.paper import LAYOUTS, render_ecg
from skecg.signal._checks import check_sampling_rate
from skecg.signal.filters import remove_baseline

MAX_SAMPLES = 30_000_000
"""Of all leads together: a day of two leads at 125 Hz has 22 million."""
SECONDS_SHOWN = 10.0
"""On one sheet."""

_MOST_ROWS = 12


class SignalFile(NamedTuple):
    """A record.

    Attributes
    ----------
    data : ndarray of float64 of shape (n_leads, n_times)
        In mV.
    sampling_rate : float
        In Hz.
    lead_names : tuple of str
        One per lead.
    """

    data: np.ndarray
    sampling_rate: float
    lead_names: tuple[str, ...]


def read_signal_file(path: Path, *, sampling_rate: float | None = None) -> SignalFile:
    """Read a WFDB, EDF or DICOM record, or a CSV file with a column for each lead.

    Parameters
    ----------
    path : Path
        A ``.hea`` file, with the files of samples that it names beside it; an EDF or
        DICOM file; or a CSV file in mV whose first line names the leads.
    sampling_rate : float, optional
        In Hz, of a CSV file without a column ``time`` in seconds.

    Returns
    -------
    SignalFile

    Raises
    ------
    DataFileNotFoundError
        If a file is not there.
    DataFileError
        If it is damaged, too long, or of another kind.
    ImportError
        If the package that reads files of its kind is not installed.
    ValueError
        If the rate of a CSV file is none.
    """
    if path.suffix.lower() == ".hea":
        header = _header_of(path)
        _check_length(path, header.n_times * len(header.lead_names))
        return SignalFile(read_leads(header), header.sampling_rate, header.lead_names)
    if is_record_file(path):
        read = read_record(path)
        _check_length(path, read.data.size)
        return SignalFile(read.data, read.sampling_rate, tuple(read.lead_names))
    if sampling_rate is not None:
        sampling_rate = check_sampling_rate(sampling_rate)
    table = read_lead_table(require_file(path), None, 1, sampling_rate)
    _check_length(path, table.data.size)
    return SignalFile(table.data, table.sampling_rate, tuple(table.names))


def files_of(path: Path) -> list[Path]:
    """List the files that make up a record: its header first, or the file alone.

    Parameters
    ----------
    path : Path
        As `read_signal_file` takes it.

    Returns
    -------
    list of Path
    """
    if path.suffix.lower() != ".hea":
        return [path]
    return [path, *_header_of(path).signal_files]


def sha256_of_record(path: Path) -> str:
    """Return one SHA-256 over all files of a record."""
    return sha256_of_files(files_of(path))


def draw_signal_file(record: SignalFile, *, start: float = 0.0) -> np.ndarray:
    """Draw ten seconds on ECG paper, without the wander of the baseline.

    Parameters
    ----------
    record : SignalFile
        Of more than twelve leads, the first twelve are drawn.
    start : float, default=0.0
        Where to begin, in seconds.

    Returns
    -------
    ndarray of uint8 of shape (height, width, 3)
        The standard twelve leads as a printout has them, others in rows.
    """
    rate = record.sampling_rate
    first = int(start * rate)
    shown = record.data[:, first : first + int(SECONDS_SHOWN * rate) + 1]
    flat = np.stack([_level(lead, rate) for lead in shown])
    standard = {name.casefold() for row in LAYOUTS["12x1"] for name in row}
    if standard <= {name.casefold() for name in record.lead_names}:
        return render_ecg(flat, sampling_rate=rate, lead_names=record.lead_names)
    n_rows = min(len(flat), _MOST_ROWS)
    names = [name or f"lead {row}" for row, name in enumerate(record.lead_names, 1)]
    return render_ecg(
        flat[:n_rows],
        sampling_rate=rate,
        layout="rows",
        lead_names=names[:n_rows],
        size=(max(300, 140 * n_rows), 1100),
        duration=SECONDS_SHOWN,
    )


def _header_of(path: Path) -> RecordHeader:
    # A header may name any file of the machine: only those beside it are read.
    header = read_header(path.parent, path.stem)
    for file in header.signal_files:
        if leads_out_of(path.parent, file):
            raise DataFileError(
                f"{path} names the file {file.name} outside its own folder. Put it "
                "beside the header, and its name alone into it."
            )
    return header


def _level(lead: np.ndarray, rate: float) -> np.ndarray:
    # What is too short or not there cannot be filtered, and is drawn as it is.
    if lead.size < 2 * rate or not np.isfinite(lead).any():
        return lead
    return remove_baseline(lead, sampling_rate=rate)


def _check_length(path: Path, n_samples: int) -> None:
    if n_samples > MAX_SAMPLES:
        raise DataFileError(
            f"{path} has {n_samples:,} samples, more than {MAX_SAMPLES:,}. Cut it into "
            "shorter records."
        )
