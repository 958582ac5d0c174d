"""Beats to train the packaged model "heartbeats" on: whole records, and pieces of them.

Records to come are mostly shorter than the half hours of MIT-BIH, and in a piece the
median beat and the rhythm around a beat are known less well. So a beat of a training
record is shown as it stands in the whole of it or in a piece that is 10 to 60 s long.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skecg.datasets._mitbih_facts import patient_of
from skecg.datasets._wfdb import read_annotations, read_header, read_leads
from skecg.signal.aami import to_aami
from skecg.signal.patient import patient_beats

SHORTEST, LONGEST = 10.0, 60.0  # seconds of a piece


class Record(NamedTuple):
    """A record and the expert's beats.

    Attributes
    ----------
    name : str
        Its id.
    signal : ndarray of shape (n_leads, n_times)
        In mV, MLII first.
    rate : float
        In Hz.
    sample : ndarray of int64 of shape (n_beats,)
        R-peaks.
    target : ndarray of str of shape (n_beats,)
        Their AAMI classes.
    """

    name: str
    signal: np.ndarray
    rate: float
    sample: np.ndarray
    target: np.ndarray


class Beats(NamedTuple):
    """Beats beside their patient's own, of whole records and of pieces.

    Attributes
    ----------
    whole, pieces : ndarray of float32 of shape (n_beats, 2 * n_leads, n_columns)
        The same beats, cut from their whole record and from a piece of it.
    target, record, groups : ndarray of str of shape (n_beats,)
        Class, record and patient.
    """

    whole: np.ndarray
    pieces: np.ndarray
    target: np.ndarray
    record: np.ndarray
    groups: np.ndarray


def read_records(folder: str, names: Iterable[str], *, n_leads: int) -> list[Record]:
    """Read records of MIT-BIH, MLII first where there is one."""
    return [_read(Path(folder), name, n_leads) for name in names]


def beats_of(records: list[Record], *, seed: int) -> Beats:
    """Cut all beats of records twice, and leave out those that a piece cuts off."""
    rng = np.random.default_rng(seed)
    whole, pieces, target, record = [], [], [], []
    for one in records:
        cut = patient_beats(one.signal, one.sample, sampling_rate=one.rate)
        for inside, rows in _in_pieces(one, rng):
            whole.append(cut[inside])
            pieces.append(rows)
            target.append(one.target[inside])
            record.append(np.repeat(one.name, inside.sum()))
    names = np.concatenate(record)
    return Beats(
        np.concatenate(whole),
        np.concatenate(pieces),
        np.concatenate(target),
        names,
        np.array([patient_of(name) for name in names.tolist()]),
    )


def half_and_half(beats: Beats, *, seed: int) -> np.ndarray:
    """Return each beat once: of the whole record or of a piece, as a coin decides."""
    coin = np.random.default_rng(seed).random(len(beats.target)) < 0.5
    return np.where(coin[:, None, None], beats.pieces, beats.whole)


def records_to_know(
    records: list[Record], *, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Cut records into pieces, as rows of one array, NaN behind the ends.

    Returns them with the class that most beats of each are of.
    """
    rng = np.random.default_rng(seed)
    signals, classes = [], []
    for one in records:
        for start, stop, inside in _pieces(one, rng):
            if stop - start < SHORTEST * one.rate:  # what was left at the end
                continue
            labels, counts = np.unique(one.target[inside], return_counts=True)
            signals.append(one.signal[:, start:stop])
            classes.append(labels[counts.argmax()])
    longest = max(signal.shape[-1] for signal in signals)
    n_leads = len(signals[0])
    X = np.full((len(signals), n_leads, longest), np.nan, dtype=np.float32)
    for row, signal in zip(X, signals, strict=True):
        row[:, : signal.shape[-1]] = signal
    return X[:, 0] if n_leads == 1 else X, np.array(classes)


def _pieces(
    record: Record, rng: np.random.Generator
) -> Iterator[tuple[int, int, np.ndarray]]:
    # Side by side until the record's end; one with fewer than two beats has no rhythm,
    # and is left out.
    n_times, start = record.signal.shape[-1], 0
    while start < n_times:
        seconds = np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST)))
        stop = min(n_times, start + round(seconds * record.rate))
        inside = (record.sample >= start) & (record.sample < stop)
        if inside.sum() > 1:
            yield start, stop, inside
        start = stop


def _in_pieces(
    record: Record, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for start, stop, inside in _pieces(record, rng):
        peaks = record.sample[inside] - start
        signal = record.signal[:, start:stop]
        yield inside, patient_beats(signal, peaks, sampling_rate=record.rate)


def _read(folder: Path, name: str, n_leads: int) -> Record:
    header = read_header(folder, name)
    leads = header.lead_names
    order = sorted(range(len(leads)), key=lambda at: leads[at] != "MLII")
    marks = read_annotations(folder, name)
    target = to_aami(marks.symbol)
    beat = target != ""
    signal = read_leads(header, order[:n_leads])
    return Record(name, signal, header.sampling_rate, marks.sample[beat], target[beat])
