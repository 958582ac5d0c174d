"""From the hump of a QRS complex to its R-peak: the extremum of the signal itself.

By definition the R wave is the first upward deflection of the QRS complex, and a
complex without any (QS) is answered at its lowest sample [1]_. Where both an upward and
a downward extremum could be meant, three things are weighed: which rises further from
the mean of the signal around the complex, which lies nearer to the middle of the QRS
energy, and which the signal comes to and leaves more steeply. So a bulge before a steep
S wave is passed over, and a small but steep R wave before a wide S wave is kept. The
weights are those of a logistic regression on MIT-BIH DS1 and LUDB 1-75, rounded: see
``benchmarks/rpeak_choice.py``.

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
_BESIDE = 0.04  # s to each side of an extremum, where it is seen how steep it is
_WEIGHTS = np.array([1.0, 0.5, 1.0])  # of size, place and steepness
_UPWARD = 0.25  # what is added in favour of the upward extremum
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
    highest, lowest, traits = weigh_extrema(signal, centres, means, rate)
    if polarity:
        return highest if polarity == 1 else lowest
    return np.where(traits @ _WEIGHTS + _UPWARD >= 0, highest, lowest)


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
def weigh_extrema(
    signal: np.ndarray,
    centres: np.ndarray,
    means: np.ndarray,
    rate: float,
    beside: float = _BESIDE,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return both extrema of each complex, and what speaks for the upward one.

    Parameters
    ----------
    signal, centres, means, rate
        As for `refine`.
    beside : float, default=0.04
        Seconds to each side of an extremum, where it is seen how steep it is.

    Returns
    -------
    highest, lowest : ndarray of int64 of shape (n_beats,)
        In samples.
    traits : ndarray of float64 of shape (n_beats, 3)
        Size, place and steepness, from about -1 to 1; positive where it is the upward
        one that is larger, nearer to the hump, or steeper.
    """
    highest, lowest = centres.copy(), centres.copy()
    traits = np.empty((centres.size, 3))
    climb, reach = round(_CLIMB * rate), round(beside * rate)
    for k, centre in enumerate(centres):
        low, high, start = _candidates(signal, centre, means[k], rate)
        traits[k] = _traits(signal, low, high, start, centre, means[k], rate, reach)
        lowest[k] = _ascend(signal, low, start, climb, -1)
        highest[k] = _ascend(signal, high, start, climb, 1)
    return highest, lowest, traits


@numba.njit(cache=True, nogil=True)
def _candidates(
    signal: np.ndarray, centre: int, mean: float, rate: float
) -> tuple[int, int, int]:
    # The lowest and the highest sample, and where the complex begins if a stimulus
    # stands before it, else 0.
    half = round(_HALF * rate)
    narrow = round(_SPIKE * rate) if rate >= _RESOLVED else 0
    lowest, highest = _extrema(signal, centre - half, centre + half + 1)
    largest = highest if _is_larger(signal, highest, lowest, mean) else lowest
    start = 0
    if _is_spike(signal, largest, mean, narrow, round(_QUIET * rate)):
        behind = largest + 2 * narrow
        low, high = _extrema(signal, behind, largest + round(_CAPTURE * rate))
        rest = max(abs(signal[low] - mean), abs(signal[high] - mean))
        if rest > _LEAST * abs(signal[largest] - mean):
            lowest, highest, start = low, high, behind
    return lowest, highest, start


@numba.njit(cache=True, nogil=True)
def _traits(
    signal: np.ndarray,
    lowest: int,
    highest: int,
    start: int,
    centre: int,
    mean: float,
    rate: float,
    reach: int,
) -> tuple[float, float, float]:
    tall = signal[highest] - signal[lowest]
    if not tall > 0:
        return 0.0, 0.0, 0.0
    size = (signal[highest] + signal[lowest] - 2 * mean) / tall
    place = (abs(lowest - centre) - abs(highest - centre)) / (_HALF * rate)
    steepness = _descent(signal, highest, start, reach, 1)
    steepness -= _descent(signal, lowest, start, reach, -1)
    # The hump of a stimulus says nothing of where the complex behind it is.
    return size, place if start == 0 else 0.0, steepness / tall


@numba.njit(cache=True, nogil=True)
def _descent(signal: np.ndarray, peak: int, first: int, reach: int, sign: int) -> float:
    # How far the signal goes down on both sides, added up.
    before = behind = top = sign * signal[peak]
    for value in signal[max(first, peak - reach) : peak]:
        if -np.inf < sign * value < before:
            before = sign * value
    for value in signal[peak + 1 : peak + reach + 1]:
        if -np.inf < sign * value < behind:
            behind = sign * value
    return 2 * top - before - behind


@numba.njit(cache=True, nogil=True)
def _is_larger(signal: np.ndarray, highest: int, lowest: int, mean: float) -> bool:
    return signal[highest] - mean >= mean - signal[lowest]


@numba.njit(cache=True, nogil=True)
def _is_spike(
    signal: np.ndarray, peak: int, mean: float, narrow: int, quiet: int
) -> bool:
    height = abs(signal[peak] - mean)
    if narrow == 0 or height == 0 or peak < quiet or peak + narrow >= signal.size:
        return False
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
def _ascend(signal: np.ndarray, start: int, first: int, most: int, sign: int) -> int:
    here = start
    for _ in range(most):
        there = here
        for i in (here - 1, here + 1):
            if first <= i < signal.size and sign * (signal[i] - signal[there]) > 0:
                there = i
        if there == here:
            break
        here = there
    return here
