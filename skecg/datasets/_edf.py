"""The one place that calls edfio: leads of an EDF or EDF+ file, in mV."""

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from skecg.datasets._lead_names import MILLIVOLTS, is_ecg_label, lead_name, pick_leads
from skecg.datasets._leads import Leads
from skecg.exceptions import DataFileError
from skecg.signal._checks import shorten

_BYTES_PER_SAMPLE = 2
# What edfio raises on files that do not make sense, seen by cutting them everywhere.
_UNREADABLE = (ValueError, IndexError, TypeError, KeyError, AttributeError, EOFError)


def read_edf(path: Path, lead: tuple[str, ...] | None, n_leads: int) -> Leads:
    """Read leads of an EDF file.

    Parameters
    ----------
    path : Path
        Of the file.
    lead : tuple of str or None
        Names in order of preference; None for all leads.
    n_leads : int
        How many, if `lead` is given.

    Returns
    -------
    Leads

    Raises
    ------
    DataFileError
        If the file is truncated or damaged, has gaps, or holds no such lead.
    ImportError
        If edfio is not installed.
    """
    edfio = _import_edfio()
    try:
        file = edfio.read_edf(path, lazy_load_data=True, header_encoding="latin-1")
        signals = _leads_of(file, path)
        rate = float(signals[0].sampling_frequency)
    except DataFileError:
        raise
    except _UNREADABLE as error:
        raise _damaged(path, f"edfio says: {error}") from error
    _check_whole(file, path)
    names = [lead_name(one.label) for one in signals]
    first = pick_leads(names, lead, 1, path)[0]
    rate = float(signals[first].sampling_frequency)
    signals = [one for one in signals if float(one.sampling_frequency) == rate]
    names = [lead_name(one.label) for one in signals]
    chosen = pick_leads(names, lead, n_leads, path)
    try:
        data = np.array([_in_millivolts(signals[index]) for index in chosen])
    except _UNREADABLE as error:
        raise _damaged(path, f"edfio says: {error}") from error
    return Leads(data, [names[index] for index in chosen], rate)


def _leads_of(file: Any, path: Path) -> list[Any]:
    # A sleep study holds the brain, the breath and the ECG; we take the ECG alone.
    if not file.is_continuous:
        raise DataFileError(
            f"{path} is an EDF+ file with gaps. Write its parts as files of their own."
        )
    signals = [
        one
        for one in file.signals
        if one.physical_dimension.strip() in MILLIVOLTS and is_ecg_label(one.label)
    ]
    if not signals:
        labels = [one.label for one in file.signals]
        raise DataFileError(
            f"{path} has no lead of the ECG in volts: its signals are "
            f"{shorten(labels, most=20)}. Labels begin with ECG, or name a lead."
        )
    return signals


def _check_whole(file: Any, path: Path) -> None:
    header = file.bytes_in_header_record
    with path.open("rb") as opened:
        told = opened.read(header)
    n_signals = int(told[252:256])
    # Samples per record stand behind 216 bytes for each signal.
    start = 256 + 216 * n_signals
    counts = [int(told[start + 8 * at : start + 8 * at + 8]) for at in range(n_signals)]
    needed = header + int(told[236:244]) * sum(counts) * _BYTES_PER_SAMPLE
    size = path.stat().st_size
    if size < needed:
        raise _damaged(path, f"it has {size} bytes where its header asks for {needed}")


def _in_millivolts(signal: Any) -> np.ndarray:
    scale = MILLIVOLTS[signal.physical_dimension.strip()]
    return np.asarray(signal.data, dtype=np.float64) * scale


def _damaged(path: Path, why: str) -> DataFileError:
    return DataFileError(
        f"{path} is truncated or damaged: {why}. Copy it again from where it came."
    )


def _import_edfio() -> ModuleType:
    try:
        import edfio
    except ImportError as error:
        raise ImportError(
            "Reading EDF files needs the edfio package: pip install skecg[io]"
        ) from error
    return edfio
