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

LAG: float = 1.0
"""Seconds after a hump in which others can still change what it is taken for."""

REMEMBERED: float = 16.0
"""Seconds before a hump whose intervals say what is usual."""

AHEAD: float = 1.0
"""Seconds after it that say so too."""

_REFRACTORY = 0.16  # s
_CLEAREST = 6.0  # no score counts for more: a rhythm of clear beats is left as it is
_TOO_SHORT, _TOO_LONG = 2.0, 3.0  # penalties of intervals far off the usual one
_FAR_OFF = 0.7  # natural logarithm of the ratio at which they are due in full
_LONGEST = 3.0  # in usual intervals; beyond it any predecessor will do
_SLOWEST = 3.5  # s: no rhythm has longer intervals
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
    intervals[intervals > _SLOWEST * rate] = 0.0
    first = np.searchsorted(likely[1:], humps - round(REMEMBERED * rate))
    stop = np.searchsorted(likely[1:], humps + round(AHEAD * rate), side="right")
    usual = sliding_quantile(intervals, first, stop, 0.5)
    return np.where((stop - first < _FEWEST) | (usual == 0), _USUAL * rate, usual)


class BeatSequence:
    """Takes humps in order of time, and says which are beats, `LAG` seconds later.

    Parameters
    ----------
    rate : float
        Bins in a second.
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._humps = np.empty(0, dtype=np.int64)
        self._worth = np.empty(0)
        self._before = np.empty(0, dtype=np.int64)
        self._best = np.zeros(1), np.full(1, -1)  # worth and last hump, ahead of each
        self._decided = 0

    def add(self, humps: np.ndarray, score: np.ndarray, usual: np.ndarray) -> None:
        """Append humps.

        Parameters
        ----------
        humps : ndarray of int64 of shape (n_humps,)
            Bins, ascending, all of them after those that came before.
        score : ndarray of float64 of shape (n_humps,)
            Logarithm of the odds that each is a beat.
        usual : ndarray of float64 of shape (n_humps,)
            The usual interval around each, in bins.
        """
        self._humps = np.concatenate([self._humps, humps])
        self._worth = np.concatenate([self._worth, np.minimum(score, _CLEAREST)])
        self._before = np.concatenate([self._before, np.full(humps.size, -1)])
        best, last = self._best
        self._best = (
            np.concatenate([best, np.empty(humps.size)]),
            np.concatenate([last, np.full(humps.size, -1)]),
        )
        _extend(
            self._humps,
            self._worth,
            self._before,
            *self._best,
            usual,
            _REFRACTORY * self.rate,
        )

    def decide(self, until: float) -> np.ndarray:
        """Return the beats that have become certain.

        Parameters
        ----------
        until : float
            Bin before which every hump has been added; infinite at the end.

        Returns
        -------
        ndarray of int64 of shape (n_beats,)
            Bins, ascending; each is returned once.
        """
        lag = round(LAG * self.rate)
        stop = int(np.searchsorted(self._humps, until - lag))
        chosen = _decide(
            self._humps, self._before, self._best[1], self._decided, stop, lag
        )
        self._decided = stop
        return self._humps[chosen]

    def forget(self, until: float) -> None:
        """Let go of humps that nothing depends on any more.

        Parameters
        ----------
        until : float
            As for `decide`, and after it.
        """
        reach = LAG + _LONGEST * _SLOWEST
        gone = int(np.searchsorted(self._humps, until - reach * self.rate))
        self._humps, self._worth = self._humps[gone:], self._worth[gone:]
        self._before = np.maximum(self._before[gone:] - gone, -1)
        best, last = self._best
        self._best = best[gone:], np.maximum(last[gone:] - gone, -1)
        self._decided -= gone


@numba.njit(cache=True, nogil=True)
def _extend(
    humps: np.ndarray,
    worth: np.ndarray,
    before: np.ndarray,
    best: np.ndarray,
    last: np.ndarray,
    usual: np.ndarray,
    refractory: float,
) -> None:
    # worth[k] comes in as the score of hump k, and leaves as the worth of the best
    # sequence that ends there; best[k] and last[k] are of the best that ends before.
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
    while j >= 0 and humps[k] - humps[j] <= _LONGEST * usual:
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
def _decide(
    humps: np.ndarray,
    before: np.ndarray,
    last: np.ndarray,
    decided: int,
    stop: int,
    lag: int,
) -> np.ndarray:
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
