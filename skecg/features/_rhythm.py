"""The rhythm of records, or around beats."""

from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from skecg._validation import split_context, usable_rows, validate_signals
from skecg.signal.rhythm import CONTEXT_COLUMNS, RR_STATISTICS, rr_statistics
from skecg.signal.rpeaks import DETECTORS, LEADS, Detector, Leads, rpeaks_of_records


class RhythmFeatures(TransformerMixin, BaseEstimator):
    """Measure RR intervals: of whole records, or of the rhythm around single beats.

    Of records, R-peaks are found and their intervals summed up. Beats do not tell their
    rhythm; they carry it in context columns, which `skecg.signal.beats.extract_beats`
    and the data sets append with ``context=True``, and which are passed on.

    Parameters
    ----------
    sampling_rate : float
        Of the records, in Hz.
    context : int, default=0
        How many context columns stand behind the samples of each row. 0: the rows are
        records.
    method : str or callable, default="skecg"
        Detector of the R-peaks, see `skecg.signal.rpeaks.detect_rpeaks`.
    leads : {"first", "fused"}, default="first"
        Whether the R-peaks of records with several leads are found on the first, or on
        all leads together.

    Attributes
    ----------
    n_leads_in_, n_times_in_ : int
        Leads and samples (context columns not counted) seen in `fit`.
    n_features_in_ : int
        Columns of `X`, for two-dimensional `X` only.

    See Also
    --------
    skecg.signal.rhythm.rr_statistics : What is measured of records: names and units.
    skecg.signal.rhythm.rr_context : What stands in the context columns.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.features import RhythmFeatures
    >>> times = np.arange(0, 10, 1 / 250)
    >>> X = np.exp(-0.5 * (((times % 0.8) - 0.4) / 0.02) ** 2)[None]
    >>> rhythm = RhythmFeatures(sampling_rate=250.0).fit(X)
    >>> named = zip(rhythm.get_feature_names_out(), rhythm.transform(X)[0].round(1))
    >>> {str(name): value.item() for name, value in named}["heart_rate"]
    75.0
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "sampling_rate": [Interval(Real, 0, None, closed="neither")],
        "context": [Interval(Integral, 0, None, closed="left")],
        "method": [StrOptions(set(DETECTORS)), callable],
        "leads": [StrOptions(set(LEADS))],
    }

    def __init__(
        self,
        *,
        sampling_rate: float,
        context: int = 0,
        method: str | Detector = "skecg",
        leads: Leads = "first",
    ) -> None:
        self.sampling_rate = sampling_rate
        self.context = context
        self.method = method
        self.leads = leads

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:
        """Note the shape of `X`; nothing else is learnt.

        Parameters
        ----------
        X : array-like of shape (n, n_times) or (n, n_leads, n_times)
            Records or, with context columns behind the samples, beats.
        y : None
            Not used.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If `X` has the wrong shape or fewer columns than `context`.
        """
        validate_signals(self, X, reset=True, context=self.context)
        return self

    def transform(self, X: npt.ArrayLike) -> np.ndarray:
        """Measure records, or take the context columns of beats.

        Parameters
        ----------
        X : array-like of shape (n, n_times) or (n, n_leads, n_times)
            Rows like those of `fit`.

        Returns
        -------
        ndarray of shape (n, n_features)
            Of records `skecg.signal.rhythm.RR_STATISTICS`, NaN where fewer than three
            R-peaks are found, and ``cosen`` where fewer than six are; of beats the
            context columns. float32 stays float32.

        Raises
        ------
        ValueError
            If no row can be used, or `X` differs in shape from what `fit` saw.

        Warns
        -----
        SignalQualityWarning
            If a row has too few R-peaks, or NaN in its context columns, with its index.
        """
        check_is_fitted(self)
        X = validate_signals(self, X, reset=False, context=self.context)
        if self.context:
            _, features = split_context(X, self.context)
            reason = "have NaN among their context columns"
        else:
            features = self._measure(X)
            reason = "have fewer than three R-peaks"
        known = np.isfinite(features)
        # The entropy of a record wants more beats than the rest.
        usable = known.all(axis=1) if self.context else known[:, 0]
        usable_rows(X, usable, reason=reason)
        return features.astype(X.dtype)

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
            Of records ``rr_mean``, ``rr_sd`` and so on; of beats the names in
            `skecg.signal.rhythm.CONTEXT_COLUMNS` if `context` is their number, else
            ``context0``, ``context1`` and so on.
        """
        check_is_fitted(self)
        _check_feature_names_in(self, input_features, generate_names=False)
        if not self.context:
            names = list(RR_STATISTICS)
        elif self.context == len(CONTEXT_COLUMNS):
            names = list(CONTEXT_COLUMNS)
        else:
            names = [f"context{index}" for index in range(self.context)]
        return np.array(names, dtype=object)

    def _measure(self, records: np.ndarray) -> np.ndarray:
        rate = self.sampling_rate
        rpeaks = rpeaks_of_records(
            records, sampling_rate=rate, method=self.method, leads=self.leads
        )
        return np.array([rr_statistics(found, sampling_rate=rate) for found in rpeaks])

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
