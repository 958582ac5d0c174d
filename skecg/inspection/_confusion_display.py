"""Confusion matrix, by shares of each class."""

from collections.abc import Hashable, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from skecg.model_selection import AAMIReport, aami_report
from skecg.signal.aami import AAMI_CLASSES

_SHORT = 6  # letters of a name that fit below a column
_DARK = 0.7  # above this share a cell is too dark for black text


class ConfusionDisplay:
    """What each class was taken for: share of the class, and number of beats.

    The shade is the share of the true class (the row), not the number of beats, so
    that a rare class shows as well as a common one. Records and pictures are counted
    as beats are: give their classes as `labels`.

    Create it with `from_predictions`, or with `from_report` where the report is
    there already. Both compute and draw.

    Parameters
    ----------
    confusion : ndarray of int of shape (n_labels, n_labels)
        Beats by true class (rows) and predicted class (columns).
    labels : sequence of length n_labels
        The classes, in the order of the matrix.

    Attributes
    ----------
    image_ : matplotlib AxesImage
        The shaded cells.
    text_ : ndarray of matplotlib Text of shape (n_labels, n_labels)
        What stands in the cells.
    ax_ : matplotlib Axes
        Where it is drawn.
    figure_ : matplotlib Figure
        The figure that holds it.

    See Also
    --------
    skecg.model_selection.aami_report : The measures that go with it.
    PredictionsDisplay : The pictures behind the numbers.

    Examples
    --------
    >>> from skecg.inspection import ConfusionDisplay
    >>> display = ConfusionDisplay.from_predictions(
    ...     ["N", "N", "V", "V"], ["N", "N", "N", "V"], labels=["N", "V"]
    ... )
    >>> display.shares
    array([[1. , 0. ],
           [0.5, 0.5]])
    >>> import matplotlib.pyplot as plt
    >>> plt.close(display.figure_)
    """

    def __init__(self, confusion: np.ndarray, *, labels: Sequence[Hashable]) -> None:
        self.confusion = confusion
        self.labels = labels

    @classmethod
    def from_predictions(
        cls,
        y_true: npt.ArrayLike,
        y_pred: npt.ArrayLike,
        *,
        labels: Sequence[Hashable] = AAMI_CLASSES,
        ax: Any = None,
        cmap: Any = "Blues",
    ) -> Self:
        """Count the beats and draw them.

        Parameters
        ----------
        y_true, y_pred : array-like of shape (n_beats,)
            Expert's and model's classes, of beats or of what else is classified.
        labels : sequence, default=AAMI_CLASSES
            All classes there may be, in the order to show.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        cmap : str or matplotlib Colormap, default="Blues"
            Shades of a share from 0 to 1, from pale to dark.

        Returns
        -------
        ConfusionDisplay

        Raises
        ------
        ValueError
            If lengths differ or are zero, or a label is not among `labels`.
        """
        report = aami_report(y_true, y_pred, labels=labels)
        return cls.from_report(report, ax=ax, cmap=cmap)

    @classmethod
    def from_report(
        cls, report: AAMIReport, *, ax: Any = None, cmap: Any = "Blues"
    ) -> Self:
        """Draw the confusion matrix of a report.

        Parameters
        ----------
        report : AAMIReport
            As `aami_report` returns it.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        cmap : str or matplotlib Colormap, default="Blues"
            Shades of a share from 0 to 1, from pale to dark.

        Returns
        -------
        ConfusionDisplay
        """
        return cls(report.confusion, labels=report.labels).plot(ax=ax, cmap=cmap)

    @property
    def shares(self) -> np.ndarray:
        """Each row divided by its sum; NaN for a class without beats."""
        support = self.confusion.sum(axis=1, keepdims=True)
        empty = np.full(self.confusion.shape, np.nan)
        return np.divide(self.confusion, support, out=empty, where=support > 0)

    def plot(self, ax: Any = None, *, cmap: Any = "Blues") -> Self:
        """Draw the matrix, true classes from top to bottom.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        cmap : str or matplotlib Colormap, default="Blues"
            Shades of a share from 0 to 1, from pale to dark.

        Returns
        -------
        ConfusionDisplay
            The object itself, with `image_`, `text_`, `ax_` and `figure_` set.
        """
        if ax is None:
            import matplotlib.pyplot as plt

            _, ax = plt.subplots(layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        self.image_ = ax.imshow(self.shares, cmap=cmap, vmin=0, vmax=1)
        self.text_ = np.empty(self.confusion.shape, dtype=object)
        for (row, column), share in np.ndenumerate(self.shares):
            self.text_[row, column] = ax.text(
                column,
                row,
                self._cell(row, column),
                ha="center",
                va="center",
                fontsize="small",
                color="white" if share > _DARK else "black",
            )
        ticks, names = np.arange(len(self.labels)), [str(each) for each in self.labels]
        ax.set_xticks(ticks, names)
        if max(map(len, names)) > _SHORT:
            ax.tick_params(axis="x", labelrotation=30)
            for each in ax.get_xticklabels():
                each.set(ha="right", rotation_mode="anchor")
        ax.set_yticks(ticks, names)
        ax.set(xlabel="predicted class", ylabel="expert's class")
        return self

    def _cell(self, row: int, column: int) -> str:
        share = self.shares[row, column]
        if np.isnan(share):
            return "\N{EN DASH}"
        return f"{share:.0%}\n{self.confusion[row, column]:,}"
