"""Gaps and flat runs in a record: what cannot be heard there, and what to put there.

A gap of less than a quarter of a second is bridged by a straight line. Into a longer
one the record goes on as it was at either end, so that no edge looks like a wave; the
same goes for a run that is flat for half a second or more (a rail, a lost electrode).
But a flat run that comes back at the same height after a heartbeat is the baseline of a
signal without noise, and stays as it is. To know this takes 1.5 s of what follows.
"""

import numba
import numpy as np

AHEAD: float = 1.5
"""Seconds that follow, and that have to be known to say what is missing."""

_FLAT = 0.5  # s: what does not move for that long is no signal
_NEAR = 1.0  # s: a heartbeat between two flat lines is no longer
_HOLD = 0.25  # s: how far into a gap the record goes on; farther, nothing reaches


def find_missing(bins: np.ndarray, *, rate: float) -> np.ndarray:
    """Find what is missing, and bridge it in place.

    Parameters
    ----------
    bins : ndarray of float64 of shape (n_bins,)
        The record; changed where it is missing.
    rate : float
        Bins in a second.

    Returns
    -------
    ndarray of bool of shape (n_bins,)

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal._rpeak_missing import find_missing
    >>> bins = np.array([0.0, np.nan, 2.0, 1.0])
    >>> find_missing(bins, rate=100.0), bins
    (array([False,  True, False, False]), array([0., 1., 2., 1.]))
    """
    flat, near, hold = round(_FLAT * rate), round(_NEAR * rate), round(_HOLD * rate)
    missing = np.zeros(bins.size, dtype=np.bool_)
    if _may_be_missing(bins, max(1, flat // 4)):
        _mark(bins, missing, flat)
        _keep_baseline(bins, missing, near, hold)
        _bridge(bins, missing, hold)
    return missing


def _may_be_missing(bins: np.ndarray, stride: int) -> bool:
    # Quick, since nearly always the answer is no: a flat run of four strides holds four
    # neighbours among every stride-th bin; what is not finite makes the sum so.
    few = bins[::stride]
    same = few[1:] == few[:-1]
    if (same[:-2] & same[1:-1] & same[2:]).any():
        return True
    with np.errstate(invalid="ignore", over="ignore"):
        return not np.isfinite(bins.sum())


@numba.njit(cache=True, nogil=True)
def _mark(bins: np.ndarray, missing: np.ndarray, flat: int) -> None:
    start = 0
    for i in range(1, bins.size + 1):
        if i < bins.size and bins[i] == bins[start]:
            continue
        if i - start >= flat or not np.isfinite(bins[start]):
            missing[start:i] = True
        start = i


@numba.njit(cache=True, nogil=True)
def _keep_baseline(bins: np.ndarray, missing: np.ndarray, near: int, hold: int) -> None:
    n_bins = bins.size
    kept = np.zeros(n_bins, dtype=np.bool_)
    stop = 0
    while stop < n_bins:
        start = stop
        while start < n_bins and missing[start]:
            start += 1
        stop = start
        while stop < n_bins and not missing[stop]:
            stop += 1
        brief = start > 0 and stop < n_bins and stop - start < near
        if brief and bins[start - 1] == bins[stop] and np.isfinite(bins[stop]):
            kept[max(0, start - hold) : stop + hold] = True
    for i in range(n_bins):
        missing[i] &= not kept[i]


@numba.njit(cache=True, nogil=True)
def _bridge(bins: np.ndarray, missing: np.ndarray, hold: int) -> None:
    n_bins = bins.size
    stop = 0
    while stop < n_bins:
        start = stop
        while start < n_bins and not missing[start]:
            start += 1
        stop = start
        while stop < n_bins and missing[stop]:
            stop += 1
        left = bins[start - 1] if start > 0 else (bins[stop] if stop < n_bins else 0.0)
        right = bins[stop] if stop < n_bins else left
        _fill(bins[start:stop], left, right, hold)


@numba.njit(cache=True, nogil=True)
def _fill(gap: np.ndarray, left: float, right: float, hold: int) -> None:
    width = gap.size
    for i in range(width):
        if width < hold:
            gap[i] = left + (right - left) * (i + 1) / (width + 1)
        elif i < min(hold, width // 2):
            gap[i] = left
        elif width - i <= hold:
            gap[i] = right
        elif not np.isfinite(gap[i]):
            gap[i] = 0.0
