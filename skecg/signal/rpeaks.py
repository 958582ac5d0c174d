"""R-peaks: one door to every detector."""

import difflib
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from skecg.signal import _neurokit
from skecg.signal._checks import as_peaks, as_signal, check_sampling_rate
from skecg.signal._rpeak_detector import POLARITIES, Polarity, detect_skecg
from skecg.signal.kachuee import detect_kachuee
from skecg.signal.quality import bridge_gaps, quality_mask, usable_mask

Detector = Callable[[np.ndarray, float], npt.ArrayLike]
"""A function of a signal and its sampling rate that returns sample indices."""

DETECTORS: tuple[str, ...] = ("skecg", "kachuee", *_neurokit.CLEANING)
"""The names that `detect_rpeaks` knows."""


def detect_rpeaks(
    signal: npt.ArrayLike,
    *,
    sampling_rate: float,
    method: str | Detector = "skecg",
    polarity: Polarity = "auto",
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
    method : str or callable, default="skecg"
        ``"skecg"`` (see Notes), ``"kachuee"`` (see `skecg.signal.kachuee`), one of
        neurokit2's detectors [1]_ by its full name (`DETECTORS` lists them), or a
        function ``(signal, sampling_rate) -> indices``. A function gets each record as
        it is, also where it is short, flat or has gaps.
    polarity : {"auto", "up", "down"}, default="auto"
        Which extremum of a QRS complex "skecg" answers with: the highest sample
        ("up"), the lowest ("down"), or the one farther from the baseline, in favour of
        the upward one. The other methods have no choice and take "auto" only.

    Returns
    -------
    ndarray of int64 of shape (n_beats,), or list of them
        Sample indices, ascending; one array per record for 2-D input. Empty where a
        record is flat or all NaN, or nothing is found.

    Raises
    ------
    ValueError
        If `signal` is neither 1-D nor 2-D, or `method` is unknown, or a function
        returns something else than ascending indices inside the signal, or the rate is
        too low for the method, or `polarity` is not one that the method takes.

    Notes
    -----
    "skecg" looks at the envelope of the band around 15 Hz, in which each QRS complex is
    one hump whatever its shape. Gaps, stretches that are flat for half a second or more
    and ventricular flutter are set aside. A logistic score of a hump's height against
    the beats around it and of how far it stands out says whether it is a beat, and the
    rhythm settles doubtful ones. The peak is the local extremum of the signal itself
    within 90 ms of the hump. Time and memory grow linearly with the record. It is
    compiled on first use and the machine code is kept beside the package.

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
    detect = _find_detector(method, polarity)
    if signal.ndim == 1:
        return detect(signal, rate)
    if signal.ndim == 2:
        return [detect(record, rate) for record in signal]
    raise ValueError(
        "signal must have shape (n_times,) or (n_records, n_times), got shape "
        f"{signal.shape}. Pick a lead first, e.g. signal[:, 0]."
    )


def _find_detector(
    method: str | Detector, polarity: Polarity
) -> Callable[[np.ndarray, float], np.ndarray]:
    _check_polarity(method, polarity)
    if callable(method):
        return lambda signal, rate: as_peaks(
            method(signal, rate),
            n_times=signal.size,
            name="the result of the method function",
        )
    if method not in DETECTORS:
        raise ValueError(_unknown(method))
    return lambda signal, rate: _detect_builtin(signal, rate, method, polarity)


def _unknown(method: object) -> str:
    close = difflib.get_close_matches(str(method), DETECTORS, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return (
        f"method must be a function or one of {', '.join(map(repr, DETECTORS))}; got "
        f"{method!r}.{hint}"
    )


def _check_polarity(method: str | Detector, polarity: Polarity) -> None:
    if polarity not in POLARITIES:
        raise ValueError(f"polarity must be one of {POLARITIES}, got {polarity!r}.")
    if polarity != "auto" and method != "skecg":
        raise ValueError(
            f"polarity={polarity!r} goes with method='skecg' only, got method="
            f"{method!r}. Leave polarity at 'auto'."
        )


def _detect_builtin(
    signal: np.ndarray, rate: float, method: str, polarity: Polarity
) -> np.ndarray:
    if signal.size >= rate and method == "skecg":
        return detect_skecg(signal, sampling_rate=rate, polarity=polarity)
    if not usable_mask(signal[None])[0]:
        return np.empty(0, dtype=np.int64)
    if signal.size < rate:
        return _of_short(*bridge_gaps(signal), polarity)
    usable = quality_mask(signal, sampling_rate=rate).usable
    bridged, gaps = bridge_gaps(np.where(usable, signal, np.nan))
    if method == "kachuee":
        peaks = detect_kachuee(bridged, sampling_rate=rate)
    else:
        peaks = _neurokit.detect_neurokit(bridged, sampling_rate=rate, method=method)
    return peaks[~gaps[peaks]]


def _of_short(bridged: np.ndarray, gaps: np.ndarray, polarity: Polarity) -> np.ndarray:
    deflection = bridged - np.median(bridged[~gaps])
    if polarity == "auto":
        deflection = np.abs(deflection)
    elif polarity == "down":
        deflection = -deflection
    return np.array([np.argmax(np.where(gaps, -np.inf, deflection))])
