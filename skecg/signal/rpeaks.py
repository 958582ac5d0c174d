"""R-peaks: one door to every detector."""

import difflib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from numbers import Integral
from typing import Literal

import numpy as np
import numpy.typing as npt

from skecg._warn import warn_user
from skecg.exceptions import SignalQualityWarning
from skecg.signal import _neurokit
from skecg.signal._checks import as_peaks, as_signal, check_sampling_rate, shorten
from skecg.signal._rpeak_detector import POLARITIES, Polarity, detect_skecg
from skecg.signal._rpeak_fusion import detect_fused, vote
from skecg.signal.kachuee import detect_kachuee
from skecg.signal.quality import bridge_gaps, quality_mask, usable_mask

Detector = Callable[[np.ndarray, float], npt.ArrayLike]
"""A function of a signal and its sampling rate that returns sample indices."""

DETECTORS: tuple[str, ...] = ("skecg", "kachuee", *_neurokit.CLEANING)
"""The names that `detect_rpeaks` knows."""

Leads = Literal["first", "fused"]
"""Which leads of a record are looked at."""

LEADS: tuple[Leads, ...] = ("first", "fused")
"""The choices of leads that `detect_rpeaks` knows."""


def detect_rpeaks(
    signal: npt.ArrayLike,
    *,
    sampling_rate: float,
    method: str | Detector = "skecg",
    polarity: Polarity = "auto",
    leads: Leads = "first",
    n_jobs: int | None = None,
) -> np.ndarray | list[np.ndarray]:
    """Find the R-peaks of one record or of many.

    A signal shorter than 1 s holds at most one heartbeat, and no detector works on it:
    its one R-peak is the sample farthest from the signal's median. Stretches that are
    missing, flat, clipped or noise only are found first (see
    `skecg.signal.quality.quality_mask`) and hold no peak; the rest is analysed.

    Parameters
    ----------
    signal : array-like of shape (n_times,), (n_records, n_times) or \
(n_records, n_leads, n_times)
        One or many records, in any unit; integers are taken as they come from a
        converter.
    sampling_rate : float
        In Hz.
    method : str or callable, default="skecg"
        ``"skecg"`` (see Notes), ``"kachuee"`` (see `skecg.signal.kachuee`), one of
        neurokit2's detectors [1]_ by its full name (`DETECTORS` lists them), or a
        function ``(signal, sampling_rate) -> indices``. A function gets each record as
        it is, also where it is short, flat or has gaps.
    polarity : {"auto", "up", "down"}, default="auto"
        Which extremum of a QRS complex "skecg" answers with: the highest sample
        ("up"), the lowest ("down"), or the one of the two that is farther from the
        baseline, nearer to the middle of the complex and steeper, in favour of the
        upward one. The other methods have no choice and take "auto" only.
    leads : {"first", "fused"}, default="first"
        With ``(n_records, n_leads, n_times)``: look at the first lead, or at all of
        them together (see Notes). "first" is the default because it takes the time of
        one lead, and finds what the same lead alone would give.
    n_jobs : int, optional
        Threads for the records of a batch; -1 takes one for each processor. By default
        one. The answer is the same. Only "skecg" and "kachuee" use them: neurokit2
        cannot run in several threads, and of a function it is not known.

    Returns
    -------
    ndarray of int64 of shape (n_beats,), or list of them
        Sample indices, ascending; one array per record for 2-D and 3-D input. Empty
        where a record is flat or all NaN, or nothing is found.

    Raises
    ------
    ValueError
        If `signal` has more than three dimensions or no lead, or `method` or `leads` is
        unknown, or a function returns something else than ascending indices inside the
        signal, or the rate is too low for the method, or `polarity` is not one that the
        method takes, or `n_jobs` is neither -1 nor positive.
    ImportError
        If the method needs a package that is not installed ("emrich2023": ts2vg).

    Warns
    -----
    SignalQualityWarning
        If no R-peak is found in a record, with its index.

    Notes
    -----
    "skecg" looks at the envelope of the band around 15 Hz, in which each QRS complex is
    one hump whatever its shape; in noise also at bands around 10 and 27 Hz, each as far
    as beats stand out in it. Stretches that cannot be used and ventricular flutter are
    set aside: slow waves for two seconds or more, at least two of them a second and no
    rest in between. A record of nothing else has no R-peak, and the warning says so. A
    logistic score of a hump's height against the beats around it and of how far it
    stands out says whether it is a beat, and the rhythm settles doubtful ones. The peak
    is the local extremum of the signal itself near the hump; it is looked for behind a
    pacemaker's spike. Time and memory grow linearly with the record. It is compiled on
    first use and the machine code is kept beside the package.

    With ``leads="fused"``, "skecg" adds the envelopes of all leads that can be used at
    the time, those with clear beats more than others, and each peak is an extremum of
    the first lead that can be used at this beat. Any other method runs on each lead;
    a beat is what half of the usable leads agree on within 150 ms, at the median of
    their answers. On MIT-BIH DS1 fusion keeps an F1 above .99 with noise of 0 dB in
    one of two leads, or one lead lost for a minute in five; on clean records the
    first lead does as well.

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
    signal = as_signal(signal)
    found = rpeaks_of_records(
        signal[None] if signal.ndim == 1 else signal,
        sampling_rate=sampling_rate,
        method=method,
        polarity=polarity,
        leads=leads,
        n_jobs=n_jobs,
    )
    _warn_of_empty(found, single=signal.ndim == 1)
    return found[0] if signal.ndim == 1 else found


def rpeaks_of_records(
    signals: npt.ArrayLike,
    *,
    sampling_rate: float,
    method: str | Detector = "skecg",
    polarity: Polarity = "auto",
    leads: Leads = "first",
    n_jobs: int | None = None,
) -> list[np.ndarray]:
    """Find the R-peaks of many records, and say nothing where there are none.

    For callers that tell themselves which rows they could not use.

    Parameters
    ----------
    signals : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
        Records, in any unit.
    sampling_rate : float
        In Hz.
    method : str or callable, default="skecg"
        This and the rest as `detect_rpeaks` takes them.
    polarity : {"auto", "up", "down"}, default="auto"
        Which extremum of a QRS complex "skecg" answers with.
    leads : {"first", "fused"}, default="first"
        Which leads are looked at.
    n_jobs : int, optional
        Threads.

    Returns
    -------
    list of ndarray of int64 of shape (n_beats,)
        One per record.

    Raises
    ------
    ValueError
        As from `detect_rpeaks`.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.rpeaks import rpeaks_of_records
    >>> rpeaks_of_records(np.zeros((1, 2, 500)), sampling_rate=250.0, leads="fused")
    [array([], dtype=int64)]
    """
    signals, rate = as_signal(signals), check_sampling_rate(sampling_rate)
    if signals.ndim not in (2, 3) or 0 in signals.shape[1:]:
        raise ValueError(
            "signal must have shape (n_times,), (n_records, n_times) or (n_records, "
            f"n_leads, n_times), got shape {signals.shape}. Put time on the last axis."
        )
    if leads not in LEADS:
        raise ValueError(f"leads must be one of {LEADS}, got {leads!r}.")
    detect = _find_detector(method, polarity)
    fused = signals.ndim == 3 and leads == "fused"
    if signals.ndim == 3 and not fused:
        signals = signals[:, 0]

    def of_record(record: np.ndarray) -> np.ndarray:
        if not fused:
            return detect(record, rate)
        return _detect_fused(record, rate, method, polarity, detect)

    threads = _n_threads(n_jobs, method, len(signals))
    if threads == 1:
        return [of_record(record) for record in signals]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(of_record, signals))


def _n_threads(n_jobs: int | None, method: str | Detector, n_records: int) -> int:
    given: object = n_jobs  # whatever the hint says, callers pass anything
    whole = isinstance(given, Integral) and not isinstance(given, bool)
    if n_jobs is not None and (not whole or (n_jobs < 1 and n_jobs != -1)):
        raise ValueError(
            f"n_jobs must be None, -1 or a positive whole number, got {n_jobs!r}."
        )
    if n_jobs is None or method not in ("skecg", "kachuee"):
        return 1
    wanted = (os.cpu_count() or 1) if n_jobs == -1 else int(n_jobs)
    return max(1, min(wanted, n_records))


def _warn_of_empty(found: list[np.ndarray], *, single: bool) -> None:
    empty = [row for row, peaks in enumerate(found) if peaks.size == 0]
    if not empty:
        return
    where = "the signal"
    if not single:
        where = f"{len(empty)} of {len(found)} records: rows {shorten(empty)}"
    warn_user(f"No R-peak was found in {where}.", SignalQualityWarning)


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


def _detect_fused(
    record: np.ndarray,
    rate: float,
    method: str | Detector,
    polarity: Polarity,
    detect: Callable[[np.ndarray, float], np.ndarray],
) -> np.ndarray:
    if method == "skecg" and record.shape[-1] >= rate:
        return detect_fused(record, sampling_rate=rate, polarity=polarity)
    if record.shape[-1] < rate:
        return detect(record[np.argmax(usable_mask(record[:, None]))], rate)
    usable = quality_mask(record, sampling_rate=rate).usable
    peaks = [
        detect(lead, rate) if there.any() else np.empty(0, dtype=np.int64)
        for lead, there in zip(record, usable, strict=True)
    ]
    return vote(peaks, usable, sampling_rate=rate)


def _of_short(bridged: np.ndarray, gaps: np.ndarray, polarity: Polarity) -> np.ndarray:
    deflection = bridged - np.median(bridged[~gaps])
    if polarity == "auto":
        deflection = np.abs(deflection)
    elif polarity == "down":
        deflection = -deflection
    return np.array([np.argmax(np.where(gaps, -np.inf, deflection))])
