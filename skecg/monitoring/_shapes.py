"""Beats beside the patient's usual one: which are ventricular, which are noise.

A logistic regression on seven measures of a beat says whether it is usual,
ventricular or noise; its weights were fitted on the beats of MIT-BIH's DS1, on those of
DS1 with the noise of moving electrodes added, and on constructed records of even seeds
(see ``benchmarks/monitor.py``), on which all limits were chosen too. That a beat is
believed by the quality of its signal, and no alarm rests on beats that are noise, is
how false alarms of monitors were lowered in the PhysioNet/CinC Challenge 2015 [1]_.

References
----------
.. [1] Eerikainen L. M., Vanschoren J., Rooijakkers M. J., Vullings R., Aarts R. M.
   (2016). Reduction of false arrhythmia alarms using signal selection and machine
   learning. Physiological Measurement 37(8). :doi:`10.1088/0967-3334/37/8/1204`
"""

import numba
import numpy as np

from skecg.monitoring._trackers import (
    DOUBTFUL,
    KNOWN,
    N_BEATS,
    NOISE,
    OTHERS,
    SHAPE,
    SIGNAL,
    UNKNOWN,
    USUAL,
    VENTRICULAR,
    Settings,
    Trackers,
)

_ALIKE = 0.85  # correlation from which on two beats are of one shape
_FADES = 0.997  # of a shape's count with every beat: some five minutes
_SLACK = 4  # points by which a beat is moved to fit a shape
_SLACK_OF_WIDE = 9  # where a wide beat is marked is less sure
# Log odds against a usual beat: weights of the measures of a beat, and a constant.
_OF_VENTRICULAR = np.array([-1.24, 1.48, 2.53, -1.41, 0.96, -1.42, -0.15, 0.17])
_OF_NOISE = np.array([-0.86, 1.09, -0.24, -2.17, -0.46, -3.1, 1.93, 4.89])
_SPARED = 0.4  # log odds by which noise must be likelier than a ventricular beat
_SMALL = -0.2  # log height beside the usual beat: smaller noise is doubtful


@numba.njit(cache=True, nogil=True)
def name_beats(
    row: int, end: int, ring: np.ndarray, trackers: Trackers, setup: Settings
) -> None:
    """Say of every beat behind which there is enough signal what it is."""
    beats, labels = trackers.beats[row], trackers.labels[row]
    half = (SHAPE // 2 + _SLACK_OF_WIDE) * setup.stride
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
    return _label(told)


@numba.njit(cache=True, nogil=True)
def _label(told: np.ndarray) -> int:
    # Noise as high as a beat stays one: to leave it out could hide a heart that beats.
    ventricular, noise = _OF_VENTRICULAR[-1], _OF_NOISE[-1]
    for k in range(told.size):
        ventricular += _OF_VENTRICULAR[k] * told[k]
        noise += _OF_NOISE[k] * told[k]
    if noise > max(ventricular + _SPARED, 0.0):
        return DOUBTFUL if told[2] < _SMALL else USUAL
    return VENTRICULAR if ventricular > 0 else USUAL


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
    ndarray of shape (7,)
        Correlation with the usual beat; logarithms of its width, of its height and of
        its steepest slope beside those of the usual one; correlation with the other
        shape and with the beat before; logarithm of the noise between beats beside
        their height.
    """
    usual, other, number = (
        trackers.usual[row],
        trackers.other[row],
        trackers.number[row],
    )
    told = np.zeros(7)
    previous = trackers.previous[row]
    best, shape = compare(beat, ring, usual, _SLACK, setup)
    told[4], moved = compare(beat, ring, other, _SLACK, setup)
    told[5], _ = compare(beat, ring, previous, _SLACK_OF_WIDE, setup)
    previous[:] = shape
    number[KNOWN] *= _FADES
    number[OTHERS] *= _FADES
    if number[KNOWN] == 0 or best > _ALIKE:
        number[KNOWN] += 1
        usual += max(0.05, 1 / number[KNOWN]) * (shape - usual)
    else:
        if number[OTHERS] == 0 or told[4] > _ALIKE:
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
            told[4] = best
            best, shape = compare(beat, ring, usual, _SLACK, setup)
    told[0] = best
    told[1] = np.log(max(_width(shape), 0.1) / max(_width(usual), 0.1))
    told[2] = np.log(max(_size(shape), 1e-6) / max(_size(usual), 1e-6))
    told[3] = np.log(max(_steepest(shape), 1e-6) / max(_steepest(usual), 1e-6))
    told[6] = np.log(min(max(number[NOISE] / max(number[SIGNAL], 1e-9), 0.02), 1.0))
    return told


@numba.njit(cache=True, nogil=True)
def compare(
    beat: int, ring: np.ndarray, usual: np.ndarray, slack: int, setup: Settings
) -> tuple[float, np.ndarray]:
    """Return how alike a beat is to a shape, and the beat where it is most so."""
    stride = setup.stride
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
