"""Reader of folders of WFDB records whose beats experts have marked."""

import os
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from sklearn.utils import Bunch

from skecg._warn import warn_user
from skecg.datasets._files import require_folder, sha256_of_files
from skecg.datasets._mitbih_facts import RECORDS, patient_of
from skecg.datasets._skipped import SkippedPart
from skecg.datasets._wfdb import (
    RecordHeader,
    read_annotations,
    read_header,
    read_leads,
)
from skecg.exceptions import (
    DataFileError,
    DataFileNotFoundError,
    LeadWarning,
    NoUsableRowError,
    SignalQualityWarning,
)
from skecg.signal._checks import check_sampling_rate, check_window
from skecg.signal.aami import SYMBOL_MAPS, to_aami
from skecg.signal.beats import extract_beats
from skecg.signal.resampling import resample
from skecg.signal.rpeaks import detect_rpeaks
from skecg.signal.scoring import match_rpeaks

Cut = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]

_EXCERPT = 60.0  # seconds of each record that are kept


class _Wanted(NamedTuple):
    # The leads that were asked for; no name is the commonest.
    names: tuple[str, ...]
    n_leads: int


class _Read(NamedTuple):
    # A record at the common rate, and its marks.
    header: RecordHeader
    signal: np.ndarray
    marks: np.ndarray
    labels: np.ndarray
    files: list[Path]


def read_record_folder(
    path: str | os.PathLike[str],
    *,
    lead: str | Sequence[str] | None = None,
    n_leads: int | None = None,
    annotator: str = "atr",
    symbols: Literal["literature", "bxb"] = "literature",
    sampling_rate: float = 125.0,
    window: tuple[float, float] = (0.3, 0.6),
    cut: Cut | None = None,
    on_error: Literal["raise", "skip"] = "raise",
) -> Bunch:
    """Read the beats of all WFDB records of a folder, as they are found in use.

    R-peaks are detected, as they will be where nobody has marked them, and a beat has
    the class of the mark within 150 ms. So a classifier learns from beats that are cut
    as `~skecg.preprocessing.BeatSegmenter` will cut them. Needs wfdb (``pip install
    skecg[io]``).

    Parameters
    ----------
    path : str or path-like
        Folder with header, signal and annotation files, such as those of MIT-BIH.
    lead : str or sequence of str, default=None
        The lead to cut from, by name. None: the name that most records have. A record
        without it is cut from its first, and a warning names it. Several names are the
        leads of each beat, in order; a record without one of them cannot be used.
    n_leads : int, default=None
        Leads of each beat: `lead`, then the first others of the record; one with fewer
        cannot be used. None: as many as `lead` names, or one. R-peaks are found on the
        first.
    annotator : str, default="atr"
        Ending of the annotation files.
    symbols : {"literature", "bxb"}, default="literature"
        Which symbol is which class, see `skecg.signal.aami`.
    sampling_rate : float, default=125.0
        What records are brought to, in Hz.
    window : tuple of float, default=(0.3, 0.6)
        Seconds before and after the R-peak.
    cut : callable, default=None
        Cuts in another way: takes a lead, an array of shape (n_times,) at
        `sampling_rate`, or several, of shape (n_leads, n_times), and returns beats and
        the samples of their R-peaks, ascending. `window` does not count then.
    on_error : {"raise", "skip"}, default="raise"
        Whether a record that cannot be used is an error, or is listed and left out.

    Returns
    -------
    Bunch
        Arrays have one row per beat, record after record:

        data : ndarray of float32 of shape (n_beats, n_times) or (n_beats, n_leads, \
n_times)
            The beats, in mV; or what `cut` returns.
        target : ndarray of str
            N, S, V, F or Q.
        groups : ndarray of str
            The patient: the record, since nothing says which records are of one
            patient; but 201 and 202 of MIT-BIH are one.
        record : ndarray of str
            Name of the record.
        time : ndarray of float64
            Of the R-peak in its record, in seconds.
        sampling_rate : float
            As given.
        window : tuple of float
            As given.
        lead : str
            The name that was looked for; several stand behind each other.
        n_leads : int
            Leads of each beat.
        excerpts : ndarray of float32 of shape (n_records, n_excerpt) or (n_records, \
n_leads, n_excerpt)
            The first minute of each record, or less if the shortest is shorter.
        records : ndarray of str of shape (n_records,)
            Names of the records.
        n_marked, n_missed, n_surplus : int
            Beats that experts have marked, those of them at which no R-peak was
            detected, and detections without a mark, which are left out.
        skipped : list of SkippedPart(path, reason)
            Records that cannot be used, with ``on_error="skip"``.
        sha256 : str
            Over the files read, to be written beside every score.

    Raises
    ------
    DataFileNotFoundError
        If the folder is missing, or holds no header; a `FileNotFoundError`.
    DataFileError
        If a record cannot be used, or none can; a `ValueError`.
    ValueError
        If an option is none, no record has the lead, or `n_leads` is not the number of
        several names.
    MissingExtraError
        If wfdb is not installed; an `ImportError`.

    Warns
    -----
    LeadWarning
        Once, naming the records that do not have the lead.

    See Also
    --------
    read_mitbih : The same records cut at the marks, in the forms that papers use.

    Examples
    --------
    A record of our own making stands in for a database:

    >>> import tempfile
    >>> import wfdb
    >>> from skecg.datasets import make_ecg, read_record_folder
    >>> ecg = make_ecg(1, sampling_rate=250.0, duration=20.0, random_state=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     options = {"sig_name": ["II"], "fmt": ["16"], "write_dir": folder}
    ...     wfdb.wrsamp("one", 250, ["mV"], p_signal=ecg.data.T, **options)
    ...     peaks = ecg.rpeaks[0]
    ...     wfdb.wrann("one", "atr", peaks, ["N"] * len(peaks), write_dir=folder)
    ...     beats = read_record_folder(folder)
    >>> beats.data.shape[1], sorted(set(beats.target.tolist())), beats.lead
    (113, ['N'], 'II')
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f'on_error must be "raise" or "skip", got {on_error!r}.')
    if symbols not in SYMBOL_MAPS:
        raise ValueError(
            f"symbols must be one of {list(SYMBOL_MAPS)}, got {symbols!r}."
        )
    wanted = _check_leads(lead, n_leads)
    rate, window = check_sampling_rate(sampling_rate), check_window(window)
    usual = partial(_cut_around_peaks, rate=rate, window=window)
    folder = require_folder(Path(path))
    records = sorted(one.stem for one in folder.glob("*.hea") if one.name[0] != ".")
    if not records:
        raise DataFileNotFoundError(
            f"There is no WFDB header (.hea) in {folder}. Pass the folder in which the "
            "records lie."
        )
    skipped: list[SkippedPart] = []
    tried = [_header(folder, name, skipped, on_error) for name in records]
    headers = [one for one in tried if one is not None]
    names = _chosen_leads(headers, wanted.names) if headers else ("",)
    without, parts = [], []
    for header in headers:
        try:
            at = _places(header, names, wanted.n_leads)
            read = _read_record(header, at, annotator, symbols, rate)
            parts.append((read, *_beats_of(read, rate, cut or usual)))
        except (DataFileError, DataFileNotFoundError) as error:
            _skip(header.path, error, skipped, on_error)
            continue
        if names[0] not in header.lead_names:
            without.append(header)
    if not parts:
        raise DataFileError(
            f"None of the {len(records)} records in {folder} can be used. "
            f"{skipped[0].reason}"
        )
    _warn_of_leads(without, names[0], len(headers))
    return Bunch(
        **_gathered(parts, rate),
        sampling_rate=rate,
        window=window,
        lead=", ".join(names),
        n_leads=wanted.n_leads,
        skipped=skipped,
    )


def _header(
    folder: Path, name: str, skipped: list[SkippedPart], on_error: str
) -> RecordHeader | None:
    try:
        return read_header(folder, name)
    except (DataFileError, DataFileNotFoundError) as error:
        _skip(folder / f"{name}.hea", error, skipped, on_error)
        return None


def _skip(
    path: Path, error: Exception, skipped: list[SkippedPart], on_error: str
) -> None:
    if on_error == "raise":
        raise error
    skipped.append(SkippedPart(str(path), str(error)))


def _check_leads(lead: str | Sequence[str] | None, n_leads: int | None) -> _Wanted:
    names = () if lead is None else (lead,) if isinstance(lead, str) else tuple(lead)
    wanted = max(len(names), 1) if n_leads is None else n_leads
    if wanted < 1 or (len(names) > 1 and len({*names}) != wanted):
        raise ValueError(
            "n_leads must be 1 or more, and with several names in lead, which must "
            f"differ, their number; got n_leads={n_leads} and lead={lead!r}."
        )
    return _Wanted(names, wanted)


def _places(header: RecordHeader, names: Sequence[str], n_leads: int) -> list[int]:
    there = list(header.lead_names)
    lost = [name for name in names if name not in there]
    if len(there) < n_leads or (lost and len(names) > 1):
        what = f"lead {lost[0]}" if lost and len(names) > 1 else f"{n_leads} leads"
        raise DataFileError(
            f"{header.path} has no {what}; it has {', '.join(there)}. Leave the record "
            "out, or ask for leads that it has."
        )
    if len(names) > 1:
        return [there.index(name) for name in names]
    first = there.index(names[0]) if names[0] in there else 0
    others = [index for index in range(len(there)) if index != first]
    return [first, *others[: n_leads - 1]]


def _chosen_leads(
    headers: Sequence[RecordHeader], names: tuple[str, ...]
) -> tuple[str, ...]:
    # Counted once a record; of those that are level, the one that comes first.
    counts = Counter(
        name for header in headers for name in dict.fromkeys(header.lead_names)
    )
    for name in names:
        if name not in counts:
            raise ValueError(
                f"No record has a lead {name!r}; there are {', '.join(sorted(counts))}."
            )
    return names or (counts.most_common(1)[0][0],)


def _warn_of_leads(without: list[RecordHeader], lead: str, n_records: int) -> None:
    if without:
        told = ", ".join(f"{one.record} ({one.lead_names[0]})" for one in without)
        warn_user(
            f"{len(without)} of {n_records} records have no lead {lead}; their first "
            f"lead stands in: {told}.",
            LeadWarning,
        )


def _read_record(
    header: RecordHeader, leads: list[int], annotator: str, symbols: str, rate: float
) -> _Read:
    folder = header.path.parent
    read = read_annotations(folder, header.record, extension=annotator)
    classes = to_aami(read.symbol, mapping=symbols)
    marks, labels = read.sample[classes != ""], classes[classes != ""]
    path = folder / f"{header.record}.{annotator}"
    if not marks.size:
        raise DataFileError(f"{path} marks no beat. Leave the record out.")
    if marks[0] < 0 or marks[-1] >= header.n_times or (np.diff(marks) < 0).any():
        raise DataFileError(
            f"{path} does not belong to its record: its beats are at samples "
            f"{marks[0]} to {marks[-1]}, and the record has {header.n_times}."
        )
    read_now = read_leads(header, leads)
    signal = resample(
        read_now[0] if len(leads) == 1 else read_now,
        sampling_rate=header.sampling_rate,
        target_rate=rate,
    )
    marks = np.rint(marks * (rate / header.sampling_rate)).astype(np.int64)
    files = [header.path, *header.signal_files, path]
    return _Read(header, signal.astype(np.float32), marks, labels, files)


def _cut_around_peaks(
    signal: np.ndarray, *, rate: float, window: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    with warnings.catch_warnings():  # said as an error below
        warnings.simplefilter("ignore", SignalQualityWarning)
        first = signal if signal.ndim == 1 else signal[0]
        peaks = np.asarray(detect_rpeaks(first, sampling_rate=rate))
        beats = extract_beats(
            signal if signal.ndim == 1 else signal[np.newaxis],
            peaks if signal.ndim == 1 else [peaks],
            sampling_rate=rate,
            window=window,
            edge="pad",
        )
    return beats.data, beats.rpeak


def _beats_of(
    read: _Read, rate: float, cut: Cut
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, int]:
    # Beats, their classes and times; how many were missed, and how many are surplus.
    try:
        beats, peaks = cut(read.signal)
    except NoUsableRowError:
        beats, peaks = np.empty((0, 0)), np.empty(0, dtype=np.int64)
    marks, found = match_rpeaks(read.marks, peaks, sampling_rate=rate)
    order = np.argsort(found)
    marks, found = marks[order], found[order]
    if not found.size:
        raise DataFileError(
            f"{read.header.path}: no heartbeat was found where one is marked. The lead "
            "may be flat; leave the record out, or choose another lead."
        )
    n_missed, n_surplus = read.marks.size - marks.size, peaks.size - found.size
    return beats[found], read.labels[marks], peaks[found] / rate, n_missed, n_surplus


def _gathered(
    parts: list[tuple[_Read, np.ndarray, np.ndarray, np.ndarray, int, int]],
    rate: float,
) -> Bunch:
    reads, data, target, time, missed, surplus = zip(*parts, strict=True)
    names = [read.header.record for read in reads]
    sizes = [len(each) for each in target]
    patients = [patient_of(name) if name in RECORDS else name for name in names]
    length = min(round(_EXCERPT * rate), *(read.signal.shape[-1] for read in reads))
    return Bunch(
        data=np.concatenate(data),
        target=np.concatenate(target),
        groups=np.repeat(patients, sizes),
        record=np.repeat(names, sizes),
        time=np.concatenate(time),
        excerpts=np.stack([read.signal[..., :length] for read in reads]),
        records=np.array(names),
        n_marked=sum(read.marks.size for read in reads),
        n_missed=sum(missed),
        n_surplus=sum(surplus),
        sha256=sha256_of_files(file for read in reads for file in read.files),
    )
