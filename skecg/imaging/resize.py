"""Pictures of another size."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from skecg.imaging._image_checks import (
    as_pictures,
    check_size,
    shape_with_size,
    white_of,
)
from skecg.imaging._separable import Taps, area_taps, mix, triangle_taps

Aspect = Literal["stretch", "letterbox"]


def area_resize(
    images: npt.ArrayLike,
    size: Sequence[int],
    *,
    aspect: Aspect = "stretch",
    fill: float | None = None,
) -> np.ndarray:
    """Make each pixel the mean of the area that it covers.

    A line thinner than a new pixel fades, but does not break up or vanish, wherever it
    lies; so this is the method that keeps an ECG readable when it is made small.
    Pixels at the rim of an area count by the part of them that lies inside. For uint8
    all is computed in whole numbers and rounded once.

    Parameters
    ----------
    images : array-like of shape (height, width[, 3]) or (n_images, height, width[, 3])
        Of uint8 or float. Three axes of which the last has length 3 are one picture in
        colour.
    size : tuple of two ints
        Height and width of the result, in pixels.
    aspect : {"stretch", "letterbox"}, default="stretch"
        Whether height and width are brought to `size` each by itself, or by the same
        ratio, in the middle of a picture that is filled up.
    fill : float, optional
        What a letterbox is filled with. By default white: 255 for uint8, 1 for floats.

    Returns
    -------
    ndarray of shape (size[0], size[1][, 3]) or (n_images, size[0], size[1][, 3])
        Of the same dtype.

    Raises
    ------
    TypeError
        If `images` are neither uint8 nor float.
    ValueError
        If `images` have the wrong shape or pixels that are not finite, or a parameter
        is not one of those above.

    See Also
    --------
    bilinear_resize : Smoother, also when it enlarges.
    skecg.preprocessing.ImageResizer : The same as a step of a pipeline.

    Notes
    -----
    The same as ``cv2.resize(..., interpolation=cv2.INTER_AREA)`` as long as pictures
    get smaller. Where they get larger OpenCV interpolates; here a new pixel is still
    the mean of what it covers: most lie within one old pixel and have its value, those
    across an edge have a mean of both.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.resize import area_resize
    >>> image = np.array([[0, 90, 255]], dtype=np.uint8)
    >>> area_resize(image, (1, 2))  # (0 + 90 / 2) / 1.5 and (90 / 2 + 255) / 1.5
    array([[ 30, 200]], dtype=uint8)
    """
    return _resize(images, size, area_taps, aspect, fill)


def bilinear_resize(
    images: npt.ArrayLike,
    size: Sequence[int],
    *,
    aspect: Aspect = "stretch",
    fill: float | None = None,
) -> np.ndarray:
    """Interpolate linearly, with antialiasing where pictures get smaller.

    A new pixel is a mean of the old ones, with weights that fall linearly to zero over
    the distance from one new pixel to the next, or from one old pixel to the next where
    pictures get larger.

    Parameters
    ----------
    images : array-like of shape (height, width[, 3]) or (n_images, height, width[, 3])
        Of uint8 or float. Three axes of which the last has length 3 are one picture in
        colour.
    size : tuple of two ints
        Height and width of the result, in pixels.
    aspect : {"stretch", "letterbox"}, default="stretch"
        Whether height and width are brought to `size` each by itself, or by the same
        ratio, in the middle of a picture that is filled up.
    fill : float, optional
        What a letterbox is filled with. By default white: 255 for uint8, 1 for floats.

    Returns
    -------
    ndarray of shape (size[0], size[1][, 3]) or (n_images, size[0], size[1][, 3])
        Of the same dtype.

    Raises
    ------
    TypeError
        If `images` are neither uint8 nor float.
    ValueError
        If `images` have the wrong shape or pixels that are not finite, or a parameter
        is not one of those above.

    See Also
    --------
    area_resize : Keeps thin lines as dark as they can be.

    Notes
    -----
    The same as ``torch.nn.functional.interpolate(..., mode="bilinear",
    antialias=True)`` and as Pillow's ``BILINEAR``, which rounds uint8 twice.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.resize import bilinear_resize
    >>> bilinear_resize(np.array([[0.0, 1.0]]), (1, 4))
    array([[0.  , 0.25, 0.75, 1.  ]])
    """
    return _resize(images, size, triangle_taps, aspect, fill)


def resized_box(
    old: Sequence[int], size: Sequence[int], *, aspect: Aspect = "stretch"
) -> tuple[slice, slice]:
    """Tell where a picture lies in what the functions above make of it.

    Parameters
    ----------
    old : tuple of two ints
        Height and width of the picture, in pixels.
    size : tuple of two ints
        Those of the result.
    aspect : {"stretch", "letterbox"}, default="stretch"
        As above.

    Returns
    -------
    tuple of two slices
        Its rows and columns; what lies outside was filled up.

    Raises
    ------
    ValueError
        If a parameter is not one of those above.

    Examples
    --------
    >>> from skecg.imaging.resize import resized_box
    >>> resized_box((100, 200), (64, 64), aspect="letterbox")
    (slice(16, 48, None), slice(0, 64, None))
    """
    target = check_size(size)
    inner = target if _stretches(aspect) else _largest_inside(old, target)
    top, left = ((whole - part) // 2 for whole, part in zip(target, inner, strict=True))
    return slice(top, top + inner[0]), slice(left, left + inner[1])


METHODS: Mapping[str, Callable[..., np.ndarray]] = MappingProxyType(
    {"area": area_resize, "bilinear": bilinear_resize}
)
"""The functions above, by the names that estimators know them by."""


def _resize(
    images: npt.ArrayLike,
    size: Sequence[int],
    taps: Callable[[int, int], Taps],
    aspect: Aspect,
    fill: float | None,
) -> np.ndarray:
    pictures = as_pictures(images)
    target = check_size(size)
    old = pictures.shape[1:3]
    box = resized_box(old, target, aspect=aspect)
    resized = _filled(pictures, target, fill)
    rows, columns = (
        taps(before, inner.stop - inner.start)
        for before, inner in zip(old, box, strict=True)
    )
    for image, out in zip(pictures, resized, strict=True):
        out[box] = mix(image, rows, columns)
    return resized.reshape(shape_with_size(np.shape(images), target))


def _stretches(aspect: str) -> bool:
    if aspect not in ("stretch", "letterbox"):
        raise ValueError(f'aspect must be "stretch" or "letterbox", got {aspect!r}.')
    return aspect == "stretch"


def _largest_inside(old: Sequence[int], target: tuple[int, int]) -> tuple[int, int]:
    # The largest size of the old proportions within the target.
    ratio = min(target[0] / old[0], target[1] / old[1])
    height, width = (max(1, round(pixels * ratio)) for pixels in old)
    return height, width


def _filled(
    pictures: np.ndarray, target: tuple[int, int], fill: float | None
) -> np.ndarray:
    value = white_of(pictures.dtype) if fill is None else fill
    low, high = (0, 255) if pictures.dtype == np.uint8 else (-np.inf, np.inf)
    if not (np.isfinite(value) and low <= value <= high):
        raise ValueError(
            f"fill must be a finite number that {pictures.dtype} can hold, "
            f"got {fill!r}."
        )
    shape = (len(pictures), *target, pictures.shape[3])
    return np.full(shape, value, dtype=pictures.dtype)
