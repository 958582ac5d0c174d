"""Running medians against drift, as a step of a pipeline."""

from collections.abc import Sequence
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from skecg.preprocessing._base import RecordTransformer
from skecg.signal.filters import remove_baseline


class BaselineRemover(RecordTransformer):
    """Subtract the baseline that running medians leave of each lead.

    Parameters
    ----------
    sampling_rate : float
        Of the records, in Hz.
    windows : sequence of float, default=(0.2, 0.6)
        Widths of the medians in seconds, one after the other.

    Attributes
    ----------
    n_leads_in_, n_times_in_ : int
        Leads and samples of the records seen in `fit`.
    n_features_in_ : int
        Samples of the records, for two-dimensional `X` only.

    See Also
    --------
    skecg.signal.filters.remove_baseline : The medians, and who proposed them.
    BandpassFilter : Takes off noise as well.

    Examples
    --------
    >>> from skecg.datasets import make_ecg
    >>> from skecg.preprocessing import BaselineRemover
    >>> X = make_ecg(3, sampling_rate=250.0, wander=0.5, random_state=0).data
    >>> level = BaselineRemover(sampling_rate=250.0).fit_transform(X)
    >>> bool(level.std() < X.std())
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "sampling_rate": [Interval(Real, 0, None, closed="neither")],
        "windows": [tuple, list],
    }

    def __init__(
        self, *, sampling_rate: float, windows: Sequence[float] = (0.2, 0.6)
    ) -> None:
        self.sampling_rate = sampling_rate
        self.windows = windows

    def _apply(self, X: np.ndarray) -> np.ndarray:
        return remove_baseline(
            X, sampling_rate=self.sampling_rate, windows=self.windows
        )
