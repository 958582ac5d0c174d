"""The shape of each beat beside the median beat of its patient."""

from typing import cast

import numpy as np

from skecg.signal.measures import measure_waves
from skecg.signal.waves import Delineation, delineate

_PARTS = {"qrs": (-0.1, 0.12), "p": (-0.26, -0.07), "t": (0.12, 0.42)}  # s around R
_TINY = 1e-3  # mV, so that nothing is divided by the height of a flat stretch
_SHIFT = 0.048  # s by which an R-peak may stand off the place where its beat matches

SHAPE_COLUMNS: tuple[str, ...] = (
    *(f"{part}_{what}" for part in _PARTS for what in ("alike", "height", "apart")),
    "qrs_width",
    "qrs_slope",
    "qrs_area",
)
"""Names of the columns of `shape_columns`, of each lead."""

WAVE_COLUMNS: tuple[str, ...] = (
    "pr_interval",
    "qrs_duration",
    "p_height",
    "p_absent",
)
"""Names of the columns of `wave_columns`."""


def align(
    lead: np.ndarray, rpeaks: np.ndarray, rate: float, whole: np.ndarray
) -> np.ndarray:
    """Move each R-peak to where its QRS complex matches the median one best.

    Parameters
    ----------
    lead : ndarray of shape (n_times,)
        The lead whose R-peaks they are, without wander.
    rpeaks : ndarray of int of shape (n_beats,)
        Samples, ascending.
    rate : float
        In Hz.
    whole : ndarray of int
        Which beats make the median one.

    Returns
    -------
    ndarray of int64 of shape (n_beats,)
        At most 48 ms from where they were.
    """
    median = np.median(_cut(lead, rpeaks[whole], (-0.1, 0.1), rate), axis=0)
    most = round(_SHIFT * rate)
    shifts = np.arange(-most, most + 1)
    likeness = [
        _alike(_cut(lead, rpeaks + shift, (-0.1, 0.1), rate), median)
        for shift in shifts
    ]
    moved = rpeaks + shifts[np.argmax(likeness, axis=0)]
    return np.clip(moved, 0, lead.size - 1)


def shape_columns(
    lead: np.ndarray, rpeaks: np.ndarray, rate: float, whole: np.ndarray
) -> np.ndarray:
    """Compare each beat with the median beat, part by part.

    Of QRS complex, P wave and T wave: the correlation (`alike`), the ratio of the
    heights (`height`) and the root mean square of the difference over the median part's
    standard deviation (`apart`). Of the QRS complex also width, steepest slope and area
    over those of the median beat.

    Parameters
    ----------
    lead : ndarray of shape (n_times,)
        Without wander.
    rpeaks : ndarray of int of shape (n_beats,)
        Samples of the aligned R-peaks.
    rate : float
        In Hz.
    whole : ndarray of int
        Which beats make the median one.

    Returns
    -------
    ndarray of float64 of shape (n_beats, n_columns)
        In the order of `SHAPE_COLUMNS`.
    """
    parts = {name: _cut(lead, rpeaks, part, rate) for name, part in _PARTS.items()}
    columns = []
    for beats in parts.values():
        median = np.median(beats[whole], axis=0)
        apart = np.sqrt(np.mean((beats - median) ** 2, axis=1))
        columns.append(_alike(beats, median))
        columns.append(np.ptp(beats, axis=1) / (np.ptp(median) + _TINY))
        columns.append(apart / (median.std() + _TINY))
    return np.stack([*columns, *_qrs_sizes(parts["qrs"], whole)], axis=1)


def wave_columns(lead: np.ndarray, rpeaks: np.ndarray, rate: float) -> np.ndarray:
    """Measure the waves of each beat and compare them with the record's medians.

    Parameters
    ----------
    lead : ndarray of shape (n_times,)
        As recorded, in mV.
    rpeaks : ndarray of int of shape (n_beats,)
        Samples, ascending.
    rate : float
        In Hz.

    Returns
    -------
    ndarray of float64 of shape (n_beats, 4)
        In the order of `WAVE_COLUMNS`: PR interval and QRS duration less the record's
        median, in tenths of a second; height of P less its median, in tenths of a
        millivolt; whether there is no P wave. What a beat lacks does not differ: 0.
    """
    # Of one lead it is no list.
    marks = cast("Delineation", delineate(lead, rpeaks, sampling_rate=rate))
    found = measure_waves(lead, rpeaks, marks, sampling_rate=rate)
    measured = (found.pr_interval, found.qrs_duration, found.p_peak_amplitude)
    differences = [10 * _beside_median(values) for values in measured]
    absent = np.isnan(found.p_duration).astype(np.float64)
    return np.stack([*differences, absent], axis=1)


def _cut(
    lead: np.ndarray, peaks: np.ndarray, part: tuple[float, float], rate: float
) -> np.ndarray:
    # Beyond the ends the first or last sample repeats.
    offsets = np.arange(round(part[0] * rate), round(part[1] * rate) + 1)
    return lead[np.clip(peaks[:, None] + offsets, 0, lead.size - 1)]


def _alike(beats: np.ndarray, median: np.ndarray) -> np.ndarray:
    beats = beats - beats.mean(axis=1, keepdims=True)
    median = median - median.mean()
    energy = np.einsum("ij,ij->i", beats, beats) * (median @ median)
    return (beats @ median) / np.sqrt(energy + _TINY**4)


def _qrs_sizes(beats: np.ndarray, whole: np.ndarray) -> list[np.ndarray]:
    level = beats[:, :3].mean(axis=1, keepdims=True)  # before the complex
    height = np.abs(beats - level)
    area = height.mean(axis=1)
    wide = area / (height.max(axis=1) + _TINY)
    slope = np.abs(np.diff(beats, axis=1)).max(axis=1)
    return [size / (np.median(size[whole]) + _TINY) for size in (wide, slope, area)]


def _beside_median(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    middle = np.median(values[known]) if known.any() else 0.0
    return np.where(known, values - middle, 0.0)
