"""The T wave, and the waves around it, of beats or of records."""

import warnings
from numbers import Integral, Real
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from skecg._validation import usable_rows, validate_signals
from skecg.exceptions import SignalQualityWarning
from skecg.features._wave_columns import (
    WAVE_COLUMNS,
    waves_of_beats,
    waves_of_records,
)
from skecg.signal._checks import check_window
from skecg.signal.averaging import median_beats, nan_median
from skecg.signal.beats import extract_beats
from skecg.signal.quality import usable_mask
from skecg.signal.rhythm import CONTEXT_COLUMNS
from skecg.signal.rpeaks import DETECTORS, LEADS, Detector, Leads, rpeaks_of_records
from skecg.signal.t_region import T_STATISTICS, t_wave_region, t_wave_statistics

_BEFORE_R = 0.3  # seconds: takes in the P wave and the level before it


class TWaveFeatures(TransformerMixin, BaseEstimator):
    """Measure the T wave: the stretch where it lies, its marked waves, or both.

    The statistics of the stretch never miss, need no imputer behind them and work on
    beats that begin at R: they are the default. The measures of the waves are what a
    clinician reads, QT and ST among them; they want each beat's waves found, and are
    NaN where there is none, as in flat T waves or, of P, in atrial fibrillation.

    Parameters
    ----------
    sampling_rate : float
        In Hz.
    r_peak : float, optional
        Where R is in each beat, in seconds from its first sample: 0.0 for the beats of
        Kachuee et al. (the zeros behind a short one count as missing), the first number
        of the window for beats cut around R. By default the rows are records, in which
        R-peaks are found.
    measures : {"region", "waves", "all"}, default="region"
        What to measure: the stretch of the T wave, the marked waves of each beat, or
        both.
    window : tuple of float, default=(0.1, 0.45)
        The stretch to measure, in seconds after R.
    context : int, default=0
        How many context columns stand behind the samples of each row; not measured. If
        they are those of `skecg.signal.rhythm.rr_context`, QT is corrected for the
        interval before the beat among them.
    method : str or callable, default="skecg"
        Detector of the R-peaks where `r_peak` is None, see
        `skecg.signal.rpeaks.detect_rpeaks`.
    leads : {"first", "fused"}, default="first"
        Whether the R-peaks of records with several leads are found on the first, or on
        all leads together. Every lead is measured.

    Attributes
    ----------
    n_leads_in_, n_times_in_ : int
        Leads and samples (context columns not counted) seen in `fit`.
    n_features_in_ : int
        Columns of `X`, for two-dimensional `X` only.

    See Also
    --------
    skecg.signal.t_region.t_wave_statistics : The columns of the stretch, and units.
    skecg.signal.measures.WaveMeasures : The columns of the waves, and units.
    skecg.preprocessing.BeatSegmenter : Makes beats of records inside a pipeline.

    Notes
    -----
    Of the stretch, the median beat of a record is measured. Of the waves, every beat of
    a record is marked and measured in each lead, and the median of each measure over
    the beats is reported; behind them stand ``t_inverted`` and ``t_biphasic``, the
    shares of beats whose T wave is so among those that have one. Of a single beat these
    are 0 or 1, and the corrected QT is left out unless its context tells the interval
    before it. Beats should reach from 0.3 s before R to 0.6 s behind it: a wave that is
    cut off is NaN. The waves want a sampling rate of at least 50 Hz.

    Nothing is filtered here: a wandering baseline tilts areas and ST, so put
    `skecg.preprocessing.BaselineRemover` in front.

    Examples
    --------
    >>> from skecg.datasets import make_ecg
    >>> from skecg.features import TWaveFeatures
    >>> ecg = make_ecg(2, sampling_rate=250.0, inverted_t=0.5, random_state=0)
    >>> t_wave = TWaveFeatures(sampling_rate=250.0, measures="all").fit(ecg.data)
    >>> names = t_wave.get_feature_names_out().tolist()
    >>> X = t_wave.transform(ecg.data)
    >>> X[:, names.index("t_amplitude")].round(1)
    array([-0.3,  0.3])
    >>> X[:, names.index("t_inverted")]
    array([1., 0.])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "sampling_rate": [Interval(Real, 0, None, closed="neither")],
        "r_peak": [None, Interval(Real, 0, None, closed="left")],
        "measures": [StrOptions({"region", "waves", "all"})],
        "window": [tuple, list],
        "context": [Interval(Integral, 0, None, closed="left")],
        "method": [StrOptions(set(DETECTORS)), callable],
        "leads": [StrOptions(set(LEADS))],
    }

    def __init__(
        self,
        *,
        sampling_rate: float,
        r_peak: float | None = None,
        measures: Literal["region", "waves", "all"] = "region",
        window: tuple[float, float] = (0.1, 0.45),
        context: int = 0,
        method: str | Detector = "skecg",
        leads: Leads = "first",
    ) -> None:
        self.sampling_rate = sampling_rate
        self.r_peak = r_peak
        self.measures = measures
        self.window = window
        self.context = context
        self.method = method
        self.leads = leads

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
            Rows like those of `fit`. Records cut into their beats are answered like
            records.

        Returns
        -------
        ndarray of shape (n, n_leads * n_measures)
            All of the first lead, then of the next: of the stretch
            `skecg.signal.t_region.T_STATISTICS`, of the waves
            `skecg.signal.measures.WAVE_MEASURES` and two shares (see Notes). NaN for a
            lead that is flat or missing, or where no R-peak is found, and for a wave
            that a lead does not have. float32 stays float32.

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
        rpeaks = self._rpeaks(X)
        parts = []
        if self.measures != "waves":
            parts.append(self._measure_region(X, rpeaks))
        if self.measures != "region":
            parts.append(self._measure_waves(X, rpeaks))
        features = np.concatenate(parts, axis=2)
        usable_rows(
            X,
            np.isfinite(features).any(axis=(1, 2)),
            reason="have no T wave to measure (flat, missing or without an R-peak)",
        )
        return features.reshape(len(X), -1).astype(X.dtype, copy=False)

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
            ``t_mean``, ``t_min`` and so on, then ``p_duration`` and so on; with several
            leads ``lead0__t_mean`` and so on.
        """
        check_is_fitted(self)
        _check_feature_names_in(self, input_features, generate_names=False)
        names = list(T_STATISTICS) if self.measures != "waves" else []
        if self.measures != "region":
            names += [WAVE_COLUMNS[column] for column in self._wave_columns()]
        if self.n_leads_in_ > 1:
            leads = range(self.n_leads_in_)
            names = [f"lead{lead}__{name}" for lead in leads for name in names]
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

    def _rpeaks(self, X: np.ndarray) -> list[np.ndarray]:
        if self.r_peak is not None:  # of beats it is told
            return []
        return rpeaks_of_records(
            X[..., : self.n_times_in_],
            sampling_rate=self.sampling_rate,
            method=self.method,
            leads=self.leads,
        )

    def _measure_region(self, X: np.ndarray, rpeaks: list[np.ndarray]) -> np.ndarray:
        signals, r_peak = X[..., : self.n_times_in_], self.r_peak
        if r_peak is None:
            signals, r_peak = self._median_beats(signals, rpeaks), _BEFORE_R
        elif signals.ndim == 4:
            signals = nan_median(signals, axis=1)
        leads = signals.reshape(len(X), self.n_leads_in_, -1)
        features = t_wave_statistics(
            leads, sampling_rate=self.sampling_rate, r_peak=r_peak, window=self.window
        )
        measured = usable_mask(leads.reshape(-1, leads.shape[-1])).reshape(len(X), -1)
        features[~measured] = np.nan
        return features

    def _median_beats(
        self, records: np.ndarray, rpeaks: list[np.ndarray]
    ) -> np.ndarray:
        rate, window = self.sampling_rate, (_BEFORE_R, self.window[1])
        with warnings.catch_warnings():  # told by transform, with the rows
            warnings.simplefilter("ignore", SignalQualityWarning)
            beats = extract_beats(
                records, rpeaks, sampling_rate=rate, window=window, edge="nan"
            )
        return median_beats(beats.data, beats.record, n_records=len(records))

    def _measure_waves(self, X: np.ndarray, rpeaks: list[np.ndarray]) -> np.ndarray:
        rate, n_times = self.sampling_rate, self.n_times_in_
        n_beats = X.shape[1] if X.ndim == 4 else 1
        beats = X.reshape(len(X), n_beats, self.n_leads_in_, X.shape[-1])
        if self.r_peak is None:  # then the one "beat" is the record
            return waves_of_records(beats[:, 0, :, :n_times], rpeaks, rate)
        rr = beats[..., n_times] if self._knows_rr() else None
        at_r = round(self.r_peak * rate)
        columns = waves_of_beats(beats[..., :n_times], at_r, rate, rr)
        return columns[..., self._wave_columns()]

    def _wave_columns(self) -> list[int]:
        # Single beats whose context does not tell the rhythm have no corrected QT.
        known = self.r_peak is None or self._knows_rr()
        names = enumerate(WAVE_COLUMNS)
        return [index for index, name in names if known or not name.startswith("qtc")]

    def _knows_rr(self) -> bool:
        return self.context == len(CONTEXT_COLUMNS)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
