"""Histograms of oriented gradients as features of pictures."""

from collections.abc import Sequence
from itertools import product
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from skecg.features._image_base import ImageFeatures
from skecg.imaging.hog import hog


class HOGFeatures(ImageFeatures):
    """Count which way the lines of pictures run, cell by cell.

    Parameters
    ----------
    n_orientations : int, default=9
        Parts that the half turn is divided into.
    cell : tuple of two ints, default=(8, 8)
        Height and width of a cell, in pixels.
    block : tuple of two ints, default=(2, 2)
        Cells down and across whose histograms are scaled together; blocks overlap.
    n_jobs : int, optional
        Threads that decode and measure. -1 means one for each core; None means one
        unless a `joblib.parallel_config` says otherwise.

    Attributes
    ----------
    image_shape_in_ : tuple of int or None
        Shape of the images seen in `fit`; None for paths.

    See Also
    --------
    skecg.imaging.hog.hog : The same for arrays alone, with all that is to be known.
    skecg.preprocessing.ImageResizer : Gives pictures of one size, which this needs.

    References
    ----------
    .. [1] Dalal N, Triggs B (2005). Histograms of oriented gradients for human
       detection. CVPR 2005, 1, 886-893. :doi:`10.1109/CVPR.2005.177`

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from skecg.features import HOGFeatures
    >>> from skecg.preprocessing import ImageResizer
    >>> X = np.full((2, 400, 500), 255, dtype=np.uint8)
    >>> X[0, :, ::40] = X[1, ::40] = 0
    >>> model = make_pipeline(ImageResizer((80, 96)), HOGFeatures(cell=(16, 16)))
    >>> model.fit_transform(X).shape
    (2, 720)
    >>> model[-1].get_feature_names_out()[:2].tolist()
    ['hog_block0x0_cell0x0_10deg', 'hog_block0x0_cell0x0_30deg']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_orientations": [Interval(Integral, 2, None, closed="left")],
        "cell": [tuple, list],
        "block": [tuple, list],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        n_orientations: int = 9,
        *,
        cell: Sequence[int] = (8, 8),
        block: Sequence[int] = (2, 2),
        n_jobs: int | None = None,
    ) -> None:
        self.n_orientations = n_orientations
        self.cell = cell
        self.block = block
        self.n_jobs = n_jobs

    def _measure(self, image: np.ndarray) -> np.ndarray:
        return hog(
            image,
            n_orientations=self.n_orientations,
            cell=self.cell,
            block=self.block,
        )[0]

    def _names(self, shape: tuple[int, ...]) -> list[str]:
        return [
            f"hog_block{row}x{column}_cell{down}x{across}_"
            f"{(index + 0.5) * 180 / self.n_orientations:g}deg"
            for row, column, down, across, index in product(*map(range, shape))
        ]
