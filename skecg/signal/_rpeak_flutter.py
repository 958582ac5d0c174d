"""Flutter and fibrillation of the ventricles: waves, but no QRS complexes.

Wide QRS complexes fill the QRS envelope as flutter does, and are as slow. What tells
them apart is rest and rate: between complexes the signal hardly moves, while in flutter
it goes up and down all the time, and more than two times a second. Half of the slopes
of a sine wave are above 1.1 times their mean; of the flutter in record 207 of MIT-BIH,
above 0.9 of it; of ventricular tachycardia in 203 and 205, the beats of which count,
above 0.7, as a rule. A tachycardia from some 150 beats a minute on that has no rest and
is all round is taken for flutter; and so is what is slower but as round as a sine wave.

Limits were chosen on MIT-BIH DS1, so that 203 and 205 lose no beat for them, and on
synthetic QRS complexes of 120 to 220 ms at 50 to 250 beats a minute.
"""

import numba
import numpy as np

AHEAD: int = 38
"""Cells after a place that have to be known to say whether there is flutter."""

_BLOCK = 3  # cells
_AROUND = 3  # blocks to each side that a block is judged with
_SUSTAINED = 8  # blocks in a row
_FILLED = 0.26  # mean over highest of the QRS envelope: no complex stands out
_SLOW = 5.0  # slow waves over QRS envelope: noise has less
_HIGH = 0.5  # of its highest point they are compared with: it may be a complex
_HALF = 0.025  # s: a slope is taken from this far before to this far behind
_RESTING = 0.8  # median over mean slope: below, there is rest between complexes
_ROUND = 0.95  # the same: above, there is no complex in it, however slow it is
_TURNED = 0.5  # of the mean slope: less does not count as up or down
_QUICK = 0.17  # times up and down in a cell: two a second


@numba.njit(cache=True, nogil=True)
def flutter(
    means: np.ndarray,
    highest: np.ndarray,
    slow: np.ndarray,
    bins: np.ndarray,
    cell: int,
    rate: float,
) -> np.ndarray:
    """Find where the ventricles flutter.

    Parameters
    ----------
    means, highest : ndarray of float64 of shape (n_cells,)
        Of the QRS envelope in each cell.
    slow : ndarray of float32 of shape (n_cells,)
        Of `skecg.signal._rpeak_filter.Envelope`.
    bins : ndarray of float64 of shape (n_bins,)
        Of the same.
    cell : int
        Bins in a cell.
    rate : float
        Bins in a second.

    Returns
    -------
    ndarray of bool of shape (n_cells,)
        True for two seconds or more in a row.
    """
    half = max(1, round(_HALF * rate))
    suspect = _suspect_blocks(means, highest, slow, bins, cell, half)
    found = np.zeros(means.size, dtype=np.bool_)
    start = 0
    for k in range(suspect.size + 1):
        if k < suspect.size and suspect[k]:
            continue
        if k - start >= _SUSTAINED:
            found[max(0, start - 1) * _BLOCK : (k + 1) * _BLOCK] = True
        start = k + 1
    return found


@numba.njit(cache=True, nogil=True)
def _suspect_blocks(
    means: np.ndarray,
    highest: np.ndarray,
    slow: np.ndarray,
    bins: np.ndarray,
    cell: int,
    half: int,
) -> np.ndarray:
    n_blocks = means.size // _BLOCK
    levels, waves, tops = np.zeros(n_blocks), np.zeros(n_blocks), np.zeros(n_blocks)
    for k in range(n_blocks):
        for c in range(k * _BLOCK, (k + 1) * _BLOCK):
            levels[k] += means[c]
            waves[k] += slow[c]
            tops[k] = max(tops[k], highest[c])
    suspect = np.zeros(n_blocks, dtype=np.bool_)
    for k in range(n_blocks):
        first, stop = max(0, k - _AROUND), min(n_blocks, k + _AROUND + 1)
        level = wave = top = 0.0
        for b in range(first, stop):
            level += levels[b]
            wave += waves[b]
            top = max(top, tops[b])
        n_cells = _BLOCK * (stop - first)
        top *= n_cells
        if level > _FILLED * top and wave > _SLOW * max(level, _HIGH * top):
            around = bins[first * _BLOCK * cell : stop * _BLOCK * cell]
            suspect[k] = _undulates(around, half, _QUICK * n_cells)
    return suspect


@numba.njit(cache=True, nogil=True)
def _undulates(bins: np.ndarray, half: int, least: float) -> bool:
    # Up and down so many times without rest, or nothing but round. Small slopes are
    # counted: to find their median would take a sort.
    n_slopes = bins.size - 2 * half
    mean = 0.0
    for i in range(n_slopes):
        mean += abs(bins[i + 2 * half] - bins[i]) / n_slopes
    n_small = n_smaller = times = direction = 0
    for i in range(n_slopes):
        slope = bins[i + 2 * half] - bins[i]
        n_small += abs(slope) < _ROUND * mean
        n_smaller += abs(slope) < _RESTING * mean
        if slope > _TURNED * mean:
            times += direction < 0
            direction = 1
        elif slope < -_TURNED * mean:
            direction = -1
    return 2 * (n_smaller if times >= least else n_small) < n_slopes
