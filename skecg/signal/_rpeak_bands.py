"""Where it is noisy: the QRS envelope of the bands in which beats stand out.

A loose electrode is loud up to some 10 Hz and hides a QRS complex in the band around
15 Hz, but not above; muscles are loud above, and spare what is below. So where the
envelope does not come to rest between the beats, a lower and a higher band are taken
as well. Each is divided by the height of its own beats there, and the squares are
averaged with weights that say how far beats rise out of the noise of each band: a rough
whitening of the noise. Where the envelope rests, it stays as it is, to the last bit.

Bands and constants were chosen on MIT-BIH DS1 with artificial noise at 1 and -4 dB:
1/f, and movement with a spectrum that falls from 8 or 12 Hz on, and muscles.
"""

import numba
import numpy as np

from skecg.signal._rpeak_filter import Envelope, band_envelope, cell_size
from skecg.signal._rpeak_level import cells

AHEAD: float = 2.2
"""Seconds after a bin that have to be known to say what the envelope is there."""

_OTHERS = ((10.0, 6), (27.0, 8))  # Hz and order: ventricular beats below, R waves above
_GROUP = 6  # cells: half a second
_PAST, _FUTURE = 10, 3  # groups around a group that say how disturbed it is
_QUIET, _LOUD = -2.2, -1.95  # logarithm of floor over beats: no noise, full noise
_NO_BEAT = 4.0  # how far the highest points of noise alone rise out of it
_DRIFT = 3e-3  # of the steps from bin to bin: less is left of mere drift
_NOTHING = -1000.0  # logarithm of zero
_MOST = 20.0  # logarithm: more is not told apart
_LEAST = 0.3  # squared, of a band in which nothing stands out


def weigh_bands(envelope: Envelope) -> Envelope:
    """Look at other bands where the QRS band is noisy.

    Parameters
    ----------
    envelope : Envelope
        Of one lead.

    Returns
    -------
    Envelope
        With another `qrs` in noisy stretches, as high as it was at the beats.
    """
    group = _GROUP * cell_size(envelope.rate)
    floor, top = _floor_and_top(envelope.qrs, group)
    noise = _noise(floor, top, envelope.bins, group)
    if not noise.any():
        return envelope
    qrs = envelope.qrs.copy()
    for first, stop in _stretches(noise):
        bins = slice(first * group, stop * group if stop < noise.size else None)
        low, high = (_other(envelope, bins, *band) for band in _OTHERS)
        part = slice(first, stop)
        _weigh(qrs[bins], low, high, floor[part], top[part], noise[part], group)
    return envelope._replace(qrs=qrs)


def _other(envelope: Envelope, bins: slice, centre: float, order: int) -> np.ndarray:
    band = band_envelope(envelope.bins, envelope.rate, bins, centre=centre, order=order)
    band[envelope.missing[bins]] = 0.0
    return band


@numba.njit(cache=True, nogil=True)
def _noise(
    floor: np.ndarray, top: np.ndarray, bins: np.ndarray, group: int
) -> np.ndarray:
    # From 0 to 1, by group.
    noise = np.zeros(floor.size)
    for k in range(floor.size):
        filled = (floor[k] - top[k] - _QUIET) / (_LOUD - _QUIET)
        if filled > 0 and np.exp(floor[k]) > _DRIFT * _step(bins, k * group, group):
            noise[k] = min(filled, 1.0)
    return noise


@numba.njit(cache=True, nogil=True)
def _step(bins: np.ndarray, first: int, group: int) -> float:
    # Mean size.
    total = 0.0
    for i in range(first, min(bins.size - 1, first + group)):
        total += abs(bins[i + 1] - bins[i])
    return total / group


@numba.njit(cache=True, nogil=True)
def _stretches(noise: np.ndarray) -> np.ndarray:
    # With all groups that the noise of a noisy one is judged by.
    found = np.empty((noise.size, 2), dtype=np.int64)
    n_found = 0
    for k in range(noise.size):
        if noise[k] == 0:
            continue
        first, stop = max(0, k - _PAST - 1), min(noise.size, k + _FUTURE + 1)
        if n_found > 0 and first <= found[n_found - 1, 1]:
            first = found[n_found - 1, 0]
            n_found -= 1
        found[n_found] = first, stop
        n_found += 1
    return found[:n_found].copy()


@numba.njit(cache=True, nogil=True)
def _floor_and_top(qrs: np.ndarray, group: int) -> tuple[np.ndarray, np.ndarray]:
    # By group, logarithms averaged over what is around it: of the cells, most of which
    # hold no beat, and of the highest point within 1.5 s, which is mostly a beat.
    means, highest = cells(qrs, group // _GROUP)
    n_groups = max(1, means.size // _GROUP)
    floors, n_floors = np.zeros(n_groups), np.zeros(n_groups)
    tops, n_tops = np.zeros(n_groups), np.zeros(n_groups)
    before = here = 0.0
    for k in range(n_groups):
        product = 1.0
        for mean in means[k * _GROUP : (k + 1) * _GROUP]:
            if mean > 0:
                product *= mean
                n_floors[k] += 1
        floors[k] = np.log(product)
        if k == 0:
            here = _highest(highest, 0)
        beyond = _highest(highest, k + 1)
        peak = max(before, here, beyond)
        if peak > 0:
            tops[k] = np.log(peak)
            n_tops[k] = 1
        before, here = here, beyond
    return _around(floors, n_floors), _around(tops, n_tops)


@numba.njit(cache=True, nogil=True)
def _highest(cells: np.ndarray, group: int) -> float:
    highest = 0.0
    for i in range(group * _GROUP, min(cells.size, (group + 1) * _GROUP)):
        highest = max(highest, cells[i])
    return highest


@numba.njit(cache=True, nogil=True)
def _around(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    totals, numbers = np.zeros(sums.size), np.zeros(sums.size)
    for place in range(-_PAST, _FUTURE):
        _add(totals, sums, place)
        _add(numbers, counts, place)
    for k in range(sums.size):
        totals[k] = totals[k] / numbers[k] if numbers[k] > 0 else _NOTHING
    return totals


@numba.njit(cache=True, nogil=True)
def _add(totals: np.ndarray, values: np.ndarray, place: int) -> None:
    # To each the value that lies so far behind it, if there is one.
    first, stop = max(0, -place), max(0, totals.size - max(0, place))
    into, added = totals[first:stop], values[first + place :]
    for k in range(into.size):
        into[k] += added[k]


@numba.njit(cache=True, nogil=True)
def _weigh(
    qrs: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    floor: np.ndarray,
    top: np.ndarray,
    noise: np.ndarray,
    group: int,
) -> None:
    # In place, where there is noise; the last group takes what is left over.
    low_floor, low_top = _floor_and_top(low, group)
    high_floor, high_top = _floor_and_top(high, group)
    for k in range(noise.size):
        if noise[k] == 0:
            continue
        clear = _clear(floor[k], top[k])
        low_clear = _clear(low_floor[k], low_top[k])
        high_clear = _clear(high_floor[k], high_top[k])
        share = noise[k] / (clear + low_clear + high_clear)
        gain = share * clear + 1.0 - noise[k]  # with little noise, nearly all of it
        low_gain = share * low_clear * _ratio(top[k], low_top[k])
        high_gain = share * high_clear * _ratio(top[k], high_top[k])
        stop = qrs.size if k == noise.size - 1 else (k + 1) * group
        for i in range(k * group, stop):
            total = gain * qrs[i] ** 2
            total += low_gain * low[i] ** 2 + high_gain * high[i] ** 2
            qrs[i] = np.sqrt(total)


@numba.njit(cache=True, nogil=True)
def _clear(floor: float, top: float) -> float:
    # How far beats rise out of the noise of a band.
    return max(_ratio(top, floor) - _NO_BEAT**2, _LEAST) ** 2


@numba.njit(cache=True, nogil=True)
def _ratio(one: float, other: float) -> float:
    # Of squares, from logarithms.
    return np.exp(2 * min(one - other, _MOST))
