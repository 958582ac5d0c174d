"""The stretch of a beat where its T wave lies, measured without marking the wave."""

import numpy as np
import numpy.typing as npt

from skecg.signal._checks import as_signal, check_sampling_rate, check_window
from skecg.signal.averaging import nan_median

T_STATISTICS: tuple[str, ...] = (
    "t_mean",
    "t_min",
    "t_max",
    "t_std",
    "t_amplitude",
    "t_area",
    "t_time",
    "t_r_ratio",
)
"""Names of what `t_wave_statistics` returns."""

_QRS = 0.06  # seconds on each side of R


def t_wave_statistics(
    beats: npt.ArrayLike,
    *,
    sampling_rate: float,
    r_peak: float,
    window: tuple[float, float] = (0.1, 0.45),
) -> np.ndarray:
    """Measure the stretch of a beat where its T wave lies.

    The isoelectric level is taken as the median of all samples farther than 60 ms from
    R: waves fill less than half of them, and no PR segment is needed, which beats that
    begin at R do not have.

    Parameters
    ----------
    beats : array-like of shape (..., n_times)
        Beats, in mV or scaled. NaN is missing, and so are two or more samples of
        exactly zero at the end: short beats are filled up with them, as those of
        Kachuee et al. are, and they are no signal.
    sampling_rate : float
        In Hz.
    r_peak : float
        Where R is, in seconds from the first sample.
    window : tuple of float, default=(0.1, 0.45)
        The stretch, in seconds after R; what reaches past the beat is left out.

    Returns
    -------
    ndarray of shape (..., 8)
        In the order of `T_STATISTICS`: mean, minimum, maximum and standard deviation of
        the stretch; its largest deflection from the isoelectric level, with its sign;
        its area over that level, in units of `beats` times seconds; the time of the
        largest deflection, in seconds after R; and its ratio to the largest deflection
        of the QRS (0 where the QRS has none). Of a stretch that is missing in part the
        rest is measured; NaN where all of it is missing. Same dtype as `beats`.

    Raises
    ------
    ValueError
        If R or the whole stretch is outside the beat, or the window is empty.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.t_region import T_STATISTICS, t_wave_statistics
    >>> beat = np.zeros(100)
    >>> beat[20], beat[50] = 1.0, 0.25
    >>> measured = t_wave_statistics(beat, sampling_rate=100.0, r_peak=0.2)
    >>> named = dict(zip(T_STATISTICS, measured.tolist(), strict=True))
    >>> named["t_amplitude"], named["t_time"], named["t_r_ratio"]
    (0.25, 0.3, 0.25)
    """
    beats, rate = as_signal(beats, name="beats"), check_sampling_rate(sampling_rate)
    at_r, region = t_wave_region(
        beats.shape[-1], sampling_rate=rate, r_peak=r_peak, window=window
    )
    beats = without_padding(beats)
    from_r = np.abs(np.arange(beats.shape[-1]) - at_r)
    qrs = from_r <= _QRS * rate
    level = nan_median(beats if qrs.all() else beats[..., ~qrs], axis=-1)
    stretch = beats[..., region]
    deflection = stretch - level[..., None]
    amplitude, position = _largest(deflection)
    qrs_amplitude, _ = _largest(beats[..., qrs] - level[..., None])
    ratio = np.divide(
        amplitude,
        qrs_amplitude,
        out=np.where(np.isnan(amplitude), amplitude, 0),
        where=np.abs(qrs_amplitude) > 0,
    )
    seconds = (position + (region.start - at_r)) / rate
    seconds = np.where(np.isnan(amplitude), np.nan, seconds)
    area = np.where(np.isnan(deflection), 0, deflection).sum(axis=-1) / rate
    area = np.where(np.isnan(amplitude), np.nan, area)
    columns = [*_moments(stretch), amplitude, area, seconds, ratio]
    return np.stack(columns, axis=-1).astype(beats.dtype, copy=False)


def t_wave_region(
    n_times: int,
    *,
    sampling_rate: float,
    r_peak: float,
    window: tuple[float, float] = (0.1, 0.45),
) -> tuple[int, slice]:
    """Say which samples of a beat are R and the stretch of the T wave.

    Parameters
    ----------
    n_times : int
        Samples of the beat.
    sampling_rate : float
        In Hz.
    r_peak : float
        Where R is, in seconds from the first sample.
    window : tuple of float, default=(0.1, 0.45)
        The stretch, in seconds after R.

    Returns
    -------
    at_r : int
        Sample of R.
    region : slice
        Samples of the stretch, those past the beat's end left out.

    Raises
    ------
    ValueError
        If R or the whole stretch is outside the beat, or the window is empty.

    Examples
    --------
    >>> from skecg.signal.t_region import t_wave_region
    >>> t_wave_region(50, sampling_rate=100.0, r_peak=0.1, window=(0.1, 0.6))
    (10, slice(20, 50, None))
    """
    first, last = check_window(window)
    rate = check_sampling_rate(sampling_rate)
    at_r = round(r_peak * rate)
    region = slice(at_r + round(first * rate), at_r + round(last * rate))
    if region.stop <= region.start:
        raise ValueError(
            "window must be (first, last) seconds after R, first < last and at least "
            f"one sample at {rate:g} Hz; got {window!r}."
        )
    if not 0 <= at_r < n_times or region.start >= n_times:
        raise ValueError(
            f"R at {r_peak:g} s and a T wave from {first:g} s after it do not fit into "
            f"beats of {n_times / rate:g} s. Cut longer beats, or change r_peak or "
            "window."
        )
    return at_r, slice(region.start, min(region.stop, n_times))


def without_padding(beats: np.ndarray) -> np.ndarray:
    """Put NaN in place of the zeros that short beats are filled up with.

    Parameters
    ----------
    beats : ndarray of float of shape (..., n_times)
        Beats. A single zero at the end may be a sample, for a beat scaled to [0, 1] has
        its lowest at 0; two or more of exactly zero are not.

    Returns
    -------
    ndarray of shape (..., n_times)
        The same array if there is no such beat. Same dtype.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.t_region import without_padding
    >>> without_padding(np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]))
    array([[ 0.,  1.,  0.],
           [ 1., nan, nan]])
    """
    ends_there = np.cumsum((beats != 0)[..., ::-1], axis=-1)[..., ::-1] == 0
    padded = ends_there & (ends_there.sum(axis=-1, keepdims=True) > 1)
    return np.where(padded, beats.dtype.type(np.nan), beats) if padded.any() else beats


def _largest(deflection: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # The largest deflection with its sign, and where it is; NaN counts as none.
    size = np.where(np.isnan(deflection), -1, np.abs(deflection))
    position = np.argmax(size, axis=-1)
    values = np.take_along_axis(deflection, position[..., None], axis=-1)
    return values[..., 0], position


def _moments(stretch: np.ndarray) -> list[np.ndarray]:
    # Mean, minimum, maximum and standard deviation of what is there, without warnings.
    there = ~np.isnan(stretch)
    none = ~there.any(axis=-1)
    there |= none[..., None]  # lets NaN through where there is nothing else
    options = {"axis": -1, "where": there}
    return [
        np.mean(stretch, **options),
        np.min(stretch, **options, initial=np.inf),
        np.max(stretch, **options, initial=-np.inf),
        np.std(stretch, **options),
    ]
