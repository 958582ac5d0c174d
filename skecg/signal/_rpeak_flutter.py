"""Flutter and fibrillation of the ventricles: waves, but no QRS complexes."""

import numba
import numpy as np

AHEAD: int = 38
"""Cells after a place that have to be known to say whether there is flutter."""

_BLOCK = 3  # cells
_AROUND = 3  # blocks to each side that a block is judged with
_SUSTAINED = 8  # blocks in a row
_FILLED = 0.26  # mean over highest of the QRS envelope: no complex stands out
_SLOW = 5.0  # slow waves over QRS envelope: noise has less


@numba.njit(cache=True, nogil=True)
def flutter(means: np.ndarray, highest: np.ndarray, slow: np.ndarray) -> np.ndarray:
    """Find where the ventricles flutter.

    Parameters
    ----------
    means, highest : ndarray of float64 of shape (n_cells,)
        Of the QRS envelope in each cell.
    slow : ndarray of float32 of shape (n_cells,)
        Of `skecg.signal._rpeak_filter.Envelope`.

    Returns
    -------
    ndarray of bool of shape (n_cells,)
        True for two seconds or more in a row.
    """
    suspect = _suspect_blocks(means, highest, slow)
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
    means: np.ndarray, highest: np.ndarray, slow: np.ndarray
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
        filled = level > _FILLED * top * _BLOCK * (stop - first)
        suspect[k] = filled and wave > _SLOW * level
    return suspect
