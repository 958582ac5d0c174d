"""Leads by name, as a step of a pipeline."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from skecg.preprocessing._base import RecordTransformer
from skecg.signal._checks import shorten


class LeadSelector(RecordTransformer):
    """Keep some leads of the records, in the order asked for.

    Parameters
    ----------
    leads : str or sequence of str
        Names of the leads to keep. One name as a string gives records of two
        dimensions, a sequence gives records of three, as long as `X` has three.
    lead_names : sequence of str, optional
        Names of all leads of `X`, in their order. By default ``lead0``, ``lead1`` and
        so on, as in the feature names of the extractors.

    Attributes
    ----------
    n_leads_in_, n_times_in_ : int
        Leads and samples of the records seen in `fit`.
    n_features_in_ : int
        Samples of the records, for two-dimensional `X` only.

    Examples
    --------
    >>> from skecg.datasets import make_ecg
    >>> from skecg.preprocessing import LeadSelector
    >>> ecg = make_ecg(3, sampling_rate=250.0, n_leads=12, random_state=0)
    >>> names = ecg.lead_names[0].tolist()
    >>> LeadSelector(["I", "II"], lead_names=names).fit_transform(ecg.data).shape
    (3, 2, 2500)
    >>> LeadSelector("II", lead_names=names).fit_transform(ecg.data).shape
    (3, 2500)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "leads": [str, list, tuple, np.ndarray],
        "lead_names": [list, tuple, np.ndarray, None],
    }

    def __init__(
        self, leads: str | Sequence[str], *, lead_names: Sequence[str] | None = None
    ) -> None:
        self.leads = leads
        self.lead_names = lead_names

    def _apply(self, X: np.ndarray) -> np.ndarray:
        names = self._names_of_leads(1 if X.ndim == 2 else X.shape[1])
        wanted = [self.leads] if isinstance(self.leads, str) else list(self.leads)
        absent = [name for name in wanted if name not in names]
        if absent or not wanted:
            raise ValueError(
                f"leads must be names of leads of X, got {shorten(wanted) or 'none'}. "
                f"X has the leads {shorten(names, most=20)}."
            )
        if X.ndim == 2:
            return X.copy()
        kept = X[:, [names.index(name) for name in wanted]]
        return kept[:, 0] if isinstance(self.leads, str) else kept

    def _names_of_leads(self, n_leads: int) -> list[str]:
        if self.lead_names is None:
            return [f"lead{index}" for index in range(n_leads)]
        names = list(self.lead_names)
        if len(names) != n_leads or len(set(names)) != n_leads:
            raise ValueError(
                f"lead_names must be {n_leads} different names, one for each lead of "
                f"X, got {len(names)}: {shorten(names, most=20)}."
            )
        return names
