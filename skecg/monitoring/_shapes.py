"""Beats beside the patient's usual one: which are ventricular, which are noise.

All limits were chosen on MIT-BIH's DS1 and on constructed records.
"""

import numba
import numpy as np

from skecg.monitoring._trackers import (
    DOUBTFUL,
    KNOWN,
    N_BEATS,
    OTHERS,
    SHAPE,
    UNKNOWN,
    USUAL,
    VENTRICULAR,
    Settings,
    Trackers,
)

_ALIKE = 0.85  # correlation from which on two beats are of one shape
_FADES = 0.997  # of a shape's count with every beat: some five minutes
_OTHER_SHAPE = 0.8  # correlation below which a beat is ventricular,
_NARROWER = -0.1  # unless it is narrower: logarithm of the widths' ratio
_UNLIKE, _SMALL = 0.75, -0.2  # correlation and log height: noise is small and unlike


@numba.njit(cache=True, nogil=True)
def name_beats(
    row: int, end: int, ring: np.ndarray, trackers: Trackers, setup: Settings
) -> None:
    """Say of every beat behind which there is enough signal what it is."""
    beats, labels = trackers.beats[row], trackers.labels[row]
    half = SHAPE // 2 * setup.stride + 4 * setup.stride
    for k in range(1, N_BEATS):
        if labels[k] != UNKNOWN or beats[k] < 0 or beats[k] + half + setup.stride > end:
            continue
        if beats[k] - half < 0 or end - (beats[k] - half) > ring.size:
            labels[k] = USUAL
            continue
        labels[k] = _name(row, k, ring, trackers, setup)


@numba.njit(cache=True, nogil=True)
def _name(
    row: int, k: int, ring: np.ndarray, trackers: Trackers, setup: Settings
) -> int:
    told = measure_beat(row, trackers.beats[row, k], ring, trackers, setup)
    if trackers.number[row, KNOWN] < 8:
        return USUAL
    if told[0] < _UNLIKE and told[2] < _SMALL:
        return DOUBTFUL
    ventricular = told[0] < _OTHER_SHAPE and told[1] > _NARROWER
    return VENTRICULAR if ventricular else USUAL


@numba.njit(cache=True, nogil=True)
def measure_beat(
    row: int, beat: int, ring: np.ndarray, trackers: Trackers, setup: Settings
) -> np.ndarray:
    """Set a beat beside the patient's usual one, and learn from it.

    Two shapes are kept: the usual one and the other one, to which goes what is unlike
    the usual one. They change places when the other one is as frequent, or is narrower
    and not rare: else a patient whom one meets amidst ventricular beats would have
    those for usual.

    Parameters
    ----------
    row : int
        The patient.
    beat : int
        Its sample.
    ring : ndarray of shape (n_times,)
        The patient's signal.
    trackers : Trackers
        Is changed.
    setup : Settings
        Of the sampling rate.

    Returns
    -------
    ndarray of shape (4,)
        Correlation with the usual beat; logarithms of its width, of its height and of
        its steepest slope beside those of the usual one.
    """
    usual, other, number = (
        trackers.usual[row],
        trackers.other[row],
        trackers.number[row],
    )
    told = np.zeros(4)
    best, shape = compare(beat, ring, usual, setup)
    number[KNOWN] *= _FADES
    number[OTHERS] *= _FADES
    if number[KNOWN] == 0 or best > _ALIKE:
        number[KNOWN] += 1
        usual += max(0.05, 1 / number[KNOWN]) * (shape - usual)
    else:
        alike, moved = compare(beat, ring, other, setup)
        if number[OTHERS] == 0 or alike > _ALIKE:
            number[OTHERS] += 1
            other += max(0.05, 1 / number[OTHERS]) * (moved - other)
        elif number[OTHERS] < 1.5:
            other[:] = moved
        narrower = _width(other) < 0.87 * _width(usual)
        if number[OTHERS] > (0.8 if narrower else 1.0) * number[KNOWN] + 1:
            kept = usual.copy()
            usual[:] = other
            other[:] = kept
            count = number[KNOWN]
            number[KNOWN] = number[OTHERS]
            number[OTHERS] = count
            best, shape = compare(beat, ring, usual, setup)
    told[0] = best
    told[1] = np.log(max(_width(shape), 0.1) / max(_width(usual), 0.1))
    told[2] = np.log(max(_size(shape), 1e-6) / max(_size(usual), 1e-6))
    told[3] = np.log(max(_steepest(shape), 1e-6) / max(_steepest(usual), 1e-6))
    return told


@numba.njit(cache=True, nogil=True)
def compare(
    beat: int, ring: np.ndarray, usual: np.ndarray, setup: Settings
) -> tuple[float, np.ndarray]:
    """Return how alike a beat is to the usual one, and the beat where it is most so."""
    stride, slack = setup.stride, 4
    wide = np.empty(SHAPE + 2 * slack)
    first = beat - (SHAPE // 2 + slack) * stride
    for p in range(wide.size):
        total = 0.0
        for s in range(stride):
            x = ring[(first + p * stride + s) % ring.size]
            total += x if np.isfinite(x) else 0.0
        wide[p] = total / stride
    begin, end = wide[:4].mean(), wide[-4:].mean()  # the baseline may wander
    for p in range(wide.size):
        wide[p] -= begin + (end - begin) * p / (wide.size - 1)
    best, where = -2.0, slack
    for shift in range(2 * slack + 1):
        alike = _correlate(wide[shift : shift + SHAPE], usual)
        if alike > best + 1e-6 or (abs(alike - best) <= 1e-6 and shift == slack):
            best, where = alike, shift
    shape = wide[where : where + SHAPE].copy()
    return best, shape - np.median(shape)


@numba.njit(cache=True, nogil=True)
def _correlate(a: np.ndarray, b: np.ndarray) -> float:
    mean_a, mean_b = a.mean(), b.mean()
    both = aa = bb = 0.0
    for p in range(a.size):
        da, db = a[p] - mean_a, b[p] - mean_b
        both += da * db
        aa += da * da
        bb += db * db
    return both / np.sqrt(aa * bb) if aa > 0 and bb > 0 else 0.0


@numba.njit(cache=True, nogil=True)
def _size(shape: np.ndarray) -> float:
    return shape.max() - shape.min()


@numba.njit(cache=True, nogil=True)
def _width(shape: np.ndarray) -> float:
    return np.abs(shape).sum() / max(np.abs(shape).max(), 1e-9)


@numba.njit(cache=True, nogil=True)
def _steepest(shape: np.ndarray) -> float:
    return np.abs(shape[1:] - shape[:-1]).max()
