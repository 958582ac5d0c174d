"""The detectors of neurokit2, made to answer on any input.

The one module that imports neurokit2, and only when a detector runs: it loads pandas
and matplotlib. neurokit2 expects a healthy record of several seconds; on anything else
its detectors warn, print or fail, each in its own way.
"""

import contextlib
import io
import warnings
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np

# Each detector's name as neurokit2 documents it, and the cleaning made for it; those
# that came without one take the general cleaning.
CLEANING: Mapping[str, str] = MappingProxyType(
    {
        "neurokit": "neurokit",
        "pantompkins1985": "pantompkins1985",
        "hamilton2002": "hamilton2002",
        "zong2003": "zong2003",
        "christov2004": "christov2004",
        "martinez2004": "neurokit",
        "gamboa2008": "gamboa2008",
        "elgendi2010": "elgendi2010",
        "engzeemod2012": "engzeemod2012",
        "manikandan2012": "neurokit",
        "khamis2016": "neurokit",
        "kalidas2017": "kalidas2017",
        "nabian2018": "neurokit",
        "rodrigues2021": "neurokit",
        "emrich2023": "emrich2023",
        "ssf": "ssf",
        "promac": "neurokit",
    }
)

# Hz. Below it the band-pass of a detector has no room; engzeemod2012 cuts out 50 Hz.
_LEAST_RATE = 50.0
_LEAST_RATES = {"engzeemod2012": 105.0}

# What the detectors raise where they find nothing to work on: too short for a filter,
# no candidate to take the mean or the maximum of. Anything else is a programming error.
_NOTHING_FOUND = (ValueError, IndexError, ZeroDivisionError)


def detect_neurokit(
    signal: np.ndarray, *, sampling_rate: float, method: str
) -> np.ndarray:
    """Find R-peaks with a detector of neurokit2.

    Parameters
    ----------
    signal : ndarray of shape (n_times,)
        One lead without missing samples, in any unit.
    sampling_rate : float
        In Hz.
    method : str
        A key of `CLEANING`.

    Returns
    -------
    ndarray of int64 of shape (n_beats,)
        Ascending, each once; empty where the detector finds nothing.

    Raises
    ------
    ValueError
        If the sampling rate is too low for the detector.
    ImportError
        If the detector needs a package that is not installed ("emrich2023": ts2vg).

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal._neurokit import detect_neurokit
    >>> detect_neurokit(np.zeros(500), sampling_rate=250.0, method="neurokit")
    array([], dtype=int64)
    """
    least = _LEAST_RATES.get(method, _LEAST_RATE)
    if sampling_rate < least:
        raise ValueError(
            f"The {method!r} detector needs a sampling_rate of at least {least:g} Hz, "
            f"got {sampling_rate:g} Hz. Is the rate right? If so, resample the signal."
        )
    import neurokit2

    # Windows are counted in samples inside, so a whole rate must be an int.
    rate = int(sampling_rate) if float(sampling_rate).is_integer() else sampling_rate
    with _quiet():
        try:
            clean = neurokit2.ecg_clean(
                signal, sampling_rate=rate, method=CLEANING[method]
            )
            _, info = neurokit2.ecg_peaks(clean, sampling_rate=rate, method=method)
        except _NOTHING_FOUND:
            return np.empty(0, dtype=np.int64)
    peaks = np.asarray(info["ECG_R_Peaks"], dtype=np.float64)
    peaks = np.unique(peaks[np.isfinite(peaks)].astype(np.int64))
    return peaks[(peaks >= 0) & (peaks < signal.size)]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    # Warnings tell of the same short or flat records as an empty answer does; "promac"
    # prints the failures of its members.
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield
