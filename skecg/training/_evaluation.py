"""How good answers are, in figures, in words and for machines."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from skecg.model_selection import aami_report

_OVERALL = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "macro_f1": "macro-F1",
}
_PER_CLASS = {"se": "sensitivity", "ppv": "precision", "f1": "F1"}


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation:
    """Figures of merit of a classifier; ``print`` shows them as a table.

    Attributes
    ----------
    labels : tuple of str
        The classes, in the order of `support` and `confusion`.
    support : ndarray of int of shape (n_labels,)
        Rows that are of each class.
    confusion : ndarray of int of shape (n_labels, n_labels)
        Rows by true class (down) and answer (across).
    figures : dict of str to float
        ``accuracy``, ``balanced_accuracy``, ``macro_f1`` (over the classes that are
        there), then ``se_N``, ``ppv_N`` and ``f1_N`` (sensitivity, precision and F1) of
        each class. NaN for a class that is not there.
    intervals : dict of str to (float, float)
        95% intervals of the same, from a bootstrap over `unit`; empty without.
    unit : str or None
        What was resampled: "patients" or "pictures".
    n_units : int
        How many of them there are; 0 without.
    """

    labels: tuple[str, ...]
    support: np.ndarray
    confusion: np.ndarray
    figures: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    unit: str | None
    n_units: int

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON holds it.

        Returns
        -------
        dict
            With None in the place of NaN.
        """
        return {
            "n_rows": int(self.support.sum()),
            "labels": list(self.labels),
            "support": self.support.tolist(),
            "confusion": self.confusion.tolist(),
            "figures": {name: _finite(one) for name, one in self.figures.items()},
            "intervals": {
                name: [low, high]
                for name, (low, high) in self.intervals.items()
                if np.isfinite([low, high]).all()
            },
            "interval_unit": self.unit,
            "n_units": self.n_units,
        }

    def as_card(self) -> dict[str, float | str]:
        """Return the figures for a `skecg.persistence.ModelCard`.

        Returns
        -------
        dict of str to float or str
            To four decimals; with their interval, as text, where there is one.
        """
        told: dict[str, float | str] = {}
        for name, value in self.figures.items():
            if np.isfinite(value):
                told[name] = round(value, 4)
                low, high = self.intervals.get(name, (np.nan, np.nan))
                if np.isfinite([low, high]).all() and name in _OVERALL:
                    told[f"{name} 95% interval"] = f"{low:.4f} to {high:.4f}"
        return told

    def __repr__(self) -> str:
        return (
            f"Evaluation(n_rows={self.support.sum()}, "
            f"accuracy={self.figures['accuracy']:.4f}, "
            f"macro_f1={self.figures['macro_f1']:.4f})"
        )

    def __str__(self) -> str:
        rows = [["class", "rows", *_PER_CLASS.values()]]
        for label, count in zip(self.labels, self.support, strict=True):
            cells = [self._cell(f"{short}_{label}") for short in _PER_CLASS]
            rows.append([label, f"{count:,}", *cells])
        lines = _aligned(rows)
        lines += [
            "",
            *_aligned([[name, self._cell(key)] for key, name in _OVERALL.items()]),
        ]
        if self.intervals:
            lines += ["", f"[95% intervals: {self.n_units} {self.unit} resampled]"]
        return "\n".join(lines)

    def _cell(self, name: str) -> str:
        value = self.figures[name]
        if np.isnan(value):
            return "-"
        low, high = self.intervals.get(name, (np.nan, np.nan))
        told = "" if np.isnan(low) else f" [{low:.3f}, {high:.3f}]"
        return f"{value:.3f}{told}"


def evaluate_answers(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None,
    unit: str | None,
) -> Evaluation:
    """Measure answers, and resample groups for the intervals.

    Parameters
    ----------
    y_true, y_pred : array-like of str of shape (n_rows,)
        What is so, and what was said.
    groups : array-like of shape (n_rows,) or None
        What belongs together.
    unit : str or None
        What the groups are.

    Returns
    -------
    Evaluation
    """
    y_true, y_pred = np.asarray(y_true).astype(str), np.asarray(y_pred).astype(str)
    labels = tuple(sorted({*y_true.tolist(), *y_pred.tolist()}))
    report = aami_report(y_true, y_pred, record=groups, labels=labels)
    figures = report.to_dict()
    del figures["macro_f1_nsv"]
    ends = report.intervals or {}
    return Evaluation(
        labels=labels,
        support=report.support,
        confusion=report.confusion,
        figures=figures,
        intervals={name: ends[name] for name in figures if name in ends},
        unit=unit if ends else None,
        n_units=0 if groups is None else len(np.unique(np.asarray(groups))),
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _aligned(rows: list[list[str]]) -> list[str]:
    # The first column to the left, counts to the right.
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if at == 1 and len(row) > 2 else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
