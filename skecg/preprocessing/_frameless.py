"""What transformers have in common whose output is no table."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted


class FramelessTransformer(TransformerMixin):
    """Base of the transformers that return records, beats or pictures.

    Their samples and pixels are no columns of a data frame, whatever the output is set
    to, here or with `sklearn.set_config`; the feature step behind makes one.
    """

    _shape_out: tuple[int, ...]  # of one row of the output; set in `fit`

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # scikit-learn wraps `transform` of whatever names its columns, by default.
        super().__init_subclass__(auto_wrap_output_keys=None, **kwargs)

    def set_output(self, *, transform: str | None = None) -> Self:
        """Accept the call and change nothing: there is no column to name.

        So ``Pipeline.set_output(transform="pandas")`` reaches the feature steps behind
        this one.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"}, optional
            Not used.

        Returns
        -------
        self
        """
        return self

    def get_feature_names_out(
        self, input_features: npt.ArrayLike | None = None
    ) -> np.ndarray | None:
        """Name samples by their number, so that pipelines can name what is behind.

        Parameters
        ----------
        input_features : array-like of str, optional
            Only checked against what `fit` saw.

        Returns
        -------
        ndarray of object of shape (n_times,), or None
            ``sample0``, ``sample1`` and so on. None where the output has more than two
            dimensions: there are no columns, and the next step makes its own names.
        """
        check_is_fitted(self)
        _check_feature_names_in(self, input_features, generate_names=False)
        if len(self._shape_out) != 1:
            return None
        names = [f"sample{index}" for index in range(self._shape_out[0])]
        return np.array(names, dtype=object)
