"""The R-peak detectors that are measured beside each other."""

from collections.abc import Callable
from importlib.metadata import version

import numpy as np

from skecg.signal.rpeaks import detect_rpeaks

Detector = Callable[[np.ndarray, float], np.ndarray]

NEUROKIT = (
    "neurokit",
    "pantompkins1985",
    "hamilton2002",
    "kalidas2017",
    "rodrigues2021",
)
"""Detectors of neurokit2 by their names there; the first is its default.

Left out are those that take about a second for half an hour of a lead.
"""


def detectors() -> dict[str, Detector]:
    """Return the detectors by name, ours first, each with its own defaults."""
    return {
        "skecg": _method("skecg"),
        "sleepecg": detect_sleepecg,
        **{f"neurokit2 {method}": _method(method) for method in NEUROKIT},
    }


def detect_sleepecg(signal: np.ndarray, rate: float) -> np.ndarray:
    """Find R-peaks with sleepecg's detector, which is written in C."""
    import sleepecg

    return np.asarray(sleepecg.detect_heartbeats(signal, rate))


def versions_of(*packages: str) -> dict[str, str]:
    """Return the versions of the peers, for the record."""
    return {package: version(package) for package in packages}


def _method(name: str) -> Detector:
    def detect(signal: np.ndarray, rate: float) -> np.ndarray:
        return detect_rpeaks(signal, sampling_rate=rate, method=name)

    return detect
