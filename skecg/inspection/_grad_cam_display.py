"""The signal, and behind it what speaks for a class."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_consistent_length

from skecg.inspection._grad_cam import Place, grad_cam
from skecg.inspection._networks import only_path
from skecg.signal._checks import check_sampling_rate


class GradCAMDisplay:
    """ECGs with their Grad-CAM maps as background colour, one panel per row.

    Create it with `from_estimator`, which computes and draws; every parameter is kept
    as an attribute.

    Parameters
    ----------
    signals : ndarray of shape (n, n_times)
        One lead of each row.
    maps : ndarray of shape (n, n_times)
        As `grad_cam` makes them.
    titles : sequence of str of length n
        What stands above each panel.
    sampling_rate : float
        Of the signals, in Hz.

    Attributes
    ----------
    images_ : list of matplotlib AxesImage
        The background of each panel.
    lines_ : list of matplotlib Line2D
        The signals.
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
        signals: np.ndarray,
        maps: np.ndarray,
        *,
        titles: Sequence[str],
        sampling_rate: float,
    ) -> None:
        self.signals = signals
        self.maps = maps
        self.titles = titles
        self.sampling_rate = sampling_rate

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        X: npt.ArrayLike,
        *,
        sampling_rate: float,
        y: npt.ArrayLike | None = None,
        target: object = None,
        layer: str | None = None,
        at: Place = "network",
        lead: int = 0,
        ax: Any = None,
        cmap: Any = "YlOrRd",
    ) -> Self:
        """Compute the maps and draw them.

        Parameters
        ----------
        estimator : estimator
            As `grad_cam` takes it.
        X : array-like of shape (n, ...)
            A few rows.
        sampling_rate : float
            Of what is drawn, in Hz: of `X` if `at` is "input", else of what reaches the
            network.
        y : array-like of shape (n,), optional
            The true class of each row, for the titles.
        target, layer, at : optional
            As `grad_cam` takes them. What is drawn with the map is `X` itself for
            ``at="input"``, else what reaches the network.
        lead : int, default=0
            The lead to draw; the map is of all leads together.
        ax : array of matplotlib Axes of shape (n,), default=None
            Axes to draw on; None makes a figure.
        cmap : str or matplotlib Colormap, default="YlOrRd"
            Colours of the map, from nothing to most.

        Returns
        -------
        GradCAMDisplay

        Raises
        ------
        ValueError
            As `grad_cam` does; also if the estimator holds several networks whose
            inputs differ and `at` is "network".
        """
        rate = check_sampling_rate(sampling_rate)
        maps = grad_cam(estimator, X, target=target, layer=layer, at=at)
        seen = np.asarray(X if at == "input" else only_path(estimator).at_network(X))
        signals = seen if seen.ndim == 2 else seen[:, lead]
        titles = _titles(estimator.predict(X), y, target)
        display = cls(
            signals[:, : maps.shape[1]], maps, titles=titles, sampling_rate=rate
        )
        return display.plot(ax=ax, cmap=cmap)

    def plot(self, ax: Any = None, *, cmap: Any = "YlOrRd") -> Self:
        """Draw one panel per row.

        Parameters
        ----------
        ax : array of matplotlib Axes of shape (n,), default=None
            Axes to draw on; None makes a figure.
        cmap : str or matplotlib Colormap, default="YlOrRd"
            Colours of the map, from nothing to most; each panel has its own scale.

        Returns
        -------
        GradCAMDisplay
            The object itself, with `images_`, `lines_`, `ax_` and `figure_` set.

        Raises
        ------
        ValueError
            If there are not as many axes as rows.
        """
        n_rows = len(self.signals)
        if ax is None:
            import matplotlib.pyplot as plt

            _, ax = plt.subplots(
                n_rows,
                squeeze=False,
                sharex=True,
                figsize=(6.4, 1.0 + 1.5 * n_rows),
                layout="constrained",
            )
        panels = np.atleast_1d(ax).ravel()
        check_consistent_length(self.signals, panels)
        self.ax_, self.figure_ = panels, panels[0].figure
        self.images_: list[Any] = []
        self.lines_: list[Any] = []
        for index, panel in enumerate(panels):
            self._draw(panel, index, cmap)
        panels[-1].set_xlabel("time (s)")
        self.figure_.colorbar(
            self.images_[0],
            ax=panels.tolist(),
            ticks=[0, 1],
            label="evidence (share of the row's largest)",
        )
        return self

    def _draw(self, panel: Any, index: int, cmap: Any) -> None:
        signal, strength = self.signals[index], self.maps[index]
        times = np.arange(signal.size) / self.sampling_rate
        largest = np.nanmax(strength, initial=0)
        shares = strength / largest if largest > 0 else strength
        half = 0.5 / self.sampling_rate
        low, high = np.nanmin(signal), np.nanmax(signal)
        margin = 0.08 * (high - low)
        extent = (-half, times[-1] + half, low - margin, high + margin)
        self.images_.append(
            panel.imshow(
                shares[None], cmap=cmap, vmin=0, vmax=1, aspect="auto", extent=extent
            )
        )
        self.lines_ += panel.plot(times, signal, color="#1a1a1a", lw=1.2)
        panel.set_title(self.titles[index], loc="left", fontsize="medium")
        panel.spines[["top", "right"]].set_visible(False)


def _titles(predicted: np.ndarray, y: Any, target: Any) -> list[str]:
    titles = [f"predicted {label}" for label in predicted]
    if y is not None:
        check_consistent_length(predicted, y)
        titles = [
            f"{title}, true {label}" for title, label in zip(titles, y, strict=True)
        ]
    if target is not None:
        labels = np.broadcast_to(np.asarray(target), len(titles))
        titles = [
            f"for {label} ({title})"
            for label, title in zip(labels, titles, strict=True)
        ]
    return titles
