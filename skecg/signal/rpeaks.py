"""R-peaks: one door to every detector."""

import difflib
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from skecg.signal import _neurokit
from skecg.signal._checks import as_peaks, as_signal, check_sampling_rate
from skecg.signal.kachuee import detect_kachuee
from skecg.signal.quality import bridge_gaps, usable_mask

Detector = Callable[[np.ndarray, float], npt.ArrayLike]
"""A function of a signal and its sampling rate that returns sample indices."""

DETECTORS: tuple[str, ...] = ("kachuee", *_neurokit.CLEANING)
"""The names that `detect_rpeaks` knows."""


def detect_rpeaks(
    signal: npt.ArrayLike,
    *,
    sampling_rate: float,
    method: str | Detector = "neurokit",
) -> np.ndarray | list[np.ndarray]:
    """Find the R-peaks of one record or of many.

    A signal shorter than 1 s holds at most one heartbeat, and no detector works on it:
    its one R-peak is the sample farthest from the signal's median. Missing samples are
    bridged linearly, and no peak is reported inside a gap.

    Parameters
    ----------
    signal : array-like of shape (n_times,) or (n_records, n_times)
        One lead of one or of many records, in any unit.
    sampling_rate : float
        In Hz.
    method : str or callable, default="neurokit"
        ``"kachuee"`` (see `skecg.signal.kachuee`), one of neurokit2's detectors [1]_ by
        its full name (`DETECTORS` lists them), or a function ``(signal,
        sampling_rate) -> indices``. A function gets each record as it is, also where it
        is short, flat or has gaps.

    Returns
    -------
    ndarray of int64 of shape (n_beats,), or list of them
        Sample indices, ascending; one array per record for 2-D input. Empty where a
        record is flat or all NaN, or nothing is found.

    Raises
    ------
    ValueError
        If `signal` is neither 1-D nor 2-D, or `method` is unknown, or a function
        returns something else than ascending indices inside the signal.

    Notes
    -----
    pantompkins1985, hamilton2002 and elgendi2010 filter in one direction only and
    answer 60 to 90 ms behind the R-peak, kalidas2017 about 30 ms. To cut beats, take
    another.

    References
    ----------
    .. [1] Makowski D. et al. (2021). NeuroKit2: a Python toolbox for
       neurophysiological signal processing. Behavior Research Methods 53.
       :doi:`10.3758/s13428-020-01516-y`

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.rpeaks import detect_rpeaks
    >>> times = np.arange(0, 10, 1 / 250)
    >>> signal = np.exp(-0.5 * (((times % 1.0) - 0.5) / 0.02) ** 2)
    >>> detect_rpeaks(signal, sampling_rate=250.0)[:4]
    array([125, 375, 625, 875])
    """
    signal, rate = as_signal(signal), check_sampling_rate(sampling_rate)
    detect = _find_detector(method)
    if signal.ndim == 1:
        return detect(signal, rate)
    if signal.ndim == 2:
        return [detect(record, rate) for record in signal]
    raise ValueError(
        "signal must have shape (n_times,) or (n_records, n_times), got shape "
        f"{signal.shape}. Pick a lead first, e.g. signal[:, 0]."
    )


def _find_detector(
    method: str | Detector,
) -> Callable[[np.ndarray, float], np.ndarray]:
    if callable(method):
        return lambda signal, rate: as_peaks(
            method(signal, rate),
            n_times=signal.size,
            name="the result of the method function",
        )
    if method not in DETECTORS:
        raise ValueError(_unknown(method))
    return lambda signal, rate: _detect_builtin(signal, rate, method)


def _unknown(method: object) -> str:
    close = difflib.get_close_matches(str(method), DETECTORS, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return (
        f"method must be a function or one of {', '.join(map(repr, DETECTORS))}; got "
        f"{method!r}.{hint}"
    )


def _detect_builtin(signal: np.ndarray, rate: float, method: str) -> np.ndarray:
    if not usable_mask(signal[None])[0]:
        return np.empty(0, dtype=np.int64)
    bridged, gaps = bridge_gaps(signal)
    if signal.size < rate:
        deflection = np.abs(bridged - np.median(bridged[~gaps]))
        return np.array([np.argmax(np.where(gaps, -1.0, deflection))])
    if method == "kachuee":
        peaks = detect_kachuee(bridged, sampling_rate=rate)
    else:
        peaks = _neurokit.detect_neurokit(bridged, sampling_rate=rate, method=method)
    return peaks[~gaps[peaks]]
