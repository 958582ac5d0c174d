"""From the humps of an envelope to heartbeats, in order of time.

What a hump is worth hangs on the shapes of the beats before it, and the sequence of
beats on all that came before. `BeatSequence` carries both on, so that a record can be
handed to it in one piece or in many, with the same answer.
"""

import numpy as np

from skecg.signal._rpeak_rhythm import (
    AHEAD,
    CLEAREST,
    LAG,
    LONGEST,
    REFRACTORY,
    REMEMBERED,
    SLOWEST,
    decide,
    extend,
    usual_intervals,
)
from skecg.signal._rpeak_select import Humps, clear_scores, noisy_scores
from skecg.signal._rpeak_shape import Shapes

_CLEAR = 2.0  # score of a beat whose shape may be learned
_KEPT = max(REMEMBERED + SLOWEST, LAG + LONGEST * SLOWEST) + AHEAD + 1.0  # s


class BeatSequence:
    """Takes humps in order of time, and says which are beats, a little later.

    Parameters
    ----------
    rate : float
        Bins in a second.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._shapes = Shapes(rate)
        self._humps = np.empty(0, dtype=np.int64)
        self._score = np.empty(0)
        # Of the humps that are in the sequence: see `_rpeak_rhythm.extend`.
        self._worth = np.empty(0)
        self._before = np.empty(0, dtype=np.int64)
        self._best, self._last = np.zeros(1), np.full(1, -1)
        self._decided = 0

    def add(self, found: Humps, bins: np.ndarray, first: int = 0) -> None:
        """Append humps.

        Parameters
        ----------
        found : Humps
            All of them after those that came before.
        bins : ndarray of float64 of shape (n_bins,)
            The record, or the piece of it that the humps lie in.
        first : int, default=0
            Where in the record the piece begins.
        """
        clear = clear_scores(found.features)
        alike = self._shapes.compare(bins, found.bins, clear > _CLEAR)
        score = clear + found.noise * noisy_scores(found.features, alike)
        self._humps = np.concatenate([self._humps, found.bins + first])
        self._score = np.concatenate([self._score, score])

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
        until -= AHEAD * self._rate
        self._extend(int(np.searchsorted(self._humps, until)))
        lag = round(LAG * self._rate)
        stop = int(np.searchsorted(self._humps, until - lag))
        humps = self._humps[: self._worth.size]
        chosen = decide(humps, self._before, self._last, self._decided, stop, lag)
        self._decided = stop
        return humps[chosen]

    def _extend(self, stop: int) -> None:
        known = self._worth.size
        usual = usual_intervals(self._humps, self._score, self._rate)[known:stop]
        empty = np.full(stop - known, -1)
        worth = np.minimum(self._score[known:stop], CLEAREST)
        self._worth = np.concatenate([self._worth, worth])
        self._before = np.concatenate([self._before, empty])
        self._best = np.concatenate([self._best, np.zeros(stop - known)])
        self._last = np.concatenate([self._last, empty])
        extend(
            self._humps[:stop],
            self._worth,
            self._before,
            self._best,
            self._last,
            usual,
            REFRACTORY * self._rate,
        )

    def forget(self, until: float) -> None:
        """Let go of humps that nothing depends on any more.

        Parameters
        ----------
        until : float
            As for `decide`, and after it.
        """
        gone = int(np.searchsorted(self._humps, until - _KEPT * self._rate))
        self._humps, self._score = self._humps[gone:], self._score[gone:]
        self._worth, self._best = self._worth[gone:], self._best[gone:]
        self._before = np.maximum(self._before[gone:] - gone, -1)
        self._last = np.maximum(self._last[gone:] - gone, -1)
        self._decided -= gone
