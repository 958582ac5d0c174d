"""One scale for signals of any amplitude."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from skecg.signal._checks import as_signal


def scale(signal: npt.ArrayLike, *, method: str = "robust") -> np.ndarray:
    """Centre each signal and divide it by its spread.

    Parameters
    ----------
    signal : array-like of shape (..., n_times)
        Signals, in any unit; each is scaled by itself. Samples that are not finite
        count as missing.
    method : {"robust", "zscore", "minmax"}, default="robust"
        What is subtracted, and what the rest is divided by: the median and the
        interquartile range; the mean and the standard deviation; or the lowest sample
        and the distance from it to the highest, so that the result lies in [0, 1].

    Returns
    -------
    ndarray of shape (..., n_times)
        Without unit. A signal without spread is centred only. Missing samples are NaN;
        float32 stays float32.

    Raises
    ------
    ValueError
        If `method` is unknown or `signal` has no sample.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.scaling import scale
    >>> scale([[1.0, 2.0, 3.0], [10.0, 10.0, np.nan]], method="minmax")
    array([[0. , 0.5, 1. ],
           [0. , 0. , nan]])
    """
    signal = as_signal(signal)
    if method not in SCALES:
        raise ValueError(f"method must be one of {sorted(SCALES)}, got {method!r}.")
    missing = ~np.isfinite(signal)
    known = np.where(missing, np.nan, signal)
    # A signal with no sample at all has no median: it is filled, and emptied below.
    known[missing.all(axis=-1)] = 0
    centre, spread = SCALES[method](known)
    spread[spread == 0] = 1
    scaled = (known - centre) / spread
    return np.where(missing, np.nan, scaled).astype(signal.dtype, copy=False)


def _robust(signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low, middle, high = np.nanquantile(
        signal, (0.25, 0.5, 0.75), axis=-1, keepdims=True
    )
    return middle, high - low


def _zscore(signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    spread = np.nanstd(signal, axis=-1, keepdims=True)
    # The mean of a flat signal may be off by a rounding, which is no spread.
    low, height = _minmax(signal)
    spread[height == 0] = 0
    return np.where(
        height == 0, low, np.nanmean(signal, axis=-1, keepdims=True)
    ), spread


def _minmax(signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low = np.nanmin(signal, axis=-1, keepdims=True)
    return low, np.nanmax(signal, axis=-1, keepdims=True) - low


SCALES: Mapping[str, Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]] = (
    MappingProxyType({"robust": _robust, "zscore": _zscore, "minmax": _minmax})
)
"""Names of the methods."""
