"""What the readers of single records give to each other."""

from typing import NamedTuple

import numpy as np


class Leads(NamedTuple):
    """Leads of one record.

    Attributes
    ----------
    data : ndarray of float64 of shape (n_leads, n_times)
        In mV; NaN where a sample is missing.
    names : list of str
        One for each lead.
    sampling_rate : float
        In Hz.
    """

    data: np.ndarray
    names: list[str]
    sampling_rate: float
