"""A record in bins of one rate.

Each bin is a triangle over the samples around it: an average where the rate is higher,
linear interpolation where it is lower. The weights of the samples depend only on where
the bin stands between them, so at most rates they come back after a few bins.
"""

import numba
import numpy as np

RATE = 250.0  # Hz, of the bins
_LONGEST = 1000  # bins after which weights may come back; at whole rates 250 do
_BLOCK = 64  # bins at least that are weighed at once
_WITHOUT_SIGN = np.int64(2**63 - 1)


@numba.njit(cache=True, nogil=True)
def to_bins(signal: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Bring a record to 250 Hz and one size.

    Parameters
    ----------
    signal : ndarray of float64 of shape (n_times,)
        One lead; samples that are not finite count as missing.
    rate : float
        Sampling rate, in Hz.

    Returns
    -------
    bins : ndarray of float32 of shape (n_bins,)
        The first sample is 0, and the largest bin is 1 or -1, in any unit. Gaps are
        bridged by straight lines.
    gap : ndarray of bool of shape (n_bins,)
        Where the record has no sample.
    """
    n_bins = int((signal.size - 1) * RATE / rate) + 1
    bins, gap = np.empty(n_bins), np.zeros(n_bins, dtype=np.bool_)
    base = _first_finite(signal)
    _weigh(signal, rate, base, bins)
    if not _all_finite(bins) and _fill(signal, rate, base, bins, gap):
        _bridge(bins, gap)
    return _scaled(bins), gap


@numba.njit(cache=True, nogil=True)
def _weigh(signal: np.ndarray, rate: float, base: float, bins: np.ndarray) -> None:
    # Not finite where a sample is missing, and NaN where one is beyond the record.
    period = _period(rate)
    n_taps = int(np.ceil(2 * _half(rate))) - (period == 1)
    size = -(-_BLOCK // period) * period if period else _BLOCK
    first, taps = np.empty(size, dtype=np.int64), np.empty((n_taps, size))
    for start in range(0, bins.size, size):
        if start == 0 or not period:
            _tabulate(start, rate, first, taps)
        shift = int(start * rate / RATE) if period else 0
        _apply(signal, base, first, shift, taps, bins[start : start + size])


@numba.njit(cache=True, nogil=True)
def _half(rate: float) -> float:
    # Samples from the top of a triangle to its end.
    return max(1.0, rate / RATE)


@numba.njit(cache=True, nogil=True)
def _period(rate: float) -> int:
    # After how many bins they stand between samples as before; 0 if that takes long.
    for n_bins in range(1, _LONGEST + 1):
        n_samples = n_bins * rate / RATE
        if n_samples == int(n_samples):
            return n_bins
    return 0


@numba.njit(cache=True, nogil=True)
def _tabulate(start: int, rate: float, first: np.ndarray, taps: np.ndarray) -> None:
    half = _half(rate)
    for k in range(first.size):
        at = (start + k) * (rate / RATE)
        first[k] = int(np.floor(at - half)) + 1
        total = 0.0
        for i in range(len(taps)):
            taps[i, k] = max(0.0, half - abs(first[k] - at + i))
            total += taps[i, k]
        for i in range(len(taps)):
            taps[i, k] /= total


@numba.njit(cache=True, nogil=True)
def _apply(
    signal: np.ndarray,
    base: float,
    first: np.ndarray,
    shift: int,
    taps: np.ndarray,
    bins: np.ndarray,
) -> None:
    # Weight by weight over all bins: more than one bin at a time can be worked on.
    start, stop = 0, bins.size
    while start < stop and first[start] + shift < 0:
        start += 1
    while start < stop and first[stop - 1] + shift + len(taps) > signal.size:
        stop -= 1
    bins[:start] = bins[stop:] = np.nan
    inner = slice(start, stop)
    bins[inner] = -base
    for i in range(len(taps)):
        _add_weighed(signal, shift + i, first[inner], taps[i, inner], bins[inner])


@numba.njit(cache=True, nogil=True)
def _add_weighed(
    signal: np.ndarray,
    shift: int,
    first: np.ndarray,
    weights: np.ndarray,
    bins: np.ndarray,
) -> None:
    for k in range(bins.size):
        bins[k] += weights[k] * signal[first[k] + shift]


@numba.njit(cache=True, nogil=True, fastmath={"reassoc"})
def _all_finite(bins: np.ndarray) -> bool:
    # Nothing times zero is zero, unless it is not finite.
    total = 0.0
    for k in range(bins.size):
        total += 0 * bins[k]
    return total == 0


@numba.njit(cache=True, nogil=True)
def _fill(
    signal: np.ndarray, rate: float, base: float, bins: np.ndarray, gap: np.ndarray
) -> int:
    # From the samples that there are, if they have enough of the weight; tells how
    # many bins stay empty.
    step, half, n_empty = rate / RATE, _half(rate), 0
    for k in range(bins.size):
        if not np.isfinite(bins[k]):
            at = k * step
            low, high = max(0, int(np.ceil(at - half))), int(at + half)
            near = signal[low : min(signal.size, high + 1)]
            bins[k] = _triangle(near, low - at, half) - base
            gap[k] = not np.isfinite(bins[k])
            n_empty += gap[k]
    return n_empty


@numba.njit(cache=True, nogil=True)
def _triangle(near: np.ndarray, first: float, half: float) -> float:
    total = weights = 0.0
    for i in range(near.size):
        if np.isfinite(near[i]):
            weight = half - abs(first + i)
            total += weight * near[i]
            weights += weight
    return total / weights if weights > half * half / 4 else np.nan


@numba.njit(cache=True, nogil=True)
def _first_finite(signal: np.ndarray) -> float:
    for sample in signal:
        if np.isfinite(sample):
            return float(sample)
    return 0.0


@numba.njit(cache=True, nogil=True)
def _bridge(bins: np.ndarray, gap: np.ndarray) -> None:
    last = -1
    for k in range(bins.size):
        if gap[k]:
            continue
        left = bins[k] if last < 0 else bins[last]
        for j in range(last + 1, k):
            bins[j] = left + (bins[k] - left) * (j - last) / (k - last)
        last = k
    bins[last + 1 :] = bins[last] if last >= 0 else 0.0


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _scaled(bins: np.ndarray) -> np.ndarray:
    # A division that looked for zeros would not be compiled to vector instructions.
    largest = _largest(bins)
    scaled = np.empty(bins.size, dtype=np.float32)
    for k in range(bins.size):
        scaled[k] = bins[k] / largest if largest > 0 else 0.0
    return scaled


@numba.njit(cache=True, nogil=True)
def _largest(bins: np.ndarray) -> float:
    # Without their sign, floats are in the order of their bits; a search among whole
    # numbers is compiled to vector instructions, one among floats is not.
    bits, largest = bins.view(np.int64), np.zeros(1, dtype=np.int64)
    for k in range(bits.size):
        largest[0] = max(largest[0], bits[k] & _WITHOUT_SIGN)
    return largest.view(np.float64)[0]
