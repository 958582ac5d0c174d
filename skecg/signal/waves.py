"""Where the waves of each beat begin, peak and end."""

from typing import NamedTuple

import numpy as np

T_SHAPES: tuple[str, ...] = ("", "upright", "inverted", "up-down", "down-up")
"""What a T wave can look like; the empty name stands for none at all."""


class WaveMarks(NamedTuple):
    """One wave of each beat.

    Parameters
    ----------
    onset, peak, offset : ndarray of float64 of shape (n_beats,)
        In samples; NaN where a beat does not have the wave.
    """

    onset: np.ndarray
    peak: np.ndarray
    offset: np.ndarray


class Delineation(NamedTuple):
    """The waves of each beat.

    Parameters
    ----------
    p, qrs, t : WaveMarks
        Onset, peak and offset of the P wave, the QRS complex and the T wave.
    t_shape : ndarray of str of shape (n_beats,)
        One of `T_SHAPES`. A biphasic T wave is named by the order of its two parts, and
        its peak is that of the larger.
    """

    p: WaveMarks
    qrs: WaveMarks
    t: WaveMarks
    t_shape: np.ndarray
