"""A beat on its way through a network."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator

from skecg.classifiers import SignalClassifier
from skecg.inspection._activations import layer_activations
from skecg.inspection._networks import only_path


class ActivationsDisplay:
    """One row and what each layer of a network makes of it, from top to bottom.

    Feature maps are drawn as pictures, one line of pixels per channel; dense layers as
    a single line of pixels.

    Create it with `from_estimator`, which computes and draws; every parameter is kept
    as an attribute.

    Parameters
    ----------
    signal : ndarray of shape (n_times,) or (n_leads, n_times)
        The row as it reaches the network.
    activations : dict of ndarray
        Of each layer, shape (n_channels, n_times) or (n_units,).

    Attributes
    ----------
    images_ : list of matplotlib AxesImage
        One for each layer.
    ax_ : ndarray of matplotlib Axes of shape (1 + n_layers,)
        The signal, then the layers.
    figure_ : matplotlib Figure
        The figure that holds them.

    See Also
    --------
    layer_activations : The numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.classifiers import SignalClassifier
    >>> from skecg.inspection import ActivationsDisplay
    >>> X, y = np.random.default_rng(0).normal(size=(40, 100)), np.repeat([0, 1], 20)
    >>> model = SignalClassifier("convnet1d", max_epochs=1, random_state=0).fit(X, y)
    >>> display = ActivationsDisplay.from_estimator(model, X[0])
    >>> len(display.images_) == len(display.activations)
    True
    >>> import matplotlib.pyplot as plt
    >>> plt.close(display.figure_)
    """

    def __init__(self, signal: np.ndarray, activations: dict[str, np.ndarray]) -> None:
        self.signal = signal
        self.activations = activations

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        x: npt.ArrayLike,
        *,
        layers: list[str] | None = None,
        ax: Any = None,
        cmap: Any = "RdBu_r",
    ) -> Self:
        """Send one row through the network and draw what comes of it.

        Parameters
        ----------
        estimator : estimator
            As `layer_activations` takes it.
        x : array-like of shape (n_times,) or (n_leads, n_times)
            One row of what the estimator's `predict` takes.
        layers : list of str, optional
            Which layers, by dotted name; the default is that of `layer_activations`.
        ax : array of matplotlib Axes, default=None
            One for the signal and one for each layer; None makes a figure.
        cmap : str or matplotlib Colormap, default="RdBu_r"
            Two colours that meet at zero.

        Returns
        -------
        ActivationsDisplay

        Raises
        ------
        TypeError
            If the network takes pictures.
        """
        path = only_path(estimator)
        if not isinstance(path.classifier, SignalClassifier):
            raise TypeError(
                "ActivationsDisplay draws the layers of a network on signals, not of "
                f"{type(path.classifier).__name__}; layer_activations returns those, "
                "and GradCAMDisplay shows where in a picture the evidence lies."
            )
        X = np.asarray(x)[None]
        answers = layer_activations(estimator, X, layers=layers)
        signal = np.asarray(path.at_network(X))[0]
        n_times = path.classifier.n_times_in_
        display = cls(
            signal[..., :n_times],
            {name: answer[0] for name, answer in answers.items()},
        )
        return display.plot(ax=ax, cmap=cmap)

    def plot(self, ax: Any = None, *, cmap: Any = "RdBu_r") -> Self:
        """Draw the row, then the layers.

        Parameters
        ----------
        ax : array of matplotlib Axes, default=None
            One for the signal and one for each layer; None makes a figure.
        cmap : str or matplotlib Colormap, default="RdBu_r"
            Two colours that meet at zero; each layer has its own scale.

        Returns
        -------
        ActivationsDisplay
            The object itself, with `images_`, `ax_` and `figure_` set.

        Raises
        ------
        ValueError
            If there are not as many axes as the row and its layers need.
        """
        n_panels = 1 + len(self.activations)
        panels = self._new_panels() if ax is None else np.atleast_1d(ax).ravel()
        if len(panels) != n_panels:
            raise ValueError(
                f"ax must hold {n_panels} axes, one for the signal and one for each "
                f"layer; got {len(panels)}."
            )
        self.ax_, self.figure_ = panels, panels[0].figure
        panels[0].plot(np.atleast_2d(self.signal).T, color="#1a1a1a", lw=1.0)
        panels[0].set_xlim(0, np.shape(self.signal)[-1] - 1)
        self._label(panels[0], "input", np.shape(self.signal))
        self.images_ = [
            self._draw(panel, name, answer, cmap)
            for panel, (name, answer) in zip(
                panels[1:], self.activations.items(), strict=True
            )
        ]
        return self

    def _new_panels(self) -> np.ndarray:
        import matplotlib.pyplot as plt

        heights = [
            2.0,
            *(1.0 if a.ndim > 1 else 0.3 for a in self.activations.values()),
        ]
        _, panels = plt.subplots(
            len(heights),
            squeeze=False,
            figsize=(7.2, 0.6 + 0.75 * sum(heights)),
            height_ratios=heights,
            layout="constrained",
        )
        return panels.ravel()

    def _draw(self, panel: Any, name: str, answer: np.ndarray, cmap: Any) -> Any:
        largest = float(np.abs(answer).max()) or 1.0
        image = panel.imshow(
            np.atleast_2d(answer.reshape(answer.shape[0], -1).squeeze()),
            cmap=cmap,
            vmin=-largest,
            vmax=largest,
            aspect="auto",
            interpolation="nearest",
        )
        self._label(panel, name, answer.shape)
        return image

    def _label(self, panel: Any, name: str, shape: tuple[int, ...]) -> None:
        size = " \N{MULTIPLICATION SIGN} ".join(map(str, shape))
        between = "\n" if len(shape) > 1 or panel is self.ax_[0] else "  "
        panel.set_ylabel(
            f"{name}{between}{size}",
            rotation=0,
            ha="right",
            va="center",
            fontsize="small",
        )
        panel.set_xticks([])
        panel.set_yticks([])
