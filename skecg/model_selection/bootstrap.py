"""Whole records drawn again and again: how sure a measure, or a difference, is."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from skecg.model_selection._measures import (
    PER_CLASS,
    Measures,
    check_labels,
    count_confusions,
    measure,
)
from skecg.model_selection._random import RandomState, as_generator

Intervals = dict[str, tuple[float, float]]


class Bootstrapped(NamedTuple):
    """Measures of one set of predictions, and what resampling makes of them.

    Attributes
    ----------
    value : Measures
        Of the records as they are; the averages have shape ``()``.
    resampled : Measures
        The same for every draw; the averages have shape ``(n_bootstraps,)``.
    """

    value: Measures
    resampled: Measures


def bootstrap_predictions(
    y_true: npt.ArrayLike,
    *predictions: npt.ArrayLike,
    record: npt.ArrayLike,
    labels: Sequence[Hashable],
    n_bootstraps: int = 1000,
    random_state: RandomState = 0,
) -> list[Bootstrapped]:
    """Measure predictions of the same beats, each draw taking the same records for all.

    What the records have in common then cancels out of a difference between two
    models, and its interval is narrower than the two single ones suggest.

    Parameters
    ----------
    y_true : array-like of shape (n_beats,)
        Expert's classes.
    *predictions : array-like of shape (n_beats,)
        One set of predictions after the other.
    record : array-like of shape (n_beats,)
        The record of every beat.
    labels : sequence
        All classes there may be.
    n_bootstraps : int, default=1000
        How often the records are drawn, with replacement.
    random_state : int, RandomState, Generator or None, default=0
        Seed of the draws.

    Returns
    -------
    list of Bootstrapped
        One per set of predictions.

    Raises
    ------
    ValueError
        If lengths differ or are zero, or a label is not among `labels`.

    Examples
    --------
    >>> from skecg.model_selection.bootstrap import (
    ...     bootstrap_predictions,
    ...     percentile_interval,
    ... )
    >>> y_true = ["N", "V", "N", "V"]
    >>> first, second = bootstrap_predictions(
    ...     y_true,
    ...     ["N", "N", "N", "V"],
    ...     y_true,
    ...     record=["100", "100", "101", "101"],
    ...     labels=["N", "V"],
    ... )
    >>> float(second.value.accuracy - first.value.accuracy)
    0.25
    >>> gain = second.resampled.accuracy - first.resampled.accuracy
    >>> percentile_interval(gain, confidence=0.95)
    (0.0, 0.5)
    """
    labels = check_labels(labels)
    tables = [
        count_confusions(y_true, predicted, labels, record=record)
        for predicted in predictions
    ]
    drawn = resample_records(
        *tables, n_bootstraps=n_bootstraps, rng=as_generator(random_state)
    )
    return [
        Bootstrapped(measure(table.sum(axis=0), labels), measure(one, labels))
        for table, one in zip(tables, drawn, strict=True)
    ]


def resample_records(
    *tables: np.ndarray, n_bootstraps: int, rng: np.random.Generator
) -> list[np.ndarray]:
    """Draw records with replacement, and sum the tables of those drawn.

    Parameters
    ----------
    *tables : ndarray of int of shape (n_records, n_labels, n_labels)
        Confusion matrices, one per record; the same records in all.
    n_bootstraps : int
        How often `n_records` are drawn.
    rng : numpy.random.Generator
        Where the draws come from.

    Returns
    -------
    list of ndarray of int of shape (n_bootstraps, n_labels, n_labels)
        One per table, from the same draws.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.model_selection.bootstrap import resample_records
    >>> table = np.full((5, 2, 2), 3)
    >>> rng = np.random.default_rng(0)
    >>> (drawn,) = resample_records(table, n_bootstraps=4, rng=rng)
    >>> drawn.shape, set(drawn.ravel().tolist())
    ((4, 2, 2), {15})
    """
    n_records = len(tables[0])
    weights = rng.multinomial(
        n_records, np.full(n_records, 1 / n_records), size=n_bootstraps
    )
    return [np.einsum("br,rij->bij", weights, table, optimize=True) for table in tables]


def bootstrap_intervals(
    confusions: np.ndarray,
    labels: Sequence[Hashable],
    *,
    n_bootstraps: int,
    confidence: float,
    rng: np.random.Generator,
) -> Intervals:
    """Return the percentile interval of every measure over resampled records.

    Parameters
    ----------
    confusions : ndarray of int of shape (n_records, n_labels, n_labels)
        One confusion matrix per record.
    labels : sequence of length n_labels
        The classes, for the names of the measures.
    n_bootstraps : int
        How often the records are drawn anew, with replacement.
    confidence : float
        Share of the resampled values inside the interval.
    rng : numpy.random.Generator
        Where the draws come from.

    Returns
    -------
    dict of str to (float, float)
        Low and high end by the name of the measure, (NaN, NaN) for the measures of a
        class that fewer than two records hold. A resampling without a class does not
        count for that class.
    """
    (drawn,) = resample_records(confusions, n_bootstraps=n_bootstraps, rng=rng)
    intervals = {
        name: percentile_interval(values, confidence=confidence)
        for name, values in measure(drawn, labels).named(labels).items()
    }
    holders = (confusions.sum(axis=-1) > 0).sum(axis=0)
    for label, n_holders in zip(labels, holders, strict=True):
        if n_holders < 2:
            # Every resampling that has the class has the same beats of it: the
            # interval would have no width and look like certainty.
            lone = (f"{short}_{label}" for short in PER_CLASS)
            intervals.update(dict.fromkeys(lone, (np.nan, np.nan)))
    return intervals


def percentile_interval(
    values: np.ndarray, *, confidence: float
) -> tuple[float, float]:
    """Return the interval that holds the middle share of resampled values.

    Parameters
    ----------
    values : ndarray of shape (n_bootstraps,)
        NaN, a draw without the class, does not count.
    confidence : float
        The share, between 0 and 1.

    Returns
    -------
    low : float
        Lower end; NaN if no value counts.
    high : float
        Upper end.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.model_selection.bootstrap import percentile_interval
    >>> percentile_interval(np.arange(101.0), confidence=0.5)
    (25.0, 75.0)
    """
    values = values[~np.isnan(values)]
    if not values.size:
        return np.nan, np.nan
    tails = ((1 - confidence) / 2, (1 + confidence) / 2)
    low, high = np.quantile(values, tails)
    return float(low), float(high)
