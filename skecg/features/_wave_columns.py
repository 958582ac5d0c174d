"""The waves of records or of single beats, as columns of numbers."""

import math
from typing import Any

import numpy as np

from skecg.signal.averaging import nan_median
from skecg.signal.measures import WAVE_MEASURES, measure_waves
from skecg.signal.quality import usable_mask
from skecg.signal.t_region import without_padding
from skecg.signal.waves import Delineation, WaveMarks, delineate

WAVE_COLUMNS: tuple[str, ...] = (*WAVE_MEASURES, "t_inverted", "t_biphasic")

_GAP = 0.1  # seconds: farther than any measure looks beside its wave
_POLARITY = WAVE_MEASURES.index("t_polarity")


def waves_of_records(
    records: np.ndarray, rpeaks: list[np.ndarray], rate: float
) -> np.ndarray:
    """Take the median of the beats of each lead, (n_records, n_leads, n_times).

    The result has shape (n_records, n_leads, n_columns).
    """
    columns = np.full((*records.shape[:2], len(WAVE_COLUMNS)), np.nan)
    for row, lead in np.argwhere(_usable(records)):
        signal, peaks = records[row, lead], rpeaks[row]
        if peaks.size:
            waves: Any = delineate(signal, peaks, sampling_rate=rate)  # one, no list
            measured = measure_waves(signal, peaks, waves, sampling_rate=rate)
            columns[row, lead] = _summarise(np.stack(measured), axis=1)
    return columns


def waves_of_beats(
    beats: np.ndarray, at_r: int, rate: float, rr: np.ndarray | None
) -> np.ndarray:
    """Measure beats cut around R, (n_records, n_beats, n_leads, n_times).

    `rr`, of one dimension less, is the interval before each beat in seconds, where it
    is known. The result has shape (n_records, n_leads, n_columns).
    """
    beats = without_padding(beats)
    measures = np.full((len(WAVE_MEASURES), *beats.shape[:3]), np.nan)
    usable = _usable(beats) & np.isfinite(beats[..., at_r])
    if usable.any():
        before = np.full(usable.sum(), np.nan) if rr is None else rr[usable]
        measures[:, usable] = _measure_rows(beats[usable], at_r, rate, before)
    return np.moveaxis(_summarise(measures, axis=2), 0, -1)


def _measure_rows(
    rows: np.ndarray, at_r: int, rate: float, rr: np.ndarray
) -> np.ndarray:
    # Each row is marked by itself; then they are measured as one signal, with gaps
    # between them that no measure reaches over.
    n_rows, n_times = rows.shape
    length = n_times + math.ceil(_GAP * rate)
    joined = np.full((n_rows, length), np.nan)
    joined[:, :n_times] = rows
    start = length * np.arange(n_rows)
    found: list[Any] = [delineate(row, [at_r], sampling_rate=rate) for row in rows]
    waves = Delineation(
        p=_join([one.p for one in found], start),
        qrs=_join([one.qrs for one in found], start),
        t=_join([one.t for one in found], start),
        t_shape=np.concatenate([one.t_shape for one in found]),
    )
    rpeaks = start + at_r
    return np.stack(
        measure_waves(joined.ravel(), rpeaks, waves, sampling_rate=rate, rr=rr)
    )


def _join(waves: list[WaveMarks], start: np.ndarray) -> WaveMarks:
    return WaveMarks(
        *(start + np.concatenate(marks) for marks in zip(*waves, strict=True))
    )


def _summarise(measures: np.ndarray, *, axis: int) -> np.ndarray:
    # The median over beats, and what share of them has an inverted or biphasic T wave.
    polarity = measures[_POLARITY]
    known = np.count_nonzero(~np.isnan(polarity), axis=axis - 1)
    counts = [np.count_nonzero(polarity == sign, axis=axis - 1) for sign in (-1, 0)]
    shares = np.stack(counts) / np.where(known, known, np.nan)
    return np.concatenate([nan_median(measures, axis=axis), shares])


def _usable(signals: np.ndarray) -> np.ndarray:
    # Of records and leads, or of records, beats and leads.
    flat = signals.reshape(-1, signals.shape[-1])
    return usable_mask(flat).reshape(signals.shape[:-1])
