"""What the small networks of the delineation see of a beat.

The first sees all of it, coarsely. The others see one wave from near, around where the
first put it and beside its own size: so a wave looks the same wherever it stands, and
however small it is. All numbers are free of unit, offset and sign.
"""

from typing import NamedTuple

import numba
import numpy as np

from skecg.signal._delineation_beats import LEFT, RIGHT

POOL = 3  # bins that the first network sees as one
_N_POOLED = (LEFT + RIGHT) // POOL
_TALL = (LEFT - 25, LEFT + 30)  # bins whose range is the height of a beat
_SQUEEZE = 20.0  # makes P and T comparable with QRS
_SQUEEZE_NEAR = 2.0
N_RHYTHM = 5  # columns of Beats.rhythm
N_BESIDE = 2 + N_RHYTHM + 9  # numbers that a near look has beside its samples


class View(NamedTuple):
    """A near look at one wave.

    Parameters
    ----------
    anchor : int
        Which of the nine marks it stands around.
    left, right : int
        Bins before and behind the anchor.
    step : int
        Bins that are seen as one.
    low, high : int
        From which to which of these points the wave's size is taken.
    first : int
        Which mark is the first of the three that it improves.
    told : int
        Which of the odds, of P and of T, it improves; -1 for none.
    """

    anchor: int
    left: int
    right: int
    step: int
    low: int
    high: int
    first: int
    told: int


VIEWS = {
    "t": View(anchor=8, left=90, right=51, step=3, low=10, high=38, first=6, told=1),
    "qrs": View(anchor=4, left=36, right=46, step=1, low=0, high=82, first=3, told=-1),
    "p": View(anchor=1, left=40, right=42, step=2, low=8, high=33, first=0, told=0),
}
"""By wave, in the order in which they are applied."""


@numba.njit(cache=True, nogil=True)
def look_far(average: np.ndarray, window: np.ndarray, rhythm: np.ndarray) -> np.ndarray:
    """Return what the first network sees: (n_beats, 205).

    Parameters
    ----------
    average, window, rhythm : ndarray
        Fields of `Beats`.

    Returns
    -------
    ndarray of float32
    """
    n_beats = len(window)
    seen = np.empty((n_beats, 2 * _N_POOLED + N_RHYTHM), dtype=np.float32)
    for b in range(n_beats):
        tall = average[b, _TALL[0] : _TALL[1]]
        scale = _SQUEEZE / max(tall.max() - tall.min(), np.float32(1e-9))
        _pool(average[b], 0, POOL, seen[b, :_N_POOLED])
        _pool(window[b], 0, POOL, seen[b, _N_POOLED : 2 * _N_POOLED])
        sign = _sign(seen[b, :_N_POOLED])
        _squeeze(seen[b, : 2 * _N_POOLED], np.float32(sign * scale))
        seen[b, 2 * _N_POOLED :] = rhythm[b]
    return seen


@numba.njit(cache=True, nogil=True)
def look_near(
    average: np.ndarray,
    window: np.ndarray,
    rhythm: np.ndarray,
    marks: np.ndarray,
    view: View,
) -> tuple[np.ndarray, np.ndarray]:
    """Return what a network sees of one wave, and where it looks.

    Parameters
    ----------
    average, window, rhythm : ndarray
        Fields of `Beats`.
    marks : ndarray of float32 of shape (n_beats, 9)
        Onset, peak and offset of P, QRS and T, in bins from the centre.
    view : View
        Of which wave.

    Returns
    -------
    seen : ndarray of float32 of shape (n_beats, n_inputs)
    anchor : ndarray of float32 of shape (n_beats,)
        In bins from the centre; whole.
    """
    n_beats, n_points = len(window), (view.left + view.right) // view.step
    seen = np.empty((n_beats, 2 * n_points + N_BESIDE), dtype=np.float32)
    anchor = np.empty(n_beats, dtype=np.float32)
    for b in range(n_beats):
        anchor[b] = min(max(round(marks[b, view.anchor]), -LEFT), RIGHT - 1)
        start = LEFT + int(anchor[b]) - view.left
        both = seen[b, : 2 * n_points]
        _pool(average[b], start, view.step, both[:n_points])
        _pool(window[b], start, view.step, both[n_points:])
        size = _centre(both, view.low, view.high)
        sign = _sign(both[view.low : view.high])
        _squeeze(both, np.float32(sign * _SQUEEZE_NEAR / size))
        tall = average[b, _TALL[0] : _TALL[1]]
        height = max(tall.max() - tall.min(), np.float32(1e-9))
        beside = seen[b, 2 * n_points :]
        beside[0] = np.log(size / height + np.float32(1e-3)) / 2
        beside[1] = anchor[b] / 50
        beside[2 : 2 + N_RHYTHM] = rhythm[b]
        beside[2 + N_RHYTHM :] = (marks[b] - anchor[b]) / 25
    return seen, anchor


@numba.njit(cache=True, nogil=True)
def _pool(beat: np.ndarray, start: int, step: int, points: np.ndarray) -> None:
    # Outside of the window its first or last bin goes on.
    inside = start >= 0 and start + points.size * step <= beat.size
    share = np.float32(1) / np.float32(step)
    for i in range(points.size):
        first = start + i * step
        total = np.float32(0)
        for j in range(first, first + step):
            total += beat[j if inside else min(max(j, 0), beat.size - 1)]
        points[i] = total * share


@numba.njit(cache=True, nogil=True)
def _centre(both: np.ndarray, low: int, high: int) -> float:
    # In place: the wave's mean becomes zero, in the average and in the beat itself.
    half = both.size // 2
    size = np.float32(0)
    for start in (half, 0):
        mean = both[start + low : start + high].mean()
        both[start : start + half] -= mean
    for i in range(low, high):
        size += both[i] * both[i]
    return max(np.sqrt(size / np.float32(high - low)), np.float32(1e-9))


@numba.njit(cache=True, nogil=True)
def _sign(points: np.ndarray) -> float:
    total = np.float32(0)
    for point in points:
        total += point * point * point
    return 1.0 if total >= 0 else -1.0


@numba.njit(cache=True, nogil=True, fastmath=True)
def _squeeze(points: np.ndarray, scale: np.float32) -> None:
    # Straight near zero and a square root far from it, so that it holds on both.
    for i in range(points.size):
        value = points[i] * scale
        points[i] = value / np.sqrt(np.float32(1) + np.abs(value))
