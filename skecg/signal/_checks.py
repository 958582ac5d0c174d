"""Checks shared by the signal kernels."""

import math
from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

_MOST_SAMPLES = 2**53  # up to here every whole float is an int


def check_sampling_rate(sampling_rate: float) -> float:
    """Return the sampling rate as a float, or say why it cannot be one.

    Parameters
    ----------
    sampling_rate : float
        Samples per second, in Hz.

    Returns
    -------
    float
        The same rate.

    Raises
    ------
    TypeError
        If it is not a real number.
    ValueError
        If it is not finite or not above zero.
    """
    given: object = sampling_rate  # whatever the hint says, callers pass anything
    if isinstance(given, bool) or not isinstance(given, Real):
        raise TypeError(
            f"sampling_rate must be a number of samples per second (Hz), got "
            f"{sampling_rate!r} of type {type(sampling_rate).__name__}."
        )
    rate = float(sampling_rate)
    if not math.isfinite(rate) or rate <= 0:
        raise ValueError(
            f"sampling_rate must be finite and above 0 Hz, got {sampling_rate!r}. "
            "Pass the rate at which the signal was recorded, e.g. sampling_rate=360.0."
        )
    return rate


def check_window(window: Sequence[float]) -> tuple[float, float]:
    """Return a pair of durations, or say why it cannot be one.

    Parameters
    ----------
    window : tuple or list of two floats
        Seconds.

    Returns
    -------
    tuple of float

    Raises
    ------
    ValueError
        If it is not two finite numbers, neither negative and not both zero.
    """
    given: object = window  # whatever the hint says, callers pass anything
    fits = (
        isinstance(given, (tuple, list))
        and len(given) == 2
        and all(isinstance(one, Real) and not isinstance(one, bool) for one in given)
        and all(math.isfinite(one) and one >= 0 for one in given)
        and sum(given) > 0
    )
    if not fits:
        raise ValueError(
            "window must be two finite numbers of seconds, neither negative and not "
            f"both zero, e.g. window=(0.3, 0.6); got {window!r}."
        )
    return float(window[0]), float(window[1])


def first_lead(signals: np.ndarray) -> np.ndarray:
    """Return the first lead of records that may have several.

    Parameters
    ----------
    signals : ndarray of shape (n_records, n_times) or (n_records, n_leads, n_times)
        Records.

    Returns
    -------
    ndarray of shape (n_records, n_times)
        A view.
    """
    return signals if signals.ndim == 2 else signals[:, 0]


def as_signal(signal: npt.ArrayLike, *, name: str = "signal") -> np.ndarray:
    """Return `signal` as a floating array with time on its last axis.

    Parameters
    ----------
    signal : array-like of shape (..., n_times)
        Float32 and float64 stay as they are, in the byte order of the machine; all
        other real numbers become float64. What a masked array hides becomes NaN.
    name : str, default="signal"
        What the error texts call it.

    Returns
    -------
    ndarray of shape (..., n_times)
        The input itself where it already was such an array.

    Raises
    ------
    ValueError
        If it has no axis or no sample, or its rows differ in length.
    TypeError
        If it does not hold real numbers.
    """
    try:
        array = np.asarray(signal)
    except ValueError as error:
        raise ValueError(
            f"{name} must be one array. Cut or pad records of unequal length to the "
            "same one, or hand them over one by one."
        ) from error
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{name} must hold real numbers, got an array of dtype {array.dtype}."
        )
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ValueError(
            f"{name} must have at least one sample on its last (time) axis, got shape "
            f"{array.shape}."
        )
    single = array.dtype.kind == "f" and array.dtype.itemsize == 4
    array = array.astype(np.float32 if single else np.float64, copy=False)
    hidden = np.ma.getmask(signal)
    return array if hidden is np.ma.nomask else np.where(hidden, np.nan, array)


def as_peaks(
    rpeaks: npt.ArrayLike, *, n_times: int | None, name: str = "rpeaks"
) -> np.ndarray:
    """Return sample positions as a sorted integer array inside the signal.

    Parameters
    ----------
    rpeaks : array-like of shape (n_beats,)
        Sample indices of the R-peaks, ascending.
    n_times : int or None
        Length of the signal they belong to, in samples; None if there is no signal.
    name : str, default="rpeaks"
        What the error texts call it.

    Returns
    -------
    ndarray of shape (n_beats,), dtype int64

    Raises
    ------
    ValueError
        If the positions are not one-dimensional, not whole numbers, not ascending or
        not inside the signal.
    """
    peaks = np.asarray(rpeaks)
    if peaks.size == 0:
        return np.empty(0, dtype=np.int64)
    if peaks.ndim != 1 or peaks.dtype.kind not in "iuf":
        raise ValueError(
            f"{name} must be a one-dimensional array of sample indices, got shape "
            f"{peaks.shape} and dtype {peaks.dtype}."
        )
    # Before the cast to int, which warns of NaN and of what is too large for it.
    if peaks.dtype.kind == "f" and not _are_whole(peaks):
        raise ValueError(
            f"{name} must be whole sample indices without NaN; multiply seconds by the "
            "sampling rate and round them."
        )
    ascending = bool((peaks[:-1] <= peaks[1:]).all())
    in_order = peaks if ascending else np.sort(peaks)
    lowest, highest = in_order[0], in_order[-1]
    if lowest < 0 or highest >= (_MOST_SAMPLES if n_times is None else n_times):
        signal = "a signal" if n_times is None else f"the signal of {n_times} samples"
        raise ValueError(
            f"{name} must lie inside {signal}, got indices from {lowest} to {highest}."
        )
    if not ascending:
        raise ValueError(f"{name} must be in ascending order; sort them first.")
    return peaks.astype(np.int64)


def _are_whole(values: np.ndarray) -> bool:
    return bool((np.isfinite(values) & (np.rint(values) == values)).all())


def shorten(values: Iterable[Any], *, most: int = 10) -> str:
    """Return the first values for an error text, and how many more there are.

    Parameters
    ----------
    values : iterable
        Row indices, ids or labels.
    most : int, default=10
        How many are written out.

    Returns
    -------
    str
    """
    listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
    more = len(listed) - most
    return ", ".join(map(repr, listed[:most])) + (
        f" and {more} more" if more > 0 else ""
    )
