"""Another sampling rate, as a step of a pipeline."""

from numbers import Real
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from skecg.preprocessing._base import RecordTransformer
from skecg.signal.resampling import resample


class Resampler(RecordTransformer):
    """Bring records to another sampling rate.

    What stands behind it in a pipeline works at `target_rate`, and is told so by its
    own `sampling_rate`.

    Parameters
    ----------
    sampling_rate : float
        Of the records, in Hz.
    target_rate : float
        Of the result, in Hz.

    Attributes
    ----------
    n_leads_in_, n_times_in_ : int
        Leads and samples of the records seen in `fit`; those of the result are
        ``round(n_times_in_ * target_rate / sampling_rate)``.
    n_features_in_ : int
        Samples of the records, for two-dimensional `X` only.

    See Also
    --------
    skecg.signal.resampling.resample : The polyphase filter.

    Examples
    --------
    >>> from skecg.datasets import make_ecg
    >>> from skecg.preprocessing import Resampler
    >>> X = make_ecg(3, sampling_rate=360.0, random_state=0).data
    >>> Resampler(sampling_rate=360.0, target_rate=125.0).fit_transform(X).shape
    (3, 1250)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "sampling_rate": [Interval(Real, 0, None, closed="neither")],
        "target_rate": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(self, *, sampling_rate: float, target_rate: float) -> None:
        self.sampling_rate = sampling_rate
        self.target_rate = target_rate

    def trace_back(self, maps: npt.ArrayLike, X: object = None) -> np.ndarray:
        """Bring maps over the samples of the result back to those of the records.

        Parameters
        ----------
        maps : array-like of shape (n_records, n_times_out)
            One number for each sample of the result, as `skecg.inspection.grad_cam`
            makes them.
        X : None
            Not used.

        Returns
        -------
        ndarray of shape (n_records, n_times)
            Interpolated linearly between the samples' times.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If the maps are not as long as the result.
        """
        check_is_fitted(self)
        maps = np.asarray(maps)
        n_out = max(1, round(self.n_times_in_ * self.target_rate / self.sampling_rate))
        if maps.ndim != 2 or maps.shape[1] != n_out:
            raise ValueError(
                f"maps must have shape (n_records, {n_out}), one number for each "
                f"sample of the result, got shape {maps.shape}."
            )
        here = np.arange(maps.shape[-1]) / self.target_rate
        there = np.arange(self.n_times_in_) / self.sampling_rate
        rows = [np.interp(there, here, row) for row in maps]
        return np.array(rows, dtype=maps.dtype)

    def _apply(self, X: np.ndarray) -> np.ndarray:
        return resample(
            X, sampling_rate=self.sampling_rate, target_rate=self.target_rate
        )
