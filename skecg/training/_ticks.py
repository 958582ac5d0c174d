"""Epochs of several trainings, counted as one."""

from collections.abc import Callable
from typing import Any

from sklearn.base import BaseEstimator

from skecg.classifiers._progress import networks_of, with_progress

ProgressCallback = Callable[[int, int, str], object]
"""Called as ``on_progress(n_done, n_steps, what_was_done)``."""


class Ticks:
    """Counts epochs of all fits and tells the caller.

    Parameters
    ----------
    estimator : estimator
        Unfitted.
    n_fits : int
        How often it will be fitted.
    on_progress : callable or None
        Who wants to know.
    """

    def __init__(
        self,
        estimator: BaseEstimator,
        n_fits: int,
        on_progress: ProgressCallback | None,
    ) -> None:
        networks = networks_of(estimator).values()
        self.per_fit = sum(network.max_epochs for network in networks)
        self.n_fits, self.n_begun, self.n_done = n_fits, 0, 0
        self.on_progress = on_progress

    def attach(self, model: BaseEstimator) -> dict[str, Any]:
        """Count the epochs of a fit that begins; return what brings callbacks back."""
        self.n_begun += 1
        where = (
            f", {self.n_begun} of {self.n_fits} trainings" if self.n_fits > 1 else ""
        )

        def tell(epoch: int, loss: float) -> None:
            self.n_done += 1
            text = f"epoch {epoch}, loss {loss:.4f}{where}"
            if self.on_progress is not None:
                self.on_progress(self.n_done, self.per_fit * self.n_fits, text)

        return with_progress(model, tell)
