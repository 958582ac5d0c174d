"""Which signals can be used, and gaps in them."""

import numpy as np
import numpy.typing as npt

from skecg.signal._checks import as_signal


def usable_mask(signals: npt.ArrayLike) -> np.ndarray:
    """Say which records hold a signal at all.

    A record can be used if it is neither all missing nor flat. Samples that are not
    finite count as missing.

    Parameters
    ----------
    signals : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
        Records, in any unit.

    Returns
    -------
    ndarray of bool of shape (n_records,)
        True where the record, or one of its leads, can be used.

    Raises
    ------
    ValueError
        If `signals` is neither 2-D nor 3-D, or has no sample.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.quality import usable_mask
    >>> usable_mask([[0.0, 1.0, np.nan], [2.0, 2.0, 2.0], [np.nan] * 3])
    array([ True, False, False])
    """
    signals = as_signal(signals, name="signals")
    if signals.ndim not in (2, 3):
        raise ValueError(
            "signals must have shape (n_records, n_times) or (n_records, n_leads, "
            f"n_times), got shape {signals.shape}."
        )
    finite = np.isfinite(signals)
    highest = np.max(signals, axis=-1, where=finite, initial=-np.inf)
    lowest = np.min(signals, axis=-1, where=finite, initial=np.inf)
    usable = highest > lowest
    return usable if usable.ndim == 1 else usable.any(axis=1)


def bridge_gaps(signal: npt.ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Draw a straight line over the samples that are missing.

    Parameters
    ----------
    signal : array-like of shape (..., n_times)
        Signals; samples that are not finite count as missing.

    Returns
    -------
    bridged : ndarray of shape (..., n_times)
        `signal` itself where nothing is missing, else a copy in which gaps are bridged
        linearly and gaps at an end repeat the nearest sample. A row without any sample
        becomes zero.
    gaps : ndarray of bool of shape (..., n_times)
        Where samples were missing.

    Raises
    ------
    ValueError
        If `signal` has no sample.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.quality import bridge_gaps
    >>> bridged, gaps = bridge_gaps([1.0, np.nan, 3.0, np.nan])
    >>> bridged
    array([1., 2., 3., 3.])
    >>> gaps
    array([False,  True, False,  True])
    """
    signal = as_signal(signal)
    gaps = ~np.isfinite(signal)
    if not gaps.any():
        return signal, gaps
    bridged = np.where(gaps, signal.dtype.type(0), signal)
    times = np.arange(signal.shape[-1])
    for row in np.argwhere(gaps.any(axis=-1) & ~gaps.all(axis=-1)):
        missing = gaps[tuple(row)]
        there = bridged[tuple(row)][~missing]
        bridged[(*row, missing)] = np.interp(times[missing], times[~missing], there)
    return bridged, gaps
