"""Another sampling rate for the same signal."""

from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline
from scipy.signal import resample_poly

from skecg.signal._checks import as_signal, check_sampling_rate
from skecg.signal.quality import bridge_gaps

# The filter grows with the ratio's terms. Rates such as 128.37 Hz have no ratio with
# terms as small as this: the filter works at the nearest one, and its result is read
# off at the true places.
_LARGEST_TERM = 5_000
_SAME_PLACE = 1e-6  # samples


def resample(
    signal: npt.ArrayLike, *, sampling_rate: float, target_rate: float
) -> np.ndarray:
    """Resample signals with a zero-phase polyphase filter.

    A straight line through the first and the last sample is taken off before and put
    back after the filter, so that offset and drift cause no ringing at the ends.
    Missing samples are bridged for the filter and missing again in the result.

    Parameters
    ----------
    signal : array-like of shape (..., n_times)
        Signals, in any unit; samples that are not finite count as missing.
    sampling_rate : float
        Rate of `signal`, in Hz.
    target_rate : float
        Rate of the result, in Hz.

    Returns
    -------
    ndarray of shape (..., round(n_times * target_rate / sampling_rate))
        At least one sample. float32 stays float32. A copy, also at equal rates.

    Raises
    ------
    ValueError
        If a rate is not finite and above zero, one is more than 5,000 times the other,
        or `signal` has no sample.

    Notes
    -----
    Where the two rates have no ratio of whole numbers up to 5,000, the filter works at
    the nearest such ratio, and a cubic spline through its result is read off at the
    times of the wanted rate, so that nothing drifts however long the signal is.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.resampling import resample
    >>> resample(np.ones((2, 720)), sampling_rate=360.0, target_rate=125.0).shape
    (2, 250)
    """
    signal = as_signal(signal)
    rate = check_sampling_rate(sampling_rate)
    target = check_sampling_rate(target_rate)
    if rate == target:
        return np.where(np.isfinite(signal), signal, signal.dtype.type(np.nan))
    n_times = signal.shape[-1]
    old = np.arange(n_times)
    new = np.arange(max(1, round(n_times * target / rate))) * (rate / target)
    ratio = _ratio(rate, target)
    bridged, gaps = bridge_gaps(signal)
    start = bridged[..., :1]
    slope = (bridged[..., -1:] - start) / max(n_times - 1, 1)
    filtered = resample_poly(
        bridged - (start + slope * old), ratio.numerator, ratio.denominator, axis=-1
    )
    resampled = _read_off(filtered, new * float(ratio)) + (start + slope * new)
    if gaps.any():
        nearest = np.minimum(np.rint(new).astype(np.int64), n_times - 1)
        resampled[gaps[..., nearest]] = np.nan
    return resampled.astype(signal.dtype, copy=False)


def _ratio(rate: float, target: float) -> Fraction:
    # The ratio that the filter works at.
    if not 1 / _LARGEST_TERM <= target / rate <= _LARGEST_TERM:
        raise ValueError(
            f"sampling_rate and target_rate must be within {_LARGEST_TERM:,} times of "
            f"each other, got {rate:g} Hz and {target:g} Hz. Are both in Hz?"
        )
    if target > rate:  # the numerator is the larger term
        return 1 / Fraction(rate / target).limit_denominator(_LARGEST_TERM)
    return Fraction(target / rate).limit_denominator(_LARGEST_TERM)


def _read_off(filtered: np.ndarray, places: np.ndarray) -> np.ndarray:
    # The values at places given in samples of `filtered`.
    last = filtered.shape[-1] - 1
    whole = np.arange(places.size)
    if last == 0 or np.abs(places - whole).max() < _SAME_PLACE:
        return filtered[..., np.minimum(whole, last)]
    spline = CubicSpline(np.arange(last + 1), filtered, axis=-1)
    return spline(np.clip(places, 0, last))
