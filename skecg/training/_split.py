"""Who is held out, and how that is said."""

import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.utils import Bunch

from skecg._warn import warn_user
from skecg.exceptions import GroupsWarning, MissingClassWarning
from skecg.model_selection import GroupValidSplit, check_group_leakage

SPLITS: Mapping[str, str] = MappingProxyType(
    {
        "patients": "whole patients held out",
        "parts": "the parts that the data came in",
        "pictures": (
            "picture by picture, copies of one on the same side; patients unknown, so "
            "that one may stand on both sides: optimistic"
        ),
        "beats": (
            "beats at random, one patient's on both sides: optimistic, and no measure "
            "for a new patient"
        ),
    }
)
"""Ways to hold something out, and what they mean in words."""


class Fold(NamedTuple):
    """Rows to train on, and rows to measure on."""

    train: np.ndarray
    test: np.ndarray


class SplitPlan(NamedTuple):
    """Who is held out when.

    Attributes
    ----------
    split : str
        One of `SPLITS`.
    folds : list of Fold
        One, or several of which each row is tested in one.
    unit : str or None
        What the groups are: "patients" or "pictures"; None where there are none.
    n_shared : int
        Groups that the data's own parts have on both sides.
    """

    split: str
    folds: list[Fold]
    unit: str | None
    n_shared: int = 0


def plan_split(
    data: Bunch,
    *,
    split: str | None,
    test_fraction: float,
    n_folds: int | None,
    random_state: int,
) -> SplitPlan:
    """Hold rows out, or say why that cannot be done.

    Parameters
    ----------
    data : Bunch
        From `skecg.datasets.read_data`.
    split : str or None
        One of `SPLITS`. None takes the most honest one that the data allow.
    test_fraction : float
        Share that is held out, where there are no folds.
    n_folds : int or None
        Of a cross-validation.
    random_state : int
        Seed.

    Returns
    -------
    SplitPlan

    Raises
    ------
    ValueError
        If the data do not allow it: fewer than two classes or patients, for example.

    Warns
    -----
    MissingClassWarning
        If a class cannot be on both sides.
    GroupsWarning
        If parts share patients, or copies of pictures.
    """
    classes = np.unique(data.target).tolist()
    if len(classes) < 2:
        raise ValueError(
            f"All {len(data.target)} rows are of one class, {classes[0]!r}. There must "
            "be two or more to tell apart."
        )
    split = _default_split(data) if split is None else split
    _check_split(split, data)
    groups = None if split == "beats" else data.groups
    if split == "parts":
        folds = [_named_parts(data)]
    elif n_folds is None:
        folds = [_held_out(data.target, groups, test_fraction, random_state)]
    else:
        folds = _folds(data.target, groups, n_folds, random_state)
    if split == "parts" and n_folds is not None:
        raise ValueError("Data that come in parts are not split into folds.")
    _check_folds(folds, data.target, groups if split == "patients" else None)
    unit = None if data.groups is None else "patients"
    if data.groups is not None and not data.patients_known:
        unit = "pictures"
    n_shared = _warn_of_shared(folds[0], data.groups, unit) if split == "parts" else 0
    return SplitPlan(split, folds, unit, n_shared)


def _default_split(data: Bunch) -> str:
    if data.subset is not None and "train" in data.subset and len({*data.subset}) > 1:
        return "parts"
    if data.patients_known:
        return "patients"
    return "pictures" if data.form == "pictures" else "beats"


def _check_split(split: str, data: Bunch) -> None:
    if split not in SPLITS:
        raise ValueError(f"split must be one of {list(SPLITS)}, got {split!r}.")
    if split == "patients" and not data.patients_known:
        remedy = (
            "name them in a column `patient` of a table (labels)"
            if data.form == "pictures"
            else "add a column `patient` to the table"
        )
        raise ValueError(
            f"Nothing says of which patients these {data.form} are: {remedy}, or split "
            f"by {_default_split(data)!r}, which is optimistic."
        )
    if split == "parts" and (data.subset is None or len({*data.subset}) < 2):
        raise ValueError(
            "These data do not come in parts, such as folders called train and test."
        )
    if split == data.form == "pictures" and data.patients_known:
        raise ValueError(
            "The patients of these pictures are known: hold out whole ones, with "
            "split='patients'."
        )
    wrong = {"pictures": "beats", "beats": "pictures"}.get(split)
    if wrong and (data.form == "pictures") != (split == "pictures"):
        raise ValueError(f"split={split!r} is not for {data.form}.")


def _named_parts(data: Bunch) -> Fold:
    # What is for choosing is trained on where there is a part for testing.
    test = "test" if "test" in data.subset else "valid"
    held_out = data.subset == test
    return Fold(np.flatnonzero(~held_out), np.flatnonzero(held_out))


def _warn_of_shared(fold: Fold, groups: np.ndarray | None, unit: str | None) -> int:
    if groups is None:
        return 0
    shared = np.intersect1d(groups[fold.train], groups[fold.test])
    if shared.size:
        warn_user(
            f"The parts share {shared.size} {unit}, like {shared[0]}: the figures are "
            "too good. Take them out of one part.",
            GroupsWarning,
        )
    return int(shared.size)


def _held_out(
    target: np.ndarray, groups: np.ndarray | None, fraction: float, random_state: int
) -> Fold:
    if groups is not None and len(np.unique(groups)) < 2:
        raise ValueError(
            f"All rows belong to {groups[0]!r}; with one patient nobody can be held "
            "out. Add others."
        )
    splitter = GroupValidSplit(fraction, random_state=random_state)
    with warnings.catch_warnings():  # the card says it
        warnings.simplefilter("ignore", GroupsWarning)
        warnings.simplefilter("ignore", MissingClassWarning)
        return Fold(*next(splitter.split(target, target, groups)))


def _folds(
    target: np.ndarray, groups: np.ndarray | None, n_folds: int, random_state: int
) -> list[Fold]:
    n_units = len(target) if groups is None else len(np.unique(groups))
    if not 2 <= n_folds <= n_units:
        raise ValueError(
            f"There must be 2 to {n_units} folds, as many as there are groups, got "
            f"{n_folds}."
        )
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    splitter = kind(n_folds, shuffle=True, random_state=random_state)
    with warnings.catch_warnings():  # of classes with few members; said below
        warnings.simplefilter("ignore", UserWarning)
        try:
            return [Fold(*one) for one in splitter.split(target, target, groups)]
        except ValueError as error:
            raise ValueError(
                f"{n_folds} folds are too many: {error} Take fewer."
            ) from error


def _check_folds(
    folds: list[Fold], target: np.ndarray, patients: np.ndarray | None
) -> None:
    every = set(target.tolist())
    for train, test in folds:
        if not (train.size and test.size):
            raise ValueError(
                "One side of the split has no row. Add data, or hold out another share."
            )
        if patients is not None:
            check_group_leakage(train, test, patients)
        learnt = set(target[train].tolist())
        if len(learnt) < 2:
            raise ValueError(
                f"The training part has one class only, {learnt.pop()!r}: the others "
                "are of few patients. Add patients, or hold out fewer."
            )
        for missing, part in (
            (every - learnt, "learnt"),
            (every - set(target[test].tolist()), "measured"),
        ):
            if missing and len(folds) == 1:
                warn_user(
                    f"Class {', '.join(sorted(missing))} cannot be {part}: too few "
                    "have it to be on both sides of the split.",
                    MissingClassWarning,
                )
