"""The delineators that are measured beside each other."""

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from benchmarks._marks import KINDS, WAVES, Marks

NEUROKIT = ("dwt", "cwt", "peak", "prominence")

# neurokit2's names; it calls the limits of the QRS complex those of R.
_KEYS = {
    "p onset": "ECG_P_Onsets",
    "p peak": "ECG_P_Peaks",
    "p offset": "ECG_P_Offsets",
    "qrs onset": "ECG_R_Onsets",
    "qrs offset": "ECG_R_Offsets",
    "t onset": "ECG_T_Onsets",
    "t peak": "ECG_T_Peaks",
    "t offset": "ECG_T_Offsets",
}

# What neurokit2's methods raise on records that they cannot cope with.
_FAILURES = (ValueError, IndexError, KeyError, TypeError, ZeroDivisionError)


class Delineator(NamedTuple):
    """What is done to a signal first, how it is delineated, what comes out of it.

    `delineate` takes a signal, its R-peaks and its rate; it is what is timed.
    """

    prepare: Callable[[np.ndarray, float], np.ndarray]
    delineate: Callable[[np.ndarray, np.ndarray, float], Any]
    marks: Callable[[Any], Marks]

    def __call__(self, signal: np.ndarray, rpeaks: np.ndarray, rate: float) -> Marks:
        """Return the marks found; none at all where the method failed."""
        return self.marks(self.delineate(self.prepare(signal, rate), rpeaks, rate))


def delineators() -> dict[str, Delineator]:
    """Return the delineators by name, ours first, each with its own defaults."""
    ours = Delineator(lambda signal, _: signal, _delineate_skecg, _marks_of_skecg)
    return {"skecg": ours} | {
        f"neurokit2 {method}": Delineator(_clean, _neurokit(method), _marks_of_neurokit)
        for method in NEUROKIT
    }


def _delineate_skecg(signal: np.ndarray, rpeaks: np.ndarray, rate: float) -> Any:
    from skecg.signal.waves import delineate

    return delineate(signal, rpeaks, sampling_rate=rate)


def _marks_of_skecg(found: Any) -> Marks:
    return {
        f"{wave} {kind}": _known(getattr(getattr(found, wave), kind))
        for wave in WAVES
        for kind in KINDS
    }


def _clean(signal: np.ndarray, rate: float) -> np.ndarray:
    import neurokit2

    return np.asarray(neurokit2.ecg_clean(signal, sampling_rate=int(rate)))


def _neurokit(method: str) -> Callable[[np.ndarray, np.ndarray, float], Any]:
    def delineate(signal: np.ndarray, rpeaks: np.ndarray, rate: float) -> Any:
        import neurokit2

        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                _, found = neurokit2.ecg_delineate(
                    signal, rpeaks, sampling_rate=int(rate), method=method
                )
            except _FAILURES:
                return {}
        return found

    return delineate


def _marks_of_neurokit(found: dict[str, Any]) -> Marks:
    # Its R-peak is the one that it was given: no answer of its own.
    return {name: _known(found[key]) for name, key in _KEYS.items() if key in found}


def _known(samples: object) -> np.ndarray:
    marks = np.asarray(samples, dtype=np.float64)
    return np.unique(marks[np.isfinite(marks)])
