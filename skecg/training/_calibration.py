"""Rows that are kept for a temperature."""

import warnings
from typing import NamedTuple

import numpy as np
from sklearn.utils import Bunch

from skecg.exceptions import GroupsWarning, MissingClassWarning
from skecg.model_selection import GroupValidSplit
from skecg.training._split import SplitPlan

_SHARE = 0.25  # of the training rows
LEAST_OF_A_CLASS = 2
"""Rows of each class that a temperature is learnt from."""


class TrainingPart(NamedTuple):
    """Rows of a training.

    Attributes
    ----------
    fit : ndarray of int
        Those that the classifier learns from.
    calibrate : ndarray of int or None
        Those that its temperature is learnt from.
    """

    fit: np.ndarray
    calibrate: np.ndarray | None

    @property
    def rows(self) -> np.ndarray:
        """All of them."""
        parts = [self.fit] if self.calibrate is None else [self.fit, self.calibrate]
        return np.concatenate(parts)


def with_calibration(
    data: Bunch, plan: SplitPlan, rows: np.ndarray, random_state: int
) -> TrainingPart:
    """Keep a part of training rows for a temperature, as the split holds rows out.

    Parameters
    ----------
    data : Bunch
        The data.
    plan : SplitPlan
        How rows are held out.
    rows : ndarray of int
        Of the training.
    random_state : int
        Seed.

    Returns
    -------
    TrainingPart

    Raises
    ------
    ValueError
        If a class has too few rows.
    """
    groups = None if plan.split == "beats" or data.groups is None else data.groups[rows]
    splitter = GroupValidSplit(_SHARE, random_state=random_state)
    target = data.target[rows]
    with warnings.catch_warnings():  # said as an error below, or in the card
        warnings.simplefilter("ignore", GroupsWarning)
        warnings.simplefilter("ignore", MissingClassWarning)
        fit, held_out = next(splitter.split(target, target, groups))
    for name in np.unique(target).tolist():
        n_held_out = int((target[held_out] == name).sum())
        if n_held_out < LEAST_OF_A_CLASS or name not in target[fit]:
            raise ValueError(
                f"Class {name!r} has too few rows to calibrate with: of "
                f"{int((target == name).sum())} for training, {n_held_out} would be "
                f"for the calibration, and it needs {LEAST_OF_A_CLASS} or more, with "
                "others left to learn from. Add rows, or train without calibrating."
            )
    return TrainingPart(rows[fit], rows[held_out])
