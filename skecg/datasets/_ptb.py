"""Reader of the PTB Diagnostic ECG Database as PhysioNet distributes it."""

import math
import os
import re
from collections.abc import Sequence
from numbers import Real
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.utils import Bunch

from skecg.datasets._files import require_folder, sha256_of_files
from skecg.datasets._ptb_facts import (
    check_leads,
    check_ptb_records,
    label_of,
    spell_lead,
)
from skecg.datasets._wfdb import RecordHeader, read_header, read_leads
from skecg.exceptions import DataFileNotFoundError
from skecg.signal._checks import check_sampling_rate, shorten
from skecg.signal.resampling import resample

_PATIENT = re.compile(r"patient\d{3}")
# The clinical summary stands in comments: "# age: 81", "# Reason for admission: ...".
_SUMMARY = re.compile(r"^#[ \t]*([^:\n]+?)[ \t]*:[ \t]*(.*?)[ \t\r]*$", re.MULTILINE)

_DESCR = """\
PTB Diagnostic ECG Database 1.0.0, PhysioNet, https://physionet.org/content/ptbdb/1.0.0/,
doi 10.13026/C28C71, made available under the ODC Attribution License (ODC-By) v1.0.
Please cite Bousseljot R. et al. (1995), Biomedizinische Technik 40 (Suppl. 1), 317-318,
and Goldberger A. L. et al. (2000), Circulation 101(23), e215-e220.
"""


class _Source(NamedTuple):
    """A record that is there: its id, its patient, its header and summary."""

    record: str
    patient: str
    header: RecordHeader
    summary: dict[str, str]


class _Cut(NamedTuple):
    """What is kept of each record; times in seconds, None for all or as recorded."""

    leads: tuple[str, ...]
    start: float
    duration: float | None
    target_rate: float | None


def read_ptb(
    path: str | os.PathLike[str],
    *,
    leads: int | Sequence[str] = 12,
    start: float = 0.0,
    duration: float | None = 10.0,
    target_rate: float | None = None,
    records: Sequence[str] | None = None,
) -> Bunch:
    """Read records of the PTB Diagnostic ECG Database from their WFDB files.

    549 records of 290 persons, healthy ones and patients with infarctions and other
    diseases, with 15 leads and a clinical summary each [1]_. They last from half a
    minute to two minutes: by default the first ten seconds of each are kept.

    All headers are read and all signal files looked for before the first is opened, and
    each is read in full or not at all. Needs wfdb (``pip install skecg[io]``).

    Parameters
    ----------
    path : str or path-like
        Folder that holds the folders ``patientNNN``, or one of these.
    leads : {12, 15} or sequence of str, default=12
        The twelve standard leads, these and Frank's VX, VY and VZ, or those named.
        Upper and lower case do not count.
    start : float, default=0.0
        Where the part that is kept begins, in seconds.
    duration : float or None, default=10.0
        Its length in seconds. None keeps all that follows `start`; as lengths differ,
        `data` is a list then.
    target_rate : float, optional
        Resample whole records to this rate in Hz before they are cut, with
        `skecg.signal.resampling.resample`. By default the rate is left as it is, 1000.
    records : sequence of str, optional
        Ids such as ``"patient001/s0010_re"``, in the order wanted. By default all that
        are in the folder, sorted.

    Returns
    -------
    Bunch
        With one row per record:

        data : ndarray of float32 of shape (n_records, n_leads, n_times)
            In mV, neither filtered nor scaled. With ``duration=None`` a list of
            ndarrays of shape (n_leads, n_times).
        target : ndarray of str of shape (n_records,)
            The class of the reason for admission: healthy, infarction, cardiomyopathy
            (heart failure among them), block (of a bundle branch), dysrhythmia,
            hypertrophy, valvular, myocarditis, other (angina, palpitation) or unknown
            (where the header says n/a or nothing). A reason that is none of the
            database's stays as it is written, in lower case.
        diagnosis : ndarray of str of shape (n_records,)
            The reason for admission in the header's own words.
        groups : ndarray of str of shape (n_records,)
            The patient: ``"patient001"``.
        record : ndarray of str of shape (n_records,)
            The record's id: ``"patient001/s0010_re"``.
        sampling_rate : float
            Of `data`, in Hz.
        lead_names : ndarray of str of shape (n_records, n_leads)
            As textbooks write them: I, aVR, V1, VX.
        age : ndarray of float64 of shape (n_records,)
            In years, NaN where the header does not say.
        sex : ndarray of str of shape (n_records,)
            female, male, or empty where the header does not say.
        sha256 : str
            Over the files read, to be written beside every score.
        DESCR : str
            Origin and licence (ODC-By 1.0).

    Raises
    ------
    DataFileNotFoundError
        If the folder or a file is missing, or no record is in the folder; a
        `FileNotFoundError`.
    DataFileError
        If a file is truncated or damaged; a `ValueError`.
    ValueError
        If an option cannot be, a record is shorter than asked for, lacks a lead or is
        in no folder of a patient, or rates differ and no `target_rate` is given.
    ImportError
        If wfdb is not installed.

    See Also
    --------
    fetch_ptb : Download the database.
    load_ptb_sample : A few of its records, inside the package.

    References
    ----------
    .. [1] Bousseljot R., Kreiseler D., Schnabel A. (1995). Nutzung der
       EKG-Signaldatenbank CARDIODAT der PTB ueber das Internet. Biomedizinische Technik
       40 (Suppl. 1), 317-318. :doi:`10.1515/bmte.1995.40.s1.317`

    Examples
    --------
    A record of our own making stands in for the database:

    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import wfdb
    >>> from skecg.datasets import read_ptb
    >>> signal = np.sin(np.arange(20_000) / 100.0)[:, None] * [1.0, 0.5]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     patient = Path(folder, "patient001")
    ...     patient.mkdir()
    ...     options = {"sig_name": ["i", "ii"], "fmt": ["16"] * 2, "units": ["mV"] * 2}
    ...     summary = ["age: 81", "Reason for admission: Myocardial infarction"]
    ...     options |= {"comments": summary, "write_dir": str(patient)}
    ...     wfdb.wrsamp("s0010_re", 1000, p_signal=signal, **options)
    ...     ptb = read_ptb(folder, leads=["II"], target_rate=125.0)
    >>> ptb.data.shape, ptb.target.tolist(), ptb.groups.tolist(), ptb.age.tolist()
    ((1, 1, 1250), ['infarction'], ['patient001'], [81.0])
    """
    rate = None if target_rate is None else check_sampling_rate(target_rate)
    cut = _Cut(check_leads(leads), *_check_times(start, duration), rate)
    sources = _find(require_folder(Path(path)), records)
    _check_sources(sources, cut)
    data = [_read(source.header, cut) for source in sources]
    reasons = [source.summary.get("reason for admission", "") for source in sources]
    signals = [file for source in sources for file in source.header.signal_files]
    return Bunch(
        data=data if cut.duration is None else np.stack(data),
        target=np.array([label_of(reason) for reason in reasons]),
        diagnosis=np.array(reasons),
        groups=np.array([source.patient for source in sources]),
        record=np.array([source.record for source in sources]),
        sampling_rate=cut.target_rate or sources[0].header.sampling_rate,
        lead_names=np.tile(cut.leads, (len(sources), 1)),
        age=np.array([_age(source.summary) for source in sources]),
        sex=np.array([_sex(source.summary) for source in sources]),
        sha256=sha256_of_files([*(source.header.path for source in sources), *signals]),
        DESCR=_DESCR,
    )


def _check_times(start: float, duration: float | None) -> tuple[float, float | None]:
    given: object = start  # whatever the hints say, callers pass anything
    length: object = 1.0 if duration is None else duration
    for name, value in (("start", given), ("duration", length)):
        if isinstance(value, bool) or not isinstance(value, Real):
            raise TypeError(f"{name} must be a number of seconds, got {value!r}.")
    if not math.isfinite(start) or start < 0:
        raise ValueError(f"start must be finite and not negative, got {start!r} s.")
    if duration is not None and not (math.isfinite(duration) and duration > 0):
        raise ValueError(f"duration must be finite and above 0, got {duration!r} s.")
    return float(start), None if duration is None else float(duration)


def _find(folder: Path, records: Sequence[str] | None) -> list[_Source]:
    there = {}
    for path in sorted(folder.rglob("*.hea")):
        patient = path.parent.name if path.parent != folder else folder.resolve().name
        if not _PATIENT.fullmatch(patient):
            raise ValueError(
                f"{path} is in no folder of a patient, such as patient001: records of "
                "one patient could not be kept together. Arrange the files as "
                "PhysioNet does, or remove this one."
            )
        there[f"{patient}/{path.stem}"] = path
    ids = tuple(there) if records is None else _check_ids(folder, records, set(there))
    if not ids:
        raise DataFileNotFoundError(
            f"No record (patientNNN/*.hea) is in {folder}. Pass the folder that holds "
            "the patients' folders, or fetch the database with fetch_ptb."
        )
    return [_open(record, there[record]) for record in ids]


def _check_ids(
    folder: Path, records: Sequence[str], there: set[str]
) -> tuple[str, ...]:
    ids = check_ptb_records(records)
    absent = [record for record in ids if record not in there]
    if absent:
        raise DataFileNotFoundError(
            f"Not among the {len(there)} records in {folder}: {shorten(absent)}. Copy "
            "or download the files of each, or leave it out."
        )
    return ids


def _open(record: str, path: Path) -> _Source:
    header = read_header(path.parent, path.stem)
    lines = _SUMMARY.findall(path.read_text(encoding="latin-1"))
    # The first counts: the names of later lines repeat under therapy.
    summary = {name.lower(): value for name, value in reversed(lines)}
    return _Source(record, record.partition("/")[0], header, summary)


def _check_sources(sources: list[_Source], cut: _Cut) -> None:
    rates = {source.header.sampling_rate for source in sources}
    if cut.target_rate is None and len(rates) > 1:
        raise ValueError(
            f"the records have different rates, {sorted(rates)} Hz: pass target_rate."
        )
    for source in sources:
        names = [spell_lead(name) for name in source.header.lead_names]
        absent = [name for name in cut.leads if name not in names]
        if absent:
            raise ValueError(
                f"{source.record} has no lead {', '.join(absent)}, only "
                f"{', '.join(names)}. Ask for others by leads=, or leave it out."
            )
        begin, end = _span(source.header, cut)
        lasts = source.header.n_times / source.header.sampling_rate
        if not begin < end <= _n_times(source.header, cut):
            raise ValueError(
                f"{source.record} lasts {lasts:g} s: start={cut.start:g} and duration="
                f"{cut.duration} leave no such part. Change them or leave it out."
            )


def _n_times(header: RecordHeader, cut: _Cut) -> int:
    # As the resampler counts them.
    rate = cut.target_rate or header.sampling_rate
    return max(1, round(header.n_times * rate / header.sampling_rate))


def _span(header: RecordHeader, cut: _Cut) -> tuple[int, int]:
    rate = cut.target_rate or header.sampling_rate
    begin = round(cut.start * rate)
    if cut.duration is None:
        return begin, _n_times(header, cut)
    return begin, begin + round(cut.duration * rate)


def _read(header: RecordHeader, cut: _Cut) -> np.ndarray:
    names = [spell_lead(name) for name in header.lead_names]
    signal = read_leads(header, [names.index(name) for name in cut.leads])
    rate = cut.target_rate or header.sampling_rate
    if rate != header.sampling_rate:
        signal = resample(signal, sampling_rate=header.sampling_rate, target_rate=rate)
    begin, end = _span(header, cut)
    return signal[:, begin:end].astype(np.float32)


def _age(summary: dict[str, str]) -> float:
    try:
        return float(summary.get("age", "nan"))
    except ValueError:
        return math.nan


def _sex(summary: dict[str, str]) -> str:
    sex = summary.get("sex", "").lower()
    return sex if sex in ("female", "male") else ""
