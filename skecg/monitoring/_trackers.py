"""What is remembered of each patient between two looks at the signal."""

from typing import NamedTuple

import numpy as np
from scipy.signal import butter, sosfilt, sosfilt_zi

N_BEATS = 32
"""How many of the last beats are remembered."""

SHAPE = 40
"""Points of a beat that is set beside the usual one."""

UNKNOWN, USUAL, VENTRICULAR, DOUBTFUL = -1, 0, 1, 2

_BAND = (8.0, 24.0)  # Hz
_SMOOTH = 0.08  # s
_LEAST_QRS = 0.15  # mV, EC13: less is no QRS complex
_PULSE = 0.07  # s: the test pulse of EC13


class Settings(NamedTuple):
    """What depends on the sampling rate."""

    rate: float
    sos: np.ndarray
    zi: np.ndarray
    smooth: int
    delay: int
    floor: float
    stride: int
    calm: float


class Trackers(NamedTuple):
    """What is known of each patient: a row of every array."""

    z: np.ndarray  # (n, 2, 2) of the filter
    recent: np.ndarray  # (n, smooth) absolute values under the mean
    number: np.ndarray  # (n, 11): see the constants below
    whole: np.ndarray  # (n, 6) of int64
    beats: np.ndarray  # (n, N_BEATS) samples, the newest last; -1 where there is none
    labels: np.ndarray  # (n, N_BEATS)
    usual: np.ndarray  # (n, SHAPE) the patient's usual beat
    other: np.ndarray  # (n, SHAPE) the most frequent one that is unlike it


# Columns of `number`, and of `whole`: places and counts of samples.
LAST, SUM, CANDIDATE, SIGNAL, NOISE, MEAN, BACK, INTERVAL, SLOW, KNOWN, OTHERS = range(
    11
)
PLACE, SINCE, BACK_AT, GOOD, BEGUN, MISSING = range(6)


def settings(rate: float) -> Settings:
    """Work out what depends on the sampling rate.

    Parameters
    ----------
    rate : float
        In Hz.

    Returns
    -------
    Settings
    """
    sos = butter(2, _BAND, btype="bandpass", fs=rate, output="sos")
    smooth = max(1, round(_SMOOTH * rate))
    half = max(1, round(_PULSE / 2 * rate))
    pulse = np.zeros(round(2 * rate))
    rise = np.linspace(0, 1, half + 1)
    middle = round(rate)
    pulse[middle - half : middle + 1] = rise
    pulse[middle : middle + half + 1] = rise[::-1]
    mean = np.convolve(np.abs(sosfilt(sos, pulse)), np.full(smooth, 1 / smooth))
    return Settings(
        rate=rate,
        sos=sos,
        zi=sosfilt_zi(sos),
        smooth=smooth,
        delay=int(mean.argmax()) - middle,
        floor=float(mean.max()) * _LEAST_QRS,
        stride=max(1, round(rate / 100)),
        calm=float(np.exp(-1 / (2.0 * rate))),
    )


def make_trackers(n: int, setup: Settings) -> Trackers:
    """Return the state of patients of whom nothing is known yet."""
    return Trackers(
        z=np.zeros((n, 2, 2)),
        recent=np.zeros((n, setup.smooth)),
        number=np.zeros((n, 11)),
        whole=np.zeros((n, 6), dtype=np.int64),
        beats=np.full((n, N_BEATS), -1, dtype=np.int64),
        labels=np.full((n, N_BEATS), UNKNOWN, dtype=np.int8),
        usual=np.zeros((n, SHAPE)),
        other=np.zeros((n, SHAPE)),
    )
