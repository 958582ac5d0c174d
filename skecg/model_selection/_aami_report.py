"""How well beats are classified, as papers on MIT-BIH report it."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from sklearn.utils import check_scalar

from skecg.model_selection._measures import (
    OVERALL,
    PER_CLASS,
    Measures,
    check_labels,
    count_confusions,
    measure,
)
from skecg.model_selection._random import RandomState, as_generator
from skecg.model_selection.bootstrap import Intervals, bootstrap_intervals
from skecg.signal.aami import AAMI_CLASSES

if TYPE_CHECKING:
    import pandas as pd

# What the printed table calls them.
_TITLES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "macro_f1": "macro-F1, all present",
    "macro_f1_nsv": "macro-F1, N S V",
    "se": "Se",
    "ppv": "+P",
    "f1": "F1",
}
_NO_INTERVAL = (np.nan, np.nan)


@dataclass(frozen=True, eq=False, repr=False)
class AAMIReport:
    """What `aami_report` found; ``print(report)`` shows it as a table.

    Attributes
    ----------
    labels : tuple of length n_labels
        The classes, in the order of all arrays below.
    support : ndarray of int of shape (n_labels,)
        True beats of each class.
    confusion : ndarray of int of shape (n_labels, n_labels)
        Beats by true class (rows) and predicted class (columns).
    sensitivity : ndarray of shape (n_labels,)
        Share of a class's beats that were found (Se, recall).
    precision : ndarray of shape (n_labels,)
        Share of the beats called so that are (+P, positive predictive value).
    f1 : ndarray of shape (n_labels,)
        Harmonic mean of the two.
    accuracy : float
        Share of all beats called right.
    balanced_accuracy : float
        Mean sensitivity of the classes that are there.
    macro_f1 : float
        Mean F1 of the classes that are there.
    macro_f1_nsv : float
        Mean F1 of those of N, S and V that are there; NaN if none is.
    record_support : ndarray of int of shape (n_labels,) or None
        How many records hold each class; None if no records were given.
    intervals : dict of str to (float, float), or None
        Low and high end of every measure, by the names of `to_dict`. None without
        records, or with a single one.
    confidence : float
        What share of the resampled values the intervals hold.
    """

    labels: tuple[Hashable, ...]
    support: np.ndarray
    confusion: np.ndarray
    sensitivity: np.ndarray
    precision: np.ndarray
    f1: np.ndarray
    accuracy: float
    balanced_accuracy: float
    macro_f1: float
    macro_f1_nsv: float
    record_support: np.ndarray | None = None
    intervals: Intervals | None = None
    confidence: float = 0.95

    def to_dict(self) -> dict[str, float]:
        """Return every measure by name, the names being those of `aami_scorers`.

        Returns
        -------
        dict of str to float
            ``accuracy``, ``balanced_accuracy``, ``macro_f1``, ``macro_f1_nsv``, then
            ``se_N``, ``ppv_N``, ``f1_N`` and so on for every label.
        """
        measures = Measures(*(getattr(self, name) for name in Measures._fields))
        named = measures.named(self.labels)
        return {name: float(value) for name, value in named.items()}

    def to_frame(self) -> "pd.DataFrame":
        """Return the measures as a table, one row each.

        Returns
        -------
        pandas.DataFrame
            Index ``measure`` (the names of `to_dict`), columns ``value``, ``low``,
            ``high`` (NaN without intervals).
        """
        import pandas as pd

        values = self.to_dict()
        ends = self.intervals or {}
        rows = [
            (value, *ends.get(name, _NO_INTERVAL)) for name, value in values.items()
        ]
        index = pd.Index(list(values), name="measure")
        return pd.DataFrame(rows, index=index, columns=["value", "low", "high"])

    def __repr__(self) -> str:
        return (
            f"AAMIReport(n_beats={self.support.sum()}, accuracy={self.accuracy:.4f}, "
            f"macro_f1={self.macro_f1:.4f}, macro_f1_nsv={self.macro_f1_nsv:.4f})"
        )

    def __str__(self) -> str:
        cells = {
            name: self._cell(name, value) for name, value in self.to_dict().items()
        }
        counts = {"beats": self.support}
        if self.record_support is not None:
            counts["records"] = self.record_support
        table = [["class", *counts, *(_TITLES[short] for short in PER_CLASS)]]
        for index, label in enumerate(self.labels):
            numbers_of = (f"{count[index]:,}" for count in counts.values())
            measures = (cells[f"{short}_{label}"] for short in PER_CLASS)
            table.append([str(label), *numbers_of, *measures])
        overall = [[_TITLES[name], cells[name]] for name in OVERALL]
        lines = [*_align(table, n_right=len(counts)), "", *_align(overall)]
        if self.intervals is not None:
            lines += ["", f"[{self.confidence:.0%} intervals: records resampled]"]
        return "\n".join(lines)

    def _cell(self, name: str, value: float) -> str:
        if np.isnan(value):
            return "-"
        low, high = (self.intervals or {}).get(name, _NO_INTERVAL)
        interval = "" if np.isnan(low) else f" [{low:.3f}, {high:.3f}]"
        return f"{value:.3f}{interval}"


def aami_report(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    record: npt.ArrayLike | None = None,
    labels: Sequence[Hashable] = AAMI_CLASSES,
    n_bootstraps: int = 1000,
    confidence: float = 0.95,
    random_state: RandomState = 0,
) -> AAMIReport:
    """Report sensitivity, +P and F1 per class, their averages, and intervals.

    Beats of one record resemble each other, so that an interval over beats would be far
    too narrow; here whole records are drawn again and again, with replacement.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_beats,)
        Expert's and model's classes.
    record : array-like of shape (n_beats,), default=None
        The record (or patient) of every beat. None: no intervals.
    labels : sequence, default=AAMI_CLASSES
        All classes there may be; a class may be absent from both.
    n_bootstraps : int, default=1000
        How often the records are drawn.
    confidence : float, default=0.95
        Share of the resampled values that the intervals hold, between 0 and 1.
    random_state : int, RandomState, Generator or None, default=0
        Seed of the draws.

    Returns
    -------
    AAMIReport
        All measures by attribute; ``print`` it, or see `AAMIReport.to_frame`.

    Raises
    ------
    ValueError
        If lengths differ or are zero, if a label is not among `labels`, if a record id
        is missing, or if `n_bootstraps` or `confidence` is out of range.
    TypeError
        If `n_bootstraps` is not an int, or `confidence` is not a number.

    See Also
    --------
    aami_scorers : The same measures inside cross-validation.

    Notes
    -----
    A class without a true beat is reported, not fatal: its support is 0, its
    sensitivity, +P and F1 are NaN (whatever was predicted: false alarms count against
    the accuracy and against the classes they were taken from), and it is in no average.
    A class that is there but was never predicted has a +P of 0, as its F1.

    Intervals are percentiles. A resampling without a class does not count for that
    class, and in it the averages run over the others. A class held by a single record
    gets NaN for an interval: there is nothing to resample. The measures follow EC57 as
    de Chazal et al. [1]_ use it, without its rules on what need not be told apart.

    References
    ----------
    .. [1] de Chazal P., O'Dwyer M., Reilly R. B. (2004). Automatic classification of
       heartbeats using ECG morphology and heartbeat interval features. IEEE
       Transactions on Biomedical Engineering 51(7). :doi:`10.1109/TBME.2004.827359`

    Examples
    --------
    >>> from skecg.model_selection import aami_report
    >>> y_true = ["N", "N", "N", "N", "V", "V", "S"]
    >>> y_pred = ["N", "N", "N", "V", "V", "V", "N"]
    >>> print(aami_report(y_true, y_pred))
    class  beats  Se     +P     F1
    N          4  0.750  0.750  0.750
    S          1  0.000  0.000  0.000
    V          2  1.000  0.667  0.800
    F          0  -      -      -
    Q          0  -      -      -
    <BLANKLINE>
    accuracy               0.714
    balanced accuracy      0.583
    macro-F1, all present  0.517
    macro-F1, N S V        0.517
    """
    labels = check_labels(labels)
    check_scalar(n_bootstraps, "n_bootstraps", Integral, min_val=1)
    given: object = confidence  # whatever the hint says, callers pass anything
    if not isinstance(given, Real):
        raise TypeError(
            "confidence must be a number between 0 and 1, e.g. 0.95, got "
            f"{confidence!r} of type {type(confidence).__name__}."
        )
    if not 0 < confidence < 1:
        raise ValueError(
            "confidence must be a number between 0 and 1 (exclusive), got "
            f"{confidence!r}."
        )
    confusions = count_confusions(y_true, y_pred, labels, record=record)
    intervals = None
    if len(confusions) > 1:
        intervals = bootstrap_intervals(
            confusions,
            labels,
            n_bootstraps=n_bootstraps,
            confidence=confidence,
            rng=as_generator(random_state),
        )
    confusion = confusions.sum(axis=0)
    measures = measure(confusion, labels)
    return AAMIReport(
        labels=labels,
        support=confusion.sum(axis=-1),
        confusion=confusion,
        sensitivity=measures.sensitivity,
        precision=measures.precision,
        f1=measures.f1,
        **{name: float(getattr(measures, name)) for name in OVERALL},
        record_support=(
            None if record is None else (confusions.sum(axis=-1) > 0).sum(axis=0)
        ),
        intervals=intervals,
        confidence=confidence,
    )


def _align(table: list[list[str]], *, n_right: int = 0) -> list[str]:
    """Return the rows as lines, the `n_right` columns after the first flush right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if 0 < at <= n_right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
