"""How high a heartbeat is here: levels on a coarse grid of the QRS envelope.

The grid has cells of some 80 ms, and blocks of 24 cells. The highest point of each
block is remembered for five minutes, so that a loose electrode is known by what was
there before it; the level itself follows the last blocks.
"""

import numba
import numpy as np

BLOCK: int = 24
"""Cells in a block: pieces of 2 s, whose highest points say how high a beat is."""

HISTORY: int = 150
"""Blocks that are remembered."""

EDGE: int = 4
"""Blocks at the start of a piece of a record whose heights the cut may have changed."""

AHEAD: float = 1.5
"""Blocks after a place that have to be known to say how high a beat is there."""

_BEFORE = 6  # blocks that together with the present one tell its level
_USUAL = 0.8  # quantile: most of the time may be lost, and the height is still known
_DEAD = 0.08  # of the usual block: below, there is no heart in it


@numba.njit(cache=True, nogil=True)
def cells(envelope: np.ndarray, cell: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and the highest value of each cell.

    Parameters
    ----------
    envelope : ndarray of shape (n_bins,)
        QRS envelope.
    cell : int
        Bins in a cell; a last, incomplete one is left out, unless it is the only one.

    Returns
    -------
    means, highest : ndarray of float64 of shape (n_cells,)
    """
    n_cells = max(1, envelope.size // cell)
    means, highest = np.zeros(n_cells), np.zeros(n_cells)
    for k in range(n_cells):
        total = top = np.float32(0.0)
        for value in envelope[k * cell : (k + 1) * cell]:
            total += value
            top = max(top, value)
        means[k], highest[k] = total / cell, top
    return means, highest


@numba.njit(cache=True, nogil=True)
def sliding_quantile(
    values: np.ndarray, first: np.ndarray, stop: np.ndarray, share: float
) -> np.ndarray:
    """Return a quantile of what is above zero in windows that move on.

    Parameters
    ----------
    values : ndarray of float64 of shape (n_values,)
        What the quantiles are taken of.
    first, stop : ndarray of int64 of shape (n_windows,)
        Bounds of the windows, neither ever falling.
    share : float
        Of the values in a window, that are not above the quantile; 0.5 for a median,
        and of two in the middle, the lower one.

    Returns
    -------
    ndarray of float64 of shape (n_windows,)
        Zero where a window holds nothing above zero.

    Notes
    -----
    The window is kept in order: to compile a sort would take seconds.
    """
    ordered = np.empty(values.size)
    quantiles = np.zeros(first.size)
    n, low, high = 0, 0, 0
    for k in range(first.size):
        while high < stop[k]:
            n = _insert(ordered, n, values[high])
            high += 1
        while low < first[k]:
            n = _remove(ordered, n, values[low])
            low += 1
        if n > 0:
            quantiles[k] = ordered[int(share * (n - 1))]
    return quantiles


@numba.njit(cache=True, nogil=True)
def _insert(ordered: np.ndarray, n: int, value: float) -> int:
    if not value > 0:
        return n
    i = n
    while i > 0 and ordered[i - 1] > value:
        ordered[i] = ordered[i - 1]
        i -= 1
    ordered[i] = value
    return n + 1


@numba.njit(cache=True, nogil=True)
def _remove(ordered: np.ndarray, n: int, value: float) -> int:
    if not value > 0:
        return n
    i = 0
    while ordered[i] != value:
        i += 1
    for j in range(i, n - 1):
        ordered[j] = ordered[j + 1]
    return n - 1


def block_heights(highest: np.ndarray) -> np.ndarray:
    """Return the highest point of each block; the last one takes what is left over.

    Parameters
    ----------
    highest : ndarray of float64 of shape (n_cells,)
        Of each cell.

    Returns
    -------
    ndarray of float64 of shape (n_blocks,)
    """
    n_blocks = max(1, highest.size // BLOCK)
    return np.maximum.reduceat(highest, np.arange(n_blocks) * BLOCK)


def beat_level(
    heights: np.ndarray, places: np.ndarray, block: int, history: np.ndarray
) -> np.ndarray:
    """Return how high a beat is at each place.

    Parameters
    ----------
    heights : ndarray of float64 of shape (n_blocks,)
        From `block_heights`.
    places : ndarray of int64 of shape (n_places,)
        In bins.
    block : int
        Bins in a block.
    history : ndarray of float64 of shape (n_before,)
        Heights that are known from before, up to and including the first `EDGE` of
        `heights`; none at the start of a record.

    Returns
    -------
    ndarray of float64 of shape (n_places,)
        Above zero.
    """
    known = min(EDGE, history.size)
    heights = np.concatenate([history, heights[known:]])
    index = np.arange(heights.size)
    stop = index + 1
    usual = sliding_quantile(heights, np.maximum(index - HISTORY, 0), stop, _USUAL)
    alive = np.where(heights > _DEAD * usual, heights, 0.0)
    level = sliding_quantile(alive, np.maximum(index - _BEFORE, 0), stop, 0.5)
    level = np.where(level > 0, level, np.where(usual > 0, usual, 1.0))
    # Between the middles of blocks, in whole numbers: `np.interp` would round otherwise
    # in a piece of the record than in the whole.
    before, beyond = np.divmod(2 * places - block, 2 * block)
    before += history.size - known
    low = level[np.clip(before, 0, level.size - 1)]
    high = level[np.clip(before + 1, 0, level.size - 1)]
    return low + (high - low) * (beyond / (2 * block))
