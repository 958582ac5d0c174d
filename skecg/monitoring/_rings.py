"""The last seconds of many patients, on a grid of time."""

from typing import NamedTuple

import numba
import numpy as np


class Chunk(NamedTuple):
    """Samples of one patient that follow each other.

    Attributes
    ----------
    timestamp : float
        Time of the first sample, in seconds.
    samples : ndarray of shape (n_times,) or (n_leads, n_times)
        In mV; NaN where a sample is missing. None at all say that it is `timestamp`
        and that nothing has come: so a monitor learns that a signal is lost.
    patient : str, default=""
        Whose they are.
    """

    timestamp: float
    samples: np.ndarray
    patient: str = ""


class Rings:
    """Samples where they belong in time, as many as are still needed.

    Whatever comes for a time that is not sealed yet finds its place: late samples fill
    their gap, and of a sample that comes twice the first counts.

    Parameters
    ----------
    n_leads : int
        Of every patient.
    n_times : int
        Samples to be remembered.

    Attributes
    ----------
    data : ndarray of float64 of shape (n_patients, n_leads, n_times)
        Sample i of a patient stands at i modulo `n_times`; NaN where there is none.
    head : ndarray of int64 of shape (n_patients,)
        Sample behind the newest.
    sealed : ndarray of int64 of shape (n_patients,)
        Sample up to which nothing more is taken.
    """

    def __init__(self, n_leads: int, n_times: int) -> None:
        self.n_times = n_times
        self.data = np.full((0, n_leads, n_times), np.nan)
        self.head = np.zeros(0, dtype=np.int64)
        self.sealed = np.zeros(0, dtype=np.int64)

    def grow(self, n_patients: int) -> None:
        """Make room for more patients."""
        more = n_patients - len(self.head)
        self.data = np.concatenate(
            [self.data, np.full((more, *self.data.shape[1:]), np.nan)]
        )
        self.head = np.concatenate([self.head, np.zeros(more, dtype=np.int64)])
        self.sealed = np.concatenate([self.sealed, np.zeros(more, dtype=np.int64)])

    def clear(self, row: int) -> None:
        """Forget a patient's signal."""
        self.data[row] = np.nan
        self.head[row] = self.sealed[row] = 0

    def place(self, row: int, first: int, samples: np.ndarray) -> int:
        """Take samples.

        Parameters
        ----------
        row : int
            Of the patient.
        first : int
            Where the first one belongs; not farther from the head than there is room.
        samples : ndarray of float64 of shape (n_leads, n_times)
            No more than there is room for.

        Returns
        -------
        int
            How many came too late.
        """
        late = int(np.clip(self.sealed[row] - first, 0, samples.shape[1]))
        head = _place(self.data[row], self.head[row], first + late, samples[:, late:])
        self.head[row] = head
        return late

    def cut(self, row: int, first: int, n_times: int) -> np.ndarray:
        """Copy a stretch.

        Parameters
        ----------
        row : int
            Of the patient.
        first : int
            Its first sample.
        n_times : int
            Its length.

        Returns
        -------
        ndarray of shape (n_leads, n_times)
        """
        places = np.arange(first, first + n_times) % self.n_times
        return self.data[row][:, places]


@numba.njit(cache=True, nogil=True)
def _place(ring: np.ndarray, head: int, first: int, samples: np.ndarray) -> int:
    n_leads, n_new = samples.shape
    if n_new == 0:
        return head
    for i in range(head, first):  # a gap
        for lead in range(n_leads):
            ring[lead, i % ring.shape[1]] = np.nan
    for k in range(n_new):
        place = (first + k) % ring.shape[1]
        for lead in range(n_leads):
            if first + k >= head or np.isnan(ring[lead, place]):
                ring[lead, place] = samples[lead, k]
    return max(head, first + n_new)
