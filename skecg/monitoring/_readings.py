"""What a rule sees and what it says, for many patients at once."""

from abc import ABC, abstractmethod
from typing import ClassVar, NamedTuple

import numpy as np

from skecg.monitoring._trackers import N_BEATS

UNDECIDED: float = 0.3
"""Seconds before now in which there may be a beat that is not known yet."""

_MOST_BEATS = N_BEATS - 3  # the interval before them, and two that came behind


class Readings(NamedTuple):
    """What is known of some patients at one time.

    Attributes
    ----------
    now : ndarray of shape (n_patients,)
        Up to when the signal is known, in seconds.
    beats : ndarray of shape (n_patients, n_beats)
        Times of the last beats since the last gap, the newest last; NaN where there
        were fewer.
    ventricular : ndarray of bool of shape (n_patients, n_beats)
        Which of them are ventricular.
    doubtful : ndarray of bool of shape (n_patients, n_beats)
        Which of them are small and unlike the patient's others: noise, as a rule.
    present : ndarray of shape (n_patients,)
        Seconds since the last gap; 0 in a gap.
    missing : ndarray of shape (n_patients,)
        Seconds since the last sample; 0 if there is signal.
    waves : ndarray of shape (n_patients,)
        How sure it is that the last four seconds are flutter or fibrillation of the
        ventricles, from 0 to 1; NaN if they are not known.
    """

    now: np.ndarray
    beats: np.ndarray
    ventricular: np.ndarray
    doubtful: np.ndarray
    present: np.ndarray
    missing: np.ndarray
    waves: np.ndarray


class Verdict(NamedTuple):
    """What a rule says of each patient.

    Attributes
    ----------
    active, over : ndarray of bool of shape (n_patients,)
        That it is so; that it is over. Neither, and an alarm stays what it is.
    onset : ndarray of shape (n_patients,)
        Since when, in seconds.
    value : ndarray of shape (n_patients,)
        What was measured.
    confidence : ndarray of shape (n_patients,)
        From 0 to 1.
    """

    active: np.ndarray
    over: np.ndarray
    onset: np.ndarray
    value: np.ndarray
    confidence: np.ndarray


class Rule(ABC):
    """What the rules of a monitor have in common.

    Attributes
    ----------
    kind : str
        The `kind` of its events.
    ends_as : str
        The `kind` of the event that it is over.
    """

    kind: ClassVar[str]
    ends_as: ClassVar[str]

    @abstractmethod
    def judge(self, readings: Readings) -> Verdict:
        """Say of each patient whether it is so.

        Parameters
        ----------
        readings : Readings
            Of some patients.

        Returns
        -------
        Verdict
        """


class CountingRule(Rule):
    """A rule of so many beats, as many as are remembered.

    Raises
    ------
    ValueError
        If `n_beats` is below 2 or above 29.
    """

    n_beats: int

    def __post_init__(self) -> None:
        """Refuse a number of beats that `Readings` never hold."""
        if not 2 <= self.n_beats <= _MOST_BEATS:
            raise ValueError(
                f"n_beats of {type(self).__name__} must be 2 to {_MOST_BEATS}, got "
                f"{self.n_beats!r}: only the last beats are remembered."
            )
