"""Beats in windows of one rate, and what each has in common with its neighbours.

The record is brought to 250 Hz, each beat is centred on the energy of its QRS complex
(so that it does not matter which of its extrema the R-peak is), and an average of the
beats around it that look alike keeps the waves and loses the noise.
"""

from typing import NamedTuple

import numba
import numpy as np

from skecg.signal._delineation_bins import RATE, to_bins

LEFT, RIGHT = 120, 180  # bins before and behind the centre
_REACH = 4  # beats to each side that are averaged
_CLEAR = 20  # bins beside the centre of another beat: its QRS complex
_QRS = 25  # bins to each side, where a beat's energy is looked for
_LEVEL = (25, 15)  # bins before the centre: between P and QRS
_COMPARED = (-25, 100)  # bins in which beats must look alike
_ALIKE = 0.7  # from here on a neighbour counts
_LONE = 200.0  # bins: the RR interval of a beat that has no neighbour


class Beats(NamedTuple):
    """The beats of a record in windows of 300 bins, and what is known of each.

    Parameters
    ----------
    centre : ndarray of int64 of shape (n_beats,)
        Bin of the record.
    window, average : ndarray of float32 of shape (n_beats, 300)
        The beat itself, and the average of it and those that look like it. What
        belongs to the next QRS complex repeats the last bin before it.
    rhythm : ndarray of float32 of shape (n_beats, 5)
        RR interval before and behind (logarithm, over 0.8 s), irregularity, how many
        beats were averaged (over 8), how much the most similar one is alike.
    gap : ndarray of bool of shape (n_bins,)
        Where the record has no sample.
    """

    centre: np.ndarray
    window: np.ndarray
    average: np.ndarray
    rhythm: np.ndarray
    gap: np.ndarray


@numba.njit(cache=True, nogil=True)
def cut_beats(
    signal: np.ndarray, rpeaks: np.ndarray, rate: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Bring a record to 250 Hz and return the fields of `Beats`.

    Parameters
    ----------
    signal : ndarray of shape (n_times,)
        One lead; samples that are not finite count as missing.
    rpeaks : ndarray of int64 of shape (n_beats,)
        In samples, ascending.
    rate : float
        Sampling rate, in Hz.

    Returns
    -------
    tuple of ndarray
    """
    bins, gap = to_bins(signal, rate)
    centre = _centres(bins, rpeaks, rate)
    first, last = _limits(centre, bins.size)
    window = _windows(bins, centre, first, last)
    rhythm = _rhythm(centre)
    average = _averages(window, first, last, rhythm)
    return centre, window, average, rhythm, gap


@numba.njit(cache=True, nogil=True)
def _centres(bins: np.ndarray, rpeaks: np.ndarray, rate: float) -> np.ndarray:
    centres = np.empty(rpeaks.size, dtype=np.int64)
    for b, rpeak in enumerate(rpeaks):
        centre = int(np.rint(rpeak * RATE / rate))
        for _ in range(2):  # the second time the window stands where it belongs
            energy = moment = 0.0
            low, high = max(1, centre - _QRS), min(bins.size - 1, centre + _QRS + 1)
            for k in range(low, high):
                step = float(bins[k + 1] - bins[k - 1])
                weight = step * step * (1 - ((k - centre) / (_QRS + 1.0)) ** 2)
                energy += weight
                moment += weight * k
            if energy > 0:
                centre = int(np.rint(moment / energy))
        centres[b] = centre
    return centres


@numba.njit(cache=True, nogil=True)
def _limits(centre: np.ndarray, n_bins: int) -> tuple[np.ndarray, np.ndarray]:
    # Of what belongs to a beat, relative to its centre. Where there is no neighbour,
    # one may have been left out: it is as far as the neighbour on the other side.
    n_beats = centre.size
    first, last = np.empty(n_beats, np.int64), np.empty(n_beats, np.int64)
    for b in range(n_beats):
        before, after = _intervals(centre, b)
        left, right = max(_CLEAR - before, -LEFT), min(after - _CLEAR, RIGHT - 1)
        first[b] = max(-centre[b], min(-5, left))
        last[b] = min(n_bins - 1 - centre[b], max(5, right))
    return first, last


@numba.njit(cache=True, nogil=True)
def _intervals(centre: np.ndarray, b: int) -> tuple[float, float]:
    n_beats = centre.size
    if n_beats < 2:
        return _LONE, _LONE
    before = centre[b] - centre[b - 1] if b > 0 else centre[1] - centre[0]
    after = centre[b + 1] - centre[b] if b + 1 < n_beats else centre[b] - centre[b - 1]
    return float(before), float(after)


@numba.njit(cache=True, nogil=True)
def _rhythm(centre: np.ndarray) -> np.ndarray:
    n_beats = centre.size
    rhythm = np.zeros((n_beats, 5), dtype=np.float32)
    for b in range(n_beats):
        for side, interval in enumerate(_intervals(centre, b)):
            rhythm[b, side] = np.log(min(max(interval, 50.0), 400.0) / _LONE)
        change = total = 0.0
        for o in range(max(1, b - _REACH), min(n_beats - 1, b + _REACH + 1)):
            change += abs(centre[o + 1] - 2 * centre[o] + centre[o - 1])
            total += centre[o + 1] - centre[o - 1]
        rhythm[b, 2] = min(1.0, 4 * change / total) if total > 0 else 0.0
    return rhythm


@numba.njit(cache=True, nogil=True)
def _windows(
    bins: np.ndarray, centre: np.ndarray, first: np.ndarray, last: np.ndarray
) -> np.ndarray:
    windows = np.empty((centre.size, LEFT + RIGHT), dtype=np.float32)
    for b, middle in enumerate(centre):
        low, high = middle + first[b], middle + last[b]
        level = np.float32(0)
        start, stop = max(low, middle - _LEVEL[0]), max(low, middle - _LEVEL[1])
        for k in range(start, stop + 1):
            level += bins[k]
        level /= np.float32(stop + 1 - start)
        for j in range(LEFT + RIGHT):
            k = min(max(middle - LEFT + j, low), high)
            windows[b, j] = bins[k] - level
    return windows


@numba.njit(cache=True, nogil=True)
def _averages(
    window: np.ndarray, first: np.ndarray, last: np.ndarray, rhythm: np.ndarray
) -> np.ndarray:
    # Fills the last two columns of `rhythm` on the way.
    n_beats = len(window)
    average = window.copy()
    likeness = _neighbours(window, first, last)
    weights = np.empty(LEFT + RIGHT, dtype=np.float32)
    for b in range(n_beats):
        weights[:] = 1
        for o in range(max(0, b - _REACH), min(n_beats, b + _REACH + 1)):
            if o == b:
                continue
            alike = likeness[min(b, o), abs(b - o) - 1]
            rhythm[b, 4] = max(rhythm[b, 4], alike)
            weight = np.float32(max(0.0, (alike - _ALIKE) / (1 - _ALIKE)) ** 2)
            if weight > 0:
                rhythm[b, 3] += weight / np.float32(2 * _REACH)
                part = slice(LEFT + first[o], LEFT + last[o] + 1)
                _add(average[b, part], weights[part], window[o, part], weight)
        average[b] /= weights
    return average


@numba.njit(cache=True, nogil=True)
def _neighbours(window: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    # How alike each beat is to the next ones; the other way round it is the same.
    n_beats = len(window)
    likeness = np.zeros((n_beats, _REACH))
    for b in range(n_beats):
        for o in range(b + 1, min(n_beats, b + _REACH + 1)):
            low = LEFT + max(_COMPARED[0], first[b], first[o])
            high = LEFT + min(_COMPARED[1], last[b], last[o])
            alike = _likeness(window[b, low:high], window[o, low:high])
            likeness[b, o - b - 1] = alike
    return likeness


@numba.njit(cache=True, nogil=True, fastmath=True)
def _add(
    total: np.ndarray, weights: np.ndarray, beat: np.ndarray, weight: np.float32
) -> None:
    for j in range(beat.size):
        total[j] += weight * beat[j]
        weights[j] += weight


@numba.njit(cache=True, nogil=True, fastmath=True)
def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    # 1 for equal shapes of equal size, whatever their levels.
    n = one.size
    if n < 2:
        return 0.0
    sum_one = sum_other = squares = product = np.float32(0)
    for j in range(n):
        sum_one += one[j]
        sum_other += other[j]
        squares += one[j] * one[j] + other[j] * other[j]
        product += one[j] * other[j]
    squares -= (sum_one * sum_one + sum_other * sum_other) / n
    product -= sum_one * sum_other / n
    return float(2 * product / squares) if squares > 1e-12 else 0.0
