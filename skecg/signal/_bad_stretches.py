"""Stretches of a record without an electrocardiogram: at the rails, or only noise.

A converter that is driven too far answers with its largest or smallest value. A loose
electrode leaves noise or mains hum, in whose envelope nothing stands out: the kurtosis
of the envelope tells it from heartbeats, as the kurtosis of the signal does in the
indices of Li et al. [1]_. Of Gaussian noise it is 2, of MIT-BIH DS1 5 and more. Very
fast rhythms come down to 1.5, but they repeat themselves, and noise does not. 40 s are
needed to know noise from beats that are buried in it but still found by their rhythm.

References
----------
.. [1] Li Q., Mark R. G., Clifford G. D. (2008). Robust heart rate estimation from
   multiple asynchronous noisy sources using signal quality indices and a Kalman
   filter. Physiological Measurement 29. :doi:`10.1088/0967-3334/29/1/002`
"""

import numba
import numpy as np
from scipy.ndimage import binary_dilation

from skecg.signal._rpeak_filter import REACH, Envelope

_FLAT = 0.5  # s: what does not move for that long is no signal
_NEAR = 1.5  # s: a heartbeat between two flat lines is no longer
_RAIL = 0.2  # s at the largest or smallest value: no QRS complex stays there as long
_RARE = 5.0  # s: what comes back more often is where the signal rests
_BLOCK = 1.0  # s
_BLOCKS = 40  # in a row that are judged together
_STRIDE = 10  # blocks between windows that are looked at in a long stretch
_PEAKED = 2.1  # kurtosis of the envelope; with less no heartbeat stands out
_FAINT = 0.3  # of the mean power: a block with less does not belong to this noise
_ALIKE = 0.12  # autocorrelation of the envelope that makes a rhythm
_HUM = 0.1  # by which it exceeds that of shorter lags: hum repeats itself at once
_SOON, _SHORTEST, _LONGEST = (0.08, 0.14), 0.18, 1.6  # s: lags of hum, then of beats


def flat(values: np.ndarray, rate: float) -> np.ndarray:
    """Find where the signal does not move for half a second or more.

    Flat stretches of one height with a heartbeat between them are the baseline of a
    signal without noise.

    Parameters
    ----------
    values : ndarray of shape (n_times,)
        Samples.
    rate : float
        In Hz.

    Returns
    -------
    ndarray of bool of shape (n_times,)
    """
    return _flat_runs(values, max(2, round(_FLAT * rate)), round(_NEAR * rate))


def mark_unusable(envelope: Envelope) -> Envelope:
    """Count what is clipped or noise only among what is missing, and its seams.

    The envelope reaches over the edges of such a stretch by the length of its filter.
    Noise far below the beats counts too, but has no seams.

    Parameters
    ----------
    envelope : Envelope
        Of one lead.

    Returns
    -------
    Envelope
        The same but for `missing`.
    """
    bad = only_noise(envelope.qrs, envelope.missing, envelope.rate)
    bad |= at_the_rails(envelope.bins, envelope.rate)
    if not bad.any():
        return envelope
    bad = binary_dilation(bad, iterations=round(REACH * envelope.rate))
    quiet = np.where(bad, envelope.qrs.dtype.type(0), envelope.qrs)
    return envelope._replace(qrs=quiet, missing=envelope.missing | bad)


def at_the_rails(values: np.ndarray, rate: float) -> np.ndarray:
    """Find where the signal stays at its largest or smallest value.

    A value that the signal has half of the time, or comes back to every few seconds, is
    its baseline and no rail.

    Parameters
    ----------
    values : ndarray of shape (n_times,)
        Samples, or averages of neighbouring samples.
    rate : float
        Of `values`, in Hz.

    Returns
    -------
    ndarray of bool of shape (n_times,)
    """
    found = np.zeros(values.size, dtype=np.bool_)
    least = max(2, round(_RAIL * rate))
    for rail in (np.fmin.reduce(values), np.fmax.reduce(values)):  # NaN left aside
        runs = _runs_at(values, rail, least)
        too_many = len(runs) > max(1.0, values.size / (_RARE * rate))
        if len(runs) == 0 or too_many or np.nanmedian(values) == rail:
            continue
        for start, stop in runs:
            found[start:stop] = True
    return found


def only_noise(envelope: np.ndarray, missing: np.ndarray, rate: float) -> np.ndarray:
    """Find where nothing stands out of the envelope for 40 s or more.

    Parameters
    ----------
    envelope : ndarray of float64 of shape (n_bins,)
        QRS envelope.
    missing : ndarray of bool of shape (n_bins,)
        Bins that do not count.
    rate : float
        Bins in a second.

    Returns
    -------
    ndarray of bool of shape (n_bins,)
    """
    block = max(1, round(_BLOCK * rate))
    count, power, fourth = _moments(envelope, missing, block)
    noisy = np.zeros(count.size, dtype=np.bool_)
    for first in _few(np.flatnonzero(_without_peaks(count, power, fourth, block))):
        here = slice(first, first + _BLOCKS)
        if not _repeats(envelope[first * block : (first + _BLOCKS) * block], rate):
            noisy[here] |= power[here] > _FAINT * power[here].mean()
    found = np.zeros(envelope.size, dtype=np.bool_)
    if not noisy.any():
        return found
    found[: noisy.size * block] = np.repeat(noisy, block)
    found[noisy.size * block :] = noisy[-1]
    return found & ~missing


@numba.njit(cache=True, nogil=True)
def _flat_runs(values: np.ndarray, least: int, near: int) -> np.ndarray:
    n_times = values.size
    flat = np.zeros(n_times, dtype=np.bool_)
    start, before, until = 0, 0, -near
    for i in range(1, n_times + 1):
        if i < n_times and values[i] == values[start]:
            continue
        if i - start >= least:
            if start - until < near and values[before] == values[start]:
                flat[before:until] = False
            else:
                flat[start:i] = True
            before, until = start, i
        start = i
    return flat


@numba.njit(cache=True, nogil=True)
def _runs_at(values: np.ndarray, rail: float, least: int) -> np.ndarray:
    # Every run of `least` holds a multiple of `least`: the rest need not be looked at.
    n_times = values.size
    runs = np.empty((n_times // least + 1, 2), dtype=np.int64)
    n_runs, until = 0, 0
    for i in range(least - 1, n_times, least):
        if values[i] != rail or i < until:
            continue
        start, stop = i, i + 1
        while start > until and values[start - 1] == rail:
            start -= 1
        while stop < n_times and values[stop] == rail:
            stop += 1
        if stop - start >= least:
            runs[n_runs] = start, stop
            n_runs += 1
        until = stop
    return runs[:n_runs].copy()


@numba.njit(cache=True, nogil=True)
def _moments(
    envelope: np.ndarray, missing: np.ndarray, block: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    count, second, fourth = np.zeros((3, envelope.size // block))
    for k in range(count.size):
        here = slice(k * block, (k + 1) * block)
        count[k], second[k], fourth[k] = _sums(envelope[here], missing[here])
    return count, second, fourth


@numba.njit(cache=True, nogil=True, fastmath=True)
def _sums(envelope: np.ndarray, missing: np.ndarray) -> tuple[float, float, float]:
    count = second = fourth = 0.0
    for i in range(envelope.size):
        there = 0.0 if missing[i] else 1.0
        square = there * envelope[i] ** 2
        count += there
        second += square
        fourth += square**2
    return count, second, fourth


def _without_peaks(
    count: np.ndarray, second: np.ndarray, fourth: np.ndarray, block: int
) -> np.ndarray:
    # Which blocks begin a window whose kurtosis is low.
    if count.size < _BLOCKS:
        return np.zeros(0, dtype=np.bool_)
    n, power, peaks = _in_windows(np.stack([count, second, fourth]))
    return (2 * n > _BLOCKS * block) & (peaks * n < _PEAKED * power**2)


def _in_windows(sums: np.ndarray) -> np.ndarray:
    # Of 40 blocks, as five times eight, and those as two times two times two. No
    # differences of running totals: one high spike would drown all that follows.
    n_windows = sums.shape[1] - _BLOCKS + 1
    for half in (1, 2, 4):
        sums = sums[:, :-half] + sums[:, half:]
    eights = (sums[:, first : first + n_windows] for first in range(0, _BLOCKS, 8))
    return np.add.reduce(list(eights))


def _few(windows: np.ndarray) -> np.ndarray:
    # Of windows that overlap, those at the ends of a run and some between them.
    ends = np.diff(windows, prepend=-2) > 1
    ends[:-1] |= ends[1:]
    ends[-1:] = True
    return windows[ends | (windows % _STRIDE == 0)]


def _repeats(envelope: np.ndarray, rate: float) -> bool:
    varying = envelope - envelope.mean()
    spectrum = np.fft.rfft(varying, 2 * varying.size)
    lags = np.fft.irfft(np.abs(spectrum) ** 2)[: varying.size]
    soon = lags[round(_SOON[0] * rate) : round(_SOON[1] * rate) + 1].max()
    alike = lags[round(_SHORTEST * rate) : round(_LONGEST * rate)].max()
    return bool(alike > _ALIKE * lags[0] and alike - soon > _HUM * lags[0])
