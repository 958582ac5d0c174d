"""The paper without the page around it, as a step of a pipeline."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import StrOptions

from skecg._warn import warn_user
from skecg.exceptions import GridNotFoundWarning
from skecg.imaging._pictures import Pictures, to_color
from skecg.imaging.decode import Color
from skecg.imaging.regions import GridBox, find_grid
from skecg.imaging.resize import area_resize
from skecg.preprocessing._image_base import ImageTransformer, stretch_map
from skecg.signal._checks import shorten

_LEARNED_FROM = 16  # images: enough for a typical size, however many there are


class GridCropper(ImageTransformer):
    """Cut the grid of ECG paper out of each image, and bring it to one size.

    Margins and the text printed beside the grid are cut off, so that a model cannot
    read them. An image on which no grid is found stays whole.

    Parameters
    ----------
    size : tuple of two ints, optional
        Height and width of the result, in pixels. By default the median of what `fit`
        finds on the first 16 images.
    color : {"grey", "rgb"}, default="rgb"
        What the images become. The grid is looked for in the colours of the input.
    n_jobs : int, optional
        Threads that decode, look and resize. -1 means one for each core; None means one
        unless a `joblib.parallel_config` says otherwise.

    Attributes
    ----------
    size_ : tuple of two ints
        Height and width of the result.
    image_shape_in_ : tuple of int or None
        Shape of the images seen in `fit`; None for paths, whose sizes may differ.

    See Also
    --------
    skecg.imaging.regions.find_grid : Where the grid lies.
    skecg.imaging.resize.area_resize : How the box is brought to the size.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.preprocessing import GridCropper
    >>> X = np.full((2, 300, 400), 255, dtype=np.uint8)
    >>> X[:, 50:251:5, 40:381] = X[:, 50:251, 40:381:5] = 180
    >>> GridCropper(color="grey").fit_transform(X).shape
    (2, 201, 341)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "size": [tuple, list, None],
        "color": [StrOptions({"grey", "rgb"})],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        size: Sequence[int] | None = None,
        *,
        color: Color = "rgb",
        n_jobs: int | None = None,
    ) -> None:
        self.size = size
        self.color = color
        self.n_jobs = n_jobs

    def _learn(self, images: Pictures) -> None:
        if self.size is not None:
            self.size_ = tuple(self.size)
            return
        boxes = [_crop(image)[0].shape[:2] for image in images[:_LEARNED_FROM]]
        height, width = np.median(boxes, axis=0)
        self.size_ = (round(height), round(width))

    def _apply(self, image: np.ndarray) -> tuple[np.ndarray, bool]:
        cropped, found = _crop(image)
        return area_resize(to_color(cropped, self.color), self.size_), found

    def _trace(self, one: np.ndarray, image: np.ndarray, result: np.ndarray) -> None:
        inside = _inside(image, find_grid(image))
        result[inside] = stretch_map(one, self.size_, result[inside].shape)

    def _report(self, usable: np.ndarray) -> None:
        if not usable.all():
            rows = np.flatnonzero(~usable)
            text = (
                f"On {rows.size} of {usable.size} images no grid was found: rows "
                f"{shorten(rows)} of X. They stay whole."
            )
            reason = "show no grid of ECG paper"
            warn_user(GridNotFoundWarning.about(text, rows=rows, reason=reason))


def _crop(image: np.ndarray) -> tuple[np.ndarray, bool]:
    box = find_grid(image)
    return image[_inside(image, box)], box is not None


def _inside(image: np.ndarray, box: GridBox | None) -> tuple[slice, slice]:
    # All of it where no grid was found.
    height, width = image.shape[:2]
    top, bottom, left, right = box or (0, height, 0, width)
    return slice(top, bottom), slice(left, right)
