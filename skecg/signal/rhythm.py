"""The rhythm: what the R-peaks alone say about a beat and about a record."""

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
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
    "rr_median",
    "rr_mad",
    "rr_step",
    "rr_cv",
    "rmssd_ratio",
    "pnn50",
    "sd1",
    "sd2",
    "cosen",
)
"""Names of what `rr_statistics` returns; it says their units."""

_LOCAL = 5  # intervals on each side
_LONG = 300.0  # seconds
_NEXT = 64  # intervals that each is compared with for the entropy: about a minute
_MATCH = 0.03  # seconds by which intervals may differ and still be alike
_ROUNDING = 1e-9  # seconds: intervals are whole samples, their differences are not
_N_MATCHES = 5  # fewer make no estimate: then the tolerance grows


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
    ndarray of float64 of shape (16,)
        In the order of `RR_STATISTICS`, see Notes. All NaN for fewer than three
        R-peaks, where variability means nothing; the last NaN for fewer than six.

    Raises
    ------
    ValueError
        If `rpeaks` are not ascending sample indices, or the rate is unusable.

    Notes
    -----
    Of all intervals, as they are:

    - ``rr_mean``, ``rr_sd``, ``rmssd``, ``rr_min``, ``rr_max``: mean, standard
      deviation (of the sample), root mean square of the successive differences [1]_,
      shortest and longest, in seconds;
    - ``n_beats``: the number of R-peaks; ``heart_rate``: 60 s over the mean interval,
      in beats per minute;
    - ``rr_cv``, ``rmssd_ratio``: ``rr_sd`` and ``rmssd`` over ``rr_mean`` [2]_;
    - ``pnn50``: how many of the successive differences exceed 50 ms, in percent [1]_;
    - ``sd1``, ``sd2``: standard deviations across and along the diagonal of the
      Poincaré plot, in seconds [3]_;
    - ``cosen``: the coefficient of sample entropy, high in atrial fibrillation and low
      where intervals follow a pattern, ectopic beats included [4]_. Intervals within 30
      ms of each other match, or within more if fewer than five pairs would, and each is
      compared with the 64 behind it.

    An ectopic beat moves these, as it should: they tell of it. Three others are medians
    and hold while fewer than one beat in six is ectopic, since each spoils two
    intervals and three differences at most: ``rr_median``, ``rr_mad``, the median
    distance from it, and ``rr_step``, the median successive difference without its
    sign, in seconds. No beat is left out and no interval is interpolated.

    References
    ----------
    .. [1] Task Force of the ESC and NASPE (1996). Heart rate variability: standards of
       measurement, physiological interpretation and clinical use. Circulation 93(5).
       :doi:`10.1161/01.CIR.93.5.1043`
    .. [2] Dash S., Chon K. H., Lu S., Raeder E. A. (2009). Automatic real time
       detection of atrial fibrillation. Annals of Biomedical Engineering 37.
       :doi:`10.1007/s10439-009-9740-z`
    .. [3] Brennan M., Palaniswami M., Kamen P. (2001). Do existing measures of Poincaré
       plot geometry reflect nonlinear features of heart rate variability? IEEE
       Transactions on Biomedical Engineering 48(11). :doi:`10.1109/10.959330`
    .. [4] Lake D. E., Moorman J. R. (2011). Accurate estimation of entropy in very
       short physiological time series. American Journal of Physiology, Heart and
       Circulatory Physiology 300(1). :doi:`10.1152/ajpheart.00561.2010`

    Examples
    --------
    >>> from skecg.signal.rhythm import RR_STATISTICS, rr_statistics
    >>> measured = rr_statistics([0, 80, 200, 280], sampling_rate=100.0)
    >>> named = dict(zip(RR_STATISTICS, measured.round(2).tolist(), strict=True))
    >>> named["heart_rate"], named["rr_median"], named["pnn50"]
    (64.29, 0.8, 100.0)
    """
    peaks, rate = _as_rpeaks(rpeaks), check_sampling_rate(sampling_rate)
    if peaks.size < 3:
        return np.full(len(RR_STATISTICS), np.nan)
    intervals = np.diff(peaks) / rate
    steps = np.diff(intervals)
    mean, sd = intervals.mean(), intervals.std(ddof=1)
    rmssd, median = np.sqrt(np.mean(steps**2)), np.median(intervals)
    share = 1 / mean if mean > 0 else np.nan
    robust = (np.median(np.abs(intervals - median)), np.median(np.abs(steps)))
    pnn50 = 100 * np.mean(np.abs(steps) > 0.05 + _ROUNDING)
    sd1, sd2 = rmssd / np.sqrt(2), np.sqrt(max(0.0, 2 * sd**2 - rmssd**2 / 2))
    extremes = (intervals.min(), intervals.max())
    return np.array(
        [
            *(mean, sd, rmssd, *extremes, peaks.size, 60 * share),
            *(median, *robust, sd * share, rmssd * share, pnn50, sd1, sd2),
            _sample_entropy(intervals) + np.log(share),
        ]
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


def _sample_entropy(intervals: np.ndarray) -> float:
    # Of templates of one interval; per tolerance, so that it may differ.
    padded = np.pad(intervals, (0, _NEXT), constant_values=np.inf)
    later = sliding_window_view(padded, _NEXT + 1)[:, 1:]
    alone = np.abs(later - intervals[:, None])
    followed = np.maximum(alone[:-1], alone[1:])  # with the intervals behind them
    closest = np.partition(followed, _N_MATCHES - 1, axis=None)[:_N_MATCHES]
    tolerance = max(_MATCH, closest.max()) + _ROUNDING
    if not np.isfinite(tolerance):
        return np.nan
    matches = np.count_nonzero(followed <= tolerance)
    candidates = np.count_nonzero((alone[:-1] <= tolerance) & np.isfinite(followed))
    return np.log(candidates / matches) + np.log(2 * tolerance)
