"""Humps of the QRS envelope, and how much each looks like a heartbeat.

Every hump is described by four numbers: its height over that of the beats around it,
how much the envelope is filled around it (noise, flutter), and how far it stands out
among what comes within 0.25 s and 0.4 s (P and T waves beside a QRS). A quadratic
score turns them into one number. It was fitted by logistic regression on MIT-BIH DS1
and LUDB 1-75, and, at a tenth of the weight, on DS1 with artificial noise at 6 and 0 dB
(1/f, in two-minute stretches).
"""

from typing import NamedTuple

import numba
import numpy as np

from skecg.signal._rpeak_filter import Envelope, cell_size
from skecg.signal._rpeak_flutter import flutter
from skecg.signal._rpeak_level import BLOCK, beat_level, block_heights, cells

_APART = 0.1  # s: a hump is the highest point this far to each side
_FILLED = 12  # cells to each side
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


class Humps(NamedTuple):
    """What may be a heartbeat.

    Parameters
    ----------
    bins : ndarray of int64 of shape (n_humps,)
        Where, ascending.
    features : ndarray of float64 of shape (n_humps, 4)
        Natural logarithms, see above.
    heights : ndarray of float64 of shape (n_blocks,)
        The highest point of each block of the envelope.
    """

    bins: np.ndarray
    features: np.ndarray
    heights: np.ndarray


def candidates(envelope: Envelope, history: np.ndarray) -> Humps:
    """Find the humps and describe them; the faintest are left out, and flutter.

    Parameters
    ----------
    envelope : Envelope
        Of one lead, or of several fused.
    history : ndarray of float64 of shape (n_before,)
        Heights of the blocks before, as `skecg.signal._rpeak_level` wants them.

    Returns
    -------
    Humps
    """
    qrs, rate = envelope.qrs, envelope.rate
    cell = cell_size(rate)
    means, highest = cells(qrs, cell)
    blocks = block_heights(highest)
    humps = find_humps(qrs, max(1, round(_APART * rate)))
    heights = qrs[humps].astype(np.float64)
    level = beat_level(blocks, humps / (cell * BLOCK), history)
    features = np.empty((humps.size, 4))
    features[:, 0] = np.log(heights / level)
    features[:, 1] = np.log(_around(means, humps // cell, _FILLED) / heights)
    features[:, 2] = _standing_out(humps, heights, _NEAR * rate)
    features[:, 3] = _standing_out(humps, heights, _FAR * rate)
    out = flutter(means, highest, envelope.slow, cell) | envelope.missing
    kept = (features[:, 0] > _FAINT) & ~out[humps]
    return Humps(humps[kept], features[kept], blocks)


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
    return _quadratic(terms, _WEIGHTS)


@numba.njit(cache=True, nogil=True)
def _quadratic(terms: np.ndarray, weights: np.ndarray) -> np.ndarray:
    # Not `@`: what a row gives must not hang on how many rows there are.
    result = np.zeros(len(terms))
    for k in range(len(terms)):
        for i in range(terms.shape[1]):
            for j in range(i, terms.shape[1]):
                result[k] += weights[i, j] * terms[k, i] * terms[k, j]
    return result


@numba.njit(cache=True, nogil=True)
def find_humps(envelope: np.ndarray, apart: int) -> np.ndarray:
    """Find what is the highest point this far to each side; of equals, the first.

    The first and the last bin are none: what was beyond them is not known.

    Parameters
    ----------
    envelope : ndarray of shape (n_bins,)
        QRS envelope.
    apart : int
        Bins.

    Returns
    -------
    ndarray of int64 of shape (n_humps,)
    """
    n_bins = envelope.size
    found = np.empty(n_bins // (apart + 1) + 1, dtype=np.int64)
    n_found, top, i = 0, 0, 1
    while top < n_bins:
        if i < n_bins and i - top <= apart:
            if envelope[i] > envelope[top]:
                top = i
            i += 1
            continue
        # Nothing higher follows within reach; what came before?
        j = max(0, top - apart)
        while j < top and envelope[j] < envelope[top]:
            j += 1
        if j == top and 0 < top < n_bins - 1 and envelope[top] > 0:
            found[n_found] = top
            n_found += 1
        top, i = i, i + 1
    return found[:n_found].copy()


@numba.njit(cache=True, nogil=True)
def _around(means: np.ndarray, places: np.ndarray, reach: int) -> np.ndarray:
    result = np.empty(places.size)
    for k, place in enumerate(places):
        first, stop = max(0, place - reach), min(means.size, place + reach + 1)
        total = 0.0
        for i in range(first, stop):
            total += means[i]
        result[k] = total / max(1, stop - first)
    return result


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
