"""What a comparison of estimators under both splits found."""

import csv
import os
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from skecg.model_selection import AAMIReport
from skecg.reporting._gap import Gap, bootstrap_gap, describe_gap

if TYPE_CHECKING:
    import pandas as pd

SPLITS: Mapping[str, str] = {
    "patients": "whole patients held out",
    "beats": "beats shuffled (optimistic)",
}
"""Name of each split, and what it is called on screen and on paper."""


@dataclass(frozen=True, eq=False)
class ComparisonRow:
    """One estimator under one split.

    Attributes
    ----------
    estimator : str
        Its name.
    split : {"patients", "beats"}
        Whole patients held out, or beats shuffled.
    report : AAMIReport
        Of the pooled predictions: each beat is predicted once, by the fold estimator
        that was not trained on it. Intervals from resampling records.
    y_pred : ndarray of shape (n_beats,)
        These predictions.
    fold_scores : dict of str to tuple of float
        Measures of each fold by themselves, named as by
        `skecg.model_selection.AAMIReport.to_dict`; NaN for a class that the fold lacks.
    fit_seconds : tuple of float
        Time of each fold's fit, in seconds.
    known : float
        Share of the test beats whose patient has beats in the training part, 0 to 1.
    histories : tuple of list of dict
        `history_` of each fold's network; empty for other estimators.
    """

    estimator: str
    split: str
    report: AAMIReport
    y_pred: np.ndarray
    fold_scores: Mapping[str, tuple[float, ...]]
    fit_seconds: tuple[float, ...]
    known: float
    histories: tuple[list[dict[str, Any]], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the row as one flat record, as it stands in the table.

        Returns
        -------
        dict of str to str or float
            ``estimator``, ``split``, every measure of the report with ``_low`` and
            ``_high`` behind its name for the interval (NaN where there is none), and
            ``fit_seconds``, the sum over the folds.
        """
        cells: dict[str, Any] = {"estimator": self.estimator, "split": self.split}
        intervals = self.report.intervals or {}
        for name, value in self.report.to_dict().items():
            low, high = intervals.get(name, (np.nan, np.nan))
            cells |= {name: value, f"{name}_low": low, f"{name}_high": high}
        return cells | {"fit_seconds": sum(self.fit_seconds)}


@dataclass(frozen=True, eq=False)
class Comparison:
    """What `compare_splits` found: one row per estimator and split.

    Attributes
    ----------
    rows : tuple of ComparisonRow
        In the order of the estimators, "patients" before "beats".
    labels : tuple
        All classes, in the order of the tables.
    y_true : ndarray of shape (n_beats,)
        Expert's classes.
    groups, record : ndarray of shape (n_beats,)
        Patient and record of each beat.
    n_splits : int
        Folds of each cross-validation.
    random_state : int
        Seed of the splits.
    """

    rows: tuple[ComparisonRow, ...]
    labels: tuple[Hashable, ...]
    y_true: np.ndarray
    groups: np.ndarray
    record: np.ndarray
    n_splits: int
    random_state: int

    @property
    def estimators(self) -> tuple[str, ...]:
        """Names of the estimators, in their order."""
        return tuple(dict.fromkeys(row.estimator for row in self.rows))

    def row(self, estimator: str, split: str) -> ComparisonRow:
        """Return one row.

        Parameters
        ----------
        estimator : str
            Name of the estimator.
        split : {"patients", "beats"}
            Name of the split.

        Returns
        -------
        ComparisonRow

        Raises
        ------
        KeyError
            If there is no such row.
        """
        for row in self.rows:
            if (row.estimator, row.split) == (estimator, split):
                return row
        raise KeyError(
            f"No row for estimator {estimator!r} and split {split!r}; there are "
            f"{list(self.estimators)} and {list(SPLITS)}."
        )

    def best(self, split: str) -> str:
        """Return the estimator with the highest macro-F1 under a split.

        Parameters
        ----------
        split : {"patients", "beats"}
            Name of the split.

        Returns
        -------
        str
            The first of them, if several are level.
        """
        return max(self.estimators, key=lambda e: self.row(e, split).report.macro_f1)

    def gap(self, estimator: str | None = None) -> Gap:
        """Return how much macro-F1 gains from shuffling the beats.

        Parameters
        ----------
        estimator : str or None, default=None
            Name of the estimator; None takes the best under shuffled beats, the one a
            table of that kind would be headed by.

        Returns
        -------
        Gap
            Value and 95% interval, paired by record.
        """
        name = self.best("beats") if estimator is None else estimator
        return bootstrap_gap(
            self.y_true,
            self.row(name, "patients").y_pred,
            self.row(name, "beats").y_pred,
            record=self.record,
            labels=self.labels,
            random_state=self.random_state,
        )

    def gap_sentence(self, estimator: str | None = None) -> str:
        """Say in words what the gap between the two splits means.

        The text follows the figures: it claims a gap only where the interval of the
        difference lies above zero.

        Parameters
        ----------
        estimator : str or None, default=None
            As in `gap`.

        Returns
        -------
        str
        """
        name = self.best("beats") if estimator is None else estimator
        beats = self.row(name, "beats")
        return describe_gap(
            name,
            self.row(name, "patients").report,
            beats.report,
            self.gap(name),
            known=beats.known,
        )

    def order_sentence(self) -> str:
        """Say in words which estimator each split puts first, by macro-F1.

        Figures that agree to two decimals, as they are shown, count as level.

        Returns
        -------
        str
        """
        (patients, held_out), (beats, shuffled) = map(self._leaders, SPLITS)
        if patients == beats:
            return f"By macro-F1, {patients} under both splits."
        return (
            f"By macro-F1, {patients} with whole patients held out ({held_out}); "
            f"{beats} with beats shuffled ({shuffled})."
        )

    def _leaders(self, split: str) -> tuple[str, str]:
        # Who comes first, in words, and with what macro-F1.
        shown = {
            name: f"{self.row(name, split).report.macro_f1:.2f}"
            for name in self.estimators
        }
        top = shown[self.best(split)]
        names = [name for name, figure in shown.items() if figure == top]
        verb = "comes first" if len(names) == 1 else "share first place"
        return f"{' and '.join(names)} {verb}", top

    def to_frame(self) -> "pd.DataFrame":
        """Return the rows as a table, one column per measure.

        Returns
        -------
        pandas.DataFrame
            Columns as in `ComparisonRow.to_dict`.
        """
        import pandas as pd

        return pd.DataFrame([row.to_dict() for row in self.rows])

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write the table of `to_frame` as CSV, an empty cell for NaN.

        Parameters
        ----------
        path : str or path-like
            File to write; one that is there is replaced.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        records = [row.to_dict() for row in self.rows]
        with Path(path).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(records[0]))
            writer.writeheader()
            for record in records:
                writer.writerow({k: _cell(value) for k, value in record.items()})

    def __str__(self) -> str:
        width = max(len("estimator"), *map(len, self.estimators))
        lines = [f"{'estimator':{width}}  {'split':8}  accuracy  balanced  macro-F1"]
        for row in self.rows:
            report = row.report
            lines.append(
                f"{row.estimator:{width}}  {row.split:8}  {report.accuracy:8.3f}  "
                f"{report.balanced_accuracy:8.3f}  {report.macro_f1:8.3f}"
            )
        return "\n".join(lines)


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if np.isnan(value) else f"{value:.6g}"
