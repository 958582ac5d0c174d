"""A few pictures of each class."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_consistent_length

from skecg.inspection._panels import (
    choose_members,
    open_pictures,
    picture_panels,
    show_picture,
)


class SamplesDisplay:
    """A few pictures of each class, one row of panels for each.

    Create it with `from_data`, which chooses, decodes and draws; every parameter is
    kept as an attribute.

    Parameters
    ----------
    labels : ndarray of shape (n_classes,)
        Class of each row of panels.
    counts : ndarray of int of shape (n_classes,)
        How many pictures the class has.
    samples : list of list of ndarray of shape (height, width[, 3])
        Pictures to draw, by class.

    Attributes
    ----------
    images_ : list of matplotlib AxesImage
        The pictures, class by class.
    ax_ : ndarray of matplotlib Axes
        Their panels.
    figure_ : matplotlib Figure
        The figure that holds them.

    See Also
    --------
    BeatsDisplay : The same for beats.
    PredictionsDisplay : Pictures with what they were taken for.

    Examples
    --------
    >>> from skecg.datasets import load_ecg_images
    >>> from skecg.inspection import SamplesDisplay
    >>> printouts = load_ecg_images()
    >>> display = SamplesDisplay.from_data(printouts.paths, printouts.target)
    >>> display.counts
    array([6, 6, 6, 6])
    >>> import matplotlib.pyplot as plt
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        *,
        labels: np.ndarray,
        counts: np.ndarray,
        samples: list[list[np.ndarray]],
    ) -> None:
        self.labels = labels
        self.counts = counts
        self.samples = samples

    @classmethod
    def from_data(
        cls,
        X: Any,
        y: npt.ArrayLike,
        *,
        n_per_class: int = 3,
        labels: npt.ArrayLike | None = None,
        random_state: int | np.random.RandomState | None = 0,
        ax: Any = None,
    ) -> Self:
        """Choose pictures of each class and draw them.

        Parameters
        ----------
        X : array-like of shape (n_images, height, width[, 3]) or (n_images,)
            Images, uint8 or float from 0 to 1; or paths of files, of which only those
            that are drawn are read. They may differ in size.
        y : array-like of shape (n_images,)
            Class of each image.
        n_per_class : int, default=3
            Pictures in a row; fewer where a class has not so many.
        labels : array-like of shape (n_classes,), default=None
            Classes to show, in this order; None takes those of `y`, sorted.
        random_state : int, RandomState or None, default=0
            Chooses the pictures.
        ax : matplotlib Axes, default=None
            Axes to divide into panels; None makes a figure.

        Returns
        -------
        SamplesDisplay

        Raises
        ------
        ValueError
            If `X` are no images or do not fit `y`, or no class has any.
        DataFileError
            If a file that is drawn cannot be used.
        """
        pictures = open_pictures(X, name=cls.__name__)
        target = np.asarray(y)
        check_consistent_length(pictures, target)
        names = np.unique(target) if labels is None else np.atleast_1d(labels)
        chosen = choose_members(
            target, names, n_per_class, check_random_state(random_state)
        )
        display = cls(
            labels=names,
            counts=np.array([np.sum(target == name) for name in names]),
            samples=[[pictures[index] for index in group] for group in chosen],
        )
        return display.plot(ax=ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the pictures.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to divide into panels; None makes a figure.

        Returns
        -------
        SamplesDisplay
            The object itself, with `images_`, `ax_` and `figure_` set.

        Raises
        ------
        ValueError
            If there is no picture, or `ax` is not part of a grid of subplots.
        """
        cells = [
            (row, column)
            for row, group in enumerate(self.samples)
            for column in range(len(group))
        ]
        if not cells:
            raise ValueError(
                f"No picture to draw: none is of the classes {self.labels.tolist()}, "
                "or n_per_class is below 1."
            )
        pictures = [self.samples[row][column] for row, column in cells]
        self.ax_ = picture_panels(ax, pictures[0], cells)
        self.figure_ = self.ax_[0].figure
        self.images_ = [
            show_picture(panel, picture, self._title(*cell))
            for panel, picture, cell in zip(self.ax_, pictures, cells, strict=True)
        ]
        return self

    def _title(self, row: int, column: int) -> list[str]:
        first = f"{self.labels[row]} (n = {self.counts[row]:,})"
        return [first] if column == 0 else []
