"""The T wave of beats, or of records by their median beat."""

import warnings
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from skecg._validation import usable_rows, validate_signals
from skecg.exceptions import SignalQualityWarning
from skecg.signal._checks import check_window, first_lead
from skecg.signal.averaging import median_beats, nan_median
from skecg.signal.beats import extract_beats
from skecg.signal.quality import usable_mask
from skecg.signal.rpeaks import DETECTORS, Detector, rpeaks_of_records
from skecg.signal.t_region import T_STATISTICS, t_wave_region, t_wave_statistics

_BEFORE_R = 0.3  # seconds: takes in the P wave and the level before it


class TWaveFeatures(TransformerMixin, BaseEstimator):
    """Measure the stretch of a beat in which the T wave lies.

    Parameters
    ----------
    sampling_rate : float
        In Hz.
    r_peak : float, optional
        Where R is in each beat, in seconds from its first sample: 0.0 for the beats of
        Kachuee et al. (the zeros behind a short one count as missing), the first number
        of the window for beats cut around R. By default the rows are records: R-peaks
        are found and the median beat is measured.
    window : tuple of float, default=(0.1, 0.45)
        The stretch to measure, in seconds after R.
    context : int, default=0
        How many context columns stand behind the samples of each row; not measured.
    method : str or callable, default="skecg"
        Detector of the R-peaks where `r_peak` is None, see
        `skecg.signal.rpeaks.detect_rpeaks`. In records with several leads it works on
        the first.

    Attributes
    ----------
    n_leads_in_, n_times_in_ : int
        Leads and samples (context columns not counted) seen in `fit`.
    n_features_in_ : int
        Columns of `X`, for two-dimensional `X` only.

    See Also
    --------
    skecg.signal.t_region.t_wave_statistics : What is measured, and how.
    skecg.preprocessing.BeatSegmenter : Makes beats of records inside a pipeline.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.features import TWaveFeatures
    >>> beats = np.zeros((2, 100))
    >>> beats[:, 0], beats[0, 30], beats[1, 30] = 1.0, 0.25, -0.5
    >>> t_wave = TWaveFeatures(sampling_rate=100.0, r_peak=0.0).fit(beats)
    >>> column = list(t_wave.get_feature_names_out()).index("t_amplitude")
    >>> t_wave.transform(beats)[:, column]
    array([ 0.25, -0.5 ])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "sampling_rate": [Interval(Real, 0, None, closed="neither")],
        "r_peak": [None, Interval(Real, 0, None, closed="left")],
        "window": [tuple, list],
        "context": [Interval(Integral, 0, None, closed="left")],
        "method": [StrOptions(set(DETECTORS)), callable],
    }

    def __init__(
        self,
        *,
        sampling_rate: float,
        r_peak: float | None = None,
        window: tuple[float, float] = (0.1, 0.45),
        context: int = 0,
        method: str | Detector = "skecg",
    ) -> None:
        self.sampling_rate = sampling_rate
        self.r_peak = r_peak
        self.window = window
        self.context = context
        self.method = method

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:
        """Note the shape of `X`; nothing else is learnt.

        Parameters
        ----------
        X : array-like of shape (n, n_times), (n, n_leads, n_times) or, where `r_peak` \
is given, (n_records, n_beats, n_leads, n_times)
            Records, beats, or records cut into their beats.
        y : None
            Not used.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If `X` has the wrong shape or too few samples, the window is unusable, or R
            or the whole window lies outside the beats.
        """
        self._validate(X, reset=True)
        rate, r_peak = self.sampling_rate, self.r_peak
        n_times = self.n_times_in_
        if r_peak is None:  # then the beats are as long as the window asks
            last = check_window(self.window)[1]
            r_peak, n_times = _BEFORE_R, round(_BEFORE_R * rate) + round(last * rate)
        t_wave_region(n_times, sampling_rate=rate, r_peak=r_peak, window=self.window)
        return self

    def transform(self, X: npt.ArrayLike) -> np.ndarray:
        """Measure the T wave of each row.

        Parameters
        ----------
        X : array-like of shape (n, n_times), (n, n_leads, n_times) or, where `r_peak` \
is given, (n_records, n_beats, n_leads, n_times)
            Rows like those of `fit`. Of records cut into their beats, the median beat
            is measured.

        Returns
        -------
        ndarray of shape (n, n_leads * 8)
            `skecg.signal.t_region.T_STATISTICS` of the first lead, then of the next.
            NaN for a lead that is flat or missing, or where no R-peak is found. float32
            stays float32.

        Raises
        ------
        ValueError
            If no row can be used, or `X` differs in shape from what `fit` saw.

        Warns
        -----
        SignalQualityWarning
            If no lead of a row can be used, with its index.
        """
        check_is_fitted(self)
        X = self._validate(X, reset=False)
        beats, r_peak = self._beats(X[..., : self.n_times_in_])
        leads = beats.reshape(len(X), self.n_leads_in_, -1)
        features = t_wave_statistics(
            leads, sampling_rate=self.sampling_rate, r_peak=r_peak, window=self.window
        )
        measured = usable_mask(leads.reshape(-1, leads.shape[-1])).reshape(len(X), -1)
        features[~measured] = np.nan
        usable_rows(
            X,
            np.isfinite(features).all(axis=2).any(axis=1),
            reason="have no T wave to measure (flat, missing or without an R-peak)",
        )
        return features.reshape(len(X), -1)

    def get_feature_names_out(
        self, input_features: npt.ArrayLike | None = None
    ) -> np.ndarray:
        """Name the columns that `transform` returns.

        Parameters
        ----------
        input_features : array-like of str, optional
            Only checked against what `fit` saw.

        Returns
        -------
        ndarray of object of shape (n_features,)
            ``t_mean``, ``t_min`` and so on; with several leads ``lead0__t_mean`` and so
            on.
        """
        check_is_fitted(self)
        _check_feature_names_in(self, input_features, generate_names=False)
        if self.n_leads_in_ == 1:
            return np.array(T_STATISTICS, dtype=object)
        leads = range(self.n_leads_in_)
        names = [f"lead{lead}__{name}" for lead in leads for name in T_STATISTICS]
        return np.array(names, dtype=object)

    def _validate(self, X: npt.ArrayLike, *, reset: bool) -> np.ndarray:
        return validate_signals(
            self,
            X,
            reset=reset,
            context=self.context,
            min_times=2,
            segmented=self.r_peak is not None,
        )

    def _beats(self, signals: np.ndarray) -> tuple[np.ndarray, float]:
        # One beat per row, and where its R is.
        if self.r_peak is None:
            return self._median_beats(signals), _BEFORE_R
        if signals.ndim == 4:
            return nan_median(signals, axis=1), self.r_peak
        return signals, self.r_peak

    def _median_beats(self, records: np.ndarray) -> np.ndarray:
        rate = self.sampling_rate
        leads = first_lead(records)
        rpeaks = rpeaks_of_records(leads, sampling_rate=rate, method=self.method)
        window = (_BEFORE_R, self.window[1])
        with warnings.catch_warnings():  # told by transform, with the rows
            warnings.simplefilter("ignore", SignalQualityWarning)
            beats = extract_beats(
                records, rpeaks, sampling_rate=rate, window=window, edge="nan"
            )
        return median_beats(beats.data, beats.record, n_records=len(records))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
