"""The best of many thresholds on three columns at once."""

import numpy as np

_MOST = 64  # thresholds tried on a column; 64 ** 3 rules are counted in milliseconds


def candidates(column: np.ndarray, given: float | None, scale: float) -> np.ndarray:
    """Return the thresholds to try on a column whose high values are suspicious.

    Parameters
    ----------
    column : ndarray of shape (n_samples,)
        Of the training part.
    given : float or None
        The only one to try, where it is not to be learnt.
    scale : float
        Unit of the column, for a threshold that it stays below.

    Returns
    -------
    ndarray of shape (n_thresholds,)
        Falling: from one that nothing exceeds, down through the middles between
        neighbouring values, or quantiles where there are many values.
    """
    if given is not None:
        return np.array([given])
    levels = np.unique(column)
    if len(levels) > _MOST:
        shares = np.linspace(0, 1, _MOST)
        levels = np.unique(np.quantile(column, shares, method="nearest"))
    middles = (levels[:-1] + levels[1:]) / 2
    return np.append(levels[-1] + scale, middles[::-1])


def best_thresholds(
    columns: np.ndarray, abnormal: np.ndarray, tried: list[np.ndarray]
) -> list[float]:
    """Return the thresholds with the highest balanced accuracy.

    Parameters
    ----------
    columns : ndarray of shape (n_samples, n_columns)
        High values are suspicious: abnormal is what exceeds a threshold somewhere.
    abnormal : ndarray of bool of shape (n_samples,)
        What the samples are; some of both.
    tried : list of ndarray
        The thresholds to try on each column, falling.

    Returns
    -------
    list of float
        One a column. Among equals, the first column's highest, then the second's.
    """
    # The first threshold that a sample exceeds; it exceeds all behind that too. So the
    # samples that each of the combined rules lets pass are sums over a table.
    exceeded = [
        np.searchsorted(-thresholds, -column, side="right")
        for thresholds, column in zip(tried, columns.T, strict=True)
    ]
    shape = [len(thresholds) + 1 for thresholds in tried]
    cell = np.ravel_multi_index(exceeded, shape)
    passed = [_passed(cell[kind], shape) for kind in (abnormal, ~abnormal)]
    n_abnormal = int(abnormal.sum())
    n_normal = len(abnormal) - n_abnormal
    # Youden's index times both counts: whole numbers, whose ties are exact.
    index = passed[1] * n_abnormal - passed[0] * n_normal
    best = np.unravel_index(index.argmax(), index.shape)
    return [float(one[at]) for one, at in zip(tried, best, strict=True)]


def _passed(cell: np.ndarray, shape: list[int]) -> np.ndarray:
    # How many samples exceed no threshold of a rule: those that first exceed a later
    # one on every column.
    counts = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)
    for axis in range(counts.ndim):
        counts = np.flip(np.flip(counts, axis).cumsum(axis), axis)
    return counts[tuple(slice(1, None) for _ in shape)]
