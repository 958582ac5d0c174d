"""Beats of a stream, a second at a time, for many patients at once.

`skecg.signal.streaming.RPeakStream` finds the peaks of the whole record and may look
ahead 11 s for it. An alarm cannot wait so long. Here a beat is decided 0.2 s after it,
by one pass over the samples: two second-order sections from 8 to 24 Hz, the mean of
their absolute value over 80 ms, and a threshold that follows the patient's beats and
the noise between them, after the idea of [1]_. It is made to be right about rates and
pauses, not about single beats.

What is no QRS complex by ANSI/AAMI EC13 [2]_, 0.15 mV and less, is never taken for one,
and a pause ends only with what stands out of the noise around it: else the noise of an
asystole would become its heartbeat.

All limits were chosen on MIT-BIH's DS1.

References
----------
.. [1] Pan J., Tompkins W. J. (1985). A real-time QRS detection algorithm. IEEE
   Transactions on Biomedical Engineering 32(3). :doi:`10.1109/TBME.1985.325532`
.. [2] ANSI/AAMI EC13:2002. Cardiac monitors, heart rate meters, and alarms.
"""

from typing import NamedTuple

import numba
import numpy as np
from scipy.signal import butter, sosfilt, sosfilt_zi

N_BEATS = 32
"""How many of the last beats are remembered."""

SHAPE = 40
"""Points of a beat that is set beside the usual one."""

UNKNOWN, USUAL, VENTRICULAR, DOUBTFUL = -1, 0, 1, 2

_BAND = (8.0, 24.0)  # Hz
_SMOOTH = 0.08  # s
_CONFIRM = 0.12  # s without a higher point
_REFRACTORY = 0.2  # s
_LEARN = 2.5  # s at the beginning, from which the first threshold comes
_LEAST_QRS = 0.15  # mV, EC13: less is no QRS complex
_PULSE = 0.07  # s: the test pulse of EC13
_ALIKE = 0.85  # correlation from which on two beats are of one shape
_FADES = 0.997  # of a shape's count with every beat: some five minutes
_OTHER_SHAPE = 0.8  # correlation below which a beat is ventricular,
_NARROWER = -0.1  # unless it is narrower: logarithm of the widths' ratio
_UNLIKE, _SMALL = 0.75, -0.2  # correlation and log height: noise is small and unlike
_BRIDGED = 0.15  # s without samples that are taken for the last one


class Settings(NamedTuple):
    """What depends on the sampling rate."""

    rate: float
    sos: np.ndarray
    zi: np.ndarray
    smooth: int
    delay: int
    floor: float
    stride: int
    calm: float


class Trackers(NamedTuple):
    """What is known of each patient: a row of every array."""

    z: np.ndarray  # (n, 2, 2) of the filter
    recent: np.ndarray  # (n, smooth) absolute values under the mean
    number: np.ndarray  # (n, 11): see the constants below
    whole: np.ndarray  # (n, 6) of int64
    beats: np.ndarray  # (n, N_BEATS) samples, the newest last; -1 where there is none
    labels: np.ndarray  # (n, N_BEATS)
    usual: np.ndarray  # (n, SHAPE) the patient's usual beat
    other: np.ndarray  # (n, SHAPE) the most frequent one that is unlike it


_LAST, _SUM, _CAND, _SIGNAL, _NOISE, _MEAN, _BACK, _RR, _SLOW, _KNOWN, _OTHERS = range(
    11
)
_PLACE, _SINCE, _BACK_AT, _GOOD, _BEGUN, _MISSING = range(6)
GOOD, MISSING = _GOOD, _MISSING
"""Columns of `Trackers.whole`: samples since the last gap, and in this one."""


def settings(rate: float) -> Settings:
    """Work out what depends on the sampling rate.

    Parameters
    ----------
    rate : float
        In Hz.

    Returns
    -------
    Settings
    """
    sos = butter(2, _BAND, btype="bandpass", fs=rate, output="sos")
    smooth = max(1, round(_SMOOTH * rate))
    half = max(1, round(_PULSE / 2 * rate))
    pulse = np.zeros(round(2 * rate))
    rise = np.linspace(0, 1, half + 1)
    middle = round(rate)
    pulse[middle - half : middle + 1] = rise
    pulse[middle : middle + half + 1] = rise[::-1]
    mean = np.convolve(np.abs(sosfilt(sos, pulse)), np.full(smooth, 1 / smooth))
    return Settings(
        rate=rate,
        sos=sos,
        zi=sosfilt_zi(sos),
        smooth=smooth,
        delay=int(mean.argmax()) - middle,
        floor=float(mean.max()) * _LEAST_QRS,
        stride=max(1, round(rate / 100)),
        calm=float(np.exp(-1 / (2.0 * rate))),
    )


def make_trackers(n: int, setup: Settings) -> Trackers:
    """Return the state of patients of whom nothing is known yet."""
    return Trackers(
        z=np.zeros((n, 2, 2)),
        recent=np.zeros((n, setup.smooth)),
        number=np.zeros((n, 11)),
        whole=np.zeros((n, 6), dtype=np.int64),
        beats=np.full((n, N_BEATS), -1, dtype=np.int64),
        labels=np.full((n, N_BEATS), UNKNOWN, dtype=np.int8),
        usual=np.zeros((n, SHAPE)),
        other=np.zeros((n, SHAPE)),
    )


@numba.njit(cache=True, nogil=True)
def advance(
    rows: np.ndarray,
    begins: np.ndarray,
    ends: np.ndarray,
    rings: np.ndarray,
    trackers: Trackers,
    setup: Settings,
) -> None:
    """Go through the next samples of some patients.

    Parameters
    ----------
    rows : ndarray of int64 of shape (n,)
        The patients.
    begins, ends : ndarray of int64 of shape (n,)
        From which sample of the stream to which one.
    rings : ndarray of shape (n_patients, n_times)
        One lead of each patient; sample i stands at i modulo n_times.
    trackers : Trackers
        Is changed.
    setup : Settings
        Of the sampling rate.
    """
    for k in range(rows.size):
        row = rows[k]
        for i in range(begins[k], ends[k]):
            _take(i, rings[row, i % rings.shape[1]], row, trackers, setup)
        _name_beats(row, ends[k], rings[row], trackers, setup)


@numba.njit(cache=True, nogil=True)
def _take(i: int, x: float, row: int, trackers: Trackers, setup: Settings) -> None:
    number, count = trackers.number[row], trackers.whole[row]
    z, recent = trackers.z[row], trackers.recent[row]
    if np.isfinite(x):
        count[_MISSING] = 0
        number[_LAST] = x
    else:
        count[_MISSING] += 1
        if count[_GOOD] == 0 or count[_MISSING] > _BRIDGED * setup.rate:
            count[_GOOD] = 0
            return
        x = number[_LAST]
    if count[_GOOD] == 0:  # behind a gap, without a jump
        for s in range(2):
            for d in range(2):
                z[s, d] = setup.zi[s, d] * x
        recent[:] = 0.0
        number[_SUM] = 0.0
        number[_CAND] = 0.0
        count[_PLACE] = i
        count[_SINCE] = i
    count[_GOOD] += 1
    y = x
    for s in range(2):
        b0, b1, b2, _, a1, a2 = setup.sos[s]
        out = b0 * y + z[s, 0]
        z[s, 0] = b1 * y - a1 * out + z[s, 1]
        z[s, 1] = b2 * y - a2 * out
        y = out
    place = i % setup.smooth
    number[_SUM] += abs(y) - recent[place]
    recent[place] = abs(y)
    height = max(number[_SUM], 0.0) / setup.smooth
    number[_MEAN] = setup.calm * number[_MEAN] + (1 - setup.calm) * height
    if count[_BEGUN] < _LEARN * setup.rate:
        count[_BEGUN] += 1
        number[_SIGNAL] = max(number[_SIGNAL], 0.7 * height)
        number[_NOISE] = 0.5 * number[_MEAN]
        number[_SLOW] = number[_SIGNAL]
        number[_RR] = 0.8
        return
    _look(i, height, row, trackers, setup)


@numba.njit(cache=True, nogil=True)
def _look(i: int, height: float, row: int, trackers: Trackers, setup: Settings) -> None:
    number, count, rate = trackers.number[row], trackers.whole[row], setup.rate
    last = trackers.beats[row, -1] + setup.delay
    if trackers.beats[row, -1] < 0:
        last = i - int(rate)
    if height > number[_CAND]:
        number[_CAND] = height
        count[_PLACE] = i
    elif i - count[_PLACE] > _CONFIRM * rate:
        if count[_PLACE] > count[_SINCE]:
            _judge(row, last, trackers, setup)
        number[_CAND] = height
        count[_PLACE] = i
        count[_SINCE] = i
    waited = (i - last) / rate
    if waited > 1.66 * number[_RR] and number[_BACK] > 0:
        if number[_BACK] > _lowered(number, setup):
            _accept(row, count[_BACK_AT], number[_BACK], trackers, setup)
        number[_BACK] = 0.0
    if waited > 3.0:  # nobody's beats: let the level sink, by half in 3 s
        number[_SIGNAL] = max(
            number[_SIGNAL] * (1 - 0.23 / rate), 0.6 * number[_SLOW], setup.floor
        )


@numba.njit(cache=True, nogil=True)
def _lowered(number: np.ndarray, setup: Settings) -> float:
    least = max(0.18 * number[_SIGNAL], 0.18 * number[_SLOW], setup.floor)
    return max(least, 2.5 * number[_MEAN], 1.5 * number[_NOISE])


@numba.njit(cache=True, nogil=True)
def _judge(row: int, last: int, trackers: Trackers, setup: Settings) -> None:
    number, count = trackers.number[row], trackers.whole[row]
    height, place = number[_CAND], count[_PLACE]
    gap = (place - last) / setup.rate
    least = number[_NOISE] + 0.28 * (number[_SIGNAL] - number[_NOISE])
    least = max(least, setup.floor)
    if gap < 0.36:
        least = max(least, 0.45 * number[_SIGNAL])  # a T wave is lower
    if gap > 1.0:
        least = max(least, 2.5 * number[_MEAN])
    if height > least and gap >= _REFRACTORY:
        _accept(row, place, height, trackers, setup)
    else:
        number[_NOISE] += 0.125 * (min(height, number[_SIGNAL]) - number[_NOISE])
        if height > number[_BACK] and gap >= 0.36:
            number[_BACK] = height
            count[_BACK_AT] = place


@numba.njit(cache=True, nogil=True)
def _accept(
    row: int, place: int, height: float, trackers: Trackers, setup: Settings
) -> None:
    number, beats, labels = (
        trackers.number[row],
        trackers.beats[row],
        trackers.labels[row],
    )
    beat = place - setup.delay
    if beats[-1] >= 0:
        gap = min(max((beat - beats[-1]) / setup.rate, 0.25), 1.5)
        number[_RR] += 0.125 * (gap - number[_RR])
    held = min(height, 2 * number[_SIGNAL])
    number[_SIGNAL] += 0.125 * (held - number[_SIGNAL])
    number[_SLOW] += 0.03 * (held - number[_SLOW])
    number[_BACK] = 0.0
    beats[:-1] = beats[1:]
    labels[:-1] = labels[1:]
    beats[-1] = beat
    labels[-1] = UNKNOWN


@numba.njit(cache=True, nogil=True)
def _name_beats(
    row: int, end: int, ring: np.ndarray, trackers: Trackers, setup: Settings
) -> None:
    # Every beat behind which there is enough signal.
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
    if trackers.number[row, _KNOWN] < 8:
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
    number[_KNOWN] *= _FADES
    number[_OTHERS] *= _FADES
    if number[_KNOWN] == 0 or best > _ALIKE:
        number[_KNOWN] += 1
        usual += max(0.05, 1 / number[_KNOWN]) * (shape - usual)
    else:
        alike, moved = compare(beat, ring, other, setup)
        if number[_OTHERS] == 0 or alike > _ALIKE:
            number[_OTHERS] += 1
            other += max(0.05, 1 / number[_OTHERS]) * (moved - other)
        elif number[_OTHERS] < 1.5:
            other[:] = moved
        narrower = _width(other) < 0.87 * _width(usual)
        if number[_OTHERS] > (0.8 if narrower else 1.0) * number[_KNOWN] + 1:
            kept = usual.copy()
            usual[:] = other
            other[:] = kept
            count = number[_KNOWN]
            number[_KNOWN] = number[_OTHERS]
            number[_OTHERS] = count
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
