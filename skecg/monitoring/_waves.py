"""Whether four seconds of a signal are flutter or fibrillation of the ventricles.

Three measures of the literature, which Amann et al. [1]_ set beside others, and one of
our own detector, on the signal from 1 to about 20 Hz:

* leakage: how much is left when the wave is added to itself half a period later [2]_;
  little of a wave that goes up and down evenly;
* crossing: the share of samples beyond a fifth of the highest point; much of a wave
  without rest, little of QRS complexes with a baseline between them [3]_;
* rest: the median slope over the mean one;
* rate: waves per second, from the mean slope and the mean height.

A logistic score of the first three is the confidence. It was fitted on the four-second
windows of MIT-BIH's DS1, of which record 207 has flutter, and on constructed flutter
and fibrillation (see ``benchmarks/monitor.py``).

References
----------
.. [1] Amann A., Tratnig R., Unterkofler K. (2005). Reliability of old and new
   ventricular fibrillation detection algorithms for automated external defibrillators.
   BioMedical Engineering OnLine 4:60. :doi:`10.1186/1475-925X-4-60`
.. [2] Kuo S., Dillman R. (1978). Computer detection of ventricular fibrillation.
   Computers in Cardiology.
.. [3] Arafat M. A., Chowdhury A. W., Hasan M. K. (2011). A simple time domain algorithm
   for the detection of ventricular fibrillation in electrocardiogram. Signal, Image
   and Video Processing 5. :doi:`10.1007/s11760-009-0136-1`
"""

import numba
import numpy as np

SECONDS: float = 4.0
"""Length of what is judged."""

N_MEASURES = 5
_WEIGHTS = np.array([-11.65, 5.41, 8.31])  # of leakage, crossing and rest
_BIAS = -5.19
_SLOWEST, _FASTEST = 1.8, 10.0  # waves per second
_LEAST = 0.15  # mV from the lowest point to the highest: less is asystole


def wave_score(measures: np.ndarray) -> np.ndarray:
    """Say how sure it is that waves are flutter or fibrillation.

    Parameters
    ----------
    measures : ndarray of shape (n, 5)
        As `measure_waves` returns them.

    Returns
    -------
    ndarray of shape (n,)
        From 0 to 1; NaN where nothing was measured.
    """
    logit = measures[:, :3] @ _WEIGHTS + _BIAS
    rate, height = measures[:, 3], measures[:, 4]
    fits = (rate >= _SLOWEST) & (rate <= _FASTEST) & (height >= _LEAST)
    score = np.where(fits, 1 / (1 + np.exp(-logit)), 0.0)
    return np.where(np.isnan(logit), np.nan, score)


_POINTS = 100.0  # Hz: about so many are enough for waves of up to 10 Hz


@numba.njit(cache=True, nogil=True)
def measure_waves(
    rows: np.ndarray, ends: np.ndarray, rings: np.ndarray, rate: float
) -> np.ndarray:
    """Measure the last four seconds of some patients.

    Parameters
    ----------
    rows : ndarray of int64 of shape (n,)
        The patients.
    ends : ndarray of int64 of shape (n,)
        Sample of the stream behind the last one.
    rings : ndarray of shape (n_patients, n_times)
        One lead of each patient, in mV; sample i stands at i modulo n_times.
    rate : float
        In Hz.

    Returns
    -------
    ndarray of shape (n, 5)
        Leakage, crossing, rest, waves per second, and height in mV; NaN where a tenth
        of a second is missing.
    """
    stride = max(1, round(rate / _POINTS))
    n = int(SECONDS * rate) // stride
    told = np.full((rows.size, N_MEASURES), np.nan)
    points = np.empty(n)
    for k in range(rows.size):
        first = ends[k] - n * stride
        if first >= 0 and _read(rings[rows[k]], first, stride, points):
            _measure(_without_wander(points, rate / stride), rate / stride, told[k])
    return told


@numba.njit(cache=True, nogil=True)
def _read(ring: np.ndarray, first: int, stride: int, points: np.ndarray) -> bool:
    n_missing, last = 0, 0.0
    for p in range(points.size):
        total = 0.0
        for s in range(stride):
            x = ring[(first + p * stride + s) % ring.size]
            if not np.isfinite(x):
                n_missing += 1
                x = last
            total += x
            last = x
        points[p] = total / stride
    return n_missing <= 0.025 * points.size * stride


@numba.njit(cache=True, nogil=True)
def _without_wander(points: np.ndarray, rate: float) -> np.ndarray:
    # Less the mean of a second around, twice: what is slower than 1 Hz goes; then the
    # mean of three, against mains hum.
    half = int(rate / 2)
    calm = points.copy()
    for _ in range(2):
        sums = np.zeros(calm.size + 1)
        for p in range(calm.size):
            sums[p + 1] = sums[p] + calm[p]
        for p in range(calm.size):
            low, high = max(0, p - half), min(calm.size, p + half + 1)
            calm[p] -= (sums[high] - sums[low]) / (high - low)
    smooth = calm.copy()
    for p in range(1, calm.size - 1):
        smooth[p] = (calm[p - 1] + calm[p] + calm[p + 1]) / 3
    return smooth


@numba.njit(cache=True, nogil=True)
def _measure(x: np.ndarray, rate: float, told: np.ndarray) -> None:
    highest = np.abs(x).max()
    slopes = np.abs(x[2:] - x[:-2]) / 2
    total, steep = np.abs(x).sum(), slopes.sum()
    if highest < 1e-6 or steep <= 0:
        told[:] = 0.0
        told[0] = 1.0
        return
    half = min(max(int(np.pi * total / steep + 0.5), 1), x.size // 2)
    left = both = 0.0
    for p in range(half, x.size):
        left += abs(x[p] + x[p - half])
        both += abs(x[p]) + abs(x[p - half])
    told[0] = left / both if both > 0 else 1.0
    told[1] = _crossing(x, rate)
    told[2] = np.median(slopes) / slopes.mean()
    told[3] = rate * steep / (2 * np.pi * total)
    told[4] = 2 * np.sqrt(2.0) * np.sqrt((x * x).mean())


@numba.njit(cache=True, nogil=True)
def _crossing(x: np.ndarray, rate: float) -> float:
    # Second by second, so that one high wave does not hide the others.
    second, share, n_seconds = int(rate), 0.0, 0
    for first in range(0, x.size - second + 1, second):
        part = np.abs(x[first : first + second])
        share += (part > 0.2 * part.max()).mean()
        n_seconds += 1
    return share / max(n_seconds, 1)
