"""One record out of one file, whatever device wrote it."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.utils import Bunch

from skecg.datasets._dicom import read_dicom
from skecg.datasets._edf import read_edf
from skecg.datasets._files import require_file
from skecg.datasets._lead_names import lead_name, pick_leads
from skecg.datasets._lead_table import read_lead_table
from skecg.datasets._leads import Leads
from skecg.datasets._wfdb import MILLIVOLTS, named_files, read_header, read_leads
from skecg.exceptions import DataFileError


def read_record(
    path: str | os.PathLike[str],
    *,
    lead: str | Sequence[str] | None = None,
    n_leads: int = 1,
    sampling_rate: float | None = None,
) -> Bunch:
    r"""Read one record from a WFDB, EDF, DICOM or CSV file, in mV.

    WFDB, EDF and DICOM need the packages of the extra ``io`` (``pip install
    skecg[io]``).

    Parameters
    ----------
    path : str or os.PathLike
        A WFDB header (``.hea``, its signal files beside it), an EDF or EDF+ file
        (``.edf``), a DICOM waveform (``.dcm``), or a table (``.csv``) with a column
        ``time`` in seconds and one in mV for each lead.
    lead : str or sequence of str, optional
        Names in order of preference, as ``("II", "MLII", "I")``: the first that the
        record has is read. By default all leads. Names are compared without what
        devices write around them: ``"ECG II"``, ``"Lead II"`` and ``"ii"`` are II.
    n_leads : int, default=1
        How many leads to read if `lead` is given: behind the one that is wanted, the
        others in the order of the file.
    sampling_rate : float, optional
        In Hz, of a table without a column ``time``; other files tell their own.

    Returns
    -------
    Bunch
        What was read:

        data : ndarray of float64 of shape (n_leads, n_times)
            In mV; NaN where a sample is missing.
        lead_names : ndarray of str of shape (n_leads,)
            In the usual spelling where the name is a usual one.
        sampling_rate : float
            In Hz.
        record : str
            The file's name without its ending.

    Raises
    ------
    DataFileNotFoundError
        If the file, or one that it names, is missing.
    DataFileError
        If it is truncated or damaged, of another kind, has none of the leads or no
        leads in volts.
    ImportError
        If the package that reads files of its kind is not installed.

    Notes
    -----
    Of an EDF file only the signals of the ECG are leads: those whose label begins with
    ECG or EKG, or is the name of a lead. Where they differ in their rates, those that
    have the rate of the first are read. Of a DICOM file it is the first group of
    waveforms.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from skecg.datasets import read_record
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "one.csv"
    ...     rows = [f"{index / 250},{index % 2},0.5" for index in range(500)]
    ...     _ = file.write_text("\n".join(["time,I,ii", *rows]))
    ...     record = read_record(file, lead=["II", "I"])
    >>> record.data.shape, record.lead_names.tolist(), round(record.sampling_rate)
    ((1, 500), ['II'], 250)
    """
    file = Path(path)
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise DataFileError(
            f"{file} is no record that can be read: its name must end in "
            f"{', '.join(_READERS)}."
        )
    require_file(file)
    wanted = (lead,) if isinstance(lead, str) else None if lead is None else tuple(lead)
    if reader is read_lead_table:
        found = read_lead_table(file, wanted, n_leads, sampling_rate)
    else:
        found = reader(file, wanted, n_leads)
    if not found.data.size or not found.sampling_rate > 0:
        raise DataFileError(
            f"{file} is empty or has no rate: {found.data.shape[1]} samples at "
            f"{found.sampling_rate} Hz."
        )
    return Bunch(
        data=found.data,
        lead_names=np.array(found.names, dtype=str),
        sampling_rate=found.sampling_rate,
        record=file.stem,
    )


def is_record_file(path: str | os.PathLike[str]) -> bool:
    """Return whether a file's name ends as those of records do; tables apart.

    Parameters
    ----------
    path : str or os.PathLike
        The file is not opened.

    Returns
    -------
    bool
    """
    return Path(path).suffix.lower() in (".hea", ".edf", ".dcm")


def files_of_record(path: str | os.PathLike[str]) -> list[Path]:
    """List the files that a record is made of: a WFDB header names others.

    Parameters
    ----------
    path : str or os.PathLike
        As `read_record` takes it.

    Returns
    -------
    list of Path
        `path` first. None needs to be there.
    """
    file = Path(path)
    return [file, *(named_files(file) if file.suffix.lower() == ".hea" else ())]


def _read_wfdb(path: Path, lead: tuple[str, ...] | None, n_leads: int) -> Leads:
    header = read_header(path.parent, path.stem, open_comment=True)
    volts = [at for at, unit in enumerate(header.units) if unit in MILLIVOLTS]
    names = [lead_name(header.lead_names[at]) for at in volts]
    if not names:
        raise DataFileError(
            f"{path} has no lead in volts: {', '.join(header.lead_names)} are in "
            f"{', '.join(header.units)}."
        )
    chosen = pick_leads(names, lead, n_leads, path)
    data = read_leads(header, [volts[at] for at in chosen])
    return Leads(data, [names[at] for at in chosen], header.sampling_rate)


_READERS: dict[str, Callable[[Path, tuple[str, ...] | None, int], Leads]] = {
    ".hea": _read_wfdb,
    ".edf": read_edf,
    ".dcm": read_dicom,
    ".csv": read_lead_table,
}
