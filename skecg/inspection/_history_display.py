"""Training curves of a network, or of the networks of a cross-validation."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal, Self

from sklearn.utils.validation import check_is_fitted

History = Sequence[Mapping[str, Any]]
Measure = Literal["loss", "accuracy"]

_AXIS_LABELS = {"loss": "loss (cross-entropy)", "accuracy": "accuracy"}


class HistoryDisplay:
    """Loss or accuracy of a network, epoch by epoch; one thin line per fold.

    Create it with `from_estimator`, or with `from_histories` where the estimators
    are gone and only their histories were kept. Both compute and draw.

    Parameters
    ----------
    histories : sequence of list of dict
        For each network the rows of its `history_`: ``epoch``, ``train_loss``,
        ``train_accuracy`` and, where there was a validation part, ``valid_loss`` and
        ``valid_accuracy``. What is not drawn may be missing.
    name : str or None, default=None
        What the legend calls these networks.

    Attributes
    ----------
    lines_ : list of matplotlib Line2D
        The curves: training first, then validation, network by network.
    stage_lines_ : list of matplotlib Line2D
        Dotted lines where another stage of `skecg.classifiers.StagedUnfreezing` begins.
    ax_ : matplotlib Axes
        Where they are drawn.
    figure_ : matplotlib Figure
        The figure that holds it.

    See Also
    --------
    BeatsDisplay : Typical beats of each class.

    Examples
    --------
    >>> from skecg.inspection import HistoryDisplay
    >>> folds = [
    ...     [{"epoch": 1, "train_loss": 1.0}, {"epoch": 2, "train_loss": 0.6}],
    ...     [{"epoch": 1, "train_loss": 1.1}, {"epoch": 2, "train_loss": 0.5}],
    ... ]
    >>> display = HistoryDisplay.from_histories(folds, name="two folds")
    >>> len(display.lines_)
    2
    >>> import matplotlib.pyplot as plt
    >>> plt.close(display.figure_)
    """

    def __init__(
        self, histories: Sequence[History], *, name: str | None = None
    ) -> None:
        self.histories = histories
        self.name = name

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        measure: Measure = "loss",
        name: str | None = None,
        ax: Any = None,
        color: Any = None,
    ) -> Self:
        """Read the history of one fitted network, or of several, and draw it.

        Parameters
        ----------
        estimator : estimator or list of estimators
            Fitted, with a `history_`, as `SignalClassifier` has; a list stands for
            the folds of one model.
        measure : {"loss", "accuracy"}, default="loss"
            What is drawn; accuracy is the share of beats called right.
        name : str or None, default=None
            Name in the legend.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        color : matplotlib colour, default=None
            Of all curves; None takes the next of the cycle.

        Returns
        -------
        HistoryDisplay

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If an estimator has no `history_` yet.
        """
        several = isinstance(estimator, Sequence)
        estimators = list(estimator) if several else [estimator]
        for each in estimators:
            check_is_fitted(each, "history_")
        histories = [each.history_ for each in estimators]
        return cls.from_histories(
            histories, measure=measure, name=name, ax=ax, color=color
        )

    @classmethod
    def from_histories(
        cls,
        histories: Iterable[History],
        *,
        measure: Measure = "loss",
        name: str | None = None,
        ax: Any = None,
        color: Any = None,
    ) -> Self:
        """Draw histories that were kept without their estimators.

        Parameters
        ----------
        histories : iterable of list of dict
            Rows as in `history_` of `SignalClassifier`, one list per network.
        measure : {"loss", "accuracy"}, default="loss"
            What is drawn; accuracy is the share of beats called right.
        name : str or None, default=None
            Name in the legend.
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        color : matplotlib colour, default=None
            Of all curves; None takes the next of the cycle.

        Returns
        -------
        HistoryDisplay

        Raises
        ------
        ValueError
            If there is no history, one of them has no epoch, or none holds `measure`.
        """
        kept = [list(history) for history in histories]
        if not kept or not all(kept):
            raise ValueError(
                f"Got {len(kept)} histories of {[len(rows) for rows in kept]} epochs; "
                "there must be at least one, each of at least one epoch. Fit the "
                "network first."
            )
        return cls(kept, name=name).plot(ax=ax, measure=measure, color=color)

    def plot(
        self, ax: Any = None, *, measure: Measure = "loss", color: Any = None
    ) -> Self:
        """Draw the curve of the training part, and (dashed) of a validation part.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a figure.
        measure : {"loss", "accuracy"}, default="loss"
            What is drawn; accuracy is the share of beats called right.
        color : matplotlib colour, default=None
            Of all curves; None takes the next of the cycle.

        Returns
        -------
        HistoryDisplay
            The object itself, with `lines_`, `ax_` and `figure_` set.

        Raises
        ------
        ValueError
            If `measure` is neither, or no history holds it.
        """
        self._check_measure(measure)
        if ax is None:
            import matplotlib.pyplot as plt

            _, ax = plt.subplots(layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        self.lines_: list[Any] = []
        for history in self.histories:
            for part, style in (("train", "-"), ("valid", "--")):
                color = self._draw_curve(history, f"{part}_{measure}", style, color)
        self.stage_lines_ = [
            ax.axvline(epoch - 0.5, color="0.6", lw=1, ls=":", zorder=0)
            for epoch in _stage_starts(self.histories)
        ]
        ax.set(xlabel="epoch", ylabel=_AXIS_LABELS[measure])
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.spines[["top", "right"]].set_visible(False)
        if any(not line.get_label().startswith("_") for line in self.lines_):
            ax.legend(frameon=False)
        return self

    def _check_measure(self, measure: str) -> None:
        if measure not in _AXIS_LABELS:
            raise ValueError(
                f"measure must be one of {list(_AXIS_LABELS)}, got {measure!r}."
            )
        rows = [row for history in self.histories for row in history]
        if not any(f"train_{measure}" in row for row in rows):
            raise ValueError(
                f"No history holds 'train_{measure}'; its rows have "
                f"{sorted({key for row in rows for key in row})}. Draw another measure."
            )

    def _draw_curve(self, history: History, key: str, style: str, color: Any) -> Any:
        # Returns the colour, so that all curves of one model share the first one's.
        rows = [row for row in history if key in row]
        if not rows:
            return color
        epochs, values = [r["epoch"] for r in rows], [r[key] for r in rows]
        (line,) = self.ax_.plot(
            epochs,
            values,
            style,
            marker="o",
            ms=3,
            color=color,
            lw=1.4,
            alpha=0.85,
            label=self._label(key),
        )
        self.lines_.append(line)
        return line.get_color()

    def _label(self, key: str) -> str:
        # Once per kind of curve: the folds of one model share an entry of the legend.
        kind = "training" if key.startswith("train") else "validation"
        label = kind if self.name is None else f"{self.name}, {kind}"
        taken = {line.get_label() for line in self.lines_}
        return "_nolegend_" if label in taken else label


def _stage_starts(histories: Sequence[History]) -> list[int]:
    changes = {
        after["epoch"]
        for history in histories
        for before, after in pairwise(history)
        if before.get("stage") != after.get("stage")
    }
    return sorted(changes)
