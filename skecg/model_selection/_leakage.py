"""A check that no patient stands on both sides of a split."""

import numpy as np
import numpy.typing as npt

from skecg.model_selection._ids import read_column
from skecg.signal._checks import shorten


def check_group_leakage(
    train: npt.ArrayLike, test: npt.ArrayLike, groups: npt.ArrayLike
) -> None:
    """Raise if a patient has rows on both sides of a split.

    Parameters
    ----------
    train, test : array-like of int, or of bool of shape (n_rows,)
        Row indices (or masks) of the two sides, as a splitter yields them.
    groups : array-like of shape (n_rows,)
        The patient of every row.

    Raises
    ------
    ValueError
        If a patient is on both sides, naming the patients; if `groups` is not 1-D or
        has missing values.

    Examples
    --------
    >>> from skecg.model_selection import check_group_leakage
    >>> patients = ["a", "a", "b", "c"]
    >>> check_group_leakage([0, 1], [2, 3], patients)
    >>> check_group_leakage([0, 2], [1, 3], patients)
    Traceback (most recent call last):
        ...
    ValueError: 1 patient(s) have rows on both sides of the split: 'a'. Split by \
patient, with GroupKFold, InterPatientSplit or GroupValidSplit.
    """
    patients = read_column(groups, name="groups")
    trained = set(patients[_as_index(train)].tolist())
    tested = set(patients[_as_index(test)].tolist())
    # In the order of `groups`: ids of mixed type could not be sorted.
    both = [one for one in dict.fromkeys(patients.tolist()) if one in trained & tested]
    if both:
        raise ValueError(
            f"{len(both)} patient(s) have rows on both sides of the split: "
            f"{shorten(both)}. Split by patient, with GroupKFold, "
            "InterPatientSplit or GroupValidSplit."
        )


def _as_index(rows: npt.ArrayLike) -> np.ndarray:
    # An empty list becomes a float array, which cannot index.
    index = np.asarray(rows)
    return index if index.size else index.astype(np.intp)
