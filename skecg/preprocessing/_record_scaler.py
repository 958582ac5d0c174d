"""One scale for all records, as a step of a pipeline."""

from typing import Any, ClassVar, Literal

import numpy as np
from sklearn.utils._param_validation import StrOptions

from skecg.preprocessing._base import RecordTransformer
from skecg.signal.scaling import SCALES, scale


class RecordScaler(RecordTransformer):
    """Scale each lead of each record by itself.

    Nothing is learned from other records, so nothing leaks from one patient to
    another; but amplitudes are lost. Unlike `sklearn.preprocessing.StandardScaler`,
    which gives each instant a scale, it leaves the shape of a record as it is.

    Parameters
    ----------
    method : {"robust", "zscore", "minmax"}, default="robust"
        Median and interquartile range, mean and standard deviation, or lowest and
        highest sample; see `skecg.signal.scaling.scale`. The first hardly cares about
        artefacts.

    Attributes
    ----------
    n_leads_in_, n_times_in_ : int
        Leads and samples of the records seen in `fit`.
    n_features_in_ : int
        Samples of the records, for two-dimensional `X` only.

    See Also
    --------
    skecg.signal.scaling.scale : The scales.

    Examples
    --------
    >>> from skecg.datasets import make_ecg
    >>> from skecg.preprocessing import RecordScaler
    >>> X = make_ecg(3, sampling_rate=250.0, random_state=0).data
    >>> scaled = RecordScaler(method="minmax").fit_transform(X)
    >>> scaled.min(axis=1).tolist(), scaled.max(axis=1).tolist()
    ([0.0, 0.0, 0.0], [1.0, 1.0, 1.0])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "method": [StrOptions(set(SCALES))],
    }

    def __init__(
        self, *, method: Literal["robust", "zscore", "minmax"] = "robust"
    ) -> None:
        self.method = method

    def _apply(self, X: np.ndarray) -> np.ndarray:
        return scale(X, method=self.method)
