"""How alike a hump's waveform is to those of the heartbeats before it.

A few templates are kept: the steps from bin to bin within 0.1 s of a clear beat, of
length one (steps, since the noise of a moving electrode grows towards low frequencies
and is even in its steps). A beat that resembles one of them is averaged into it; one
that resembles none takes the place of the template that was needed least.
"""

import numba
import numpy as np

_HALF = 0.1  # s to each side of a hump
_KEPT = 3  # templates: the usual beat and two others
_SAME = 0.85  # correlation with which a beat belongs to a template
_SLOWEST = 0.08  # share of a new beat in a template of many
_OFF = 2.0  # natural logarithm of a size that is far off
_FADING = 0.97  # from beat to beat, of how much a template was needed


class Shapes:
    """Templates of the beats so far.

    Parameters
    ----------
    rate : float
        Bins in a second.
    """

    def __init__(self, rate: float) -> None:
        self._templates = np.zeros((_KEPT, 2 * round(_HALF * rate)))
        self._needed = np.zeros(_KEPT)
        self._beats = np.zeros(_KEPT)
        self._sizes = np.zeros(_KEPT)

    def compare(
        self, bins: np.ndarray, humps: np.ndarray, clear: np.ndarray
    ) -> np.ndarray:
        """Return how alike each hump is to the clear beats before it, and learn.

        Parameters
        ----------
        bins : ndarray of float64 of shape (n_bins,)
            The record, or the piece of it that the humps lie in.
        humps : ndarray of int64 of shape (n_humps,)
            Bins, ascending, all of them after those of the last call.
        clear : ndarray of bool of shape (n_humps,)
            Which are beats beyond doubt.

        Returns
        -------
        ndarray of float64 of shape (n_humps, 2)
            The highest correlation with a template, and the natural logarithm of the
            size, as far as it is alike, over that of the template's beats; zeros where
            there is no template.
        """
        return _compare(
            bins, humps, clear, self._templates, self._needed, self._beats, self._sizes
        )


@numba.njit(cache=True, nogil=True)
def _compare(
    bins: np.ndarray,
    humps: np.ndarray,
    clear: np.ndarray,
    templates: np.ndarray,
    needed: np.ndarray,
    beats: np.ndarray,
    sizes: np.ndarray,
) -> np.ndarray:
    alike = np.zeros((humps.size, 2))
    half = templates.shape[1] // 2
    steps = np.empty(2 * half + 2)  # one more on each side, to try other places
    for k, hump in enumerate(humps):
        for i in range(steps.size):
            here = hump - half - 1 + i
            inside = here >= 0 and here + 1 < bins.size
            steps[i] = bins[here + 1] - bins[here] if inside else 0.0
        alike[k, 0], which, shift = _best_match(steps, templates, beats)
        piece = steps[shift : shift + 2 * half]
        size = np.log(max(np.sqrt(_dot(piece, piece)), 1e-300))
        if beats[which] > 0:
            ratio = size + np.log(max(alike[k, 0], 0.1)) - sizes[which]
            alike[k, 1] = min(max(ratio, -_OFF), _OFF)
        if clear[k]:
            needed *= _FADING
            if alike[k, 0] < _SAME:
                which, shift = int(np.argmin(needed)), 1
                needed[which] = beats[which] = 0.0
            beats[which] += 1.0
            needed[which] += 1.0
            sizes[which] += max(_SLOWEST, 1 / beats[which]) * (size - sizes[which])
            _average_in(templates[which], steps[shift : shift + 2 * half], beats[which])
    return alike


@numba.njit(cache=True, nogil=True)
def _best_match(
    steps: np.ndarray, templates: np.ndarray, beats: np.ndarray
) -> tuple[float, int, int]:
    size = templates.shape[1]
    highest, which, place = 0.0, 0, 1
    for shift in range(3):
        piece = steps[shift : shift + size]
        length = np.sqrt(_dot(piece, piece))
        for t in range(beats.size):
            if beats[t] == 0 or length == 0:
                continue
            value = _dot(piece, templates[t]) / length
            if value > highest:
                highest, which, place = value, t, shift
    return highest, which, place


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _dot(one: np.ndarray, other: np.ndarray) -> float:
    total = 0.0
    for i in range(one.size):
        total += one[i] * other[i]
    return total


@numba.njit(cache=True, nogil=True)
def _average_in(template: np.ndarray, steps: np.ndarray, n_beats: float) -> None:
    length = np.sqrt(_dot(steps, steps))
    if length == 0:
        return
    share = max(_SLOWEST, 1 / n_beats)
    for i in range(template.size):
        template[i] += share * (steps[i] / length - template[i])
    template /= max(np.sqrt(_dot(template, template)), 1e-300)
