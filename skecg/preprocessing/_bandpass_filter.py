"""Two corner frequencies, as a step of a pipeline."""

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from skecg.preprocessing._base import RecordTransformer
from skecg.signal.filters import bandpass


class BandpassFilter(RecordTransformer):
    """Keep the frequencies between two corners, without delay.

    Parameters
    ----------
    sampling_rate : float
        Of the records, in Hz.
    low, high : float, default=0.5 and 40.0
        Corner frequencies in Hz.
    order : int, default=2
        Order of the Butterworth filter, which is run forwards and backwards.

    Attributes
    ----------
    n_leads_in_, n_times_in_ : int
        Leads and samples of the records seen in `fit`.
    n_features_in_ : int
        Samples of the records, for two-dimensional `X` only.

    See Also
    --------
    skecg.signal.filters.bandpass : The filter.
    BaselineRemover : Takes drift off and leaves the ST segment as it is.

    Examples
    --------
    >>> from skecg.datasets import make_ecg
    >>> from skecg.preprocessing import BandpassFilter
    >>> X = make_ecg(3, sampling_rate=250.0, wander=0.5, random_state=0).data
    >>> filtered = BandpassFilter(sampling_rate=250.0, low=1.0).fit_transform(X)
    >>> filtered.shape
    (3, 2500)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "sampling_rate": [Interval(Real, 0, None, closed="neither")],
        "low": [Interval(Real, 0, None, closed="neither")],
        "high": [Interval(Real, 0, None, closed="neither")],
        "order": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        *,
        sampling_rate: float,
        low: float = 0.5,
        high: float = 40.0,
        order: int = 2,
    ) -> None:
        self.sampling_rate = sampling_rate
        self.low = low
        self.high = high
        self.order = order

    def _apply(self, X: np.ndarray) -> np.ndarray:
        return bandpass(
            X,
            sampling_rate=self.sampling_rate,
            low=self.low,
            high=self.high,
            order=self.order,
        )
