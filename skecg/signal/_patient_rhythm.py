"""The rhythm around each beat beside the rhythm of its patient."""

import numpy as np
from scipy.ndimage import median_filter, uniform_filter1d

RHYTHM_COLUMNS: tuple[str, ...] = (
    "log_rr_prev",
    "log_rr_next",
    "rr_prev_next",
    "rr_prev_10s",
    "rr_prev_60s",
    "rr_prev_300s",
    "rr_prev_record",
    "rr_next_10s",
    "rr_next_record",
    *(f"rr_{which}_{half}_beats" for half in (8, 20, 60) for which in ("prev", "next")),
    *(f"rr_{what}_{half}" for half in (8, 20, 60) for what in ("step", "irregular")),
    "rr_before_last_300s",
    "rr_before_300s",
    "rr_after_300s",
    "rr_after_next_300s",
    "rr_prev_longest",
    "rr_deviation",
    "fast_run",
    "pauses",
)
"""Names of the columns of `rhythm_columns`."""

_SHORTEST = 1e-3  # seconds: marks on one sample have no interval
_SPANS = (10.0, 60.0, 300.0)  # seconds
_HALVES = (8, 20, 60)  # beats on each side
_SHORT = -0.12  # log ratio to five minutes' mean: a beat that comes early
_STEP = 0.06  # of the median interval: a change that a sinus rhythm does not make
_ALIKE = 0.02  # of the median interval: steps below it are of one regular rhythm


def rhythm_columns(rpeaks: np.ndarray, rate: float) -> np.ndarray:
    """Describe the rhythm around each beat; every ratio is a logarithm.

    Ratios of the interval before a beat and behind it to means over 10 s to 300 s and
    over the record, and to medians over 8 to 60 beats on each side: a mean feels the
    pauses that a median does not, and so a run of early beats stays early. Steps and
    irregularity tell fibrillation, in which an early beat means nothing.

    Parameters
    ----------
    rpeaks : ndarray of int of shape (n_beats,)
        Samples of all R-peaks of a record, ascending.
    rate : float
        In Hz.

    Returns
    -------
    ndarray of float64 of shape (n_beats, n_columns)
        In the order of `RHYTHM_COLUMNS`; NaN for fewer than two beats.
    """
    if rpeaks.size < 2:
        return np.full((rpeaks.size, len(RHYTHM_COLUMNS)), np.nan)
    times = rpeaks / rate
    intervals = np.maximum(np.diff(times), 1 / rate)  # two marks may share a sample
    before = np.concatenate([intervals[:1], intervals])
    after = np.concatenate([intervals, intervals[-1:]])
    short, minute, long = (_mean_around(times, span) for span in _SPANS)
    mean = np.full(times.size, intervals.mean())
    early = np.log(before / long)
    columns = [
        *(np.log(before), np.log(after), np.log(before / after)),
        *(np.log(before / over) for over in (short, minute, long, mean)),
        *(np.log(after / over) for over in (short, mean)),
        *_beside_medians(before, after),
        *_irregularity(before),
        *(_shift(early, by) for by in (-2, -1, 1, 2)),
        np.log(before / np.percentile(intervals, 90)),
        _deviation(before) / mean,
        np.log1p(_run_lengths(early < _SHORT)),
        np.log(long / _running_median(before, _HALVES[-1])),
    ]
    return np.stack(columns, axis=1)


def _mean_around(times: np.ndarray, span: float) -> np.ndarray:
    # Mean interval of the beats within half the span on each side, at least one.
    first = np.searchsorted(times, times - span / 2)
    last = np.searchsorted(times, times + span / 2) - 1
    beat = np.arange(times.size)
    alone = first == last
    first = np.where(alone, np.maximum(beat - 1, 0), first)
    last = np.where(alone, np.minimum(beat + 1, times.size - 1), last)
    return np.maximum(times[last] - times[first], _SHORTEST) / (last - first)


def _running_median(values: np.ndarray, half: int) -> np.ndarray:
    return median_filter(values, size=2 * half + 1, mode="nearest")


def _beside_medians(before: np.ndarray, after: np.ndarray) -> list[np.ndarray]:
    medians = [_running_median(before, half) for half in _HALVES]
    return [np.log(rr / median) for median in medians for rr in (before, after)]


def _irregularity(before: np.ndarray) -> list[np.ndarray]:
    steps = np.abs(np.diff(before, prepend=before[:1]))
    columns = []
    for half in _HALVES:
        typical = _running_median(before, half)
        step = _running_median(steps, half)
        jumps = (steps > _STEP * typical).astype(np.float64)
        columns.append(np.log(step / typical + _ALIKE))
        columns.append(uniform_filter1d(jumps, 2 * half + 1, mode="nearest"))
    return columns


def _shift(values: np.ndarray, by: int) -> np.ndarray:
    beat = np.arange(values.size)
    return values[np.clip(beat + by, 0, values.size - 1)]


def _deviation(before: np.ndarray) -> np.ndarray:
    half = _HALVES[0]
    mean, square = (
        uniform_filter1d(values, 2 * half + 1, mode="nearest")
        for values in (before, before**2)
    )
    return np.sqrt(np.maximum(square - mean**2, 0.0))


def _run_lengths(marked: np.ndarray) -> np.ndarray:
    # How long the run is that each marked beat stands in; 0 where it is not marked.
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marked.astype(np.int8), [0]])))
    lengths = np.zeros(marked.size)
    for first, last in edges.reshape(-1, 2):
        lengths[first:last] = last - first
    return lengths
