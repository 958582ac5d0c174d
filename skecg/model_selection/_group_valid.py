"""A validation part for use inside `fit`, whole patients on one side."""

from collections.abc import Iterator
from numbers import Real
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils import check_consistent_length

from skecg._warn import warn_user
from skecg.exceptions import GroupsWarning, MissingClassWarning
from skecg.model_selection._ids import encode, read_column
from skecg.model_selection._random import RandomState, as_generator
from skecg.signal._checks import shorten

# How many orders of the groups are tried: as many as keep the table of counts below
# some tens of megabytes, within sense.
_TABLE_SIZE = 1_000_000
_ORDERS = (8, 512)
_MOST_MOVES = 200
# More than the largest deviation there can be (2), so that a class lost to training
# always outweighs it.
_LOST_CLASS = 4.0


class GroupValidSplit(BaseCrossValidator):
    """One split into a training and a validation part that divides no group.

    Many ways to share out the groups are tried at random, and the one is taken whose
    validation part comes nearest to `valid_fraction` of all rows and of each class's
    rows. A class is left out of the training part only where every possible split
    would leave one out.

    Parameters
    ----------
    valid_fraction : float, default=0.2
        Wanted share of the rows in the validation part, between 0 and 1 (exclusive).
    random_state : int, RandomState, Generator or None, default=None
        Seed of the tries. numpy's global state is neither read nor changed.

    Raises
    ------
    ValueError
        If `valid_fraction` is not between 0 and 1.
    TypeError
        If `valid_fraction` is not a number.

    See Also
    --------
    InterPatientSplit : The fixed split of MIT-BIH.
    sklearn.model_selection.StratifiedGroupKFold : Several such folds.

    Notes
    -----
    Between the tries the squared deviation decides: of the validation part's share of
    all rows from `valid_fraction`, plus the mean over the classes of the same for each
    class's rows. With `y` of None or continuous there are no classes to look after.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.model_selection import GroupValidSplit
    >>> groups = np.repeat(["p1", "p2", "p3", "p4", "p5"], 4)
    >>> y = np.tile(["N", "V"], 10)
    >>> splitter = GroupValidSplit(valid_fraction=0.4, random_state=0)
    >>> train, valid = next(splitter.split(np.zeros((20, 187)), y, groups))
    >>> len(train), len(valid), set(groups[train]) & set(groups[valid])
    (12, 8, set())
    """

    __metadata_request__split: ClassVar[dict[str, bool]] = {"groups": True}

    def __init__(
        self, valid_fraction: float = 0.2, *, random_state: RandomState = None
    ) -> None:
        given: object = valid_fraction  # whatever the hint says, callers pass anything
        if not isinstance(given, Real):
            raise TypeError(
                "valid_fraction must be a number between 0 and 1, e.g. 0.2, got "
                f"{valid_fraction!r} of type {type(valid_fraction).__name__}."
            )
        if not 0 < valid_fraction < 1:
            raise ValueError(
                "valid_fraction must be a number between 0 and 1 (exclusive), got "
                f"{valid_fraction!r}."
            )
        self.valid_fraction = valid_fraction
        self.random_state = random_state

    def get_n_splits(
        self,
        X: Any = None,
        y: Any = None,
        groups: Any = None,
    ) -> int:
        """Return 1, whatever the data.

        Parameters
        ----------
        X, y, groups : object
            Ignored; here for compatibility.

        Returns
        -------
        int
            The number of splits.
        """
        return 1

    def split(
        self,
        X: Any,
        y: npt.ArrayLike | None = None,
        groups: npt.ArrayLike | None = None,
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the one pair of training and validation rows.

        Parameters
        ----------
        X : array-like of shape (n_rows, ...)
            Beats or records; only their number matters.
        y : array-like of shape (n_rows,), default=None
            Classes whose proportions both parts should have.
        groups : array-like of shape (n_rows,), default=None
            The patient of every row. None: rows are split at random, class by class.

        Yields
        ------
        train : ndarray of int
            Rows to learn from, in order; never empty.
        valid : ndarray of int
            Rows to watch the learning on, in order; never empty.

        Raises
        ------
        ValueError
            If there are fewer than two groups (or rows, without groups), or lengths
            differ, or `y` or `groups` has missing values.

        Warns
        -----
        GroupsWarning
            If `groups` is None: rows of one patient may then be on both sides.
        MissingClassWarning
            If no split could keep every class in the training part.
        """
        check_consistent_length(X, y, groups)
        n_rows = X.shape[0] if hasattr(X, "shape") else len(X)
        classes, class_of_row = _classes(y, n_rows)
        rng = as_generator(self.random_state)
        if groups is None:
            held_out = self._rows_at_random(class_of_row, rng)
        else:
            held_out = self._whole_groups(class_of_row, groups, rng)
        lost = sorted(set(class_of_row) - set(class_of_row[~held_out]))
        if lost:
            _warn_lost([classes[index] for index in lost])
        yield np.flatnonzero(~held_out), np.flatnonzero(held_out)

    def _whole_groups(
        self, class_of_row: np.ndarray, groups: npt.ArrayLike, rng: np.random.Generator
    ) -> np.ndarray:
        names, group_of_row = encode(read_column(groups, name="groups"))
        if len(names) < 2:
            raise ValueError(
                f"GroupValidSplit needs at least two groups, got {shorten(names)} for "
                f"all {len(class_of_row)} rows. Add patients, fit without a validation "
                "part, or leave groups out to split this patient's rows at random."
            )
        counts = np.zeros((len(names), class_of_row.max() + 1))
        np.add.at(counts, (group_of_row, class_of_row), 1)
        return _choose_groups(counts, self.valid_fraction, rng)[group_of_row]

    def _rows_at_random(
        self, class_of_row: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        n_rows = len(class_of_row)
        if n_rows < 2:
            raise ValueError(
                f"GroupValidSplit needs at least two rows, got {n_rows}. Add rows, or "
                "fit without a validation part."
            )
        warn_user(
            "GroupValidSplit splits rows at random because groups is None: rows of one "
            "patient may stand on both sides, and the validation score is then too "
            "good. Pass groups with the patient of every row.",
            GroupsWarning,
        )
        return _choose_rows(class_of_row, self.valid_fraction, rng)


def _classes(y: npt.ArrayLike | None, n_rows: int) -> tuple[list[Any], np.ndarray]:
    """Return the classes and each row's; one class of all rows where `y` has none."""
    if y is not None:
        column = read_column(y, name="y")
        continuous = column.dtype.kind == "f" and bool((column % 1 != 0).any())
        if not continuous:
            return encode(column)
    return [None], np.zeros(n_rows, dtype=np.intp)


def _choose_groups(
    counts: np.ndarray, fraction: float, rng: np.random.Generator
) -> np.ndarray:
    """Return a mask of the groups to hold out, from rows per group and class."""
    n_groups = len(counts)
    n_orders = int(np.clip(_TABLE_SIZE // counts.size, *_ORDERS))
    orders = rng.permuted(np.tile(np.arange(n_groups), (n_orders, 1)), axis=1)
    # Every beginning of every order is a candidate. Each group alone is one too:
    # if any split keeps all classes in training, then so does one of these.
    beginnings = counts[orders].cumsum(axis=1)[:, :-1]
    totals = counts.sum(axis=0)
    costs = _cost(beginnings, totals, fraction)
    alone = _cost(counts, totals, fraction)
    held_out = np.zeros(n_groups, dtype=bool)
    if alone.min() < costs.min():
        held_out[alone.argmin()] = True
    else:
        order, last = np.unravel_index(costs.argmin(), costs.shape)
        held_out[orders[order, : last + 1]] = True
    return _move_single_groups(held_out, counts, fraction)


def _move_single_groups(
    held_out: np.ndarray, counts: np.ndarray, fraction: float
) -> np.ndarray:
    """Move one group after the other to the other side while that comes nearer.

    Where there are thousands of groups few orders were tried; this makes up for it.
    """
    totals = counts.sum(axis=0)
    part = counts[held_out].sum(axis=0)
    cost = _cost(part, totals, fraction)
    for _ in range(_MOST_MOVES):
        moved = part + np.where(held_out[:, None], -counts, counts)
        n_moved = moved.sum(axis=-1)
        costs = _cost(moved, totals, fraction)
        costs[(n_moved == 0) | (n_moved == totals.sum())] = np.inf  # an empty side
        best = costs.argmin()
        if costs[best] >= cost:
            break
        held_out[best] = ~held_out[best]
        part, cost = moved[best], costs[best]
    return held_out


def _cost(held_out: np.ndarray, totals: np.ndarray, fraction: float) -> np.ndarray:
    """Return how far parts with these counts (last axis: classes) are off the mark."""
    of_rows = (held_out.sum(axis=-1) / totals.sum() - fraction) ** 2
    of_classes = ((held_out / totals - fraction) ** 2).mean(axis=-1)
    return of_rows + of_classes + _LOST_CLASS * (held_out == totals).sum(axis=-1)


def _choose_rows(
    class_of_row: np.ndarray, fraction: float, rng: np.random.Generator
) -> np.ndarray:
    """Return a mask of rows to hold out: the same share of every class.

    Each row gets a place between 0 and 1 within its class, in random order, and the
    rows with the lowest places are held out. That needs no class to be large, where
    `sklearn.model_selection.StratifiedShuffleSplit` refuses one with a single row.
    """
    n_rows, sizes = len(class_of_row), np.bincount(class_of_row)
    shuffled = rng.permutation(n_rows)
    by_class = shuffled[np.argsort(class_of_row[shuffled], kind="stable")]
    rank = np.empty(n_rows)
    rank[by_class] = np.concatenate([np.arange(size) for size in sizes])
    place = (rank + rng.random(len(sizes))[class_of_row]) / sizes[class_of_row]
    # The last row of every class comes last, so that it stays in training if it can.
    place[rank == sizes[class_of_row] - 1] = 1.0
    n_valid = min(round(fraction * n_rows), n_rows - len(sizes))
    held_out = np.zeros(n_rows, dtype=bool)
    held_out[np.argsort(place, kind="stable")[: max(1, n_valid)]] = True
    return held_out


def _warn_lost(classes: list[Any]) -> None:
    warn_user(
        f"The training part has no row of class {shorten(classes)}: no possible split "
        "keeps every class. Fit without a validation part, or add patients.",
        MissingClassWarning,
    )
