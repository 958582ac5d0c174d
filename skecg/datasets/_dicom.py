"""The one place that calls pydicom: leads of a DICOM waveform, in mV."""

import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from skecg.datasets._lead_names import MILLIVOLTS, lead_name, pick_leads
from skecg.datasets._leads import Leads
from skecg.exceptions import DataFileError

# What pydicom raises on files that do not make sense, seen by cutting them everywhere.
_UNREADABLE = (
    *(ValueError, IndexError, TypeError, KeyError, AttributeError, EOFError),
    *(NotImplementedError, OverflowError, OSError, struct.error),
)


def read_dicom(path: Path, lead: tuple[str, ...] | None, n_leads: int) -> Leads:
    """Read leads of a DICOM waveform: of its first group, which is the recording.

    Devices put median beats of their own into a second group; it is left out.

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
        If the file is none, is truncated, holds no waveform in volts, or no such lead.
    ImportError
        If pydicom is not installed.
    """
    pydicom = _import_pydicom()
    try:
        file = pydicom.dcmread(path)
        if "WaveformSequence" not in file:
            raise DataFileError(f"{path} is a DICOM file without a waveform.")
        group = file.WaveformSequence[0]
        channels = list(group.ChannelDefinitionSequence)
        names = [lead_name(_label(one)) for one in channels]
        chosen = pick_leads(names, lead, n_leads, path)
        scale = [_unit(channels[index], path) for index in chosen]
        data = file.waveform_array(0).T[chosen] * np.array(scale)[:, None]
        rate = float(group.SamplingFrequency)
    except DataFileError:
        raise
    except (*_UNREADABLE, pydicom.errors.InvalidDicomError) as error:
        raise DataFileError(
            f"{path} is no DICOM waveform, or is truncated or damaged: pydicom says: "
            f"{error}. Export or copy it again."
        ) from error
    return Leads(data.astype(np.float64), [names[index] for index in chosen], rate)


def _label(channel: Any) -> str:
    if "ChannelSourceSequence" in channel:
        return str(channel.ChannelSourceSequence[0].CodeMeaning)
    return str(channel.ChannelLabel)


def _unit(channel: Any, path: Path) -> float:
    told = channel.get("ChannelSensitivityUnitsSequence")
    unit = str(told[0].CodeValue) if told else "none"
    if unit not in MILLIVOLTS:
        raise DataFileError(
            f"{path} gives lead {_label(channel)!r} in {unit!r}, not in volts."
        )
    return MILLIVOLTS[unit]


def _import_pydicom() -> ModuleType:
    try:
        import pydicom
        import pydicom.errors
    except ImportError as error:
        raise ImportError(
            "Reading DICOM waveforms needs the pydicom package: pip install skecg[io]"
        ) from error
    return pydicom
