"""What the transformers that turn records into records have in common."""

from abc import ABC, abstractmethod
from typing import Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from skecg._validation import usable_rows, validate_signals
from skecg.preprocessing._frameless import FramelessTransformer


class RecordTransformer(FramelessTransformer, BaseEstimator, ABC):
    """Base of the transformers that learn nothing but the shape of the records."""

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:
        """Note the shape of the records and check that the parameters go together.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records; NaN is a missing sample.
        y : None
            Not used.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If `X` has the wrong shape, or a parameter does not go with another one or
            with `X`.
        """
        X = validate_signals(self, X, reset=True)
        # One record is enough to refuse the parameters.
        self._shape_out = self._apply(X[:1]).shape[1:]
        return self

    def transform(self, X: npt.ArrayLike) -> np.ndarray:
        """Turn records into records.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records like those of `fit`.

        Returns
        -------
        ndarray
            One record for each of `X`, in the same order, in an array of its own.
            Missing samples stay missing; float32 stays float32.

        Raises
        ------
        ValueError
            If every record is all NaN, or `X` differs in shape from what `fit` saw.

        Warns
        -----
        SignalQualityWarning
            If a record is all NaN, with its index; it stays so.
        """
        check_is_fitted(self)
        X = validate_signals(self, X, reset=False)
        result = self._apply(X)
        there = ~np.isnan(result).all(axis=tuple(range(1, result.ndim)))
        usable_rows(X, there, reason="are all NaN")
        return result

    def trace_back(self, maps: npt.ArrayLike, X: object = None) -> np.ndarray:
        """Bring maps over the samples of the result back to those of the records.

        Parameters
        ----------
        maps : array-like of shape (n_records, n_times_out)
            One number for each sample of the result, as `skecg.inspection.grad_cam`
            makes them.
        X : None
            Not used; a step on pictures needs them.

        Returns
        -------
        ndarray of shape (n_records, n_times)
            The same numbers where this step keeps the samples.
        """
        return np.asarray(maps)

    @abstractmethod
    def _apply(self, X: np.ndarray) -> np.ndarray:
        """Return the transformed records; rows of NaN become rows of NaN."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
