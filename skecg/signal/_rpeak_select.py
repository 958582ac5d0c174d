"""Humps of the QRS envelope, and how much each looks like a heartbeat.

Every hump is described by four numbers: its height over that of the beats around it,
how much the envelope is filled around it (noise, flutter), and how far it stands out
among what comes within 0.25 s and 0.4 s (P and T waves beside a QRS). A quadratic
score turns them into one number. It was fitted by logistic regression on MIT-BIH DS1
and LUDB 1-75, and, at a tenth of the weight, on DS1 with artificial noise at 6 and 0 dB
(1/f, in two-minute stretches).

Where the envelope does not come to rest between the beats, a second quadratic form is
added, in which it also counts how alike in shape and size the hump is to the beats
before it. It was fitted on top of the first one, on DS1 with artificial noise at 6, 1
and -4 dB (1/f, steps that fade, deflections as wide as a QRS, movement with a spectrum
that falls steeply from 8 to 18 Hz on, muscles), and on synthetic records of 150 to 300
beats a minute, of which the envelope comes to rest no more either.
"""

from typing import NamedTuple

import numba
import numpy as np

from skecg.signal._rpeak_filter import Envelope, cell_size
from skecg.signal._rpeak_flutter import flutter
from skecg.signal._rpeak_level import BLOCK, beat_level, block_heights, cells

_NO_HISTORY = np.empty(0)
_APART = 0.1  # s: a hump is the highest point this far to each side
_FILLED = 12  # cells to each side
_NEAR, _FAR = 0.25, 0.4  # s: where P and T waves are looked for
_HIGHEST = 1.0  # natural logarithms: beyond them nothing more is learned
_EMPTIEST = -2.5
_GROUP = 6  # cells: half a second
_PAST, _FUTURE = 10, 3  # groups around a hump that say how disturbed it is there
_QUIET, _LOUD = -2.4, -1.95  # logarithm of mean over level: no noise, full noise
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
# The same for (1, features, alike, size): what is added in full noise.
_NOISY_WEIGHTS = np.array(
    [
        [3.33, -1.41, 1.07, -0.83, -0.23, -10.96, 0.94],
        [0.0, -0.86, -0.06, 0.32, -0.17, 0.72, -0.32],
        [0.0, 0.0, -0.15, 0.73, -0.59, -0.64, -0.28],
        [0.0, 0.0, 0.0, 0.30, 0.17, 0.66, -0.23],
        [0.0, 0.0, 0.0, 0.0, -0.25, 0.07, -0.03],
        [0.0, 0.0, 0.0, 0.0, 0.0, 10.34, -1.31],
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.34],
    ]
)
_MOST_DOUBT = -8.0  # far from all that was fitted, the form says anything
_FAINT = -2.5  # logarithm of a height too low to be anything
_BURIED = 1.0  # logarithm of surroundings too high for it, as at the end of a hum


class Humps(NamedTuple):
    """What may be a heartbeat.

    Parameters
    ----------
    bins : ndarray of int64 of shape (n_humps,)
        Where, ascending.
    features : ndarray of float64 of shape (n_humps, 4)
        Natural logarithms, see above.
    noise : ndarray of float64 of shape (n_humps,)
        How much the surroundings are disturbed, from 0 to 1.
    heights : ndarray of float64 of shape (n_blocks,)
        The highest point of each block of the envelope.
    """

    bins: np.ndarray
    features: np.ndarray
    noise: np.ndarray
    heights: np.ndarray

    def part(self, which: slice) -> "Humps":
        """Return some of the humps, and all heights."""
        return Humps(
            self.bins[which], self.features[which], self.noise[which], self.heights
        )


def candidates(envelope: Envelope, history: np.ndarray = _NO_HISTORY) -> Humps:
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
    humps = find_humps(qrs, highest, cell, max(1, round(_APART * rate)))
    fluttering = flutter(means, highest, envelope.slow, envelope.bins, cell, rate)
    out = fluttering[np.minimum(humps // cell, means.size - 1)]
    out |= envelope.missing[humps]
    level = beat_level(blocks, humps, cell * BLOCK, history)
    features, noise = _describe(
        humps, qrs[humps].astype(np.float64), level, means, cell, rate
    )
    kept = (features[:, 0] > _FAINT) & (features[:, 1] < _BURIED) & ~out
    return Humps(humps[kept], features[kept], noise[kept], blocks)


def clear_scores(features: np.ndarray) -> np.ndarray:
    """Return the logarithm of the odds that a hump is a beat, where it is quiet.

    Parameters
    ----------
    features : ndarray of float64 of shape (n_humps, 4)
        As `candidates` returns them.

    Returns
    -------
    ndarray of float64 of shape (n_humps,)
    """
    return _quadratic(np.ascontiguousarray(features), _WEIGHTS)


def noisy_scores(features: np.ndarray, alike: np.ndarray) -> np.ndarray:
    """Return by how much full noise changes them.

    Parameters
    ----------
    features : ndarray of float64 of shape (n_humps, 4)
        As `candidates` returns them.
    alike : ndarray of float64 of shape (n_humps, 2)
        From `skecg.signal._rpeak_shape.Shapes`.

    Returns
    -------
    ndarray of float64 of shape (n_humps,)
    """
    added = _quadratic(np.column_stack([features, alike]), _NOISY_WEIGHTS)
    return np.maximum(added, _MOST_DOUBT)


@numba.njit(cache=True, nogil=True)
def _quadratic(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    # Not `@`: what a row gives must not hang on how many rows there are.
    result = np.full(len(features), weights[0, 0])
    for k in range(len(features)):
        for i in range(features.shape[1]):
            slope = weights[0, i + 1]
            for j in range(i, features.shape[1]):
                slope += weights[i + 1, j + 1] * features[k, j]
            result[k] += slope * features[k, i]
    return result


@numba.njit(cache=True, nogil=True)
def find_humps(
    envelope: np.ndarray, highest: np.ndarray, cell: int, apart: int
) -> np.ndarray:
    """Find what is the highest point this far to each side; of equals, the first.

    The first and the last bin are none: what was beyond them is not known.

    Parameters
    ----------
    envelope : ndarray of shape (n_bins,)
        QRS envelope.
    highest : ndarray of float64 of shape (n_cells,)
        Its highest value in each cell.
    cell, apart : int
        Bins; a cell is no wider than `apart`, so that it holds one hump at most.

    Returns
    -------
    ndarray of int64 of shape (n_humps,)
    """
    n_bins = envelope.size
    found = np.empty(n_bins // cell + 1, dtype=np.int64)
    n_found, before = 0, -apart - 1
    for k in range(n_bins // cell + 1):
        top = _top(envelope, highest, k, cell)
        if not 0 < top < n_bins - 1 or envelope[top] <= 0:
            continue
        # Most cells drop out here, without a look at every bin.
        lower = top - before <= apart and envelope[before] >= envelope[top]
        before = top
        if not lower and _is_highest(envelope, top, apart):
            found[n_found] = top
            n_found += 1
    return found[:n_found].copy()


@numba.njit(cache=True, nogil=True)
def _top(envelope: np.ndarray, highest: np.ndarray, k: int, cell: int) -> int:
    top = k * cell
    if k < highest.size:
        while top < envelope.size - 1 and envelope[top] != highest[k]:
            top += 1
        return top
    for i in range(top + 1, envelope.size):  # what is left over after the last cell
        if envelope[i] > envelope[top]:
            top = i
    return top


@numba.njit(cache=True, nogil=True)
def _is_highest(envelope: np.ndarray, top: int, apart: int) -> bool:
    height = envelope[top]
    for i in range(min(envelope.size - 1, top + apart), top, -1):
        if envelope[i] > height:
            return False
    for i in range(max(0, top - apart), top):  # noqa: SIM110 - numba has no all()
        if envelope[i] >= height:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def _describe(
    humps: np.ndarray,
    heights: np.ndarray,
    level: np.ndarray,
    means: np.ndarray,
    cell: int,
    rate: float,
) -> tuple[np.ndarray, np.ndarray]:
    features, noise = np.empty((humps.size, 4)), np.empty(humps.size)
    sums, counts = _log_sums(means)
    for k in range(humps.size):
        place = humps[k] // cell
        features[k, 0] = min(_HIGHEST, np.log(heights[k] / level[k]))
        filling = np.log(
            _mean(means, place - _FILLED, place + _FILLED + 1) / heights[k]
        )
        features[k, 1] = max(_EMPTIEST, filling)
        features[k, 2] = _standing_out(humps, heights, k, _NEAR * rate)
        features[k, 3] = _standing_out(humps, heights, k, _FAR * rate)
        group = place // _GROUP
        floor = _mean_log(sums, counts, group - _PAST, group + _FUTURE)
        noise[k] = (floor - np.log(level[k]) - _QUIET) / (_LOUD - _QUIET)
    return features, np.minimum(np.maximum(noise, 0.0), 1.0)


@numba.njit(cache=True, nogil=True)
def _mean(means: np.ndarray, first: int, stop: int) -> float:
    around = means[max(0, first) : stop]
    total = 0.0
    for mean in around:
        total += mean
    return total / max(1, around.size)


@numba.njit(cache=True, nogil=True)
def _log_sums(means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # Sums of the logarithms of groups of cells; where nothing was heard, none.
    n_groups = means.size // _GROUP
    sums, counts = np.zeros(n_groups), np.zeros(n_groups)
    for k in range(n_groups):
        product = 1.0  # one logarithm instead of six
        for mean in means[k * _GROUP : (k + 1) * _GROUP]:
            if mean > 0:
                product *= mean
                counts[k] += 1
        sums[k] = np.log(product)
    return sums, counts


@numba.njit(cache=True, nogil=True)
def _mean_log(sums: np.ndarray, counts: np.ndarray, first: int, stop: int) -> float:
    total, count = 0.0, 0.0
    for i in range(max(0, first), min(sums.size, stop)):
        total += sums[i]
        count += counts[i]
    return total / count if count > 0 else -np.inf


@numba.njit(cache=True, nogil=True)
def _standing_out(
    humps: np.ndarray, heights: np.ndarray, k: int, reach: float
) -> float:
    highest = heights[k] * np.exp(-_MOST)
    for side in (-1, 1):
        j = k + side
        while 0 <= j < humps.size and abs(humps[j] - humps[k]) <= reach:
            highest = max(highest, heights[j])
            j += side
    return max(-_MOST, np.log(heights[k] / highest))
