"""Which signals can be used, which stretches of them cannot, and gaps."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from skecg.signal._bad_stretches import at_the_rails, flat, only_noise
from skecg.signal._checks import as_signal, check_sampling_rate
from skecg.signal._rpeak_filter import qrs_envelope

_LEAST_RATE = 50.0  # Hz; below it there is no QRS envelope to look for noise in


class QualityMask(NamedTuple):
    """Where a signal is no electrocardiogram, and why.

    Parameters
    ----------
    missing, flat, clipped, noisy : ndarray of bool of shape (..., n_times)
        True where it is so. A sample may be flat and clipped.
    """

    missing: np.ndarray
    flat: np.ndarray
    clipped: np.ndarray
    noisy: np.ndarray

    @property
    def usable(self) -> np.ndarray:
        """Where nothing is wrong.

        Returns
        -------
        ndarray of bool of shape (..., n_times)
        """
        return ~(self.missing | self.flat | self.clipped | self.noisy)


def quality_mask(signal: npt.ArrayLike, *, sampling_rate: float) -> QualityMask:
    """Find the stretches of a signal in which there is nothing to measure.

    Missing are samples that are not finite. Flat is what does not move for 0.5 s; the
    exactly constant baseline between the beats of a synthetic record is not, and two
    flat lines of one height around less than 1.5 s of signal are taken for such a
    baseline. Clipped is what stays at the largest or smallest value of the record for
    0.2 s: a QRS complex whose tip is cut off is a heartbeat still. Noisy is what shows
    nothing like QRS complexes for 40 s: noise or mains hum of a loose electrode. There
    the kurtosis of the QRS envelope is below 2.1, after the idea of [1]_, and the
    envelope does not repeat itself as that of a very fast rhythm does.

    Parameters
    ----------
    signal : array-like of shape (..., n_times)
        Leads, in any unit.
    sampling_rate : float
        In Hz. Below 50 Hz nothing is called noisy.

    Returns
    -------
    QualityMask
        `missing`, `flat`, `clipped` and `noisy`, and `usable` where it is none of them.

    Raises
    ------
    ValueError
        If `signal` has no sample.

    References
    ----------
    .. [1] Li Q., Mark R. G., Clifford G. D. (2008). Robust heart rate estimation from
       multiple asynchronous noisy sources using signal quality indices and a Kalman
       filter. Physiological Measurement 29. :doi:`10.1088/0967-3334/29/1/002`

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.quality import quality_mask
    >>> signal = np.sin(np.arange(1000) / 10)
    >>> signal[200:450] = 0.5
    >>> signal[700:705] = np.nan
    >>> mask = quality_mask(signal, sampling_rate=250.0)
    >>> int(mask.flat.sum()), int(mask.missing.sum()), int(mask.usable.sum())
    (250, 5, 745)
    """
    signal, rate = as_signal(signal), check_sampling_rate(sampling_rate)
    rows = np.ascontiguousarray(signal).reshape(-1, signal.shape[-1])
    missing = ~np.isfinite(rows)
    if missing.any():
        rows = np.where(missing, np.nan, rows)
    still, clipped, noisy = np.zeros((3, *rows.shape), dtype=bool)
    for k, row in enumerate(rows):
        still[k] = flat(row, rate)
        clipped[k] = at_the_rails(row, rate)
        noisy[k] = _noisy(row, rate)
    masks = (missing, still, clipped, noisy & ~missing)
    return QualityMask(*(mask.reshape(signal.shape) for mask in masks))


def _noisy(signal: np.ndarray, rate: float) -> np.ndarray:
    if rate < _LEAST_RATE:
        return np.zeros(signal.size, dtype=bool)
    envelope = qrs_envelope(signal, sampling_rate=rate)
    bins = only_noise(envelope.qrs, envelope.missing, envelope.rate)
    noisy = np.repeat(bins, envelope.step)[: signal.size]
    return np.pad(noisy, (0, signal.size - noisy.size), mode="edge")


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
