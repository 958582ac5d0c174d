"""Confidence intervals from resampling whole records."""

from collections.abc import Hashable, Sequence

import numpy as np

from skecg.model_selection._measures import measure

Intervals = dict[str, tuple[float, float]]


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
    n_records = len(confusions)
    weights = rng.multinomial(
        n_records, np.full(n_records, 1 / n_records), size=n_bootstraps
    )
    resampled = np.einsum("br,rij->bij", weights, confusions, optimize=True)
    measures = measure(resampled, labels)
    tails = ((1 - confidence) / 2, (1 + confidence) / 2)
    intervals = {
        name: _quantiles(values, tails)
        for name, values in measures.named(labels).items()
    }
    holders = (confusions.sum(axis=-1) > 0).sum(axis=0)
    for label, n_holders in zip(labels, holders, strict=True):
        if n_holders < 2:
            # Every resampling that has the class has the same beats of it: the
            # interval would have no width and look like certainty.
            lone = (f"{short}_{label}" for short in ("se", "ppv", "f1"))
            intervals.update(dict.fromkeys(lone, (np.nan, np.nan)))
    return intervals


def _quantiles(values: np.ndarray, tails: tuple[float, float]) -> tuple[float, float]:
    values = values[~np.isnan(values)]
    if not values.size:
        return np.nan, np.nan
    low, high = np.quantile(values, tails)
    return float(low), float(high)
