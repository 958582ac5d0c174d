"""Pictures with what they are and what they were taken for."""

from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_consistent_length

from skecg.inspection._panels import (
    in_rows,
    open_pictures,
    picture_panels,
    predict,
    say,
    show_picture,
)

Order = Literal["most_wrong", "least_sure", "given"]

# Told apart by dashes and width too, and in the title by a word.
_FRAMES: dict[bool, dict[str, Any]] = {
    True: {"color": "#9a9a9a", "lw": 0.8, "ls": "solid"},
    False: {"color": "#D55E00", "lw": 2.4, "ls": "dashed"},
}


class PredictionsDisplay:
    """Pictures with their predicted and their true class, the worst errors first.

    A wrong one has a thick dashed frame, and the word "wrong" in its title.

    Create it with `from_estimator`, or with `from_predictions` where these are there
    already. Both choose, decode and draw; every parameter is kept as an attribute.

    Parameters
    ----------
    pictures : list of ndarray of shape (height, width[, 3])
        Those to draw, in this order.
    y_true, y_pred : ndarray of shape (n,)
        Their true and predicted classes.
    confidence : ndarray of shape (n,) or None
        Probability that the model gives to the predicted class.
    index : ndarray of int of shape (n,)
        Which rows of the data they are.

    Attributes
    ----------
    images_ : list of matplotlib AxesImage
        The pictures.
    ax_ : ndarray of matplotlib Axes of shape (n,)
        Their panels.
    figure_ : matplotlib Figure
        The figure that holds them.

    See Also
    --------
    ConfusionDisplay : How many of each class were taken for which.
    GradCAMDisplay : Where the evidence for a class lies.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.datasets import load_ecg_images
    >>> from skecg.inspection import PredictionsDisplay
    >>> printouts = load_ecg_images()
    >>> display = PredictionsDisplay.from_predictions(
    ...     printouts.data, printouts.target, np.full(24, "Normal"), n_shown=3
    ... )
    >>> display.y_true
    array(['Abnormal_Heartbeat', 'Abnormal_Heartbeat', 'Abnormal_Heartbeat'],
          dtype='<U21')
    >>> import matplotlib.pyplot as plt
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        pictures: list[np.ndarray],
        *,
        y_true: np.ndarray,
        y_pred: np.ndarray,
        confidence: np.ndarray | None,
        index: np.ndarray,
    ) -> None:
        self.pictures = pictures
        self.y_true = y_true
        self.y_pred = y_pred
        self.confidence = confidence
        self.index = index

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        X: Any,
        y: npt.ArrayLike,
        *,
        order: Order = "most_wrong",
        n_shown: int = 9,
        ax: Any = None,
        n_columns: int = 3,
    ) -> Self:
        """Predict, choose and draw.

        Parameters
        ----------
        estimator : estimator
            Fitted classifier of pictures; the confidence is read off its
            `predict_proba`, if it has one.
        X : array-like of shape (n_images, height, width[, 3]) or (n_images,)
            Images or paths, as its `predict` takes them.
        y : array-like of shape (n_images,)
            True classes.
        order, n_shown, ax, n_columns : optional
            As `from_predictions` takes them.

        Returns
        -------
        PredictionsDisplay

        Raises
        ------
        ValueError
            As `from_predictions` does.
        """
        open_pictures(X, name=cls.__name__)  # refused before anything is computed
        y_pred, confidence = predict(estimator, X)
        return cls.from_predictions(
            X,
            y,
            y_pred,
            confidence=confidence,
            order=order,
            n_shown=n_shown,
            ax=ax,
            n_columns=n_columns,
        )

    @classmethod
    def from_predictions(
        cls,
        X: Any,
        y_true: npt.ArrayLike,
        y_pred: npt.ArrayLike,
        *,
        confidence: npt.ArrayLike | None = None,
        order: Order = "most_wrong",
        n_shown: int = 9,
        ax: Any = None,
        n_columns: int = 3,
    ) -> Self:
        """Choose pictures and draw them.

        Parameters
        ----------
        X : array-like of shape (n_images, height, width[, 3]) or (n_images,)
            Images, uint8 or float from 0 to 1; or paths of files, of which only those
            that are drawn are read.
        y_true, y_pred : array-like of shape (n_images,)
            True and predicted classes.
        confidence : array-like of shape (n_images,), default=None
            Probability that the model gives to the predicted class.
        order : {"most_wrong", "least_sure", "given"}, default="most_wrong"
            Wrong ones first, the surest of them at the very beginning, and the right
            ones from the least sure on; or all from the least sure on; or as they come
            in `X`.
        n_shown : int, default=9
            How many to draw, at most.
        ax : matplotlib Axes, default=None
            Axes to divide into panels; None makes a figure.
        n_columns : int, default=3
            Panels in a row.

        Returns
        -------
        PredictionsDisplay

        Raises
        ------
        ValueError
            If `X` are no images, lengths differ, `order` is none of the three or is
            "least_sure" and there is no `confidence`, or `n_shown` or `n_columns` is
            below 1.
        DataFileError
            If a file that is drawn cannot be used.
        """
        pictures = open_pictures(X, name=cls.__name__)
        true, predicted = np.asarray(y_true), np.asarray(y_pred)
        sure = None if confidence is None else np.asarray(confidence, dtype=float)
        check_consistent_length(pictures, true, predicted, sure)
        index = _in_order(order, true == predicted, sure)[: max(n_shown, 0)]
        display = cls(
            [pictures[each] for each in index],
            y_true=true[index],
            y_pred=predicted[index],
            confidence=None if sure is None else sure[index],
            index=index,
        )
        return display.plot(ax=ax, n_columns=n_columns)

    def plot(self, ax: Any = None, *, n_columns: int = 3) -> Self:
        """Draw the pictures.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to divide into panels; None makes a figure.
        n_columns : int, default=3
            Panels in a row.

        Returns
        -------
        PredictionsDisplay
            The object itself, with `images_`, `ax_` and `figure_` set.

        Raises
        ------
        ValueError
            If `ax` is not part of a grid of subplots, or `n_columns` is below 1.
        """
        cells = in_rows(len(self.pictures), n_columns)
        self.ax_ = picture_panels(ax, self.pictures[0], cells)
        self.figure_ = self.ax_[0].figure
        self.images_ = []
        for index, (panel, picture) in enumerate(
            zip(self.ax_, self.pictures, strict=True)
        ):
            self.images_.append(show_picture(panel, picture, self._title(index)))
            is_right = bool(self.y_true[index] == self.y_pred[index])
            panel.spines[:].set(**_FRAMES[is_right])
        return self

    def _title(self, index: int) -> list[str]:
        sure = None if self.confidence is None else self.confidence[index]
        taken_for = say(self.y_pred[index], sure)
        if self.y_true[index] == self.y_pred[index]:
            return [f"right: {taken_for}"]
        return [f"wrong: {taken_for}", f"true: {self.y_true[index]}"]


def _in_order(order: Order, right: np.ndarray, sure: np.ndarray | None) -> np.ndarray:
    if order == "given":
        return np.arange(right.size)
    if order == "most_wrong":
        known = np.ones(right.size) if sure is None else sure
        return np.argsort(np.where(right, known, -known), kind="stable")
    if order != "least_sure":
        raise ValueError(
            f"order must be 'most_wrong', 'least_sure' or 'given', got {order!r}."
        )
    if sure is None:
        raise ValueError(
            "order='least_sure' needs the confidence of each prediction; pass "
            "confidence=, or use order='most_wrong'."
        )
    return np.argsort(sure, kind="stable")
