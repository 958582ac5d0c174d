"""Flutter and fibrillation of the ventricles: waves, but no QRS complexes."""

import numba
import numpy as np

_BLOCK = 0.25  # s
_AROUND = 3  # blocks to each side that a block is judged with
_SUSTAINED = 8  # blocks in a row
_FILLED = 0.26  # mean over highest of the QRS envelope: no complex stands out
_SLOW = 5.0  # slow waves over QRS envelope: noise has less


@numba.njit(cache=True, nogil=True)
def flutter(qrs: np.ndarray, slow: np.ndarray, rate: float) -> np.ndarray:
    """Find where the ventricles flutter.

    Parameters
    ----------
    qrs, slow : ndarray of float64 of shape (n_bins,)
        Of `skecg.signal._rpeak_filter.Envelope`.
    rate : float
        Bins in a second.

    Returns
    -------
    ndarray of bool of shape (n_bins,)
        True for two seconds or more in a row.
    """
    block = max(1, round(_BLOCK * rate))
    suspect = _suspect_blocks(qrs, slow, block)
    found = np.zeros(qrs.size, dtype=np.bool_)
    start = 0
    for k in range(suspect.size + 1):
        if k < suspect.size and suspect[k]:
            continue
        if k - start >= _SUSTAINED:
            found[max(0, start - 1) * block : (k + 1) * block] = True
        start = k + 1
    return found


@numba.njit(cache=True, nogil=True)
def _suspect_blocks(qrs: np.ndarray, slow: np.ndarray, block: int) -> np.ndarray:
    n_blocks = qrs.size // block
    mean, mean_slow, highest = np.empty((3, n_blocks))
    for k in range(n_blocks):
        piece = qrs[k * block : (k + 1) * block]
        mean[k], highest[k] = piece.mean(), piece.max()
        mean_slow[k] = slow[k * block : (k + 1) * block].mean()
    suspect = np.zeros(n_blocks, dtype=np.bool_)
    for k in range(n_blocks):
        near = slice(max(0, k - _AROUND), k + _AROUND + 1)
        level = mean[near].mean()
        filled = level > _FILLED * highest[near].max()
        suspect[k] = filled and mean_slow[near].mean() > _SLOW * level
    return suspect
