"""Where the waves of each beat begin, peak and end."""

from collections.abc import Sequence, Sized
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from skecg.signal._checks import as_peaks, as_signal, check_sampling_rate
from skecg.signal._delineation_marks import mark_waves
from skecg.signal._delineation_net import load_weights

LEAST_RATE: float = 50.0
"""Hz; below it a QRS complex has no onset."""

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


_SHAPES = np.array(T_SHAPES)


def delineate(
    signal: npt.ArrayLike,
    rpeaks: npt.ArrayLike,
    *,
    sampling_rate: float,
) -> Delineation | list[Delineation]:
    """Find where the P wave, the QRS complex and the T wave of each beat begin and end.

    The answer does not depend on the unit, the offset or the sign of the signal; turned
    over, an upright T wave is an inverted one. A wave that is not there, as P in atrial
    fibrillation, is NaN, and so is a mark that would stand in a gap or outside of the
    record.

    Parameters
    ----------
    signal : array-like of shape (n_times,) or (n_records, n_times)
        One lead of one or of many records, in any unit; samples that are not finite
        count as missing.
    rpeaks : array-like of int of shape (n_beats,), or list of them
        R-peaks in samples, ascending, as `skecg.signal.rpeaks.detect_rpeaks` returns
        them; one array per record for 2-D input. Any extremum of a QRS complex will do.
    sampling_rate : float
        In Hz, at least 50.

    Returns
    -------
    Delineation or list of Delineation
        Marks in fractions of samples. The peak of QRS is the R-peak as given.

    Raises
    ------
    ValueError
        If `signal` is neither 1-D nor 2-D, the rate is below 50 Hz, the R-peaks are not
        ascending indices inside the signal, or there are not as many arrays of them as
        records.

    See Also
    --------
    skecg.signal.rpeaks.detect_rpeaks : Finds the R-peaks.

    Notes
    -----
    The record is brought to 250 Hz, and each beat is joined by an average of those of
    the four before and behind it that look alike: waves repeat from beat to beat and
    noise does not. A small network places all nine marks coarsely, as learned from the
    marks of experts, and one for each wave looks again from near, beside the size of
    that wave. They learned from all leads of records 1-75 of LUDB [1]_, version 1.0.1,
    under ODC-By 1.0. Above 150 beats a minute P is rarely told from the T wave before
    it and is NaN. In flutter and fibrillation some atrial waves are taken for P. Where
    the two parts of a T wave are far apart, the onset and the offset stand as experts
    mark the larger one. Time and memory grow linearly with the record. It is compiled
    on first use, which takes up to half a minute, and the machine code is kept beside
    the package. Wavelets, the usual way to these marks, are described in [2]_.

    References
    ----------
    .. [1] Kalyakulina A. I. et al. (2020). LUDB: A new open-access validation tool for
       electrocardiogram delineation algorithms. IEEE Access 8, 186181-186190.
       :doi:`10.1109/ACCESS.2020.3029211`
    .. [2] Martinez J. P. et al. (2004). A wavelet-based ECG delineator: evaluation on
       standard databases. IEEE Transactions on Biomedical Engineering 51(4), 570-581.
       :doi:`10.1109/TBME.2003.821031`

    Examples
    --------
    >>> from skecg.datasets import make_ecg
    >>> from skecg.signal.waves import delineate
    >>> ecg = make_ecg(1, sampling_rate=250.0, random_state=0)
    >>> waves = delineate(ecg.data[0], ecg.rpeaks[0], sampling_rate=250.0)
    >>> waves.t_shape[1:4].tolist()
    ['upright', 'upright', 'upright']
    >>> bool(abs(waves.t.peak - ecg.t_peaks[0])[1] < 5)
    True
    """
    signal, rate = as_signal(signal), check_sampling_rate(sampling_rate)
    if rate < LEAST_RATE:
        raise ValueError(
            f"delineate needs a sampling_rate of at least {LEAST_RATE:g} Hz, got "
            f"{rate:g} Hz. Is the rate right? If so, resample the signal."
        )
    if signal.ndim == 1:
        return _delineate(signal, rpeaks, rate)
    if signal.ndim == 2:
        return [
            _delineate(record, peaks, rate)
            for record, peaks in zip(signal, _of_each(signal, rpeaks), strict=True)
        ]
    raise ValueError(
        "signal must have shape (n_times,) or (n_records, n_times), got shape "
        f"{signal.shape}. Pick a lead first, e.g. signal[:, 0]."
    )


def _of_each(signal: np.ndarray, rpeaks: object) -> Sequence[npt.ArrayLike]:
    if isinstance(rpeaks, Sequence | np.ndarray) and len(rpeaks) == len(signal):
        return list(rpeaks)
    got = len(rpeaks) if isinstance(rpeaks, Sized) else type(rpeaks).__name__
    raise ValueError(
        f"rpeaks must hold one array for each of the {len(signal)} records, got {got}. "
        "Pass the list that detect_rpeaks returns for the same signals."
    )


def _delineate(signal: np.ndarray, rpeaks: npt.ArrayLike, rate: float) -> Delineation:
    peaks = as_peaks(rpeaks, n_times=signal.size)
    placed, shape = np.empty((9, 0)), peaks
    if peaks.size:
        # One compiled version serves all kinds of numbers; what must not be written on,
        # as a memory map of joblib, would be compiled for anew.
        samples = np.require(signal, np.float64, ["C", "W"])
        placed, shape = mark_waves(samples, peaks, rate, *load_weights())
    marks = list(placed)
    p, qrs, t = (WaveMarks(*marks[i : i + 3]) for i in (0, 3, 6))
    return Delineation(p, qrs, t, _SHAPES[shape])
