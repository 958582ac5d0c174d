"""Which humps are heartbeats: the sequence that fits their scores and the rhythm best.

Dynamic programming: every sequence of humps is worth the sum of its scores, less a
penalty for each interval that is not the usual one. The penalty is small beside the
score of a clear beat, so an irregular rhythm costs nothing; it decides where noise
leaves doubt, drops an echo and brings back a faint beat.
"""

import numba
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

_REFRACTORY = 0.16  # s
_CLEAREST = 6.0  # no score counts for more: a rhythm of clear beats is left as it is
_TOO_SHORT, _TOO_LONG = 2.0, 3.0  # penalties of intervals far off the usual one
_FAR_OFF = 0.7  # natural logarithm of the ratio at which they are due in full
_LONGEST = 3.0  # in usual intervals; beyond it any predecessor will do
_REMEMBERED = 20  # intervals to each side that say what is usual
_STRIDE = 8  # intervals in a row that share one answer
_USUAL = 0.8  # s, where there are too few beats
_FEWEST = 3


def best_sequence(humps: np.ndarray, score: np.ndarray, rate: float) -> np.ndarray:
    """Say which humps are beats.

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
    ndarray of bool of shape (n_humps,)
    """
    usual = _usual_intervals(humps, score, rate)
    return _best(humps, score, usual, _REFRACTORY * rate)


@numba.njit(cache=True, nogil=True)
def _best(
    humps: np.ndarray, score: np.ndarray, usual: np.ndarray, refractory: float
) -> np.ndarray:
    n_humps = humps.size
    worth, before = np.empty(n_humps), np.full(n_humps, -1)
    # The best sequence that ends before hump k: its worth and its last hump.
    worth_so_far, last_so_far = np.zeros(n_humps + 1), np.full(n_humps + 1, -1)
    for k in range(n_humps):
        value, before[k] = _best_predecessor(
            humps, worth, worth_so_far, last_so_far, k, usual[k], refractory
        )
        worth[k] = value + min(score[k], _CLEAREST)
        worth_so_far[k + 1], last_so_far[k + 1] = worth_so_far[k], last_so_far[k]
        if worth[k] > worth_so_far[k]:
            worth_so_far[k + 1], last_so_far[k + 1] = worth[k], k
    chosen = np.zeros(n_humps, dtype=np.bool_)
    k = last_so_far[n_humps]
    while k >= 0:
        chosen[k] = True
        k = before[k]
    return chosen


@numba.njit(cache=True, nogil=True)
def _best_predecessor(
    humps: np.ndarray,
    worth: np.ndarray,
    worth_so_far: np.ndarray,
    last_so_far: np.ndarray,
    k: int,
    usual: float,
    refractory: float,
) -> tuple[float, int]:
    best, which = -np.inf, -1
    j = k - 1
    while j >= 0 and humps[k] - humps[j] <= _LONGEST * usual:
        interval = humps[k] - humps[j]
        if interval >= refractory:
            off = np.log(interval / usual)
            penalty = _TOO_SHORT if off < 0 else _TOO_LONG
            value = worth[j] - penalty * min(1.0, (off / _FAR_OFF) ** 2)
            if value > best:
                best, which = value, j
        j -= 1
    if worth_so_far[j + 1] - _TOO_LONG > best:
        best, which = worth_so_far[j + 1] - _TOO_LONG, last_so_far[j + 1]
    return best, which


def _usual_intervals(humps: np.ndarray, score: np.ndarray, rate: float) -> np.ndarray:
    # Medians are taken by NumPy: to compile a sort would take seconds.
    likely = np.flatnonzero(score > 0)
    if likely.size < _FEWEST:
        return np.full(humps.size, _USUAL * rate)
    intervals = np.diff(humps[likely]).astype(np.float64)
    width = min(intervals.size, 2 * _REMEMBERED + _STRIDE)
    starts = np.arange(0, intervals.size, _STRIDE) - _REMEMBERED
    starts = np.clip(starts, 0, intervals.size - width)
    medians = np.median(sliding_window_view(intervals, width)[starts], axis=1)
    here = np.searchsorted(likely, np.arange(humps.size)) - 1
    return medians[np.clip(here, 0, intervals.size - 1) // _STRIDE]
