"""From what the networks say to marks that hold together."""

import numba
import numpy as np

from skecg.signal._delineation_beats import LEFT, RATE, RIGHT, cut_beats
from skecg.signal._delineation_net import place_marks

_PART = 0.35  # of the larger part of a T wave: from here on it has two
_BEFORE, _BEHIND = 15, 15  # bins around a T wave in which it may go on
_ASTRAY = 14  # bins
_NONE, _UP, _DOWN, _UP_DOWN, _DOWN_UP = range(5)


@numba.njit(cache=True, nogil=True)
def mark_waves(
    signal: np.ndarray,
    rpeaks: np.ndarray,
    rate: float,
    weights: np.ndarray,
    sizes: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Mark the waves of every beat of a record.

    Parameters
    ----------
    signal : ndarray of float64 of shape (n_times,)
        One lead; samples that are not finite count as missing.
    rpeaks : ndarray of int64 of shape (n_beats,)
        In samples, ascending; at least one.
    rate : float
        Sampling rate, in Hz.
    weights, sizes : ndarray
        As `load_weights` returns them.

    Returns
    -------
    placed, shape : ndarray
        As `settle_marks` returns them.
    """
    centre, window, average, rhythm, gap = cut_beats(signal, rpeaks, rate)
    marks, odds = place_marks(average, window, rhythm, weights, sizes)
    n_times = signal.size
    return settle_marks(marks, odds, average, centre, gap, rpeaks, n_times, rate)


@numba.njit(cache=True, nogil=True)
def settle_marks(
    marks: np.ndarray,
    odds: np.ndarray,
    average: np.ndarray,
    centre: np.ndarray,
    gap: np.ndarray,
    rpeaks: np.ndarray,
    n_times: int,
    rate: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Put marks in order, name the T waves, and drop what cannot be.

    Parameters
    ----------
    marks : ndarray of float32 of shape (n_beats, 9)
        In bins from the beat's centre; changed in place.
    odds : ndarray of float32 of shape (n_beats, 2)
        Logarithm of the odds that P and T are there.
    average : ndarray of float32 of shape (n_beats, 300)
        See `Beats`.
    centre, gap : ndarray
        See `Beats`.
    rpeaks : ndarray of int64 of shape (n_beats,)
        In samples.
    n_times : int
        Samples of the record.
    rate : float
        Sampling rate, in Hz.

    Returns
    -------
    placed : ndarray of float64 of shape (9, n_beats)
        In samples; NaN where there is no mark.
    shape : ndarray of int64 of shape (n_beats,)
        Index into `T_SHAPES`.
    """
    n_beats = len(marks)
    placed = np.full((9, n_beats), np.nan)
    shape = np.zeros(n_beats, dtype=np.int64)
    for b in range(n_beats):
        if _is_flat(average[b]):
            continue
        _order(marks[b], rpeaks[b] * RATE / rate - centre[b])
        shape[b] = _name(average[b], marks[b])
        there = odds[b, 0] > 0, True, odds[b, 1] > 0
        for wave in range(3):
            if there[wave]:
                _put(placed[:, b], wave, marks[b], centre[b], gap, n_times, rate)
        if np.isfinite(placed[4, b]):
            placed[4, b] = rpeaks[b]  # as given, to the last digit
    _part(placed)
    for b in range(n_beats):
        if np.isnan(placed[7, b]):
            shape[b] = _NONE
    return placed, shape


@numba.njit(cache=True, nogil=True)
def _is_flat(beat: np.ndarray) -> bool:
    n_equal = 1
    while n_equal < beat.size and beat[n_equal] == beat[0]:
        n_equal += 1
    return n_equal == beat.size


@numba.njit(cache=True, nogil=True)
def _part(placed: np.ndarray) -> None:
    # What reaches into the QRS complex of another beat cannot be seen there.
    for b in range(1, placed.shape[1]):
        before, here = placed[:, b - 1], placed[:, b]
        start = here[3] if np.isfinite(here[3]) else here[4]
        if before[7] >= start:
            before[6:] = np.nan
        elif before[8] > start:
            before[8] = np.nan
        stop = before[5] if np.isfinite(before[5]) else before[4]
        if here[1] <= stop:
            here[:3] = np.nan
        elif here[0] < stop:
            here[0] = np.nan


@numba.njit(cache=True, nogil=True)
def _order(marks: np.ndarray, rpeak: float) -> None:
    # Outwards from the R-peak, at least a bin apart; P may touch QRS, and QRS T.
    marks[4] = rpeak
    marks[3] = min(marks[3], rpeak - 1)
    marks[5] = max(marks[5], rpeak + 1)
    marks[2] = min(marks[2], marks[3])
    marks[6] = max(marks[6], marks[5])
    for i in (1, 0):
        marks[i] = min(marks[i], marks[i + 1] - 1)
    for i in (7, 8):
        marks[i] = max(marks[i], marks[i - 1] + 1)


@numba.njit(cache=True, nogil=True)
def _name(beat: np.ndarray, marks: np.ndarray) -> int:
    # By what stands above and below a straight line over the wave and a little more:
    # of a wave of two parts the networks may have marked the larger one.
    first = LEFT + int(max(np.rint(marks[6]) - _BEFORE, np.rint(marks[5])))
    first = min(max(first, 0), LEFT + RIGHT - 3)
    last = min(
        max(LEFT + int(np.rint(marks[8])) + _BEHIND, first + 2), LEFT + RIGHT - 1
    )
    highest, lowest, up, down = _extrema(beat[first : last + 1])
    peak = (highest if up > down else lowest) + first - LEFT
    # What experts call the peak is near the larger part, or the wave is not in two.
    if min(up, down) < _PART * max(up, down) or abs(peak - marks[7]) > _ASTRAY:
        return _UP if up > down else _DOWN
    marks[7] = peak
    marks[6] = max(marks[5], min(marks[6], marks[7] - 1))
    marks[7] = max(marks[7], marks[6] + 1)
    marks[8] = max(marks[8], marks[7] + 1)
    return _UP_DOWN if highest < lowest else _DOWN_UP


@numba.njit(cache=True, nogil=True)
def _extrema(wave: np.ndarray) -> tuple[int, int, np.float32, np.float32]:
    # The first highest and lowest point beside a line from end to end, and how far
    # they are above and below it.
    slope = (wave[-1] - wave[0]) / (wave.size - 1)
    highest = lowest = 0
    up = down = np.float32(0)
    for j in range(wave.size):
        height = np.float32(wave[j] - (wave[0] + slope * j))
        if height > up:
            highest, up = j, height
        elif -height > down:
            lowest, down = j, -height
    return highest, lowest, up, down


@numba.njit(cache=True, nogil=True)
def _put(
    placed: np.ndarray,
    wave: int,
    marks: np.ndarray,
    centre: int,
    gap: np.ndarray,
    n_times: int,
    rate: float,
) -> None:
    # A wave without a peak is none; without an onset or an offset it may be one.
    for i in (3 * wave + 1, 3 * wave, 3 * wave + 2):
        if i != 3 * wave + 1 and np.isnan(placed[3 * wave + 1]):
            return
        sample = (centre + marks[i]) * rate / RATE
        if not 0 <= sample <= n_times - 1:
            continue
        if not gap[min(gap.size - 1, int(np.rint(centre + marks[i])))]:
            placed[i] = sample
