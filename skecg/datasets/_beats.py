"""From annotated records to one Bunch of beats: what the loaders and readers share."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from sklearn.utils import Bunch

from skecg.datasets._mitbih_facts import patient_of
from skecg.signal.aami import to_aami
from skecg.signal.beats import extract_beats
from skecg.signal.kachuee import KACHUEE_RATE, kachuee_beats
from skecg.signal.patient import patient_beats, patient_columns
from skecg.signal.resampling import resample
from skecg.signal.rhythm import CONTEXT_COLUMNS, rr_context

BeatForm = Literal["kachuee", "centered", "patient"]


class DroppedBeat(NamedTuple):
    """A beat that was annotated but could not be cut.

    Attributes
    ----------
    record : str
        Record it stands in.
    sample_index : int
        Where, in samples of the record.
    symbol : str
        What the annotator wrote.
    """

    record: str
    sample_index: int
    symbol: str


class MarkedLead(NamedTuple):
    """The beats that were annotated in a record, and the lead to cut them from.

    Attributes
    ----------
    record : str
        Record id.
    lead : str
        Name of the lead.
    sampling_rate : float
        In Hz.
    sample : ndarray of int of shape (n_beats,)
        Annotated beats, ascending.
    symbol : ndarray of str of shape (n_beats,)
        Their annotation symbols.
    """

    record: str
    lead: str
    sampling_rate: float
    sample: np.ndarray
    symbol: np.ndarray


class RecordBeats(NamedTuple):
    """The beats of one record, cut.

    Attributes
    ----------
    marks : MarkedLead
        All annotated beats of the record.
    data : ndarray of float32 of shape (n_kept, n_columns)
        One row per beat that could be cut.
    kept : ndarray of bool of shape (n_beats,)
        Which could.
    """

    marks: MarkedLead
    data: np.ndarray
    kept: np.ndarray


def check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Refuse a value that is none of the choices.

    Parameters
    ----------
    name : str
        Of the parameter.
    value : str
        What the caller gave.
    choices : tuple of str
        What there is.

    Raises
    ------
    ValueError
        With both.
    """
    if value not in choices:
        raise ValueError(f"{name} must be one of {list(choices)}, got {value!r}.")


def check_n_leads(beats: BeatForm, n_leads: int) -> None:
    """Refuse a number of leads that the form of the beats does not take.

    Parameters
    ----------
    beats : {"kachuee", "centered", "patient"}
        Form of the beats.
    n_leads : int
        What the caller gave.

    Raises
    ------
    ValueError
        If it is neither 1 nor 2, or 2 for beats that are cut from one lead.
    """
    if n_leads not in (1, 2):
        raise ValueError(f"n_leads must be 1 or 2, got {n_leads!r}.")
    if n_leads > 1 and beats != "patient":
        raise ValueError(
            f"Beats of the form {beats!r} are cut from one lead, got "
            f"n_leads={n_leads}. Only beats='patient' takes two."
        )


def cut_beats(
    signal: np.ndarray,
    marks: MarkedLead,
    *,
    beats: BeatForm,
    window: tuple[float, float],
    context: bool,
) -> RecordBeats:
    """Cut one record into beats of 125 Hz at its annotations.

    Parameters
    ----------
    signal : ndarray of shape (n_leads, n_times)
        The leads, in mV, at `marks.sampling_rate`; all but ``"patient"`` take only the
        first.
    marks : MarkedLead
        Its annotated beats.
    beats : {"kachuee", "centered", "patient"}
        Kachuee's fragments behind the R-peak, a window around it, or that window beside
        the record's median beat.
    window : tuple of float
        Seconds before and after the R-peak, for all but ``"kachuee"``.
    context : bool
        Append the columns of `skecg.signal.rhythm.rr_context`. ``"patient"`` brings
        columns of its own.

    Returns
    -------
    RecordBeats
    """
    rate = marks.sampling_rate
    if beats == "patient":
        data = patient_beats(signal, marks.sample, sampling_rate=rate, window=window)
        return RecordBeats(marks, data, np.ones(len(data), dtype=bool))
    if beats == "kachuee":
        cut = kachuee_beats(signal[0], marks.sample, sampling_rate=rate)
        data, kept = cut.beats, cut.kept
    else:
        data, kept = _around_the_peak(signal[0], marks, window)
    if context:
        columns = rr_context(marks.sample, sampling_rate=rate)[kept]
        data = np.concatenate([data, columns.astype(np.float32)], axis=1)
    return RecordBeats(marks, data, kept)


def context_names(beats: BeatForm, *, context: bool, n_leads: int) -> tuple[str, ...]:
    """Name the columns that `cut_beats` puts behind the samples.

    Parameters
    ----------
    beats : {"kachuee", "centered", "patient"}
        Form of the beats.
    context : bool
        Whether columns were asked for.
    n_leads : int
        Leads of the records.

    Returns
    -------
    tuple of str
    """
    if beats == "patient":
        return patient_columns(n_leads)
    return CONTEXT_COLUMNS if context else ()


def gather_beats(
    parts: Sequence[RecordBeats], *, symbols: str, context_names: tuple[str, ...]
) -> Bunch:
    """Put the beats of several records into one Bunch.

    Parameters
    ----------
    parts : sequence of RecordBeats
        In the order the beats shall have.
    symbols : {"literature", "bxb"}
        Reading of EC57, see `skecg.signal.aami`.
    context_names : tuple of str
        The columns behind the samples.

    Returns
    -------
    Bunch
        Arrays with one row per beat, `sampling_rate`, `context_names` and `dropped`.

    Raises
    ------
    ValueError
        If not one beat could be cut.
    """
    marks = [part.marks for part in parts]
    kept = np.concatenate([part.kept for part in parts])
    if not kept.any():
        raise ValueError(
            f"None of the {kept.size} annotated beats of records "
            f"{[mark.record for mark in marks]} could be cut: these records are "
            "flat, or shorter than a beat. Leave them out."
        )
    sizes = [mark.sample.size for mark in marks]
    symbol = np.concatenate([mark.symbol for mark in marks])
    sample = np.concatenate([mark.sample for mark in marks])
    record = np.repeat([mark.record for mark in marks], sizes)
    rate = np.repeat([mark.sampling_rate for mark in marks], sizes)
    patients = np.repeat([patient_of(mark.record) for mark in marks], sizes)
    return Bunch(
        data=np.concatenate([part.data for part in parts]),
        target=to_aami(symbol[kept], mapping=symbols),
        groups=patients[kept],
        record=record[kept],
        symbol=symbol[kept],
        lead=np.repeat([mark.lead for mark in marks], sizes)[kept],
        sample_index=sample[kept],
        time=(sample / rate)[kept],
        sampling_rate=KACHUEE_RATE,
        context_names=context_names,
        dropped=[
            DroppedBeat(str(record[at]), int(sample[at]), str(symbol[at]))
            for at in np.flatnonzero(~kept)
        ],
    )


def _around_the_peak(
    signal: np.ndarray, marks: MarkedLead, window: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    rate = marks.sampling_rate
    signal = resample(signal, sampling_rate=rate, target_rate=KACHUEE_RATE)
    peaks = np.rint(marks.sample * (KACHUEE_RATE / rate)).astype(np.int64)
    peaks = np.minimum(peaks, signal.size - 1)
    cut = extract_beats(signal, peaks, sampling_rate=KACHUEE_RATE, window=window)
    # Two annotations on one sample share its fate, so positions identify the dropped.
    return cut.data.astype(np.float32), ~np.isin(peaks, cut.dropped[:, 1])
