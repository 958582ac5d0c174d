"""The envelope in which a QRS complex stands out, at a rate that suits it.

The record is averaged down to about 120 Hz, what is missing is bridged, and a complex
wavelet of the QRS band gives an envelope: one hump for each complex, whatever its shape
and sign. All of it is symmetric in time, so nothing is delayed, and a bin depends on
nothing but the seconds around it, down to the last bit: a piece of the record that
starts on a multiple of `alignment` gives what the whole record gives there.
"""

import functools
from typing import NamedTuple

import numba
import numpy as np

from skecg.signal._rpeak_missing import find_missing

_RATE = 120.0  # Hz: the rate worked at is this one within a factor of the square root
_CENTRE = 15.0  # Hz: T and P waves lie below, muscle noise above
_ORDER = 6  # of the wavelet: how steep its band falls towards 0 Hz
REACH = 0.12  # s to each side, where the wavelet has faded away
_CHUNK = 1024  # bins filtered at once: they stay in the processor's nearest cache
_CELLS = 12.0  # a second, of the coarse grid that levels and noise are measured on
_LONG = 2  # cells to each side: their mean leaves the slow waves out


class Envelope(NamedTuple):
    """The QRS envelope of a record.

    Parameters
    ----------
    bins : ndarray of float64 of shape (n_bins,)
        The record itself, averaged down and bridged.
    qrs : ndarray of float32 of shape (n_bins,)
        Envelope of the QRS band; zero where the record is missing.
    slow : ndarray of float32 of shape (n_cells,)
        Size of the waves of some 2 to 6 Hz in each cell, to know flutter by.
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


def bin_size(sampling_rate: float) -> int:
    """Return how many samples make a bin."""
    return max(1, round(sampling_rate / _RATE))


def cell_size(rate: float) -> int:
    """Return how many bins make a cell of the coarse grid."""
    return max(1, round(rate / _CELLS))


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
    step = bin_size(sampling_rate)
    rate = sampling_rate / step
    bins = _average(signal, step)
    missing = find_missing(bins, rate=rate)
    qrs = _modulus(bins, *_wavelet(rate, _CENTRE, _ORDER))
    slow = _slow(bins, cell_size(rate))
    if missing.any():
        qrs[missing] = 0.0
        slow[missing[:: cell_size(rate)][: slow.size]] = 0.0
    return Envelope(bins, qrs, slow, missing, step, rate)


def band_envelope(
    bins: np.ndarray, rate: float, piece: slice, *, centre: float, order: int
) -> np.ndarray:
    """Take the envelope of another band in a piece of the record.

    Parameters
    ----------
    bins : ndarray of float64 of shape (n_bins,)
        The record, averaged down and bridged.
    rate : float
        Bins in a second.
    piece : slice
        Of the bins.
    centre : float
        Of the band, in Hz.
    order : int
        Of the wavelet: how narrow its band is.

    Returns
    -------
    ndarray of float32
        As long as the piece, and what the envelope of the whole record is there.
    """
    first, stop, _ = piece.indices(bins.size)
    taps = _wavelet(rate, centre, order)
    before = min(first, taps[0].size)
    around = bins[first - before : stop + taps[0].size]
    return _modulus(around, *taps)[before : before + stop - first]


@functools.lru_cache(maxsize=32)
def _wavelet(rate: float, centre: float, order: int) -> tuple[np.ndarray, np.ndarray]:
    # Derivative of a Gaussian and its Hilbert transform, made from their spectrum and
    # cut off softly. Its mean is zero, so it can be summed up and applied to the steps
    # from bin to bin instead: those are small whatever the offset, and single
    # precision holds them. One half is kept; the other mirrors it.
    n_grid = 4096
    frequency = np.fft.fftfreq(n_grid, 1 / rate)
    ratio = np.clip(frequency / centre, 1e-9, None)
    spectrum = np.exp(order * (np.log(ratio) - (ratio**2 - 1) / 2))
    reach = max(2, round(REACH * rate))
    wavelet = np.fft.ifft(spectrum * (frequency > 0))
    wavelet = np.concatenate([wavelet[-reach:], wavelet[: reach + 1]])
    wavelet *= np.sqrt(np.hanning(2 * reach + 3)[1:-1])
    summed = np.cumsum(wavelet - wavelet.real.mean())[:reach].astype(np.complex64)
    return np.ascontiguousarray(summed.real), np.ascontiguousarray(summed.imag)


@numba.njit(cache=True, nogil=True)
def _average(signal: np.ndarray, step: int) -> np.ndarray:
    n_bins = max(1, signal.size // step)
    bins = np.empty(n_bins)
    if step == 3 and signal.size >= 3:  # 360 Hz: spelt out, it is twice as fast
        for i in range(n_bins):
            total = signal[3 * i] + np.float64(signal[3 * i + 1])
            bins[i] = (total + signal[3 * i + 2]) / 3.0
        return bins
    for i in range(n_bins):
        total = 0.0
        for j in range(i * step, min(signal.size, (i + 1) * step)):
            total += signal[j]
        bins[i] = total / step
    return bins


@numba.njit(cache=True, nogil=True)
def _modulus(bins: np.ndarray, even: np.ndarray, odd: np.ndarray) -> np.ndarray:
    reach = even.size
    envelope = np.empty(bins.size, dtype=np.float32)
    steps = np.empty(_CHUNK + 2 * reach, dtype=np.float32)
    imaginary = np.empty(_CHUNK, dtype=np.float32)
    for start in range(0, bins.size, _CHUNK):
        stop = min(bins.size, start + _CHUNK)
        _steps(bins, start - reach, steps[: stop - start + 2 * reach])
        _modulus_of_chunk(
            steps, even, odd, envelope[start:stop], imaginary[: stop - start]
        )
    return envelope


@numba.njit(cache=True, nogil=True)
def _steps(bins: np.ndarray, first: int, steps: np.ndarray) -> None:
    # From one bin to the next; beyond its ends the record goes on as it was there.
    # (Slices, since an index that might be negative keeps a loop from whole vectors.)
    steps[:] = 0.0
    start = max(0, -first)
    inside = steps[start : max(start, bins.size - 1 - first)]
    before, after = bins[first + start :], bins[first + start + 1 :]
    for i in range(inside.size):
        inside[i] = after[i] - before[i]


@numba.njit(cache=True, nogil=True)
def _modulus_of_chunk(
    steps: np.ndarray,
    even: np.ndarray,
    odd: np.ndarray,
    real: np.ndarray,
    imaginary: np.ndarray,
) -> None:
    # Taps outside, bins inside: this way round it runs on whole vectors.
    reach, n_bins = even.size, real.size
    real[:] = 0.0
    imaginary[:] = 0.0
    for j in range(reach):
        before, after = steps[j : j + n_bins], steps[2 * reach - 1 - j :]
        even_tap, odd_tap = even[j], odd[j]
        for i in range(n_bins):
            real[i] += even_tap * (after[i] - before[i])
            imaginary[i] += odd_tap * (after[i] + before[i])
    for i in range(n_bins):
        real[i] = np.sqrt(real[i] * real[i] + imaginary[i] * imaginary[i])


@numba.njit(cache=True, nogil=True)
def _slow(bins: np.ndarray, cell: int) -> np.ndarray:
    n_cells = bins.size // cell
    means = np.zeros(n_cells)
    for k in range(n_cells):
        total = 0.0
        for value in bins[k * cell : (k + 1) * cell]:
            total += value
        means[k] = total / cell
    slow = np.zeros(n_cells, dtype=np.float32)
    for k in range(_LONG, n_cells - _LONG):
        lasting = 0.0
        for other in range(k - _LONG, k + _LONG + 1):
            lasting += means[other]
        slow[k] = abs(means[k] - lasting / (2 * _LONG + 1))
    return slow
