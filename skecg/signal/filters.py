"""Zero-phase filters: nothing moves in time."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter
from scipy.signal import butter, sosfiltfilt

from skecg.signal._checks import as_signal, check_sampling_rate
from skecg.signal.quality import bridge_gaps


def bandpass(
    signal: npt.ArrayLike,
    *,
    sampling_rate: float,
    low: float = 0.5,
    high: float = 40.0,
    order: int = 2,
) -> np.ndarray:
    """Keep the frequencies between two corners.

    A Butterworth filter is run forwards and backwards, so that nothing is delayed.

    Parameters
    ----------
    signal : array-like of shape (..., n_times)
        Signals, in any unit. Samples that are not finite are bridged linearly for the
        filter and are NaN in the result.
    sampling_rate : float
        In Hz.
    low, high : float, default=0.5 and 40.0
        Corner frequencies in Hz, where each of the two runs takes off 3 dB.
    order : int, default=2
        Order of the filter; the two runs together fall off twice as steeply.

    Returns
    -------
    ndarray of shape (..., n_times)
        The filtered signals; float32 stays float32.

    Raises
    ------
    ValueError
        If not ``0 < low < high < sampling_rate / 2``, or `order` is below 1.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.filters import bandpass
    >>> seconds = np.arange(0, 10, 1 / 250)
    >>> drifting = np.sin(2 * np.pi * 10 * seconds) + seconds
    >>> filtered = bandpass(drifting, sampling_rate=250.0)
    >>> bool(abs(filtered[1000:1500].mean()) < 0.01)
    True
    """
    signal, rate = as_signal(signal), check_sampling_rate(sampling_rate)
    if not 0 < low < high < rate / 2:
        raise ValueError(
            "low and high must be 0 < low < high < sampling_rate / 2, got "
            f"low={low!r}, high={high!r} at {rate:g} Hz. Lower high, or resample."
        )
    if order < 1:
        raise ValueError(f"order must be at least 1, got {order!r}.")
    bridged, gaps = bridge_gaps(signal)
    sections = _design(order, float(low), float(high), rate).copy()
    # One period of the low corner on either side lets the filter settle.
    padding = min(round(rate / low), signal.shape[-1] - 1)
    filtered = sosfiltfilt(sections, bridged, axis=-1, padlen=padding)
    return _with_gaps(filtered, gaps, signal.dtype)


def remove_baseline(
    signal: npt.ArrayLike,
    *,
    sampling_rate: float,
    windows: Sequence[float] = (0.2, 0.6),
) -> np.ndarray:
    """Subtract the baseline that running medians leave of the signal.

    The first median takes off QRS complexes and P waves, the second T waves; what is
    left is the baseline [1]_. Unlike a high-pass filter it leaves the ST segment as it
    is.

    Parameters
    ----------
    signal : array-like of shape (..., n_times)
        Signals, in any unit. Samples that are not finite are bridged linearly for the
        medians and are NaN in the result.
    sampling_rate : float
        In Hz.
    windows : sequence of float, default=(0.2, 0.6)
        Widths of the medians in seconds, one after the other; each is taken to the next
        odd number of samples. At the ends the last sample is repeated.

    Returns
    -------
    ndarray of shape (..., n_times)
        The signals without it; float32 stays float32.

    Raises
    ------
    ValueError
        If there is no window, or one is not finite and above zero.

    References
    ----------
    .. [1] de Chazal P., O'Dwyer M., Reilly R. B. (2004). Automatic classification of
       heartbeats using ECG morphology and heartbeat interval features. IEEE
       Transactions on Biomedical Engineering 51(7). :doi:`10.1109/TBME.2004.827359`

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.filters import remove_baseline
    >>> signal = np.full(500, 3.0)
    >>> signal[250] = 4.0
    >>> flat = remove_baseline(signal, sampling_rate=250.0)
    >>> flat[250].item(), flat[100].item()
    (1.0, 0.0)
    """
    signal, rate = as_signal(signal), check_sampling_rate(sampling_rate)
    widths = np.asarray(windows)
    numbers = widths.ndim == 1 and widths.size > 0 and widths.dtype.kind in "iuf"
    if not numbers or not (np.isfinite(widths) & (widths > 0)).all():
        raise ValueError(
            "windows must be seconds above zero, a sequence of at least one, e.g. "
            f"windows=(0.2, 0.6); got {windows!r}."
        )
    bridged, gaps = bridge_gaps(signal)
    baseline = bridged.reshape(-1, signal.shape[-1])
    for seconds in widths.tolist():
        width = round(seconds * rate) | 1
        # Row by row: scipy has its fast running median for one dimension only.
        rows = [median_filter(row, size=width, mode="nearest") for row in baseline]
        baseline = np.array(rows).reshape(baseline.shape)
    return _with_gaps(bridged - baseline.reshape(signal.shape), gaps, signal.dtype)


# More than half the time of filtering ten seconds is the design, and whoever filters
# record after record asks for the same one each time.
@lru_cache(maxsize=64)
def _design(order: int, low: float, high: float, rate: float) -> np.ndarray:
    return butter(order, (low, high), btype="bandpass", output="sos", fs=rate)


def _with_gaps(signal: np.ndarray, gaps: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return np.where(gaps, np.nan, signal).astype(dtype, copy=False)
