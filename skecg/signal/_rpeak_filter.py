"""The envelope in which a QRS complex stands out, at a rate that suits it.

The record is averaged down to about 120 Hz, gaps and flat runs are bridged, and a
complex wavelet of the QRS band gives an envelope: one hump for each complex, whatever
its shape and sign. All of it is symmetric in time, so nothing is delayed.
"""

import functools
from typing import NamedTuple

import numba
import numpy as np

_RATE = 120.0  # Hz: the rate worked at is this one within a factor of the square root
_CENTRE = 15.0  # Hz: T and P waves lie below, muscle noise above
_ORDER = 6  # of the wavelet: how steep its band falls towards 0 Hz
_REACH = 0.12  # s to each side, where the wavelet has faded away
_SHORT, _LONG = 0.08, 0.4  # s: means over these differ by the slow waves
_CHUNK = 1024  # bins filtered at once: they stay in the processor's nearest cache
_FLAT = 0.5  # s: what does not move for that long is no signal
_NEAR = 1.5  # s: a heartbeat between two flat lines is no longer


class Envelope(NamedTuple):
    """The QRS envelope of a record.

    Parameters
    ----------
    bins : ndarray of float64 of shape (n_bins,)
        The record itself, averaged down and bridged.
    qrs : ndarray of float64 of shape (n_bins,)
        Envelope of the QRS band.
    slow : ndarray of float64 of shape (n_bins,)
        Size of the waves of some 2 to 6 Hz, to know flutter by.
    missing : ndarray of bool of shape (n_bins,)
        Where the record has a gap or is flat.
    step : int
        Samples of the record in one bin.
    rate : float
        Bins in a second.
    """

    bins: np.ndarray
    qrs: np.ndarray
    slow: np.ndarray
    missing: np.ndarray
    step: int
    rate: float


def qrs_envelope(signal: np.ndarray, *, sampling_rate: float) -> Envelope:
    """Average the record down and take its envelope.

    Parameters
    ----------
    signal : ndarray of shape (n_times,)
        One lead; samples that are not finite count as missing.
    sampling_rate : float
        In Hz.

    Returns
    -------
    Envelope

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal._rpeak_filter import qrs_envelope
    >>> signal = np.zeros(720)
    >>> signal[360] = 1.0
    >>> envelope = qrs_envelope(signal, sampling_rate=360.0)
    >>> envelope.step, envelope.rate, int(envelope.qrs.argmax())
    (3, 120.0, 120)
    """
    step = max(1, round(sampling_rate / _RATE))
    rate = sampling_rate / step
    bins = _average(signal, step)
    missing = _bridge(bins, round(_FLAT * rate), round(_NEAR * rate))
    even, odd = _wavelet(rate)
    qrs = _modulus(bins, even, odd)
    slow = _slow(bins, round(_SHORT * rate / 2), round(_LONG * rate / 2))
    return Envelope(bins, qrs, slow, missing, step, rate)


@functools.lru_cache(maxsize=32)
def _wavelet(rate: float) -> tuple[np.ndarray, np.ndarray]:
    # Derivative of a Gaussian and its Hilbert transform, made from their spectrum; cut
    # off softly, and of zero mean so that offset and drift leave no trace.
    n_grid = 4096
    frequency = np.fft.fftfreq(n_grid, 1 / rate)
    ratio = np.clip(frequency / _CENTRE, 1e-9, None)
    spectrum = np.exp(_ORDER * (np.log(ratio) - (ratio**2 - 1) / 2))
    reach = max(2, round(_REACH * rate))
    wavelet = np.fft.ifft(spectrum * (frequency > 0))
    wavelet = np.concatenate([wavelet[-reach:], wavelet[: reach + 1]])
    wavelet *= np.sqrt(np.hanning(2 * reach + 3)[1:-1])
    return wavelet.real - wavelet.real.mean(), np.ascontiguousarray(wavelet.imag)


@numba.njit(cache=True, nogil=True)
def _average(signal: np.ndarray, step: int) -> np.ndarray:
    n_bins = max(1, signal.size // step)
    bins = np.empty(n_bins)
    for i in range(n_bins):
        total = 0.0
        for j in range(i * step, min(signal.size, (i + 1) * step)):
            total += signal[j]
        bins[i] = total / step
    return bins


@numba.njit(cache=True, nogil=True)
def _flat_runs(bins: np.ndarray, least: int, near: int) -> np.ndarray:
    # Flat stretches of one height with less than `near` between them are the baseline
    # of a signal without noise, not holes in it.
    n_bins = bins.size
    flat = np.zeros(n_bins, dtype=np.bool_)
    start, before, until = 0, 0, -near
    for i in range(1, n_bins + 1):
        if i < n_bins and bins[i] == bins[start]:
            continue
        if i - start >= least:
            if start - until < near and bins[before] == bins[start]:
                flat[before:until] = False
            else:
                flat[start:i] = True
            before, until = start, i
        start = i
    return flat


@numba.njit(cache=True, nogil=True)
def _bridge(bins: np.ndarray, least: int, near: int) -> np.ndarray:
    # In place: a straight line over what is missing or flat; returns where.
    missing = _flat_runs(bins, least, near)
    n_bins = bins.size
    last = -1
    for i in range(n_bins):
        missing[i] |= not np.isfinite(bins[i])
        if missing[i]:
            continue
        if i - last > 1:
            left = bins[i] if last < 0 else bins[last]
            for j in range(last + 1, i):
                bins[j] = left + (bins[i] - left) * (j - last) / (i - last)
        last = i
    bins[last + 1 :] = bins[last] if last >= 0 else 0.0
    return missing


@numba.njit(cache=True, nogil=True)
def _modulus(bins: np.ndarray, even: np.ndarray, odd: np.ndarray) -> np.ndarray:
    reach = even.size // 2
    padded = np.empty(bins.size + 2 * reach)
    padded[:reach] = bins[0]
    padded[reach : reach + bins.size] = bins
    padded[reach + bins.size :] = bins[-1]
    envelope = np.empty(bins.size)
    for start in range(0, bins.size, _CHUNK):
        stop = min(bins.size, start + _CHUNK)
        _modulus_of_chunk(
            padded[start : stop + 2 * reach], even, odd, envelope[start:stop]
        )
    return envelope


@numba.njit(cache=True, nogil=True, fastmath=True)
def _modulus_of_chunk(
    padded: np.ndarray, even: np.ndarray, odd: np.ndarray, envelope: np.ndarray
) -> None:
    # Taps outside, samples inside: this way round it runs on whole vectors.
    reach, n_bins = even.size // 2, envelope.size
    imaginary = np.zeros(n_bins)
    envelope[:] = even[reach] * padded[reach : reach + n_bins]
    for j in range(reach):
        before, after = padded[j : j + n_bins], padded[2 * reach - j :]
        even_tap, odd_tap = even[j], odd[j]
        for i in range(n_bins):
            envelope[i] += even_tap * (after[i] + before[i])
            imaginary[i] += odd_tap * (after[i] - before[i])
    for i in range(n_bins):
        envelope[i] = np.sqrt(envelope[i] ** 2 + imaginary[i] ** 2)


@numba.njit(cache=True, nogil=True)
def _slow(bins: np.ndarray, short: int, long: int) -> np.ndarray:
    sums = np.empty(bins.size + 1)
    sums[0] = 0.0
    for i in range(bins.size):
        sums[i + 1] = sums[i] + (bins[i] - bins[0])
    slow = np.zeros(bins.size)
    for i in range(long, bins.size - long):
        brief = (sums[i + short + 1] - sums[i - short]) / (2 * short + 1)
        lasting = (sums[i + long + 1] - sums[i - long]) / (2 * long + 1)
        slow[i] = abs(brief - lasting)
    return slow
