"""Pictures of one size, as the first step of a pipeline."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import StrOptions

from skecg.imaging.decode import Color
from skecg.imaging.resize import METHODS, Aspect, resized_box
from skecg.preprocessing._image_base import ImageTransformer, stretch_map


class ImageResizer(ImageTransformer):
    """Bring images, or the pictures in files, to one size.

    Parameters
    ----------
    size : tuple of two ints, default=(182, 256)
        Height and width of the result, in pixels.
    method : {"area", "bilinear"}, default="area"
        `skecg.imaging.resize.area_resize`, which keeps thin lines, or
        `skecg.imaging.resize.bilinear_resize`.
    aspect : {"stretch", "letterbox"}, default="stretch"
        Whether height and width are brought to `size` each by itself, or by the same
        ratio, in the middle of a white picture.
    color : {"grey", "rgb"}, default="grey"
        What the images become.
    n_jobs : int, optional
        Threads that decode and resize. -1 means one for each core; None means one
        unless a `joblib.parallel_config` says otherwise.

    Attributes
    ----------
    image_shape_in_ : tuple of int or None
        Shape of the images seen in `fit`; None for paths, whose sizes may differ.

    See Also
    --------
    GridCropper : Cuts the paper out of a scan and brings it to one size.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.preprocessing import ImageResizer
    >>> X = np.full((2, 850, 1100, 3), 255, dtype=np.uint8)
    >>> ImageResizer().fit_transform(X).shape
    (2, 182, 256)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "size": [tuple, list],
        "method": [StrOptions(set(METHODS))],
        "aspect": [StrOptions({"stretch", "letterbox"})],
        "color": [StrOptions({"grey", "rgb"})],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        size: Sequence[int] = (182, 256),
        *,
        method: str = "area",
        aspect: Aspect = "stretch",
        color: Color = "grey",
        n_jobs: int | None = None,
    ) -> None:
        self.size = size
        self.method = method
        self.aspect = aspect
        self.color = color
        self.n_jobs = n_jobs

    def _color(self) -> Color:
        return self.color

    def _apply(self, image: np.ndarray) -> tuple[np.ndarray, bool]:
        resize = METHODS[self.method]
        return resize(image, self.size, aspect=self.aspect), True

    def _trace(self, one: np.ndarray, image: np.ndarray, result: np.ndarray) -> None:
        # Nothing is cut off; what a letterbox adds belongs to no pixel of the image.
        inside = resized_box(result.shape, self.size, aspect=self.aspect)
        result[:] = stretch_map(one, self.size, result.shape, part=inside)
