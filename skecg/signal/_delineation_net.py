"""The small networks that place the marks of each beat.

They were fitted by ``tools/fit_delineation.py`` on all leads of records 1-75 of LUDB
(Kalyakulina et al. 2020, doi 10.1109/ACCESS.2020.3029211, version 1.0.1, licence
ODC-By 1.0).
"""

import functools
from importlib.resources import files

import numba
import numpy as np

from skecg.signal._delineation_inputs import VIEWS, look_far, look_near

SCALE = np.float32(25)  # bins in one unit of the outputs

_NEAR = tuple(VIEWS.values())
# Beats that go through the networks at once: they stay in the cache, and the libraries
# that multiply matrices leave so small ones to one thread.
_TOGETHER = 16


@functools.cache
def load_weights() -> tuple[np.ndarray, np.ndarray]:
    """Load the weights of the networks.

    Returns
    -------
    weights : ndarray of float32
        Of all layers of all networks, one behind the other; of a layer first the
        biases, then what belongs to its first input, and so on.
    sizes : ndarray of int64 of shape (4, 4)
        Of each network the inputs, the two hidden layers and the outputs; the far
        look, then those of `VIEWS`.
    """
    path = files("skecg.signal") / "_delineation_weights.npz"
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return stored["weights"], stored["sizes"]


@numba.njit(cache=True, nogil=True)
def place_marks(
    average: np.ndarray,
    window: np.ndarray,
    rhythm: np.ndarray,
    weights: np.ndarray,
    sizes: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Place the marks of each beat.

    Parameters
    ----------
    average, window, rhythm : ndarray
        As `cut_beats` returns them.
    weights, sizes : ndarray
        As `load_weights` returns them.

    Returns
    -------
    marks : ndarray of float32 of shape (n_beats, 9)
        Onset, peak and offset of P, QRS and T, in bins from the beat's centre.
    odds : ndarray of float32 of shape (n_beats, 2)
        Logarithm of the odds that P and T are there.
    """
    n_beats = len(average)
    marks = np.empty((n_beats, 9), dtype=np.float32)
    odds = np.empty((n_beats, 2), dtype=np.float32)
    for start in range(0, n_beats, _TOGETHER):
        some = slice(start, start + _TOGETHER)
        beats = average[some], window[some], rhythm[some]
        _place(beats, weights, sizes, marks[some], odds[some])
    return marks, odds


@numba.njit(cache=True, nogil=True)
def _place(
    beats: tuple[np.ndarray, np.ndarray, np.ndarray],
    weights: np.ndarray,
    sizes: np.ndarray,
    marks: np.ndarray,
    odds: np.ndarray,
) -> None:
    answer, start = _answer(look_far(*beats), weights, sizes[0], 0)
    guess = answer[:, :9] * SCALE
    marks[:] = guess
    odds[:] = answer[:, 9:]
    for i, view in enumerate(_NEAR):
        seen, anchor = look_near(*beats, guess, view)
        answer, start = _answer(seen, weights, sizes[i + 1], start)
        for j in range(3):
            marks[:, view.first + j] = answer[:, j] * SCALE + anchor
        if view.told >= 0:
            odds[:, view.told] = answer[:, 3]


@numba.njit(cache=True, nogil=True)
def _answer(
    values: np.ndarray, weights: np.ndarray, sizes: np.ndarray, start: int
) -> tuple[np.ndarray, int]:
    # Returns where the weights of the next network begin, too.
    for i in range(sizes.size - 1):
        stop = start + (sizes[i] + 1) * sizes[i + 1]
        layer = weights[start:stop].reshape(sizes[i] + 1, sizes[i + 1])
        last = i + 2 == sizes.size
        values = _layer(values, layer, np.float32(-np.inf if last else 0.0))
        start = stop
    return values, start


@numba.njit(cache=True, nogil=True)
def _layer(values: np.ndarray, layer: np.ndarray, least: np.float32) -> np.ndarray:
    outputs = np.dot(values, layer[1:])
    for b in range(len(outputs)):
        for j in range(outputs.shape[1]):
            outputs[b, j] = max(outputs[b, j] + layer[0, j], least)
    return outputs
