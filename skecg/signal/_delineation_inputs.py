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
_HALF, _THIRD = np.float32(1 / 2), np.float32(1 / 3)
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
        scale = _SQUEEZE / _height(average[b])
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
        beside = seen[b, 2 * n_points :]
        beside[0] = np.log(size / _height(average[b]) + np.float32(1e-3)) / 2
        beside[1] = anchor[b] / 50
        for i in range(N_RHYTHM):
            beside[2 + i] = rhythm[b, i]
        for i in range(marks.shape[1]):
            beside[2 + N_RHYTHM + i] = (marks[b, i] - anchor[b]) / np.float32(25)
    return seen, anchor


@numba.njit(cache=True, nogil=True)
def _pool(beat: np.ndarray, start: int, step: int, points: np.ndarray) -> None:
    stop = start + points.size * step
    if start < 0 or stop > beat.size or step > 3:
        _pool_anywhere(beat, start, step, points)
    else:
        _pool_inside(beat[start:stop], step, points)


@numba.njit(cache=True, nogil=True)
def _pool_inside(beat: np.ndarray, step: int, points: np.ndarray) -> None:
    # The steps are written out: vector instructions come of that.
    if step == 1:
        for i in range(points.size):
            points[i] = beat[i]
    elif step == 2:
        for i in range(points.size):
            points[i] = (beat[2 * i] + beat[2 * i + 1]) * _HALF
    else:
        for i in range(points.size):
            points[i] = (beat[3 * i] + beat[3 * i + 1] + beat[3 * i + 2]) * _THIRD


@numba.njit(cache=True, nogil=True)
def _pool_anywhere(beat: np.ndarray, start: int, step: int, points: np.ndarray) -> None:
    # Outside of the window its first or last bin goes on.
    share = np.float32(1) / np.float32(step)
    for i in range(points.size):
        total = np.float32(0)
        for j in range(start + i * step, start + (i + 1) * step):
            total += beat[min(max(j, 0), beat.size - 1)]
        points[i] = total * share


@numba.njit(cache=True, nogil=True)
def _height(beat: np.ndarray) -> np.float32:
    tall = beat[_TALL[0] : _TALL[1]]
    highest = lowest = tall[0]
    for i in range(1, tall.size):
        highest, lowest = max(highest, tall[i]), min(lowest, tall[i])
    return max(highest - lowest, np.float32(1e-9))


# Vector instructions come only of sums that may be taken in any order and of divisions
# that do not look for zeros.
@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _centre(both: np.ndarray, low: int, high: int) -> np.float32:
    # In place: the wave's mean becomes zero, in the average and in the beat itself.
    half = both.size // 2
    for points in (both[half:], both[:half]):
        wave, total = points[low:high], np.float32(0)
        for i in range(wave.size):
            total += wave[i]
        mean = total / np.float32(wave.size)
        for i in range(points.size):
            points[i] -= mean
    size, wave = np.float32(0), both[low:high]
    for i in range(wave.size):
        size += wave[i] * wave[i]
    return max(np.sqrt(size / np.float32(wave.size)), np.float32(1e-9))


@numba.njit(cache=True, nogil=True, fastmath=True)
def _sign(points: np.ndarray) -> np.float32:
    total = np.float32(0)
    for i in range(points.size):
        total += points[i] * points[i] * points[i]
    return np.float32(1) if total >= 0 else np.float32(-1)


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _squeeze(points: np.ndarray, scale: np.float32) -> None:
    # Straight near zero and a square root far from it, so that it holds on both.
    for i in range(points.size):
        value = points[i] * scale
        points[i] = value / np.sqrt(np.float32(1) + np.abs(value))
