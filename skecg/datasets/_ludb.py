"""Reader of the Lobachevsky University Database as PhysioNet distributes it."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.utils import Bunch

from skecg.datasets._files import require_file, require_folder, sha256_of_files
from skecg.datasets._ids import check_ids
from skecg.datasets._ludb_sample import LAST_FOR_TUNING, WaveAnnotations
from skecg.datasets._ptb_facts import STANDARD_LEADS, spell_lead
from skecg.datasets._wfdb import RecordHeader, read_annotations, read_header, read_leads
from skecg.exceptions import DataFileError, DataFileNotFoundError

LUDB_RECORDS: tuple[str, ...] = tuple(str(number) for number in range(1, 201))
"""All 200 records; each is another person's."""

_SYMBOLS = ("p", "N", "t")
_DESCR = """\
Lobachevsky University Electrocardiography Database 1.0.1, PhysioNet,
https://physionet.org/content/ludb/1.0.1/, doi 10.13026/eegm-h675, made available under
the ODC Attribution License (ODC-By) v1.0. Please cite Kalyakulina A. I. et al. (2020),
IEEE Access 8, 186181-186190, and Goldberger A. L. et al. (2000), Circulation 101(23),
e215-e220.
"""


def read_ludb(
    path: str | os.PathLike[str],
    *,
    lead: str = "II",
    records: Sequence[str] | None = None,
) -> Bunch:
    """Read records of the Lobachevsky database, with P, QRS and T marked.

    Ten seconds of twelve leads at 500 Hz; experts marked the waves of each lead one by
    one [1]_. All files are looked for before the first signal is read, and each is read
    in full or not at all. Needs wfdb (``pip install skecg[io]``).

    Parameters
    ----------
    path : str or path-like
        Folder of the database, or the folder ``data`` in it.
    lead : str, default="II"
        Whose marks to read. All twelve signals are read in any case.
    records : sequence of str, optional
        Ids ``"1"`` to ``"200"``, in the order wanted. By default all that are in the
        folder.

    Returns
    -------
    Bunch
        With one row per record:

        data : ndarray of float32 of shape (n_records, 12, 5000)
            The database scales each lead of a record so that its lowest and highest
            sample are 1 apart: these are **not** millivolts, and cannot be compared
            between leads or records.
        annotations : list of WaveAnnotations(p, qrs, t), one per record
            Onset, peak and offset of the waves of `lead`, in samples. A wave that lacks
            one of its marks, as some do, has no row.
        sampling_rate : float
            500.0 Hz.
        lead_names : ndarray of str of shape (n_records, 12)
            I, II, III, aVR and so on.
        groups, record : ndarray of str of shape (n_records,)
            The patient and the record; each patient has one.
        for_tuning : ndarray of bool of shape (n_records,)
            Whether the record is one of 1 to 75, on which the kernels of this package
            are tuned.
        diagnoses : ndarray of str of shape (n_records,)
            What the cardiologists wrote, findings separated by semicolons.
        sha256 : str
            Over the files read, to be written beside every score.
        DESCR : str
            Origin and licence (ODC-By 1.0).

    Raises
    ------
    DataFileNotFoundError
        If the folder or a file is missing; a `FileNotFoundError`.
    DataFileError
        If a file is truncated or damaged, or records differ in rate, length or leads.
    ValueError
        If `lead` is none of the twelve, or `records` is empty, names one twice or one
        that the database does not have.
    ImportError
        If wfdb is not installed.

    See Also
    --------
    fetch_ludb : Download the database.
    load_ludb_sample : Twenty of its records, inside the package.

    References
    ----------
    .. [1] Kalyakulina A. I. et al. (2020). LUDB: A new open-access validation tool for
       electrocardiogram delineation algorithms. IEEE Access 8, 186181-186190.
       :doi:`10.1109/ACCESS.2020.3029211`

    Examples
    --------
    A record of our own making stands in for the database:

    >>> import tempfile
    >>> import numpy as np
    >>> import wfdb
    >>> from skecg.datasets import read_ludb
    >>> leads = "i ii iii avr avl avf v1 v2 v3 v4 v5 v6".split()
    >>> signal = np.sin(np.arange(5000) / 100.0)[:, None] * np.ones(12)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     options = {"sig_name": leads, "fmt": ["16"] * 12, "units": ["mV"] * 12}
    ...     wfdb.wrsamp("1", 500, p_signal=signal, write_dir=folder, **options)
    ...     marks = np.array([100, 120, 140])
    ...     wfdb.wrann("1", "ii", marks, ["(", "N", ")"], write_dir=folder)
    ...     ludb = read_ludb(folder)
    >>> ludb.data.shape, ludb.annotations[0].qrs.tolist()
    ((1, 12, 5000), [[100, 120, 140]])
    """
    if spell_lead(lead) not in STANDARD_LEADS:
        raise ValueError(
            f"lead must be one of {', '.join(STANDARD_LEADS)}, got {lead!r}."
        )
    folder = require_folder(Path(path))
    folder = folder / "data" if (folder / "data").is_dir() else folder
    ids = _find(folder) if records is None else check_ludb_records(records)
    headers = [read_header(folder, record, open_comment=True) for record in ids]
    marked = [require_file(folder / f"{record}.{lead.lower()}") for record in ids]
    _check_alike(headers)
    signals = [file for header in headers for file in header.signal_files]
    numbers = np.array(ids)
    return Bunch(
        data=np.stack([read_leads(header).astype(np.float32) for header in headers]),
        annotations=[_read_waves(folder, record, lead.lower()) for record in ids],
        sampling_rate=headers[0].sampling_rate,
        lead_names=np.tile(
            [spell_lead(name) for name in headers[0].lead_names], (len(ids), 1)
        ),
        groups=numbers.copy(),
        record=numbers,
        for_tuning=numbers.astype(np.int64) <= LAST_FOR_TUNING,
        diagnoses=np.array([_read_diagnoses(header.path) for header in headers]),
        sha256=sha256_of_files(
            [*(header.path for header in headers), *signals, *marked]
        ),
        DESCR=_DESCR,
    )


def check_ludb_records(records: Sequence[str]) -> tuple[str, ...]:
    """Return the record ids as a tuple, or say which the database does not have.

    Parameters
    ----------
    records : sequence of str
        Ids such as ``"1"``.

    Returns
    -------
    tuple of str

    Raises
    ------
    TypeError
        If it is a single string.
    ValueError
        If it is empty, names an id twice, or names one that is not in `LUDB_RECORDS`.

    Examples
    --------
    >>> from skecg.datasets._ludb import check_ludb_records
    >>> check_ludb_records(["1", "200"])
    ('1', '200')
    """
    return check_ids(records, known="'1' to '200'", pattern=r"[1-9]|[1-9]\d|1\d\d|200")


def _find(folder: Path) -> tuple[str, ...]:
    there = {path.stem for path in folder.glob("*.hea")}
    ids = tuple(record for record in LUDB_RECORDS if record in there)
    if not ids:
        raise DataFileNotFoundError(
            f"No record of the Lobachevsky database (1.hea to 200.hea) is in {folder}. "
            "Pass the folder of the database, or fetch it with fetch_ludb."
        )
    return ids


def _check_alike(headers: list[RecordHeader]) -> None:
    first = headers[0]
    for header in headers:
        if header[3:5] != first[3:5] or header.sampling_rate != first.sampling_rate:
            raise DataFileError(
                f"{header.path} differs from {first.path} in rate, length or leads; "
                "all records of the database are alike. Download it again."
            )


def _read_waves(folder: Path, record: str, lead: str) -> WaveAnnotations:
    # Some waves lack their onset or offset: only whole triples are taken.
    marks = read_annotations(folder, record, extension=lead)
    starts = np.arange(max(marks.symbol.size - 2, 0))
    whole = (marks.symbol[starts] == "(") & (marks.symbol[starts + 2] == ")")
    waves = []
    for symbol in _SYMBOLS:
        first = starts[whole & (marks.symbol[starts + 1] == symbol)]
        waves.append(marks.sample[first[:, None] + np.arange(3)])
    return WaveAnnotations(*waves)


def _read_diagnoses(path: Path) -> str:
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = [line.strip("# .") for line in text.splitlines()]
    begin = lines.index("<diagnoses>:") + 1 if "<diagnoses>:" in lines else len(lines)
    return "; ".join(line for line in lines[begin:] if line)
