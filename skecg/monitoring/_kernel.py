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

import numba
import numpy as np

from skecg.monitoring._shapes import name_beats
from skecg.monitoring._trackers import (
    BACK,
    BACK_AT,
    BEGUN,
    CANDIDATE,
    GOOD,
    INTERVAL,
    LAST,
    MEAN,
    MISSING,
    NOISE,
    PLACE,
    SIGNAL,
    SINCE,
    SLOW,
    SUM,
    UNKNOWN,
    Settings,
    Trackers,
)

_CONFIRM = 0.12  # s without a higher point
_REFRACTORY = 0.2  # s
_LEARN = 2.5  # s at the beginning, from which the first threshold comes
_BRIDGED = 0.15  # s without samples that are taken for the last one


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
        name_beats(row, ends[k], rings[row], trackers, setup)


@numba.njit(cache=True, nogil=True)
def _take(i: int, x: float, row: int, trackers: Trackers, setup: Settings) -> None:
    number, count = trackers.number[row], trackers.whole[row]
    z, recent = trackers.z[row], trackers.recent[row]
    if np.isfinite(x):
        count[MISSING] = 0
        number[LAST] = x
    else:
        count[MISSING] += 1
        if count[GOOD] == 0 or count[MISSING] > _BRIDGED * setup.rate:
            count[GOOD] = 0
            return
        x = number[LAST]
    if count[GOOD] == 0:  # behind a gap, without a jump
        for s in range(2):
            for d in range(2):
                z[s, d] = setup.zi[s, d] * x
        recent[:] = 0.0
        number[SUM] = 0.0
        number[CANDIDATE] = 0.0
        count[PLACE] = i
        count[SINCE] = i
    count[GOOD] += 1
    y = x
    for s in range(2):
        b0, b1, b2, _, a1, a2 = setup.sos[s]
        out = b0 * y + z[s, 0]
        z[s, 0] = b1 * y - a1 * out + z[s, 1]
        z[s, 1] = b2 * y - a2 * out
        y = out
    place = i % setup.smooth
    number[SUM] += abs(y) - recent[place]
    recent[place] = abs(y)
    height = max(number[SUM], 0.0) / setup.smooth
    number[MEAN] = setup.calm * number[MEAN] + (1 - setup.calm) * height
    if count[BEGUN] < _LEARN * setup.rate:
        count[BEGUN] += 1
        number[SIGNAL] = max(number[SIGNAL], 0.7 * height)
        number[NOISE] = 0.5 * number[MEAN]
        number[SLOW] = number[SIGNAL]
        number[INTERVAL] = 0.8
        return
    _look(i, height, row, trackers, setup)


@numba.njit(cache=True, nogil=True)
def _look(i: int, height: float, row: int, trackers: Trackers, setup: Settings) -> None:
    number, count, rate = trackers.number[row], trackers.whole[row], setup.rate
    last = trackers.beats[row, -1] + setup.delay
    if trackers.beats[row, -1] < 0:
        last = i - int(rate)
    if height > number[CANDIDATE]:
        number[CANDIDATE] = height
        count[PLACE] = i
    elif i - count[PLACE] > _CONFIRM * rate:
        if count[PLACE] > count[SINCE]:
            _judge(row, last, trackers, setup)
        number[CANDIDATE] = height
        count[PLACE] = i
        count[SINCE] = i
    waited = (i - last) / rate
    if waited > 1.66 * number[INTERVAL] and number[BACK] > 0:
        if number[BACK] > _lowered(number, setup):
            _accept(row, count[BACK_AT], number[BACK], trackers, setup)
        number[BACK] = 0.0
    if waited > 3.0:  # nobody's beats: let the level sink, by half in 3 s
        number[SIGNAL] = max(
            number[SIGNAL] * (1 - 0.23 / rate), 0.6 * number[SLOW], setup.floor
        )


@numba.njit(cache=True, nogil=True)
def _lowered(number: np.ndarray, setup: Settings) -> float:
    least = max(0.18 * number[SIGNAL], 0.18 * number[SLOW], setup.floor)
    return max(least, 2.5 * number[MEAN], 1.5 * number[NOISE])


@numba.njit(cache=True, nogil=True)
def _judge(row: int, last: int, trackers: Trackers, setup: Settings) -> None:
    number, count = trackers.number[row], trackers.whole[row]
    height, place = number[CANDIDATE], count[PLACE]
    gap = (place - last) / setup.rate
    least = number[NOISE] + 0.28 * (number[SIGNAL] - number[NOISE])
    least = max(least, setup.floor)
    if gap < 0.36:
        least = max(least, 0.45 * number[SIGNAL])  # a T wave is lower
    if gap > 1.0:
        least = max(least, 2.5 * number[MEAN])
    if height > least and gap >= _REFRACTORY:
        _accept(row, place, height, trackers, setup)
    else:
        number[NOISE] += 0.125 * (min(height, number[SIGNAL]) - number[NOISE])
        if height > number[BACK] and gap >= 0.36:
            number[BACK] = height
            count[BACK_AT] = place


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
        number[INTERVAL] += 0.125 * (gap - number[INTERVAL])
    held = min(height, 2 * number[SIGNAL])
    number[SIGNAL] += 0.125 * (held - number[SIGNAL])
    number[SLOW] += 0.03 * (held - number[SLOW])
    number[BACK] = 0.0
    beats[:-1] = beats[1:]
    labels[:-1] = labels[1:]
    beats[-1] = beat
    labels[-1] = UNKNOWN
