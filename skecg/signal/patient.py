"""Beats beside the other beats of their own patient.

What a beat looks like differs from one patient to the next more than from a normal beat
to an ectopic one. A reader compares each beat with the patient's usual one, and its
time with the patient's rhythm; so does this module, and it needs no label for it.
"""

import numpy as np
import numpy.typing as npt

from skecg.signal._checks import as_peaks, as_signal, check_sampling_rate
from skecg.signal._patient_rhythm import RHYTHM_COLUMNS, rhythm_columns
from skecg.signal._patient_shape import (
    SHAPE_COLUMNS,
    WAVE_COLUMNS,
    align,
    shape_columns,
    wave_columns,
)
from skecg.signal.beats import window_offsets
from skecg.signal.filters import bandpass
from skecg.signal.quality import bridge_gaps
from skecg.signal.resampling import resample

PATIENT_RATE: float = 125.0
"""Samples per second of the beats that `patient_beats` cuts, in Hz."""

_LIMIT = 4.0  # times the patient's QRS height, or a column's unit: artefacts go further
_QRS = 0.12  # s on each side of the R-peak
_TINY = 1e-3  # mV


def patient_columns(n_leads: int) -> tuple[str, ...]:
    """Name the context columns of `patient_beats`.

    Parameters
    ----------
    n_leads : int
        Leads of the record.

    Returns
    -------
    tuple of str
        Rhythm, waves of the first lead, and shape on each lead, ``lead0_`` and so on.

    Examples
    --------
    >>> from skecg.signal.patient import patient_columns
    >>> names = patient_columns(1)
    >>> len(names), names[0], names[-1]
    (45, 'log_rr_prev', 'lead0_qrs_area')
    """
    shapes = (f"lead{lead}_{name}" for lead in range(n_leads) for name in SHAPE_COLUMNS)
    return (*RHYTHM_COLUMNS, *WAVE_COLUMNS, *shapes)


def patient_beats(
    signal: npt.ArrayLike,
    rpeaks: npt.ArrayLike,
    *,
    sampling_rate: float,
    window: tuple[float, float] = (0.4, 0.8),
) -> np.ndarray:
    """Cut the beats of one record and set each beside the record's median beat.

    Every lead is filtered to 0.5 to 40 Hz, brought to 125 Hz and divided by the height
    of the QRS complex of its median beat. A beat then has twice the leads: the beat,
    and its difference from the median beat. Behind the samples stand the context
    columns `patient_columns`: the rhythm around the beat beside the record's own [1]_,
    its waves and its shape beside those of the median beat.

    Parameters
    ----------
    signal : array-like of shape (n_times,) or (n_leads, n_times)
        One record in mV, as long as there is: the longer, the better its rhythm is
        known.
    rpeaks : array-like of int of shape (n_beats,)
        Samples of all R-peaks, ascending.
    sampling_rate : float
        In Hz; more than 80, for the filter.
    window : tuple of float, default=(0.4, 0.8)
        Seconds before and after the R-peak. Beyond the record's ends its first or last
        sample is repeated.

    Returns
    -------
    ndarray of float32 of shape (n_beats, 2 * n_leads, n_window + n_columns)
        The context columns are repeated on every lead. NaN in them if the record has
        fewer than two beats.

    Raises
    ------
    ValueError
        If shapes, peaks, rate or window are unusable.

    References
    ----------
    .. [1] de Chazal P., O'Dwyer M., Reilly R. B. (2004). Automatic classification of
       heartbeats using ECG morphology and heartbeat interval features. IEEE
       Transactions on Biomedical Engineering 51(7). :doi:`10.1109/TBME.2004.827359`

    Examples
    --------
    >>> from skecg.datasets import make_ecg
    >>> from skecg.signal.patient import patient_beats, patient_columns
    >>> ecg = make_ecg(1, duration=30, sampling_rate=250, random_state=0)
    >>> beats = patient_beats(ecg.data[0], ecg.rpeaks[0], sampling_rate=250)
    >>> beats.shape == (len(ecg.rpeaks[0]), 2, 150 + len(patient_columns(1)))
    True
    """
    rate = check_sampling_rate(sampling_rate)
    offsets = window_offsets(window, sampling_rate=PATIENT_RATE)
    signal = np.atleast_2d(as_signal(signal))
    if signal.ndim > 2:
        raise ValueError(
            "signal must be one record of shape (n_times,) or (n_leads, n_times), got "
            f"shape {signal.shape}. Hand records over one by one."
        )
    peaks = as_peaks(rpeaks, n_times=signal.shape[-1])
    columns = patient_columns(len(signal))
    if not peaks.size:
        shape = (0, 2 * len(signal), offsets.size + len(columns))
        return np.empty(shape, dtype=np.float32)
    whole, missing = bridge_gaps(signal)
    leads = _clean(whole, rate)
    moved = np.rint(peaks * (PATIENT_RATE / rate)).astype(np.int64)
    touched = _touched(missing, peaks, window, rate)
    whole_beats = [_whole_beats(lead) for lead in touched.T[: len(leads)]]
    moved = np.minimum(moved, leads.shape[-1] - 1)
    moved = align(leads[0], moved, PATIENT_RATE, whole_beats[0])
    known = [
        rhythm_columns(peaks, rate),
        wave_columns(whole[0], peaks, rate),
        *(
            shape_columns(lead, moved, PATIENT_RATE, of)
            for lead, of in zip(leads, whole_beats, strict=True)
        ),
    ]
    context = np.clip(np.concatenate(known, axis=1), -_LIMIT, _LIMIT)
    beats = _beside_the_median(leads, moved, offsets, whole_beats)
    beats[touched] = np.nan
    context = np.repeat(context[:, None], beats.shape[1], axis=1)
    return np.concatenate([beats, context], axis=-1).astype(np.float32)


def _clean(signal: np.ndarray, rate: float) -> np.ndarray:
    filtered = bandpass(signal.astype(np.float64), sampling_rate=rate)
    return resample(filtered, sampling_rate=rate, target_rate=PATIENT_RATE)


def _beside_the_median(
    leads: np.ndarray,
    peaks: np.ndarray,
    offsets: np.ndarray,
    whole_beats: list[np.ndarray],
) -> np.ndarray:
    # First the beats on every lead, then what is left of each without the median beat.
    places = np.clip(peaks[:, None] + offsets, 0, leads.shape[-1] - 1)
    beats = leads[:, places].swapaxes(0, 1)
    median = np.stack(
        [np.median(beats[of, lead], axis=0) for lead, of in enumerate(whole_beats)]
    )
    qrs = (offsets >= -_QRS * PATIENT_RATE) & (offsets <= _QRS * PATIENT_RATE)
    height = np.ptp(median[:, qrs], axis=-1) + _TINY
    both = np.concatenate([beats, beats - median], axis=1)
    scaled = both / np.tile(height, 2)[:, None]
    return np.clip(scaled, -_LIMIT, _LIMIT)


def _whole_beats(touched: np.ndarray) -> np.ndarray:
    # What the median beat of a lead is made of: a bridged gap is no beat. If there is
    # nothing else, all.
    whole = np.flatnonzero(~touched)
    return whole if whole.size else np.arange(touched.size)


def _touched(
    missing: np.ndarray, peaks: np.ndarray, window: tuple[float, float], rate: float
) -> np.ndarray:
    # Which beats, on which lead and its difference, have missing samples.
    n_times = missing.shape[-1]
    before = np.concatenate([np.zeros((len(missing), 1), int), missing.cumsum(-1)], -1)
    first = np.clip(peaks - round(window[0] * rate), 0, n_times)
    last = np.clip(peaks + round(window[1] * rate), 0, n_times)
    return np.tile((before[:, last] > before[:, first]).T, 2)
