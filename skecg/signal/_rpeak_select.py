"""Humps of the QRS envelope, and how much each looks like a heartbeat.

Every hump is described by four numbers: its height over that of the beats around it,
how much the envelope is filled around it (noise, flutter), and how far it stands out
among what comes within 0.25 s and 0.4 s (P and T waves beside a QRS). A quadratic
score turns them into one number. It was fitted by logistic regression on MIT-BIH DS1
and LUDB 1-75, and, at a tenth of the weight, on DS1 with artificial noise at 6 and 0 dB
(1/f, in two-minute stretches).
"""

import numba
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

_APART = 0.1  # s: a hump is the highest point this far to each side
_BLOCK = 2.0  # s: pieces whose highest points say how high a beat is here
_BLOCKS = 4  # of them to each side
_DEAD = 0.08  # of the record's usual block: below, there is no heart in it
_FILLED = 1.0  # s to each side
_NEAR, _FAR = 0.25, 0.4  # s: where P and T waves are looked for
_MOST = 3.0  # natural logarithm of how far a hump can stand out

# Quadratic form in (1, features); logarithm of the odds that a hump is a beat.
_WEIGHTS = np.array(
    [
        [-0.66, 1.10, -0.86, 1.50, 1.32],
        [0.0, -0.55, 1.65, -0.23, -0.21],
        [0.0, 0.0, 0.27, -1.17, -1.00],
        [0.0, 0.0, 0.0, -0.69, -0.25],
        [0.0, 0.0, 0.0, 0.0, -0.38],
    ]
)
_FAINT = -2.5  # logarithm of a height too low to be anything


def candidates(envelope: np.ndarray, *, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Find the humps and describe them; the faintest are left out.

    Parameters
    ----------
    envelope : ndarray of float64 of shape (n_bins,)
        QRS envelope.
    rate : float
        Bins in a second.

    Returns
    -------
    humps : ndarray of int64 of shape (n_humps,)
        Their bins, ascending.
    features : ndarray of float64 of shape (n_humps, 4)
        Natural logarithms, see above.
    """
    humps = _humps(envelope, max(1, round(_APART * rate)))
    level = _level(envelope, humps, max(1, round(_BLOCK * rate)))
    features = np.empty((humps.size, 4))
    heights = envelope[humps]
    features[:, 0] = np.log(heights / level)
    features[:, 1] = _filling(envelope, humps, round(_FILLED * rate))
    features[:, 2] = _standing_out(humps, heights, _NEAR * rate)
    features[:, 3] = _standing_out(humps, heights, _FAR * rate)
    clear = features[:, 0] > _FAINT
    return humps[clear], features[clear]


def scores(features: np.ndarray) -> np.ndarray:
    """Return the logarithm of the odds that a hump is a beat, rhythm left aside.

    Parameters
    ----------
    features : ndarray of float64 of shape (n_humps, 4)
        As `candidates` returns them.

    Returns
    -------
    ndarray of float64 of shape (n_humps,)
    """
    terms = np.column_stack([np.ones(len(features)), features])
    return np.sum((terms @ _WEIGHTS) * terms, axis=1)


@numba.njit(cache=True, nogil=True)
def _humps(envelope: np.ndarray, apart: int) -> np.ndarray:
    n_bins = envelope.size
    found = np.empty(n_bins // (apart + 1) + 1, dtype=np.int64)
    n_found = 0
    for i in range(n_bins):
        height = envelope[i]
        if height <= 0 or (i > 0 and envelope[i - 1] >= height):
            continue
        if i + 1 < n_bins and envelope[i + 1] > height:
            continue
        if _is_highest(envelope, i, apart):
            found[n_found] = i
            n_found += 1
    return found[:n_found].copy()


@numba.njit(cache=True, nogil=True)
def _is_highest(envelope: np.ndarray, i: int, apart: int) -> bool:
    # The first of equals is the highest, so that no two are closer than `apart`.
    for j in range(max(0, i - apart), i):
        if envelope[j] >= envelope[i]:
            return False
    for j in range(i + 1, min(envelope.size, i + apart + 1)):
        if envelope[j] > envelope[i]:
            return False
    return True


def _level(envelope: np.ndarray, humps: np.ndarray, block: int) -> np.ndarray:
    # Height of a beat at each hump: the running median of the blocks' highest humps.
    n_blocks = max(1, envelope.size // block)
    highest = np.zeros(n_blocks)
    np.maximum.at(highest, np.minimum(humps // block, n_blocks - 1), envelope[humps])
    alive = np.flatnonzero(highest > 0)
    if alive.size == 0:
        return np.ones(humps.size)
    alive = alive[highest[alive] > _DEAD * np.median(highest[alive])]
    width = min(alive.size, 2 * _BLOCKS + 1)
    medians = np.median(sliding_window_view(highest[alive], width), axis=1)
    first = np.clip(np.arange(alive.size) - _BLOCKS, 0, alive.size - width)
    return np.interp(humps, (alive + 0.5) * block, medians[first])


@numba.njit(cache=True, nogil=True)
def _filling(envelope: np.ndarray, humps: np.ndarray, reach: int) -> np.ndarray:
    sums = np.empty(envelope.size + 1)
    sums[0] = 0.0
    for i in range(envelope.size):
        sums[i + 1] = sums[i] + envelope[i]
    filling = np.empty(humps.size)
    for k, hump in enumerate(humps):
        first, last = max(0, hump - reach), min(envelope.size, hump + reach)
        filling[k] = np.log((sums[last] - sums[first]) / (last - first))
        filling[k] -= np.log(envelope[hump])
    return filling


@numba.njit(cache=True, nogil=True)
def _standing_out(humps: np.ndarray, heights: np.ndarray, reach: float) -> np.ndarray:
    result = np.empty(humps.size)
    for k in range(humps.size):
        highest = heights[k] * np.exp(-_MOST)
        for side in (-1, 1):
            j = k + side
            while 0 <= j < humps.size and abs(humps[j] - humps[k]) <= reach:
                highest = max(highest, heights[j])
                j += side
        result[k] = max(-_MOST, np.log(heights[k] / highest))
    return result
