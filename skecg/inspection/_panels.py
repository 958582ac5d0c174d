"""Panels of the displays: where they lie, what is chosen for them, what they say."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from skecg._validation import as_images
from skecg.imaging._image_checks import check_shades
from skecg.imaging._pictures import Pictures

_PANEL_WIDTH, _TITLE_HEIGHT = 3.2, 0.5  # inches
_LINE = 38  # letters that fit above a panel
_FLATTEST, _STEEPEST = 0.35, 1.5  # height of a panel by its width


def divide(
    ax: Any, n_rows: int, n_columns: int, *, last_row: float | None = None
) -> Any:
    """Divide axes into a grid of panels.

    Parameters
    ----------
    ax : matplotlib Axes
        Part of a grid of subplots; nothing of it stays visible.
    n_rows, n_columns : int
        Panels.
    last_row : float, optional
        Height of one more row, by that of the others.

    Returns
    -------
    matplotlib GridSpecFromSubplotSpec

    Raises
    ------
    ValueError
        If `ax` is not part of a grid of subplots.
    """
    spec = ax.get_subplotspec()
    if spec is None:
        raise ValueError(
            "ax must be part of a grid of subplots, so that it can be divided into "
            "panels; make it with plt.subplots() or figure.add_subplot()."
        )
    ax.set_axis_off()
    heights = [1.0] * n_rows + ([] if last_row is None else [last_row])
    return spec.subgridspec(len(heights), n_columns, height_ratios=heights)


def choose_members(
    y: np.ndarray, labels: np.ndarray, n: int, rng: np.random.RandomState
) -> list[np.ndarray]:
    """Draw some rows of each class.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Class of each row.
    labels : ndarray of shape (n_classes,)
        The classes.
    n : int
        Rows of each; fewer where there are not so many.
    rng : RandomState
        Draws them.

    Returns
    -------
    list of ndarray of int
        Indices into `y`, by class.
    """
    members = [np.flatnonzero(y == label) for label in labels]
    return [each[rng.permutation(each.size)[: max(n, 0)]] for each in members]


def open_pictures(X: Any, *, name: str) -> Pictures:
    """Return what a display was handed as pictures.

    Parameters
    ----------
    X : array-like of shape (n, height, width[, 3]) or (n,)
        Images, or paths of files.
    name : str
        Of the display.

    Returns
    -------
    Pictures
        Each is decoded when it is asked for.

    Raises
    ------
    ValueError
        If they are no pictures; the text says what draws signals.
    """
    elsewhere = "Signals are drawn by BeatsDisplay and GradCAMDisplay."
    try:
        pictures = as_images(X, name=name)
        source = pictures.source
        if isinstance(source, np.ndarray) and source.dtype != np.uint8:
            check_shades(np.nanmin(source), np.nanmax(source))
    except ValueError as error:
        raise ValueError(f"{error} {elsewhere}") from error
    return pictures


def picture_panels(
    ax: Any, picture: np.ndarray, cells: Sequence[tuple[int, int]]
) -> np.ndarray:
    """Make panels for pictures.

    Parameters
    ----------
    ax : matplotlib Axes or None
        Axes to divide into panels; None makes a figure of a fitting size.
    picture : ndarray of shape (height, width[, 3])
        One of those to draw.
    cells : sequence of tuple of two ints
        Row and column of each panel.

    Returns
    -------
    ndarray of matplotlib Axes of shape (len(cells),)
    """
    n_rows, n_columns = (1 + max(places) for places in zip(*cells, strict=True))
    if ax is None:
        import matplotlib.pyplot as plt

        shape = np.clip(picture.shape[0] / picture.shape[1], _FLATTEST, _STEEPEST)
        height = _PANEL_WIDTH * shape + _TITLE_HEIGHT
        _, ax = plt.subplots(
            figsize=(_PANEL_WIDTH * n_columns, height * n_rows), layout="constrained"
        )
    grid = divide(ax, n_rows, n_columns)
    panels = np.empty(len(cells), dtype=object)
    panels[:] = [ax.figure.add_subplot(grid[cell]) for cell in cells]
    return panels


def in_rows(n: int, n_columns: int) -> list[tuple[int, int]]:
    """Return the cells of `n` panels that fill row after row.

    Raises
    ------
    ValueError
        If there is no panel, or no column.
    """
    if n < 1 or n_columns < 1:
        raise ValueError(
            f"There must be at least one picture to draw and one column, got {n} "
            f"pictures and n_columns={n_columns}."
        )
    return [divmod(index, min(n, n_columns)) for index in range(n)]


def show_picture(panel: Any, picture: np.ndarray, lines: Sequence[str]) -> Any:
    """Draw a picture under its title.

    Parameters
    ----------
    panel : matplotlib Axes
        Where to.
    picture : ndarray of shape (height, width[, 3])
        uint8, or float from 0 to 1.
    lines : sequence of str
        Of the title; long ones are broken.

    Returns
    -------
    matplotlib AxesImage
    """
    white = 255 if picture.dtype == np.uint8 else 1
    image = panel.imshow(picture, cmap="gray", vmin=0, vmax=white)
    panel.set(xticks=[], yticks=[])
    broken = [part for line in lines for part in textwrap.wrap(line, _LINE)]
    panel.set_title("\n".join(broken), loc="left", fontsize="small")
    return image


def predict(estimator: BaseEstimator, X: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the predicted classes, and how sure the estimator says it is.

    Parameters
    ----------
    estimator : estimator
        Fitted.
    X : array-like of shape (n, ...)
        As its `predict` takes them.

    Returns
    -------
    labels : ndarray of shape (n,)
        Predicted classes.
    confidence : ndarray of shape (n,) or None
        Their probabilities; None if the estimator states none.
    """
    labels = estimator.predict(X)
    if not hasattr(estimator, "predict_proba"):
        return labels, None
    columns = np.searchsorted(estimator.classes_, labels)
    return labels, estimator.predict_proba(X)[np.arange(len(labels)), columns]


def say(label: Any, confidence: float | None = None) -> str:
    """Return a class with its probability in brackets, where one is known."""
    return f"{label}" if confidence is None else f"{label} ({confidence:.0%})"
