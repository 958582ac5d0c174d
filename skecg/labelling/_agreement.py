"""How far persons agree who have labelled the same files."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from sklearn.metrics import cohen_kappa_score

from skecg.labelling._store import LabelStore


class Agreement(NamedTuple):
    """How far two persons agree.

    Attributes
    ----------
    first, second : str
        Who.
    n_files : int
        Files to which both have given a class.
    observed : float
        Share of those to which they gave the same one; NaN where there are none.
    kappa : float
        Cohen's kappa: 0 is what chance would give, 1 is full agreement. NaN where it is
        not defined: no file, or both gave one and the same class to all.
    """

    first: str
    second: str
    n_files: int
    observed: float
    kappa: float


def measure_agreement(store: LabelStore) -> list[Agreement]:
    """Compare every two persons by the files that both have given a class to.

    Parameters
    ----------
    store : LabelStore
        The labels. What was skipped, or could not be told, takes no part, and neither
        does a file that had another content for the second person.

    Returns
    -------
    list of Agreement
        One for every two, sorted by name.

    Notes
    -----
    Cohen's kappa is ``(observed - expected) / (1 - expected)``, where the agreement
    expected by chance comes from how often each person gives each class [1]_. Whoever
    is unsure about the hard files leaves the easy ones, so that kappa is higher than
    among all files: read it together with `n_files`.

    References
    ----------
    .. [1] Cohen J. (1960). A coefficient of agreement for nominal scales. Educational
       and Psychological Measurement 20(1):37-46. :doi:`10.1177/001316446002000104`

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skecg.labelling import LabelStore, measure_agreement
    >>> told = {"anna": "NNAA", "ben": "NNAN"}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = LabelStore(Path(folder) / "labels.jsonl", ["N", "A"])
    ...     for who, labels in told.items():
    ...         for file, label in enumerate(labels):
    ...             _ = store.decide(f"{file}.png", "", who, "label", label)
    ...     measure_agreement(store)
    [Agreement(first='anna', second='ben', n_files=4, observed=0.75, kappa=0.5)]
    """
    store.refresh()
    return [_between(store, *pair) for pair in combinations(store.annotators, 2)]


def _between(store: LabelStore, first: str, second: str) -> Agreement:
    one, other = store.decisions(first), store.decisions(second)
    both = [
        (one[file].label, other[file].label)
        for file in sorted(one.keys() & other.keys())
        if one[file].label and other[file].label
        if one[file].sha256 == other[file].sha256
    ]
    if not both:
        return Agreement(first, second, 0, np.nan, np.nan)
    labels = np.array(both)
    observed = float(np.mean(labels[:, 0] == labels[:, 1]))
    if len(np.unique(labels)) < 2:
        return Agreement(first, second, len(both), observed, np.nan)
    kappa = float(cohen_kappa_score(labels[:, 0], labels[:, 1]))
    return Agreement(first, second, len(both), observed, kappa)
