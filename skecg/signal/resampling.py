"""Another sampling rate for the same signal."""

from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

from skecg.signal._checks import as_signal, check_sampling_rate
from skecg.signal.quality import bridge_gaps

# Rates such as 128.37 Hz have no small ratio; the nearest one below this denominator
# is off by less than a sample in 10^7.
_LARGEST_DENOMINATOR = 5_000


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
        If a rate is not finite and above zero, or `signal` has no sample.

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
        return signal.copy()
    n_times = signal.shape[-1]
    old = np.arange(n_times)
    new = np.arange(max(1, round(n_times * target / rate))) * (rate / target)
    ratio = Fraction(target / rate).limit_denominator(_LARGEST_DENOMINATOR)
    bridged, gaps = bridge_gaps(signal)
    start = bridged[..., :1]
    slope = (bridged[..., -1:] - start) / max(n_times - 1, 1)
    filtered = resample_poly(
        bridged - (start + slope * old), ratio.numerator, ratio.denominator, axis=-1
    )
    resampled = _fit_length(filtered, new.size) + (start + slope * new)
    if gaps.any():
        nearest = np.minimum(np.rint(new).astype(np.int64), n_times - 1)
        resampled[gaps[..., nearest]] = np.nan
    return resampled.astype(signal.dtype, copy=False)


def _fit_length(signal: np.ndarray, n_times: int) -> np.ndarray:
    # The filter rounds the length up; an approximated ratio may also fall short.
    missing = n_times - signal.shape[-1]
    if missing <= 0:
        return signal[..., :n_times]
    widths = [(0, 0)] * (signal.ndim - 1) + [(0, missing)]
    return np.pad(signal, widths, mode="edge")
