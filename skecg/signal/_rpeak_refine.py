"""From the hump of a QRS complex to its R-peak: the extremum of the signal itself.

By definition the R wave is the first upward deflection of the QRS complex, and a
complex without any (QS) is answered at its lowest sample [1]_. Deflections are measured
from the mean of the signal around the complex, and the upward one is the answer unless
the downward one is clearly larger: R waves that are small beside their S wave cannot
be told from noise, and MIT-BIH marks the S wave there.

The stimulus of a pacemaker takes 2 ms or less [2]_. What is as narrow and comes out of
a quiet stretch is no R wave, and the complex is looked for behind it.

Each beat is settled by itself, from 0.3 s of signal to each side. A vote among alike
beats within 10 s was tried: it made more errors, on MIT-BIH DS1 and on LUDB 1-75.

References
----------
.. [1] Surawicz B., Childers R., Deal B. J., Gettes L. S. (2009). AHA/ACCF/HRS
   recommendations for the standardization and interpretation of the
   electrocardiogram, part III. Circulation 119.
   :doi:`10.1161/CIRCULATIONAHA.108.191095`
.. [2] Kligfield P. et al. (2007). Recommendations for the standardization and
   interpretation of the electrocardiogram, part I. Circulation 115.
   :doi:`10.1161/CIRCULATIONAHA.106.180200`
"""

import numba
import numpy as np

_HALF = 0.06  # s to each side of the hump: there the peak is
_CLIMB = 0.03  # s further, where the extremum lies on the rim
_BASE = 0.2  # s to each side: the mean that deflections are measured from
_UPWARD = 1.3  # a downward peak must be as much larger to be the answer
_SPIKE = 0.003  # s to each side, where a stimulus has fallen below half
_RESOLVED = (
    200.0  # Hz: below it a narrow QRS complex has no more samples than a stimulus
)
_QUIET, _STILL = 0.04, 0.2  # s before a stimulus, and the most that moves there
_CAPTURE = 0.16  # s behind a stimulus: there the complex that it causes has its peak
_LEAST = 0.05  # of the stimulus: what is smaller behind it is no complex


def refine(
    signal: np.ndarray,
    centres: np.ndarray,
    means: np.ndarray,
    *,
    rate: float,
    polarity: int,
) -> np.ndarray:
    """Move each detection to the extremum that is the R-peak.

    Parameters
    ----------
    signal : ndarray of float32 or float64 of shape (n_times,)
        One lead.
    centres : ndarray of int64 of shape (n_beats,)
        Samples of the humps, ascending.
    means : ndarray of float64 of shape (n_beats,)
        Level that deflections are measured from, see `levels`.
    rate : float
        In Hz.
    polarity : int
        1 for the highest sample, 2 for the lowest, 0 for the one that is the R-peak.

    Returns
    -------
    ndarray of int64 of shape (n_beats,)
        May hold a sample twice, and is then not in order.
    """
    return _refine(signal, centres, means, rate, polarity)


@numba.njit(cache=True, nogil=True)
def levels(bins: np.ndarray, humps: np.ndarray, rate: float) -> np.ndarray:
    """Return the mean of the signal around each hump.

    Parameters
    ----------
    bins : ndarray of float64 of shape (n_bins,)
        The record, averaged down and bridged.
    humps : ndarray of int64 of shape (n_beats,)
        Bins of the humps.
    rate : float
        Bins in a second.

    Returns
    -------
    ndarray of float64 of shape (n_beats,)
    """
    reach = round(_BASE * rate)
    means = np.empty(humps.size)
    for k, hump in enumerate(humps):
        means[k] = bins[max(0, hump - reach) : hump + reach + 1].mean()
    return means


@numba.njit(cache=True, nogil=True)
def _refine(
    signal: np.ndarray,
    centres: np.ndarray,
    means: np.ndarray,
    rate: float,
    polarity: int,
) -> np.ndarray:
    half, climb = round(_HALF * rate), round(_CLIMB * rate)
    narrow = round(_SPIKE * rate) if rate >= _RESOLVED else 0
    capture, quiet = round(_CAPTURE * rate), round(_QUIET * rate)
    peaks = centres.copy()
    for k, centre in enumerate(centres):
        mean = means[k]
        lowest, highest = _extrema(signal, centre - half, centre + half + 1)
        largest = highest if _is_larger(signal, highest, lowest, mean, 1.0) else lowest
        if _is_spike(signal, largest, mean, narrow, quiet):
            start, stop = largest + 2 * narrow, largest + capture
            low, high = _extrema(signal, start, stop)
            behind = max(abs(signal[low] - mean), abs(signal[high] - mean))
            if behind > _LEAST * abs(signal[largest] - mean):
                lowest, highest = low, high
        up = polarity == 1
        if polarity == 0:
            up = _is_larger(signal, highest, lowest, mean, _UPWARD)
        peak = highest if up else lowest
        peaks[k] = _ascend(signal, peak, climb, 1 if up else -1)
    return peaks


@numba.njit(cache=True, nogil=True)
def _is_larger(
    signal: np.ndarray, highest: int, lowest: int, mean: float, favour: float
) -> bool:
    return favour * (signal[highest] - mean) >= mean - signal[lowest]


@numba.njit(cache=True, nogil=True)
def _is_spike(
    signal: np.ndarray, peak: int, mean: float, narrow: int, quiet: int
) -> bool:
    if narrow == 0 or peak < quiet or peak + narrow >= signal.size:
        return False
    height = abs(signal[peak] - mean)
    for i in (peak - narrow, peak + narrow):
        if not (signal[i] - mean) / (signal[peak] - mean) < 0.5:
            return False
    for i in range(peak - quiet, peak - narrow):
        if not abs(signal[i] - mean) <= _STILL * height:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def _extrema(signal: np.ndarray, start: int, stop: int) -> tuple[int, int]:
    start = min(max(0, start), signal.size - 1)
    lowest = highest = 0
    low, high = np.inf, -np.inf
    for i, value in enumerate(signal[start:stop]):
        if -np.inf < value < low:
            low, lowest = value, i
        if np.inf > value > high:
            high, highest = value, i
    return start + lowest, start + highest


@numba.njit(cache=True, nogil=True)
def _ascend(signal: np.ndarray, start: int, most: int, sign: int) -> int:
    here = start
    for _ in range(most):
        there = here
        for i in (here - 1, here + 1):
            if 0 <= i < signal.size and sign * (signal[i] - signal[there]) > 0:
                there = i
        if there == here:
            break
        here = there
    return here
