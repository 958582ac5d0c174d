"""R-peaks and beats by the rule of Kachuee et al. (2018).

The signal is cut into windows of 10 s at 125 Hz, each scaled to [0, 1]. Local maxima
(sign change of the first difference) above 0.9 are the R-peaks, the median of their
intervals is the window's period T, and a beat is the 1.2 T from its R-peak on, filled
with zeros to 187 samples [1]_.

References
----------
.. [1] Kachuee M., Fazeli S., Sarrafzadeh M. (2018). ECG heartbeat classification: a
   deep transferable representation. IEEE International Conference on Healthcare
   Informatics. :doi:`10.1109/ICHI.2018.00092`
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.signal import find_peaks

from skecg.signal._checks import as_peaks, as_signal, check_sampling_rate
from skecg.signal.resampling import resample

KACHUEE_RATE: float = 125.0
"""Sampling rate of the beats, in Hz."""

KACHUEE_LENGTH: int = 187
"""Samples of a beat."""

_WINDOW = 1250  # samples: 10 s
_THRESHOLD = 0.9
_PERIODS = 1.2


class KachueeBeats(NamedTuple):
    """Beats cut by the rule of Kachuee et al.

    Parameters
    ----------
    beats : ndarray of float32 of shape (n_kept, 187)
        The beats at 125 Hz, in [0, 1], R-peak first, zeros behind their end; NaN where
        the record has a gap.
    rpeaks : ndarray of int64 of shape (n_kept,)
        Their R-peaks, as samples of the signal that was given.
    kept : ndarray of bool of shape (n_peaks,)
        Which of the R-peaks gave a beat.
    """

    beats: np.ndarray
    rpeaks: np.ndarray
    kept: np.ndarray


def detect_kachuee(signal: npt.ArrayLike, *, sampling_rate: float) -> np.ndarray:
    """Find R-peaks: local maxima above 0.9 of their 10 s window's range.

    The rule as published has no refractory time: a jagged QRS or a tall T wave gives
    a peak of its own. A last window shorter than 10 s is scaled by itself.

    Parameters
    ----------
    signal : array-like of shape (n_times,)
        One lead, in any unit.
    sampling_rate : float
        In Hz.

    Returns
    -------
    ndarray of int64 of shape (n_beats,)
        Samples of `signal`, to the nearest 1/125 s; of a flat top its middle. A window
        that is flat or all NaN has none.

    Raises
    ------
    ValueError
        If `signal` is not one-dimensional or has no sample, or the rate is unusable.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.kachuee import detect_kachuee
    >>> signal = np.zeros(1000)
    >>> signal[[100, 350, 600]] = 1.0
    >>> detect_kachuee(signal, sampling_rate=250.0)
    array([100, 350, 600])
    """
    signal, rate = _one_lead(signal), check_sampling_rate(sampling_rate)
    at_125 = resample(signal, sampling_rate=rate, target_rate=KACHUEE_RATE)
    maxima, _ = find_peaks(at_125)
    window = maxima // _WINDOW
    lowest, spread = _window_ranges(at_125)
    high = at_125[maxima] - lowest[window] > _THRESHOLD * spread[window]
    found = np.rint(maxima[high] * (rate / KACHUEE_RATE)).astype(np.int64)
    return np.unique(np.minimum(found, signal.size - 1))


def kachuee_beats(
    signal: npt.ArrayLike,
    rpeaks: npt.ArrayLike | None = None,
    *,
    sampling_rate: float,
) -> KachueeBeats:
    """Cut one lead into the beats of Kachuee et al. (2018).

    T is the median of the intervals between neighbouring R-peaks inside the beat's own
    10 s window; in a window with fewer than two it is the record's median. Samples
    behind the window's end come from the signal that follows, scaled like the window
    and clipped to [0, 1].

    Parameters
    ----------
    signal : array-like of shape (n_times,)
        One lead, in any unit. Resampled to 125 Hz inside.
    rpeaks : array-like of int of shape (n_peaks,), optional
        R-peaks as samples of `signal`, ascending. By default `detect_kachuee` finds
        them.
    sampling_rate : float
        Of `signal`, in Hz.

    Returns
    -------
    KachueeBeats
        `beats`, their `rpeaks`, and which peaks were `kept`. Not kept are beats that
        run past the record's end, beats in a window that is flat or all NaN, and every
        beat of a record with fewer than two R-peaks.

    Raises
    ------
    ValueError
        If `signal` is not one-dimensional, `rpeaks` are not ascending positions inside
        it, or the rate is unusable.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.kachuee import kachuee_beats
    >>> signal = np.zeros(1000)
    >>> signal[[100, 350, 600, 850]] = 1.0
    >>> cut = kachuee_beats(signal, [100, 350, 600, 850], sampling_rate=250.0)
    >>> cut.beats.shape
    (3, 187)
    >>> cut.kept
    array([ True,  True,  True, False])
    """
    signal, rate = _one_lead(signal), check_sampling_rate(sampling_rate)
    if rpeaks is None:
        peaks = detect_kachuee(signal, sampling_rate=rate)
    else:
        peaks = as_peaks(rpeaks, n_times=signal.size)
    if peaks.size < 2:
        empty = np.empty((0, KACHUEE_LENGTH), dtype=np.float32)
        return KachueeBeats(empty, peaks[:0], np.zeros(peaks.size, dtype=bool))
    at_125 = resample(signal, sampling_rate=rate, target_rate=KACHUEE_RATE)
    starts = np.rint(peaks * (KACHUEE_RATE / rate)).astype(np.int64)
    starts = np.minimum(starts, at_125.size - 1)
    window = starts // _WINDOW
    periods = _periods(np.diff(peaks) * (KACHUEE_RATE / rate), window)
    lengths = np.clip(np.rint(_PERIODS * periods), 1, KACHUEE_LENGTH).astype(np.int64)
    lowest, spread = _window_ranges(at_125)
    kept = (starts + lengths <= at_125.size) & np.isfinite(spread[window])
    fragments, behind = _fragments(at_125, starts[kept], lengths[kept])
    window = window[kept]
    scaled = (fragments - lowest[window, None]) / spread[window, None]
    beats = np.where(behind, 0.0, np.clip(scaled, 0.0, 1.0)).astype(np.float32)
    return KachueeBeats(beats, peaks[kept], kept)


def _one_lead(signal: npt.ArrayLike) -> np.ndarray:
    signal = as_signal(signal)
    if signal.ndim != 1:
        raise ValueError(
            f"signal must be one lead of shape (n_times,), got shape {signal.shape}. "
            "Call it once per record and lead."
        )
    return signal


def _window_ranges(at_125: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # The lowest value of each window and its range; NaN where it is flat or all NaN,
    # so that every comparison with it is false.
    n_windows = -(-at_125.size // _WINDOW)
    padded = np.full(n_windows * _WINDOW, np.nan)
    padded[: at_125.size] = at_125
    windows = padded.reshape(n_windows, _WINDOW)
    lowest = np.fmin.reduce(windows, axis=1)
    spread = np.fmax.reduce(windows, axis=1) - lowest
    return lowest, np.where(spread > 0, spread, np.nan)


def _periods(intervals: np.ndarray, window: np.ndarray) -> np.ndarray:
    # T of every beat: the median interval inside its window, or of the record.
    inside = window[1:] == window[:-1]
    order = np.lexsort((intervals[inside], window[1:][inside]))
    ranked = intervals[inside][order]
    windows, first, count = np.unique(
        window[1:][inside], return_index=True, return_counts=True
    )
    medians = (ranked[first + (count - 1) // 2] + ranked[first + count // 2]) / 2
    of_window = np.full(window[-1] + 1, np.median(intervals))
    of_window[windows] = medians
    return of_window[window]


def _fragments(
    at_125: np.ndarray, starts: np.ndarray, lengths: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    # 187 samples from each start, and which of them lie behind the beat's own length.
    steps = np.arange(KACHUEE_LENGTH)
    at = np.minimum(starts[:, None] + steps, at_125.size - 1)
    return at_125[at], steps >= lengths[:, None]
