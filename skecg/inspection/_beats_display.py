"""Typical beats of each class."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_array, check_consistent_length

from skecg.inspection._panels import choose_members, divide
from skecg.signal._checks import check_sampling_rate

# Okabe and Ito's colours, told apart under every common colour blindness.
_COLOURS = ("#0072B2", "#E69F00", "#D55E00", "#009E73", "#CC79A7", "#56B4E9")
_EXAMPLE_COLOUR = "#9a9a9a"


class BeatsDisplay:
    """Typical beats of each class, one small panel per class.

    A panel shows the median beat, the band that holds the middle 80% of the class
    at each instant, and a few real beats in grey.

    Create it with `from_data`, which computes and draws; every parameter is kept as
    an attribute.

    Parameters
    ----------
    labels : ndarray of shape (n_classes,)
        Class of each panel.
    counts : ndarray of int of shape (n_classes,)
        How many beats the class has.
    median, low, high : ndarray of shape (n_classes, n_times)
        Median, 10th and 90th percentile at each instant, in the unit of the beats;
        NaN for a class without beats.
    examples : list of ndarray of shape (n_shown, n_times)
        Beats drawn in grey, by class.
    sampling_rate : float
        Samples per second, in Hz.

    Attributes
    ----------
    ax_ : ndarray of matplotlib Axes of shape (n_classes,)
        The panels.
    figure_ : matplotlib Figure
        The figure that holds them.

    See Also
    --------
    SamplesDisplay : A few pictures of each class.
    HistoryDisplay : Training curves of a network.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.inspection import BeatsDisplay
    >>> rng = np.random.default_rng(0)
    >>> beats = rng.normal(size=(20, 125))
    >>> y = np.repeat(["N", "V"], 10)
    >>> display = BeatsDisplay.from_data(beats, y, sampling_rate=125.0)
    >>> display.counts
    array([10, 10])
    >>> import matplotlib.pyplot as plt
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        *,
        labels: np.ndarray,
        counts: np.ndarray,
        median: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        examples: list[np.ndarray],
        sampling_rate: float,
    ) -> None:
        self.labels = labels
        self.counts = counts
        self.median = median
        self.low = low
        self.high = high
        self.examples = examples
        self.sampling_rate = sampling_rate

    @classmethod
    def from_data(
        cls,
        beats: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        sampling_rate: float,
        labels: npt.ArrayLike | None = None,
        n_examples: int = 4,
        random_state: int | np.random.RandomState | None = 0,
        ax: Any = None,
        n_columns: int = 3,
        amplitude_label: str = "amplitude",
    ) -> Self:
        """Summarise the beats of each class and draw them.

        Parameters
        ----------
        beats : array-like of shape (n_beats, n_times)
            Beats of one lead, without context columns; NaN samples are left out.
        y : array-like of shape (n_beats,)
            Class of each beat.
        sampling_rate : float
            Samples per second, in Hz.
        labels : array-like of shape (n_classes,), default=None
            Classes to show, in this order; None takes those of `y`, sorted.
        n_examples : int, default=4
            Real beats to draw in each panel, chosen at random.
        random_state : int, RandomState or None, default=0
            Chooses them.
        ax : matplotlib Axes, default=None
            Axes to divide into panels; None makes a figure.
        n_columns : int, default=3
            Panels in a row.
        amplitude_label : str, default="amplitude"
            What the vertical axis measures, with its unit, e.g. ``"lead II (mV)"``.

        Returns
        -------
        BeatsDisplay

        Raises
        ------
        ValueError
            If `beats` is not two-dimensional or does not fit `y`, or `sampling_rate`
            is not above zero.
        """
        rate = check_sampling_rate(sampling_rate)
        rows = check_array(beats, ensure_all_finite="allow-nan", input_name="beats")
        target = np.asarray(y)
        check_consistent_length(rows, target)
        names = np.unique(target) if labels is None else np.asarray(labels)
        chosen = choose_members(
            target, names, n_examples, check_random_state(random_state)
        )
        members = [rows[target == name] for name in names]
        spread = np.array([_percentiles(group) for group in members])
        display = cls(
            labels=names,
            counts=np.array([len(group) for group in members]),
            median=spread[:, 1],
            low=spread[:, 0],
            high=spread[:, 2],
            examples=[rows[index] for index in chosen],
            sampling_rate=rate,
        )
        return display.plot(ax=ax, n_columns=n_columns, amplitude_label=amplitude_label)

    def plot(
        self,
        ax: Any = None,
        *,
        n_columns: int = 3,
        amplitude_label: str = "amplitude",
    ) -> Self:
        """Draw one panel per class.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to divide into panels; None makes a figure.
        n_columns : int, default=3
            Panels in a row.
        amplitude_label : str, default="amplitude"
            What the vertical axis measures, with its unit.

        Returns
        -------
        BeatsDisplay
            The object itself, with `ax_` and `figure_` set.

        Raises
        ------
        ValueError
            If `ax` is not part of a grid of subplots.
        """
        n_classes = len(self.labels)
        n_columns = min(n_columns, n_classes)
        n_rows = -(-n_classes // n_columns)
        if ax is None:
            import matplotlib.pyplot as plt

            _, ax = plt.subplots(
                figsize=(2.4 * n_columns, 2.2 * n_rows), layout="constrained"
            )
        is_full = n_classes % n_columns == 0
        grid = divide(ax, n_rows, n_columns, last_row=0.12 if is_full else None)
        self.figure_ = ax.figure
        self.ax_ = self._panels(grid, n_columns)
        for index in range(n_classes):
            self._draw_class(self.ax_[index], index)
        for panel in self.ax_[::n_columns]:
            panel.set_ylabel(amplitude_label)
        for panel in self.ax_[-n_columns:]:
            panel.set_xlabel("time (s)")
        self._add_legend(grid)
        return self

    def _panels(self, grid: Any, n_columns: int) -> np.ndarray:
        cells = [grid[divmod(i, n_columns)] for i in range(len(self.labels))]
        panels: list[Any] = []
        for cell in cells:
            share = panels[0] if panels else None
            panels.append(self.figure_.add_subplot(cell, sharex=share, sharey=share))
        for index, panel in enumerate(panels):
            # The lowest panel of each column keeps its times, also in a short last row.
            panel.tick_params(
                labelbottom=index + n_columns >= len(panels),
                labelleft=index % n_columns == 0,
            )
            panel.spines[["top", "right"]].set_visible(False)
        return np.array(panels, dtype=object)

    def _draw_class(self, panel: Any, index: int) -> None:
        colour = _COLOURS[index % len(_COLOURS)]
        times = np.arange(self.median.shape[1]) / self.sampling_rate
        panel.fill_between(
            times, self.low[index], self.high[index], color=colour, alpha=0.22, lw=0
        )
        for beat in self.examples[index]:
            panel.plot(times, beat, color=_EXAMPLE_COLOUR, lw=0.6, alpha=0.8)
        panel.plot(times, self.median[index], color=colour, lw=1.8)
        title = f"{self.labels[index]} (n = {self.counts[index]:,})"
        panel.set_title(title, loc="left", fontsize="medium")

    def _add_legend(self, grid: Any) -> None:
        from matplotlib.lines import Line2D
        from matplotlib.patches import Patch

        handles = [
            Line2D([], [], color="#333333", lw=1.8, label="median beat"),
            Patch(color="#333333", alpha=0.22, lw=0, label="middle 80%"),
            Line2D([], [], color=_EXAMPLE_COLOUR, lw=0.8, label="single beats"),
        ]
        # Where the last row is full, the legend has a thin row of its own below it.
        full = len(self.labels) % grid.ncols == 0
        place = self.figure_.add_subplot(grid[-1, :] if full else grid[-1, -1])
        place.set_axis_off()
        place.legend(
            handles=handles, loc="center", ncols=3 if full else 1, frameon=False
        )


def _percentiles(beats: np.ndarray) -> np.ndarray:
    present = np.isfinite(beats).any(axis=0)  # nanpercentile warns where none is
    spread = np.full((3, beats.shape[1]), np.nan)
    spread[:, present] = np.nanpercentile(beats[:, present], [10, 50, 90], axis=0)
    return spread
