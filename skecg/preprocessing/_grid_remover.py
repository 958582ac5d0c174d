"""The trace without the grid, as a step of a pipeline."""

from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from skecg.imaging.regions import remove_grid
from skecg.preprocessing._image_base import ImageTransformer, stretch_map


class GridRemover(ImageTransformer):
    """Leave the dark trace of each image on white paper, in grey.

    It needs the full size and the colours: let it stand before `ImageResizer`.

    Parameters
    ----------
    n_jobs : int, optional
        Threads that decode and clean. -1 means one for each core; None means one unless
        a `joblib.parallel_config` says otherwise.

    Attributes
    ----------
    image_shape_in_ : tuple of int or None
        Shape of the images seen in `fit`; None for paths, which must all have one size
        nevertheless.

    See Also
    --------
    skecg.imaging.regions.remove_grid : How the trace is told from the grid.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.preprocessing import GridRemover
    >>> X = np.full((2, 100, 100, 3), 255, dtype=np.uint8)
    >>> X[:, ::5] = X[:, :, ::5] = 250, 120, 120  # a red grid
    >>> GridRemover().fit_transform(X).shape
    (2, 100, 100)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_jobs": [Integral, None],
    }

    def __init__(self, *, n_jobs: int | None = None) -> None:
        self.n_jobs = n_jobs

    def _apply(self, image: np.ndarray) -> tuple[np.ndarray, bool]:
        return remove_grid(image), True

    def _trace(self, one: np.ndarray, image: np.ndarray, result: np.ndarray) -> None:
        size = image.shape[:2]
        result[:] = stretch_map(one, size, size)
