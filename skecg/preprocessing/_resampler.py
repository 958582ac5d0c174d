"""Another sampling rate, as a step of a pipeline."""

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

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

    def _apply(self, X: np.ndarray) -> np.ndarray:
        return resample(
            X, sampling_rate=self.sampling_rate, target_rate=self.target_rate
        )
