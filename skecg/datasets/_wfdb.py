"""The one place that calls wfdb: whole records or an error that names the file.

wfdb reads a cut annotation file as far as it goes and calls it complete, and gives a
cut header leads named None. So sizes, end markers and checksums are verified here.
"""

import math
import re
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from skecg.datasets._files import require_file
from skecg.datasets._lead_names import MILLIVOLTS
from skecg.exceptions import DataFileError, MissingExtraError

_BYTES_PER_SAMPLE = {"212": 1.5, "16": 2.0}
# Annotation codes that are followed by words of their own, see the WFDB manual:
# https://physionet.org/physiotools/wag/annot-5.htm
_SKIP, _AUX = 59, 63
# What wfdb raises on files that do not make sense, seen by cutting them everywhere.
_UNREADABLE = (ValueError, IndexError, TypeError, KeyError, AttributeError)


class RecordHeader(NamedTuple):
    """What the header of a record says.

    Attributes
    ----------
    path : Path
        The header file.
    record : str
        Id of the record.
    sampling_rate : float
        In Hz.
    n_times : int
        Samples of each lead.
    lead_names : tuple of str
        One per lead, in the order of the file.
    signal_files : tuple of Path
        The files that hold the samples.
    units : tuple of str
        One per lead; mV where the header gives none.
    """

    path: Path
    record: str
    sampling_rate: float
    n_times: int
    lead_names: tuple[str, ...]
    signal_files: tuple[Path, ...]
    units: tuple[str, ...]


class Annotations(NamedTuple):
    """Marks that were set in a record.

    Attributes
    ----------
    sample : ndarray of int64 of shape (n_annotations,)
        Where they are, in samples of the record.
    symbol : ndarray of str of shape (n_annotations,)
        What they say, as PhysioNet writes it.
    """

    sample: np.ndarray
    symbol: np.ndarray


def read_header(
    folder: Path, record: str, *, open_comment: bool = False
) -> RecordHeader:
    """Read a record's header and check that its signal files are there, in full.

    Parameters
    ----------
    folder : Path
        Where the files of the record are.
    record : str
        Name of the record: the files' name without ending.
    open_comment : bool, default=False
        Whether the header's last line may lack its line end if it is a comment, as
        record 2 of the Lobachevsky database does.

    Returns
    -------
    RecordHeader

    Raises
    ------
    DataFileNotFoundError
        If the header or a signal file it names is missing.
    DataFileError
        If the header is truncated, foreign, without a usable rate or says that the
        record is empty, or a signal file is shorter than the header says.
    ImportError
        If wfdb is not installed.
    """
    wfdb = _import_wfdb()
    path = require_file(folder / f"{record}.hea")
    last = path.read_bytes().rpartition(b"\n")[2]
    if last and not (open_comment and last.startswith(b"#")):
        raise _damaged(path, "it ends in the middle of a line")
    try:
        header = wfdb.rdheader(str(folder / record))
    except _UNREADABLE as error:
        raise _damaged(path, f"wfdb says: {error}") from error
    if not isinstance(header, wfdb.Record):
        raise DataFileError(f"{path} describes a record in several segments.")
    rate = _check_rate(path, header)
    names = header.sig_name or []
    if len(names) != header.n_sig or None in names:
        raise _damaged(path, f"it names {names} for {header.n_sig} leads")
    if not names or not header.sig_len:
        raise DataFileError(
            f"{path} describes an empty record: {header.n_sig} leads of "
            f"{header.sig_len or 0} samples. Leave it out."
        )
    files = _check_signal_files(folder, header)
    units = tuple(unit or "mV" for unit in header.units or [""] * len(names))
    length = int(header.sig_len)
    return RecordHeader(path, record, rate, length, tuple(names), files, units)


def named_files(path: Path) -> list[Path]:
    """List the signal files that a header names, without checking it.

    Parameters
    ----------
    path : Path
        The header file.

    Returns
    -------
    list of Path
        In its folder, each once; none where the header cannot be read.
    """
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except (OSError, ValueError):
        return []
    lines = [line.split() for line in text.splitlines()]
    told = [fields[0] for fields in lines if fields and not fields[0].startswith("#")]
    names = [name for name in told[1:] if "/" not in name and "\0" not in name]
    return [path.parent / name for name in dict.fromkeys(names)]


def read_leads(header: RecordHeader, leads: list[int] | None = None) -> np.ndarray:
    """Read leads of a record, in mV.

    Parameters
    ----------
    header : RecordHeader
        From `read_header`.
    leads : list of int, optional
        Positions in `header.lead_names`. By default all of them.

    Returns
    -------
    ndarray of float64 of shape (n_leads, n_times)
        NaN where the recorder marked a sample as invalid.

    Raises
    ------
    DataFileError
        If the samples do not add up to the header's checksum, are not voltages, or
        cannot be read.
    ImportError
        If wfdb is not installed.
    """
    leads = list(range(len(header.lead_names))) if leads is None else leads
    name = str(header.path.parent / header.record)
    try:
        read = _import_wfdb().rdrecord(name, channels=leads, physical=False)
    except _UNREADABLE as error:
        raise _damaged(header.path, f"wfdb says: {error}") from error
    for column, (samples, unit) in enumerate(
        zip(read.d_signal.T, read.units, strict=True)
    ):
        file = header.path.parent / read.file_name[column]
        expected = read.checksum[column]
        if expected is not None and (int(samples.sum()) - expected) % 65536:
            raise _damaged(file, f"its samples do not add up to {expected}")
        if unit not in MILLIVOLTS:
            raise DataFileError(
                f"{header.path} gives a lead in {unit!r}, not in volts."
            )
    scale = np.array([MILLIVOLTS[unit] for unit in read.units])
    return read.dac().T * scale[:, None]


def read_annotations(
    folder: Path, record: str, *, extension: str = "atr"
) -> Annotations:
    """Read the annotations of a record.

    Parameters
    ----------
    folder : Path
        Where the files of the record are.
    record : str
        Name of the record: the files' name without ending.
    extension : str, default="atr"
        The annotator: the ending of the file.

    Returns
    -------
    Annotations

    Raises
    ------
    DataFileNotFoundError
        If the file is missing.
    DataFileError
        If it does not end as the format says: it is truncated or foreign.
    ImportError
        If wfdb is not installed.
    """
    wfdb = _import_wfdb()
    path = require_file(folder / f"{record}.{extension}")
    if not _is_complete(path.read_bytes()):
        raise _damaged(path, "it lacks its end marker")
    try:
        read = wfdb.rdann(str(folder / record), extension)
    except _UNREADABLE as error:
        raise _damaged(path, f"wfdb says: {error}") from error
    return Annotations(
        np.asarray(read.sample, dtype=np.int64), np.array(read.symbol, dtype=str)
    )


def _import_wfdb() -> ModuleType:
    try:
        import wfdb
    except ImportError as error:
        raise MissingExtraError(
            "Reading WFDB records needs the wfdb package: pip install skecg[io]"
        ) from error
    return wfdb


def _damaged(path: Path, why: str) -> DataFileError:
    return DataFileError(
        f"{path} is truncated or damaged: {why}. Copy or download it again."
    )


def _check_rate(path: Path, header: Any) -> float:
    # wfdb puts 250 Hz for a rate it cannot read, and the part before the e for 1e3.
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    fields = next(line for line in lines if line.strip()[:1] not in ("", "#")).split()
    written = re.split(r"[/(]", fields[2])[0] if len(fields) > 2 else "250"
    try:
        rate = float(written)
    except ValueError as error:
        raise _damaged(path, f"it gives {written!r} as the rate in Hz") from error
    if not math.isfinite(rate) or rate <= 0 or rate != float(header.fs):
        raise _damaged(path, f"it gives {written!r} as the rate in Hz")
    return rate


def _check_signal_files(folder: Path, header: Any) -> tuple[Path, ...]:
    # Leads share a file, sample by sample; their number gives its least size.
    files = [require_file(folder / name) for name in dict.fromkeys(header.file_name)]
    for path in files:
        shared = [name == path.name for name in header.file_name]
        form = header.fmt[shared.index(True)]
        if form not in _BYTES_PER_SAMPLE:
            continue  # wfdb checks these, less well
        needed = int(np.ceil(sum(shared) * header.sig_len * _BYTES_PER_SAMPLE[form]))
        size = path.stat().st_size
        if size < needed:
            raise _damaged(
                path, f"it has {size} bytes where the header asks for {needed}"
            )
    return tuple(files)


def _is_complete(content: bytes) -> bool:
    # A zero word ends the file. Notes are padded with zeros too, so a file cut behind
    # one looks complete to whoever checks the last word only: walk to the end.
    if len(content) % 2:
        return False
    words = np.frombuffer(content, dtype="<u2").tolist()
    at = 0
    while at < len(words) and words[at]:
        code, value = divmod(words[at], 1024)
        at += 1
        if code == _SKIP:
            at += 2
        elif code == _AUX:
            at += (value + 1) // 2
    return at == len(words) - 1
