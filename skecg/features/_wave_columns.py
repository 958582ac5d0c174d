"""The waves of records or of single beats, as columns of numbers."""

from typing import Any

import numpy as np

from skecg.signal.averaging import nan_median
from skecg.signal.measures import WAVE_MEASURES, measure_waves
from skecg.signal.quality import usable_mask
from skecg.signal.waves import delineate

WAVE_COLUMNS: tuple[str, ...] = (*WAVE_MEASURES, "t_inverted", "t_biphasic")

_POLARITY = WAVE_MEASURES.index("t_polarity")


def waves_of_records(
    records: np.ndarray, rpeaks: list[np.ndarray], rate: float
) -> np.ndarray:
    """Take the median of the beats of each lead, (n_records, n_leads, n_times).

    The result has shape (n_records, n_leads, n_columns).
    """
    columns = np.full((*records.shape[:2], len(WAVE_COLUMNS)), np.nan)
    for row, lead in zip(*_usable(records), strict=True):
        if rpeaks[row].size:
            measured = _measure(records[row, lead], rpeaks[row], rate)
            columns[row, lead] = _summarise(measured, axis=1)
    return columns


def waves_of_beats(
    beats: np.ndarray, at_r: int, rate: float, rr: np.ndarray | None
) -> np.ndarray:
    """Measure beats cut around R, (n_records, n_beats, n_leads, n_times).

    `rr`, of one dimension less, is the interval before each beat in seconds, where it
    is known. The result has shape (n_records, n_leads, n_columns).
    """
    measures = np.full((len(WAVE_MEASURES), *beats.shape[:3]), np.nan)
    for index in zip(*_usable(beats), strict=True):
        if np.isfinite(beats[index][at_r]):
            before = np.array([np.nan if rr is None else rr[index]])
            measured = _measure(beats[index], np.array([at_r]), rate, before)
            measures[:, *index] = measured[:, 0]
    return np.moveaxis(_summarise(measures, axis=2), 0, -1)


def _summarise(measures: np.ndarray, *, axis: int) -> np.ndarray:
    # The median over beats, and what share of them has an inverted or biphasic T wave.
    polarity = measures[_POLARITY]
    known = np.count_nonzero(~np.isnan(polarity), axis=axis - 1)
    counts = [np.count_nonzero(polarity == sign, axis=axis - 1) for sign in (-1, 0)]
    shares = np.stack(counts) / np.where(known, known, np.nan)
    return np.concatenate([nan_median(measures, axis=axis), shares])


def _measure(
    signal: np.ndarray, rpeaks: np.ndarray, rate: float, rr: np.ndarray | None = None
) -> np.ndarray:
    waves: Any = delineate(signal, rpeaks, sampling_rate=rate)  # of one lead: no list
    return np.stack(measure_waves(signal, rpeaks, waves, sampling_rate=rate, rr=rr))


def _usable(signals: np.ndarray) -> tuple[np.ndarray, ...]:
    # Of records and leads, or of records, beats and leads.
    flat = signals.reshape(-1, signals.shape[-1])
    return np.nonzero(usable_mask(flat).reshape(signals.shape[:-1]))
