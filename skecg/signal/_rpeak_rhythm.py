"""Which humps are heartbeats: the sequence that fits their scores and the rhythm best.

Dynamic programming: every sequence of humps is worth the sum of its scores, less a
penalty for each interval that is not the usual one. The penalty is small beside the
score of a clear beat, so an irregular rhythm costs nothing; it decides where noise
leaves doubt, drops an echo and brings back a faint beat. Whether a hump is a beat is
read off the best sequence that is known `LAG` seconds later.
"""

import numba
import numpy as np

from skecg.signal._rpeak_level import sliding_quantile

LAG: float = 2.0
"""Seconds after a hump in which others can still change what it is taken for."""

REMEMBERED: float = 16.0
"""Seconds before a hump whose intervals say what is usual."""

AHEAD: float = 1.0
"""Seconds after it that say so too."""

REFRACTORY: float = 0.16
"""Seconds: no two beats are closer."""

CLEAREST: float = 6.0
"""No score counts for more: a rhythm of clear beats is left as it is."""

LONGEST: float = 3.0
"""In usual intervals; beyond it any predecessor will do."""

SLOWEST: float = 3.5
"""Seconds: no rhythm has longer intervals."""

_TOO_SHORT, _TOO_LONG = 2.0, 3.0  # penalties of intervals far off the usual one
_FAR_OFF = 0.7  # natural logarithm of the ratio at which they are due in full
_USUAL = 0.8  # s, where there are too few beats
_FEWEST = 2  # intervals


def usual_intervals(humps: np.ndarray, score: np.ndarray, rate: float) -> np.ndarray:
    """Return the interval from beat to beat that is usual around each hump.

    Parameters
    ----------
    humps : ndarray of int64 of shape (n_humps,)
        Bins, ascending.
    score : ndarray of float64 of shape (n_humps,)
        Logarithm of the odds that each is a beat.
    rate : float
        Bins in a second.

    Returns
    -------
    ndarray of float64 of shape (n_humps,)
        In bins.
    """
    likely = humps[score > 0]
    intervals = np.diff(likely).astype(np.float64)
    intervals[intervals > SLOWEST * rate] = 0.0
    first = np.searchsorted(likely[1:], humps - round(REMEMBERED * rate))
    stop = np.searchsorted(likely[1:], humps + round(AHEAD * rate), side="right")
    usual = sliding_quantile(intervals, first, stop, 0.5)
    known = np.concatenate([[0], np.cumsum(intervals > 0)])
    return np.where(known[stop] - known[first] < _FEWEST, _USUAL * rate, usual)


@numba.njit(cache=True, nogil=True)
def extend(
    humps: np.ndarray,
    worth: np.ndarray,
    before: np.ndarray,
    best: np.ndarray,
    last: np.ndarray,
    usual: np.ndarray,
    refractory: float,
) -> None:
    """Take more humps into the sequences.

    Parameters
    ----------
    humps : ndarray of int64 of shape (n_humps,)
        Bins, ascending; the last ``usual.size`` of them are new.
    worth : ndarray of float64 of shape (n_humps,)
        Of the best sequence that ends with a hump; of a new hump, its score. Changed.
    before : ndarray of int64 of shape (n_humps,)
        Index of the hump before it in that sequence, -1 if there is none. Changed.
    best, last : ndarray of shape (n_humps + 1,)
        Worth of the best sequence that ends before a hump, and its last one. Changed.
    usual : ndarray of float64 of shape (n_new,)
        The usual interval around each new hump, in bins.
    refractory : float
        In bins.
    """
    known = humps.size - usual.size
    for k in range(known, humps.size):
        value, before[k] = _best_predecessor(
            humps, worth, best, last, k, usual[k - known], refractory
        )
        worth[k] += value
        best[k + 1], last[k + 1] = best[k], last[k]
        if worth[k] > best[k]:
            best[k + 1], last[k + 1] = worth[k], k


@numba.njit(cache=True, nogil=True)
def _best_predecessor(
    humps: np.ndarray,
    worth: np.ndarray,
    best: np.ndarray,
    last: np.ndarray,
    k: int,
    usual: float,
    refractory: float,
) -> tuple[float, int]:
    highest, which = -np.inf, -1
    j = k - 1
    while j >= 0 and humps[k] - humps[j] <= LONGEST * usual:
        interval = humps[k] - humps[j]
        if interval >= refractory:
            off = np.log(interval / usual)
            penalty = _TOO_SHORT if off < 0 else _TOO_LONG
            value = worth[j] - penalty * min(1.0, (off / _FAR_OFF) ** 2)
            if value > highest:
                highest, which = value, j
        j -= 1
    # The first beat of all comes after no interval, so nothing is wrong with it.
    first_of_all = best[j + 1] == 0
    value = 0.0 if first_of_all else best[j + 1] - _TOO_LONG
    if value > highest:
        highest, which = value, last[j + 1]
    return highest, which


@numba.njit(cache=True, nogil=True)
def decide(
    humps: np.ndarray,
    before: np.ndarray,
    last: np.ndarray,
    decided: int,
    stop: int,
    lag: int,
) -> np.ndarray:
    """Read off which humps are beats.

    Parameters
    ----------
    humps, before, last : ndarray of int64
        See `extend`.
    decided, stop : int
        From which hump to which.
    lag : int
        Bins after a hump to the end of the sequence that it is read off.

    Returns
    -------
    ndarray of bool of shape (n_humps,)
    """
    chosen = np.zeros(humps.size, dtype=np.bool_)
    end = decided
    for k in range(decided, stop):
        while end < humps.size and humps[end] <= humps[k] + lag:
            end += 1
        beat = last[end]
        while beat > k:
            beat = before[beat]
        chosen[k] = beat == k
    return chosen
