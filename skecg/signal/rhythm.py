"""The rhythm: what the R-peaks alone say about a beat and about a record."""

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter

from skecg.signal._checks import as_peaks, check_sampling_rate

CONTEXT_COLUMNS: tuple[str, ...] = (
    "rr_prev",
    "rr_next",
    "rr_local",
    "rr_long",
    "rr_prev_local",
    "rr_next_local",
    "rr_prev_long",
    "rr_prev_next",
)
"""Names of the columns of `rr_context`: four in seconds, then four ratios."""

RR_STATISTICS: tuple[str, ...] = (
    "rr_mean",
    "rr_sd",
    "rmssd",
    "rr_min",
    "rr_max",
    "n_beats",
    "heart_rate",
)
"""Names of what `rr_statistics` returns: seconds, a count, and beats per minute."""

_LOCAL = 5  # intervals on each side
_LONG = 300.0  # seconds


def rr_context(rpeaks: npt.ArrayLike, *, sampling_rate: float) -> np.ndarray:
    """Describe the rhythm around each beat.

    The columns are `CONTEXT_COLUMNS`: the interval before the beat and after it; their
    local mean, over up to five intervals on each side; their long-range median, over
    as many intervals as the record's median rhythm puts into five minutes, or over the
    whole record if it is shorter; then the ratios of the two intervals to the local
    mean, of the one before to the long-range median, and of the one before to the one
    after. Ratios to the patient's own rhythm carry from one patient to another, as
    intervals alone do not [1]_.

    Parameters
    ----------
    rpeaks : array-like of int of shape (n_beats,)
        Samples of every R-peak of one record, ascending.
    sampling_rate : float
        In Hz.

    Returns
    -------
    ndarray of float64 of shape (n_beats, 8)
        The first beat has no interval before it and takes the one after; the last the
        other way round. NaN if there are fewer than two beats, and where a ratio has no
        denominator (two peaks on one sample).

    Raises
    ------
    ValueError
        If `rpeaks` are not ascending sample indices, or the rate is unusable.

    References
    ----------
    .. [1] de Chazal P., O'Dwyer M., Reilly R. B. (2004). Automatic classification of
       heartbeats using ECG morphology and heartbeat interval features. IEEE
       Transactions on Biomedical Engineering 51(7). :doi:`10.1109/TBME.2004.827359`

    Examples
    --------
    >>> from skecg.signal.rhythm import CONTEXT_COLUMNS, rr_context
    >>> columns = rr_context([100, 200, 250, 400], sampling_rate=100.0)
    >>> columns[2, :4].tolist()
    [0.5, 1.5, 1.0, 1.0]
    >>> CONTEXT_COLUMNS[-1], columns[1, -1].item()
    ('rr_prev_next', 2.0)
    """
    peaks, rate = _as_rpeaks(rpeaks), check_sampling_rate(sampling_rate)
    if peaks.size < 2:
        return np.full((peaks.size, len(CONTEXT_COLUMNS)), np.nan)
    intervals = np.diff(peaks) / rate
    before = np.concatenate([intervals[:1], intervals])
    after = np.concatenate([intervals, intervals[-1:]])
    local, long = _local_mean(peaks, rate), _long_median(intervals)
    ratios = [(before, local), (after, local), (before, long), (before, after)]
    columns = [before, after, local, long, *(_ratio(*pair) for pair in ratios)]
    return np.stack(columns, axis=1)


def rr_statistics(rpeaks: npt.ArrayLike, *, sampling_rate: float) -> np.ndarray:
    """Describe the rhythm of one record.

    Parameters
    ----------
    rpeaks : array-like of int of shape (n_beats,)
        Samples of the R-peaks, ascending.
    sampling_rate : float
        In Hz.

    Returns
    -------
    ndarray of float64 of shape (7,)
        In the order of `RR_STATISTICS`: mean, standard deviation (of the sample) of the
        intervals, root mean square of their successive differences [1]_, shortest and
        longest, all in seconds; the number of R-peaks; 60 s over the mean interval. All
        NaN for fewer than three R-peaks, where variability means nothing.

    Raises
    ------
    ValueError
        If `rpeaks` are not ascending sample indices, or the rate is unusable.

    References
    ----------
    .. [1] Task Force of the ESC and NASPE (1996). Heart rate variability: standards of
       measurement, physiological interpretation and clinical use. Circulation 93(5).
       :doi:`10.1161/01.CIR.93.5.1043`

    Examples
    --------
    >>> from skecg.signal.rhythm import rr_statistics
    >>> rr_statistics([0, 100, 200, 300], sampling_rate=100.0)
    array([ 1.,  0.,  0.,  1.,  1.,  4., 60.])
    """
    peaks, rate = _as_rpeaks(rpeaks), check_sampling_rate(sampling_rate)
    if peaks.size < 3:
        return np.full(len(RR_STATISTICS), np.nan)
    intervals = np.diff(peaks) / rate
    mean = intervals.mean()
    rmssd = np.sqrt(np.mean(np.diff(intervals) ** 2))
    per_minute = 60 / mean if mean > 0 else np.nan
    extremes = (intervals.min(), intervals.max())
    return np.array(
        [mean, intervals.std(ddof=1), rmssd, *extremes, peaks.size, per_minute]
    )


def _as_rpeaks(rpeaks: npt.ArrayLike) -> np.ndarray:
    # There is no signal here whose end they could pass.
    return as_peaks(rpeaks, n_times=None)


def _local_mean(peaks: np.ndarray, rate: float) -> np.ndarray:
    # The mean of neighbouring intervals is the span they cover over their number.
    beat = np.arange(peaks.size)
    first = np.maximum(beat - _LOCAL, 0)
    last = np.minimum(beat + _LOCAL, peaks.size - 1)
    return (peaks[last] - peaks[first]) / (last - first) / rate


def _long_median(intervals: np.ndarray) -> np.ndarray:
    # A running median of fixed odd width; at the record's ends its nearest full window.
    n_beats = intervals.size + 1
    typical = np.median(intervals)
    half = int(_LONG / typical / 2) if typical > 0 else intervals.size
    if 2 * half + 1 >= intervals.size:
        return np.full(n_beats, typical)
    running = median_filter(intervals, size=2 * half + 1)
    return running[np.clip(np.arange(n_beats), half, intervals.size - 1 - half)]


def _ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    return np.divide(over, under, out=np.full(over.shape, np.nan), where=under > 0)
