"""ECGs, as signals or as pictures, with what speaks for a class."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_consistent_length

from skecg.classifiers import ImageClassifier
from skecg.inspection._cam_panels import as_shares, draw_picture, draw_signal
from skecg.inspection._grad_cam import Method, Place, grad_cam
from skecg.inspection._networks import network_input, network_paths
from skecg.inspection._panels import (
    in_rows,
    open_pictures,
    picture_panels,
    predict,
    say,
)
from skecg.signal._checks import check_sampling_rate


class GradCAMDisplay:
    """ECGs with their Grad-CAM maps, one panel per row.

    The map of a signal is the background colour behind it. A picture is drawn in grey,
    and the map marks its paper as a felt pen would: traces stay black, and what has no
    part in the class stays white.

    Create it with `from_estimator`, which computes and draws; every parameter is kept
    as an attribute.

    Parameters
    ----------
    rows : ndarray of shape (n, n_times), or sequence of n pictures
        One lead of each row; or pictures of shape (height, width[, 3]).
    maps : ndarray of shape (n, n_times) or (n, height, width)
        As `grad_cam` makes them.
    titles : sequence of sequence of str, of length n
        What stands above each panel, in parts.
    sampling_rate : float, optional
        Of the signals, in Hz; pictures have none.

    Attributes
    ----------
    images_ : list of matplotlib AxesImage
        The map of each panel.
    lines_ : list of matplotlib Line2D
        The signals; empty for pictures.
    ax_ : ndarray of matplotlib Axes of shape (n,)
        The panels.
    figure_ : matplotlib Figure
        The figure that holds them.

    See Also
    --------
    grad_cam : The maps themselves.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.classifiers import SignalClassifier
    >>> from skecg.inspection import GradCAMDisplay
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(60, 100)), np.repeat(["flat", "wave"], 30)
    >>> X[30:, 60:80] += 4
    >>> model = SignalClassifier("convnet1d", max_epochs=5, random_state=0).fit(X, y)
    >>> display = GradCAMDisplay.from_estimator(model, X[:3], sampling_rate=100.0)
    >>> len(display.lines_)
    3
    >>> import matplotlib.pyplot as plt
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        rows: Sequence[np.ndarray] | np.ndarray,
        maps: np.ndarray,
        *,
        titles: Sequence[Sequence[str]],
        sampling_rate: float | None = None,
    ) -> None:
        self.rows = rows
        self.maps = maps
        self.titles = titles
        self.sampling_rate = sampling_rate

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        X: npt.ArrayLike,
        *,
        sampling_rate: float | None = None,
        y: npt.ArrayLike | None = None,
        target: object = None,
        layer: str | None = None,
        method: Method = "grad_cam",
        at: Place = "network",
        lead: int = 0,
        ax: Any = None,
        cmap: Any = "YlOrRd",
        n_columns: int = 3,
    ) -> Self:
        """Compute the maps and draw them.

        Parameters
        ----------
        estimator : estimator
            As `grad_cam` takes it.
        X : array-like of shape (n, ...)
            A few rows.
        sampling_rate : float, optional
            Of what is drawn, in Hz: of `X` if `at` is "input", else of what reaches the
            network. Needed for signals, and not for pictures.
        y : array-like of shape (n,), optional
            The true class of each row, for the titles.
        target, layer, method, at : optional
            As `grad_cam` takes them. What is drawn with the map is `X` itself for
            ``at="input"``, else what reaches the network.
        lead : int, default=0
            The lead to draw, of signals; the map is of all leads together.
        ax, cmap, n_columns : optional
            As `plot` takes them.

        Returns
        -------
        GradCAMDisplay

        Raises
        ------
        ValueError
            As `grad_cam` does; also if `sampling_rate` is missing for signals, or if
            the estimator holds several networks with steps of their own in front and
            `at` is "network".
        """
        is_picture = isinstance(network_paths(estimator)[0].classifier, ImageClassifier)
        rate = None if is_picture else _needed(sampling_rate)
        maps = grad_cam(estimator, X, target=target, layer=layer, method=method, at=at)
        seen = X if at == "input" else network_input(estimator, X)
        rows = (
            list(open_pictures(seen, name=cls.__name__))
            if is_picture
            else _one_lead(seen, lead, maps.shape[1])
        )
        titles = _titles(*predict(estimator, X), y, target)
        display = cls(rows, maps, titles=titles, sampling_rate=rate)
        return display.plot(ax=ax, cmap=cmap, n_columns=n_columns)

    def plot(self, ax: Any = None, *, cmap: Any = "YlOrRd", n_columns: int = 3) -> Self:
        """Draw one panel per row.

        Parameters
        ----------
        ax : array of matplotlib Axes of shape (n,), default=None
            Axes to draw on; None makes a figure.
        cmap : str or matplotlib Colormap, default="YlOrRd"
            Colours of the map, from nothing to most; each panel has its own scale.
        n_columns : int, default=3
            Panels beside each other, of pictures; signals stand one below the other.

        Returns
        -------
        GradCAMDisplay
            The object itself, with `images_`, `lines_`, `ax_` and `figure_` set.

        Raises
        ------
        ValueError
            If there are not as many axes as rows, or `n_columns` is below 1.
        """
        is_picture = self.maps.ndim == 3
        if ax is not None:
            panels = np.atleast_1d(ax).ravel()
        elif is_picture:
            panels = picture_panels(
                None, self.rows[0], in_rows(len(self.rows), n_columns)
            )
        else:
            panels = _one_below_the_other(len(self.rows))
        check_consistent_length(self.rows, panels)
        self.ax_, self.figure_ = panels, panels[0].figure
        self.images_: list[Any] = []
        self.lines_: list[Any] = []
        draw = self._draw_picture if is_picture else self._draw_signal
        for index, panel in enumerate(panels):
            draw(panel, index, as_shares(self.maps[index]), cmap)
        if not is_picture:
            panels[-1].set_xlabel("time (s)")
        self.figure_.colorbar(
            self.images_[0],
            ax=panels.tolist(),
            ticks=[0, 1],
            aspect=40,
            label="evidence (share of the row's largest)",
        )
        return self

    def _draw_signal(
        self, panel: Any, index: int, shares: np.ndarray, cmap: Any
    ) -> None:
        rate = _needed(self.sampling_rate)
        image, line = draw_signal(panel, self.rows[index], shares, rate, cmap)
        self.images_.append(image)
        self.lines_.append(line)
        title = ", ".join(self.titles[index])
        panel.set_title(title, loc="left", fontsize="medium")

    def _draw_picture(
        self, panel: Any, index: int, shares: np.ndarray, cmap: Any
    ) -> None:
        title = list(self.titles[index])
        if not np.nan_to_num(shares).any():
            title.append("no evidence found")
        self.images_.append(draw_picture(panel, self.rows[index], shares, cmap, title))


def _needed(sampling_rate: float | None) -> float:
    if sampling_rate is None:
        raise ValueError(
            "Signals are drawn over seconds: pass sampling_rate, in Hz, of what is "
            "drawn. Only pictures need none."
        )
    return check_sampling_rate(sampling_rate)


def _one_lead(X: npt.ArrayLike, lead: int, n_times: int) -> np.ndarray:
    signals = np.asarray(X)
    signals = signals if signals.ndim == 2 else signals[:, lead]
    return signals[:, :n_times]  # without context columns


def _one_below_the_other(n_rows: int) -> np.ndarray:
    import matplotlib.pyplot as plt

    _, panels = plt.subplots(
        n_rows,
        squeeze=False,
        sharex=True,
        figsize=(6.4, 1.0 + 1.5 * n_rows),
        layout="constrained",
    )
    return panels.ravel()


def _titles(
    predicted: np.ndarray, confidence: np.ndarray | None, y: Any, target: Any
) -> list[list[str]]:
    n = len(predicted)
    sure = [None] * n if confidence is None else confidence
    titles = [[f"predicted {say(*both)}"] for both in zip(predicted, sure, strict=True)]
    if y is not None:
        check_consistent_length(predicted, y)
        titles = [
            [*title, f"true {label}"] for title, label in zip(titles, y, strict=True)
        ]
    if target is not None:
        labels = np.broadcast_to(np.asarray(target), n)
        titles = [
            [f"evidence for {label}", *title]
            for label, title in zip(labels, titles, strict=True)
        ]
    return titles
