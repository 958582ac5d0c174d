"""The shape of the waves of each beat: level, heights, areas, width and slopes."""

import numpy as np

from skecg.signal._stretches import (
    Stretches,
    lay_out,
    median_before,
    reduce,
    spread,
    value_at,
)
from skecg.signal.waves import Delineation, WaveMarks

_LEVEL = 0.04  # seconds of the PR segment whose median is the isoelectric level
_ST = 0.06  # seconds after the J point: the T wave of a fast beat begins soon behind
_SLOPE = 0.02  # seconds on either side of the sample whose slope is taken


def isoelectric_level(
    signal: np.ndarray, waves: Delineation, rate: float
) -> np.ndarray:
    """Take the level before QRS, behind P; else before P; else at the onset of QRS."""
    n_samples = max(1, round(_LEVEL * rate))
    last_t = np.concatenate([[np.nan], waves.t.offset])[: waves.t.offset.size]
    behind_p = np.fmax(waves.p.offset, last_t)
    level = median_before(signal, waves.qrs.onset, behind_p, n_samples)
    before_p = median_before(signal, waves.p.onset, last_t, n_samples)
    level = np.where(np.isnan(level), before_p, level)
    return np.where(np.isnan(level), value_at(signal, waves.qrs.onset), level)


def qrs_amplitudes(
    signal: np.ndarray, qrs: WaveMarks, level: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the highest sample of each complex, and the lowest before and behind it."""
    runs = lay_out(qrs.onset, qrs.offset, signal.size)
    height = signal[runs.sample] - spread(level, runs)
    highest = reduce(np.maximum, height, runs)
    at_top = np.where(height == spread(highest, runs), runs.sample, signal.size)
    top = spread(reduce(np.minimum, at_top, runs), runs)
    before = reduce(np.minimum, np.where(runs.sample < top, height, 0.0), runs)
    behind = reduce(np.minimum, np.where(runs.sample > top, height, 0.0), runs)
    missing = np.isnan(highest)  # one sample is enough: the rest may not be the highest
    none = np.where(missing, np.nan, 0.0)
    return np.maximum(highest, 0), np.minimum(before, none), np.minimum(behind, none)


def st_segment(
    signal: np.ndarray, j_point: np.ndarray, level: np.ndarray, rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """Measure the level behind the J point, and the slope up to there."""
    samples = np.arange(max(1, round(_ST * rate)) + 1)
    slope = value_at(signal, j_point[:, None] + samples) @ _fit(samples, rate)
    return value_at(signal, j_point + _ST * rate) - level, slope


def steepest(
    signal: np.ndarray, wave: WaveMarks, rate: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the highest and the lowest slope of each wave, and what its limbs have.

    The last is the steepest slope towards the peak over that away from it. Which way
    the wave goes is told by its own ends: a raised or lowered ST segment does not.
    """
    runs = lay_out(wave.onset, wave.offset, signal.size)
    slope = _slopes(signal, runs.sample, rate)
    rise, fall = reduce(np.maximum, slope, runs), reduce(np.minimum, slope, runs)
    ends = (value_at(signal, wave.onset) + value_at(signal, wave.offset)) / 2
    side = spread(np.sign(value_at(signal, wave.peak) - ends), runs) * slope
    peak = spread(np.rint(wave.peak), runs)
    towards = reduce(np.maximum, np.where(runs.sample > peak, 0.0, side), runs)
    away = reduce(np.maximum, np.where(runs.sample < peak, 0.0, -side), runs)
    return rise, fall, towards / np.where(away > 0, away, np.nan)


def areas(
    signal: np.ndarray, wave: WaveMarks, level: np.ndarray, rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """Integrate each wave over its level by the trapezoidal rule: signed and not."""
    runs, left, right = _steps(signal, wave, level)
    signed = reduce(np.add, (left + right) / 2, runs) / rate
    absolute = reduce(np.add, (np.abs(left) + np.abs(right)) / 2, runs) / rate
    return signed, absolute


def half_width(
    signal: np.ndarray, wave: WaveMarks, level: np.ndarray, rate: float
) -> np.ndarray:
    """Find how wide each wave is at half of its height, around its peak."""
    runs, left, right = _steps(signal, wave, level)
    height = value_at(signal, wave.peak) - level
    half, sign = spread(np.abs(height) / 2, runs), spread(np.sign(height), runs)
    left, right = sign * left - half, sign * right - half
    peak = spread(np.rint(wave.peak), runs)
    crossing = runs.sample + left / np.where(left == right, np.nan, left - right)
    rises = (left < 0) & (right >= 0) & (runs.sample < peak)
    falls = (left >= 0) & (right < 0) & (runs.sample >= peak)
    first = reduce(np.maximum, np.where(rises, crossing, -np.inf), runs)
    last = reduce(np.minimum, np.where(falls, crossing, np.inf), runs)
    width = (last - first) / rate
    gap = np.isnan(reduce(np.add, left + right, runs))
    return np.where(np.isfinite(width) & ~gap, width, np.nan)


def polarity(t_shape: np.ndarray) -> np.ndarray:
    """Tell 1 for upright, -1 for inverted, 0 for biphasic and NaN for no T wave."""
    signs = {"upright": 1.0, "inverted": -1.0, "up-down": 0.0, "down-up": 0.0}
    chosen = [t_shape == name for name in signs]
    return np.select(chosen, list(signs.values()), default=np.nan)


def _steps(
    signal: np.ndarray, wave: WaveMarks, level: np.ndarray
) -> tuple[Stretches, np.ndarray, np.ndarray]:
    # Each wave as steps from sample to sample, with the heights at both ends of each.
    runs = lay_out(np.rint(wave.onset), np.rint(wave.offset) - 1, signal.size - 1)
    base = spread(level, runs)
    return runs, signal[runs.sample] - base, signal[runs.sample + 1] - base


def _slopes(signal: np.ndarray, sample: np.ndarray, rate: float) -> np.ndarray:
    # Of the lines fitted around these samples only: T waves are a part of a record.
    reach = max(1, round(_SLOPE * rate))
    weights = _fit(np.arange(-reach, reach + 1), rate)[reach + 1 :]
    slope = np.zeros(sample.size)
    for distance, weight in enumerate(weights, start=1):
        after = signal[np.minimum(sample + distance, signal.size - 1)]
        slope += weight * (after - signal[np.maximum(sample - distance, 0)])
    return slope


def _fit(samples: np.ndarray, rate: float) -> np.ndarray:
    # Weights whose sum with the values at `samples` is their slope per second.
    centred = samples - samples.mean()
    return centred / (centred @ centred) * rate
