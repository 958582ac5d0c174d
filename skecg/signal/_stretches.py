"""The samples of every beat's wave at once, each of its own length."""

from typing import Any, NamedTuple

import numpy as np

from skecg.signal.averaging import nan_median


class Stretches(NamedTuple):
    """One run of samples of each beat that has it, laid end to end.

    `sample` are their indices; `start` and `length` say where among them the run of
    each beat in `beat` is; `n_beats` counts those without a run too.
    """

    sample: np.ndarray
    start: np.ndarray
    length: np.ndarray
    beat: np.ndarray
    n_beats: int


def lay_out(first: np.ndarray, last: np.ndarray, n_times: int) -> Stretches:
    """Lay the runs from `first` to `last`, rounded and both included, end to end.

    A beat has none where a mark is NaN or outside of the signal, or `last` is before
    `first`.
    """
    there = (first >= 0) & (np.rint(last) <= n_times - 1) & (first <= last)
    beat = np.flatnonzero(there)
    begin = np.rint(first[beat]).astype(np.int64)
    length = np.rint(last[beat]).astype(np.int64) + 1 - begin
    start = np.cumsum(length) - length
    sample = np.arange(length.sum()) + np.repeat(begin - start, length)
    return Stretches(sample, start, length, beat, first.size)


def spread(per_beat: np.ndarray, runs: Stretches) -> np.ndarray:
    """Repeat what belongs to a beat for each sample of its run."""
    return np.repeat(per_beat[runs.beat], runs.length)


def reduce(ufunc: Any, values: np.ndarray, runs: Stretches) -> np.ndarray:
    """Sum up or find the extremum of each run; NaN for a beat that has none."""
    result = np.full(runs.n_beats, np.nan)
    if runs.beat.size:
        result[runs.beat] = ufunc.reduceat(values, runs.start)
    return result


def value_at(signal: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Interpolate between samples; NaN outside of the signal and beside a gap."""
    inside = (position >= 0) & (position <= signal.size - 1)
    within = np.where(inside, position, 0)
    before = np.minimum(within.astype(np.int64), max(signal.size - 2, 0))
    after = np.minimum(before + 1, signal.size - 1)
    part = within - before
    # A sample that is hit exactly does not ask for its neighbour.
    value = np.where(part > 0, signal[after] * part, 0)
    value += np.where(part < 1, signal[before] * (1 - part), 0)
    return np.where(inside, value, np.nan)


def median_before(
    signal: np.ndarray, mark: np.ndarray, since: np.ndarray, n_samples: int
) -> np.ndarray:
    """Take the median of the samples that end at `mark`.

    At most `n_samples` of them, none at `since` or before it where that is known; NaN
    where none is left.
    """
    at = np.rint(mark)[:, None] + np.arange(1 - min(n_samples, signal.size), 1)
    inside = (at >= 0) & (at < signal.size) & ~(at <= since[:, None])
    found = signal[np.where(inside, at, 0).astype(np.int64)]
    return nan_median(np.where(inside, found, np.nan), axis=1)
