"""What a clinician reads off the waves of each beat: heights, intervals, the T wave."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from skecg.signal._checks import as_peaks, as_signal, check_sampling_rate
from skecg.signal._stretches import value_at
from skecg.signal._wave_shape import (
    areas,
    half_width,
    isoelectric_level,
    polarity,
    qrs_amplitudes,
    st_segment,
    steepest,
)
from skecg.signal.waves import Delineation


class WaveMeasures(NamedTuple):
    """Measures of the waves of each beat.

    Every field is an ndarray of float64 of shape (n_beats,), NaN where a beat lacks
    what it measures. Heights are in the unit of the signal and from the isoelectric
    level, up is positive; times are in seconds.

    Parameters
    ----------
    p_duration : ndarray of float64 of shape (n_beats,)
        Onset to offset of the P wave.
    p_peak_amplitude : ndarray of float64 of shape (n_beats,)
        Height of the P wave at its peak.
    pr_interval : ndarray of float64 of shape (n_beats,)
        Onset of P to onset of QRS.
    qrs_duration : ndarray of float64 of shape (n_beats,)
        Onset to offset of the QRS complex.
    r_amplitude : ndarray of float64 of shape (n_beats,)
        Highest sample of the QRS complex; 0 if none is above the level.
    q_amplitude, s_amplitude : ndarray of float64 of shape (n_beats,)
        Lowest sample before and after the highest one; 0 if none is below the level.
    j_amplitude : ndarray of float64 of shape (n_beats,)
        Height at the J point, the offset of QRS [1]_.
    st_level : ndarray of float64 of shape (n_beats,)
        Height 60 ms after the J point.
    st_slope : ndarray of float64 of shape (n_beats,)
        Slope of the straight line fitted to these 60 ms, per second.
    t_peak_amplitude : ndarray of float64 of shape (n_beats,)
        Height of the T wave at its peak, of a biphasic one at its larger peak.
    t_wave_area : ndarray of float64 of shape (n_beats,)
        Area between the T wave and the level, what is below counted negative; in the
        signal's unit times seconds.
    t_absolute_area : ndarray of float64 of shape (n_beats,)
        The same, all counted positive: the two parts of a biphasic wave do not cancel.
    t_polarity : ndarray of float64 of shape (n_beats,)
        1 for an upright T wave, -1 for an inverted one, 0 for a biphasic one.
    t_symmetry : ndarray of float64 of shape (n_beats,)
        Steepest slope of the limb before the peak over that of the limb behind it: 1 if
        they are equal, below it for the common slow rise and fast fall. Unlike the
        areas of the limbs [2]_ it does not hang on where the wave begins and ends.
    t_duration : ndarray of float64 of shape (n_beats,)
        Onset to offset of the T wave.
    t_half_width : ndarray of float64 of shape (n_beats,)
        Width of the T wave at half of its height, around its peak. NaN if it does not
        fall to that on both sides.
    t_steepest_rise, t_steepest_fall : ndarray of float64 of shape (n_beats,)
        Highest and lowest slope between onset and offset of the T wave, per second.
    t_peak_r_ratio : ndarray of float64 of shape (n_beats,)
        `t_peak_amplitude` over `r_amplitude`; NaN if there is no R wave.
    qt_interval : ndarray of float64 of shape (n_beats,)
        Onset of QRS to offset of T.
    jt_interval : ndarray of float64 of shape (n_beats,)
        Offset of QRS to offset of T.
    t_peak_end : ndarray of float64 of shape (n_beats,)
        Peak to offset of T.
    qtc_bazett, qtc_fridericia, qtc_framingham, qtc_hodges : ndarray of float64 of \
shape (n_beats,)
        The QT interval corrected for the RR interval before the beat.

    References
    ----------
    .. [1] Thygesen K. et al. (2018). Fourth universal definition of myocardial
       infarction. Circulation 138(20). :doi:`10.1161/CIR.0000000000000617`
    .. [2] di Bernardo D., Murray A. (2000). Explaining the T-wave shape in the ECG.
       Nature 403, 40. :doi:`10.1038/47409`
    """

    p_duration: np.ndarray
    p_peak_amplitude: np.ndarray
    pr_interval: np.ndarray
    qrs_duration: np.ndarray
    r_amplitude: np.ndarray
    q_amplitude: np.ndarray
    s_amplitude: np.ndarray
    j_amplitude: np.ndarray
    st_level: np.ndarray
    st_slope: np.ndarray
    t_peak_amplitude: np.ndarray
    t_wave_area: np.ndarray
    t_absolute_area: np.ndarray
    t_polarity: np.ndarray
    t_symmetry: np.ndarray
    t_duration: np.ndarray
    t_half_width: np.ndarray
    t_steepest_rise: np.ndarray
    t_steepest_fall: np.ndarray
    t_peak_r_ratio: np.ndarray
    qt_interval: np.ndarray
    jt_interval: np.ndarray
    t_peak_end: np.ndarray
    qtc_bazett: np.ndarray
    qtc_fridericia: np.ndarray
    qtc_framingham: np.ndarray
    qtc_hodges: np.ndarray


WAVE_MEASURES: tuple[str, ...] = WaveMeasures._fields
"""Names of what `measure_waves` returns."""


def measure_waves(
    signal: npt.ArrayLike,
    rpeaks: npt.ArrayLike,
    waves: Delineation,
    *,
    sampling_rate: float,
    rr: npt.ArrayLike | None = None,
) -> WaveMeasures:
    """Measure the waves of each beat.

    Parameters
    ----------
    signal : array-like of shape (n_times,)
        One lead. NaN is missing: what would be measured on it is NaN.
    rpeaks : array-like of int of shape (n_beats,)
        Samples of the R-peaks, ascending.
    waves : Delineation
        Where the waves of these beats are, see `skecg.signal.waves`.
    sampling_rate : float
        In Hz.
    rr : array-like of shape (n_beats,), optional
        The RR interval before each beat, in seconds, to correct QT with. By default it
        is taken from `rpeaks`, and the first beat has none.

    Returns
    -------
    WaveMeasures
        One array of shape (n_beats,) per measure.

    Raises
    ------
    ValueError
        If `signal` is not one-dimensional, `rpeaks` are not ascending indices inside
        it, the rate is unusable, or `waves` or `rr` are not one per R-peak.

    Notes
    -----
    The isoelectric level is the median of up to 40 ms before the onset of QRS, none of
    them in the P wave: against the onset of QRS the universal definition of infarction
    measures ST [1]_. Where P runs into QRS, or its onset is not known, it is that of 40
    ms of the TP segment before P; failing that, the sample at the onset of QRS.

    ST is read 60 to 80 ms behind the J point by custom [2]_; here it is 60, where the T
    wave has not begun at fast rates either. The universal definition of infarction goes
    by the J point itself, which stands beside it.

    Slopes are those of straight lines fitted to 20 ms on either side of a sample: the
    difference of neighbouring samples would be noise. At the steepest point of a T wave
    of 40 ms standard deviation they are 5 % low.

    With QT and RR in seconds and the rate HR in beats per minute, QTc is QT / RR ** 0.5
    after Bazett [3]_, QT / RR ** (1 / 3) after Fridericia [4]_, QT + 0.154 (1 - RR)
    after the Framingham study [5]_ and QT + 0.00175 (HR - 60) after Hodges [6]_.
    Bazett's is the most used, and wrong at high and at low rates; the AHA recommends
    linear ones, as the last two are, in its place [7]_.

    References
    ----------
    .. [1] Thygesen K. et al. (2018). Fourth universal definition of myocardial
       infarction. Circulation 138(20). :doi:`10.1161/CIR.0000000000000617`
    .. [2] Fletcher G. F. et al. (2013). Exercise standards for testing and training.
       Circulation 128(8). :doi:`10.1161/CIR.0b013e31829b5b44`
    .. [3] Bazett H. C. (1920). An analysis of the time-relations of electrocardiograms.
       Heart 7, 353-370. :doi:`10.1111/j.1542-474X.1997.tb00325.x`
    .. [4] Fridericia L. S. (1920). Die Systolendauer im Elektrokardiogramm bei normalen
       Menschen und bei Herzkranken. Acta Medica Scandinavica 53.
       :doi:`10.1111/j.0954-6820.1920.tb18266.x`
    .. [5] Sagie A. et al. (1992). An improved method for adjusting the QT interval for
       heart rate (the Framingham Heart Study). American Journal of Cardiology 70(7).
       :doi:`10.1016/0002-9149(92)90562-D`
    .. [6] Hodges M., Salerno D., Erlien D. (1983). Bazett's QT correction reviewed:
       evidence that a linear QT correction for heart rate is better. Journal of the
       American College of Cardiology 1, 694.
    .. [7] Rautaharju P. M., Surawicz B., Gettes L. S. (2009). AHA/ACCF/HRS
       recommendations for the standardization and interpretation of the
       electrocardiogram, part IV. Circulation 119(10).
       :doi:`10.1161/CIRCULATIONAHA.108.191096`

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.measures import measure_waves
    >>> from skecg.signal.waves import Delineation, WaveMarks
    >>> times = np.arange(0, 1, 1 / 250)
    >>> signal = np.exp(-0.5 * ((times - 0.4) / 0.01) ** 2)
    >>> signal -= 0.3 * np.exp(-0.5 * ((times - 0.7) / 0.04) ** 2)
    >>> none = np.array([np.nan])
    >>> waves = Delineation(
    ...     p=WaveMarks(none, none, none),
    ...     qrs=WaveMarks(*np.array([[90.0], [100.0], [110.0]])),
    ...     t=WaveMarks(*np.array([[150.0], [175.0], [200.0]])),
    ...     t_shape=np.array(["inverted"]),
    ... )
    >>> measured = measure_waves(signal, [100], waves, sampling_rate=250.0)
    >>> measured.t_peak_amplitude.round(2), measured.t_polarity
    (array([-0.3]), array([-1.]))
    >>> measured.qt_interval, measured.pr_interval
    (array([0.44]), array([nan]))
    """
    rate = check_sampling_rate(sampling_rate)
    signal = _as_lead(signal)
    peaks = as_peaks(rpeaks, n_times=signal.size)
    _check_lengths(waves, peaks.size)
    interval = _preceding(peaks, rate) if rr is None else _as_intervals(rr, peaks.size)
    p, qrs, t = waves.p, waves.qrs, waves.t
    level = isoelectric_level(signal, waves, rate)
    t_height = value_at(signal, t.peak) - level
    r, q, s = qrs_amplitudes(signal, qrs, level)
    st_level, st_slope = st_segment(signal, qrs.offset, level, rate)
    area, absolute_area = areas(signal, t, level, rate)
    rise, fall, symmetry = steepest(signal, t, rate)
    qt = (t.offset - qrs.onset) / rate
    return WaveMeasures(
        p_duration=(p.offset - p.onset) / rate,
        p_peak_amplitude=value_at(signal, p.peak) - level,
        pr_interval=(qrs.onset - p.onset) / rate,
        qrs_duration=(qrs.offset - qrs.onset) / rate,
        r_amplitude=r,
        q_amplitude=q,
        s_amplitude=s,
        j_amplitude=value_at(signal, qrs.offset) - level,
        st_level=st_level,
        st_slope=st_slope,
        t_peak_amplitude=t_height,
        t_wave_area=area,
        t_absolute_area=absolute_area,
        t_polarity=polarity(waves.t_shape),
        t_symmetry=symmetry,
        t_duration=(t.offset - t.onset) / rate,
        t_half_width=half_width(signal, t, level, rate),
        t_steepest_rise=rise,
        t_steepest_fall=fall,
        t_peak_r_ratio=_over(t_height, r),
        qt_interval=qt,
        jt_interval=(t.offset - qrs.offset) / rate,
        t_peak_end=(t.offset - t.peak) / rate,
        qtc_bazett=_over(qt, np.sqrt(interval)),
        qtc_fridericia=_over(qt, np.cbrt(interval)),
        qtc_framingham=qt + 0.154 * (1 - interval),
        qtc_hodges=qt + 0.00175 * (_over(60.0, interval) - 60),
    )


def _as_lead(signal: npt.ArrayLike) -> np.ndarray:
    lead = as_signal(signal)
    if lead.ndim != 1:
        raise ValueError(
            f"signal must have shape (n_times,), got shape {lead.shape}. Measure one "
            "lead at a time, e.g. signal[0]."
        )
    lead = lead.astype(np.float64, copy=False)
    there = np.isfinite(lead)
    return lead if there.all() else np.where(there, lead, np.nan)


def _check_lengths(waves: Delineation, n_beats: int) -> None:
    fields = (*waves.p, *waves.qrs, *waves.t, waves.t_shape)
    shapes = {np.shape(field) for field in fields}
    if shapes != {(n_beats,)}:
        raise ValueError(
            f"waves must have one mark per R-peak, shape ({n_beats},); got "
            f"{sorted(shapes)}. Pass the rpeaks that were delineated."
        )


def _preceding(peaks: np.ndarray, rate: float) -> np.ndarray:
    # The first beat has no interval; two peaks on one sample are none either.
    interval = np.diff(peaks, prepend=peaks[:1]) / rate
    return np.where(interval > 0, interval, np.nan)


def _as_intervals(rr: npt.ArrayLike, n_beats: int) -> np.ndarray:
    interval = np.asarray(rr, dtype=np.float64)
    if interval.shape != (n_beats,):
        raise ValueError(
            f"rr must be one interval per R-peak, shape ({n_beats},); got shape "
            f"{interval.shape}."
        )
    return np.where((interval > 0) & np.isfinite(interval), interval, np.nan)


def _over(above: npt.ArrayLike, below: np.ndarray) -> np.ndarray:
    # NaN where there is nothing to divide by.
    return np.asarray(above) / np.where(below > 0, below, np.nan)
