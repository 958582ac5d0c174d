"""Reader of the MIT-BIH Arrhythmia Database as PhysioNet distributes it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from sklearn.utils import Bunch

from skecg._warn import warn_user
from skecg.datasets._beats import (
    BeatForm,
    MarkedLead,
    check_choice,
    check_n_leads,
    context_names,
    cut_beats,
    gather_beats,
)
from skecg.datasets._files import require_file, require_folder, sha256_of_files
from skecg.datasets._mitbih_facts import RECORDS, check_records
from skecg.datasets._wfdb import (
    RecordHeader,
    read_annotations,
    read_header,
    read_leads,
)
from skecg.exceptions import DataFileError, LeadWarning
from skecg.signal._checks import check_window
from skecg.signal.aami import SYMBOL_MAPS, to_aami


def read_mitbih(
    path: str | os.PathLike[str],
    *,
    beats: BeatForm = "kachuee",
    lead: str = "MLII",
    n_leads: int = 1,
    symbols: Literal["literature", "bxb"] = "literature",
    records: Sequence[str] | None = None,
    context: bool = False,
    window: tuple[float, float] = (0.4, 0.8),
) -> Bunch:
    """Read the beats of the MIT-BIH Arrhythmia Database from its WFDB files.

    Beats are cut at the expert annotations [1]_, after resampling the whole record to
    125 Hz. All files of all records are looked for before the first is read, and each
    is read in full or not at all. Needs wfdb (``pip install skecg[io]``).

    Parameters
    ----------
    path : str or path-like
        Folder with the ``.hea``, ``.dat`` and ``.atr`` files.
    beats : {"kachuee", "centered", "patient"}, default="kachuee"
        ``"kachuee"``: the 1.2 T from the R-peak on, scaled to [0, 1] by 10 s windows,
        zero-padded to 187 samples, T the median of the annotated RR intervals in the
        beat's window (see `skecg.signal.kachuee`). ``"centered"``: `window` around the
        annotation, in mV, neither filtered nor scaled. ``"patient"``: that window
        beside the median beat of its record, and some fifty columns of the rhythm and
        shape beside the record's own (see `skecg.signal.patient`); the form to train
        on for patients that the classifier has never seen.
    lead : {"MLII", "V1", "V2", "V4", "V5"}, default="MLII"
        Found by name: record 114 has its leads swapped. A record without it is cut
        from its first lead (102 and 104 have V5 and V2 only), and a warning names it.
    n_leads : {1, 2}, default=1
        Leads of a beat. With two, `lead` comes first; only ``"patient"`` takes two.
    symbols : {"literature", "bxb"}, default="literature"
        Which annotation symbol is which class, see `skecg.signal.aami`.
    records : sequence of str, optional
        Ids of the records to read, in the order wanted. By default all 48.
    context : bool, default=False
        Append the columns of `skecg.signal.rhythm.rr_context` behind the samples. They
        come from all annotated beats of the record. ``"patient"`` brings its own.
    window : tuple of float, default=(0.4, 0.8)
        Seconds before and after the annotation, for all but ``"kachuee"``; checked for
        all.

    Returns
    -------
    Bunch
        All arrays but those of `dropped` have one row per beat, record after record:

        data : ndarray of float32 of shape (n_beats, n_times), (n_beats, n_times + 8) \
or (n_beats, 2 * n_leads, n_times + n_columns)
            The beats at 125 Hz; `n_times` is 187, or 150 with the default `window`.
            `n_columns` is 45 of one lead and 57 of two.
        target : ndarray of str
            N, S, V, F or Q.
        groups : ndarray of str
            The patient. 201 and 202 are one.
        record : ndarray of str
            The record's id, which the DS1/DS2 split goes by.
        symbol : ndarray of str
            What the annotator wrote.
        lead : ndarray of str
            Name of the lead the beat was cut from.
        sample_index : ndarray of int64
            The annotation, in samples of the record, at the record's rate (360 Hz).
        time : ndarray of float64
            The same in seconds.
        sampling_rate : float
            Of `data`: 125.0 Hz.
        context_names : tuple of str
            The columns behind the samples; empty without `context`.
        dropped : list of DroppedBeat(record, sample_index, symbol)
            Annotated beats that could not be cut: most stand at a record's edge.
        sha256 : str
            Over the files read, to be written beside every score.

    Raises
    ------
    DataFileNotFoundError
        If the folder or a file is missing; a `FileNotFoundError`.
    DataFileError
        If a file is truncated or damaged or a record empty; a `ValueError`.
    ValueError
        If an option is unknown, no record has the lead, the window is unusable, or not
        one beat could be cut, or if more leads are asked for than a record has or the
        form of the beats takes.
    ImportError
        If wfdb is not installed.

    Warns
    -----
    LeadWarning
        Once, naming the records that do not have the lead.

    References
    ----------
    .. [1] Moody G. B., Mark R. G. (2001). The impact of the MIT-BIH Arrhythmia
       Database. IEEE Engineering in Medicine and Biology 20(3), 45-50.
       :doi:`10.1109/51.932724`

    Examples
    --------
    A record of our own making stands in for the database:

    >>> import tempfile
    >>> import numpy as np
    >>> import wfdb
    >>> from skecg.datasets import read_mitbih
    >>> signal = np.sin(np.arange(7200) / 30.0)[:, None]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     options = {"sig_name": ["MLII"], "fmt": ["212"], "write_dir": folder}
    ...     wfdb.wrsamp("100", 360, ["mV"], p_signal=signal, **options)
    ...     peaks = np.arange(100, 7200, 300)
    ...     wfdb.wrann("100", "atr", peaks, ["N"] * 24, write_dir=folder)
    ...     heartbeats = read_mitbih(folder, records=["100"])
    >>> heartbeats.data.shape, len(heartbeats.dropped)
    ((23, 187), 1)
    """
    check_choice("beats", beats, get_args(BeatForm))
    check_choice("symbols", symbols, tuple(SYMBOL_MAPS))
    check_n_leads(beats, n_leads)
    window = check_window(window)
    ids = RECORDS if records is None else check_records(records)
    folder = require_folder(Path(path))
    headers = [read_header(folder, record) for record in ids]
    annotations = [require_file(folder / f"{record}.atr") for record in ids]
    _require_leads(headers, n_leads)
    parts = []
    for header, index in zip(headers, _choose_leads(headers, lead), strict=True):
        marks = _read_marks(folder, header, header.lead_names[index], symbols)
        signal = read_leads(header, _wanted_leads(header, index, n_leads))
        parts.append(
            cut_beats(signal, marks, beats=beats, window=window, context=context)
        )
    names = context_names(beats, context=context, n_leads=n_leads)
    bunch = gather_beats(parts, symbols=symbols, context_names=names)
    signals = [file for header in headers for file in header.signal_files]
    files = [*(header.path for header in headers), *signals, *annotations]
    return Bunch(**bunch, sha256=sha256_of_files(files))


def _require_leads(headers: list[RecordHeader], n_leads: int) -> None:
    for header in headers:
        if len(header.lead_names) < n_leads:
            raise ValueError(
                f"Record {header.record} has {len(header.lead_names)} lead(s), got "
                f"n_leads={n_leads}. Give n_leads=1, or leave it out of records."
            )


def _wanted_leads(header: RecordHeader, first: int, n_leads: int) -> list[int]:
    others = [index for index in range(len(header.lead_names)) if index != first]
    return [first, *others[: n_leads - 1]]


def _choose_leads(headers: list[RecordHeader], lead: str) -> list[int]:
    there = sorted({name for header in headers for name in header.lead_names})
    check_choice("lead", lead, tuple(there))
    without = [header for header in headers if lead not in header.lead_names]
    if without:
        told = ", ".join(
            f"{header.record} ({header.lead_names[0]})" for header in without
        )
        warn_user(
            f"{len(without)} of {len(headers)} records have no lead {lead}; their "
            f"first lead stands in: {told}.",
            LeadWarning,
        )
    return [
        header.lead_names.index(lead) if lead in header.lead_names else 0
        for header in headers
    ]


def _read_marks(
    folder: Path, header: RecordHeader, lead: str, symbols: str
) -> MarkedLead:
    # Only the beats: rhythm changes, noise marks and flutter waves are left out.
    read = read_annotations(folder, header.record)
    is_beat = to_aami(read.symbol, mapping=symbols) != ""
    sample, symbol = read.sample[is_beat], read.symbol[is_beat]
    path = folder / f"{header.record}.atr"
    if not sample.size:
        raise DataFileError(
            f"{path} marks no beat: its {read.symbol.size} annotations are "
            f"{sorted(set(read.symbol.tolist()))}. Leave the record out."
        )
    if sample[0] < 0 or sample[-1] >= header.n_times or np.any(np.diff(sample) < 0):
        raise DataFileError(
            f"{path} does not belong to its record: the beats must be in order inside "
            f"{header.n_times} samples, and they are at {sample[0]} to {sample[-1]}."
        )
    return MarkedLead(header.record, lead, header.sampling_rate, sample, symbol)
