"""Checks shared by the kernels that take pictures."""

from collections.abc import Sequence
from numbers import Integral

import numpy as np
import numpy.typing as npt

_MOST_PIXELS = 30_000  # a side: a millimetre of paper has 100 pixels then
_NARROW = 16  # pixels; nobody stacks as many pictures of four columns
_ROUNDING = 0.01  # by which a resized float may leave the range


def as_pictures(images: npt.ArrayLike) -> np.ndarray:
    """Return pictures as a stack with an axis for the colours.

    Parameters
    ----------
    images : array-like of shape (height, width[, 3]) or (n_images, height, width[, 3])
        Of uint8 or float. Three axes of which the last has length 3 are one picture in
        colour.

    Returns
    -------
    ndarray of shape (n_images, height, width, 1 or 3)
        uint8, float32 and float64 stay as they are; other floats become float64.

    Raises
    ------
    TypeError
        If they hold anything else.
    ValueError
        If they have another number of axes, an alpha channel, no pixel, or pixels that
        are not finite.
    """
    array = np.asarray(images)
    if array.dtype != np.uint8 and array.dtype.kind != "f":
        raise TypeError(
            f"images must be uint8 or float, got dtype {array.dtype}. Bring 16-bit "
            "numbers to uint8 by dividing them by 257, a mask by multiplying it by 255."
        )
    colour = is_colour(array.shape)
    if array.ndim == 3 and array.shape[-1] == 4 and min(array.shape[:2]) > _NARROW:
        raise ValueError(
            f"images of shape {array.shape} look like one picture with an alpha "
            "channel. Lay it on white first, as skecg.imaging.decode.read_image does "
            "with files."
        )
    if array.ndim - colour not in (2, 3) or array.size == 0:
        raise ValueError(
            "images must have shape (height, width[, 3]) or (n_images, height, "
            f"width[, 3]) with at least one pixel, got shape {array.shape}."
        )
    if array.dtype.kind == "f":
        array = array.astype(_float_type(array.dtype), copy=False)
        if not (np.isfinite(array.min()) and np.isfinite(array.max())):
            raise ValueError(
                "images hold NaN or infinity; a pixel must be a finite number."
            )
    n_axes = 3 if colour else 2
    channels = () if colour else (1,)
    return array.reshape(-1, *array.shape[-n_axes:], *channels)


def as_picture(image: npt.ArrayLike) -> np.ndarray:
    """Return one picture with an axis for the colours.

    Parameters
    ----------
    image : array-like of shape (height, width) or (height, width, 3)
        Of uint8 or float.

    Returns
    -------
    ndarray of shape (height, width, 1 or 3)

    Raises
    ------
    TypeError
        If it is neither uint8 nor float.
    ValueError
        If it is a stack, or `as_pictures` refuses it.
    """
    pictures = as_pictures(image)
    if np.ndim(image) - is_colour(np.shape(image)) != 2:
        raise ValueError(
            "image must be one picture of shape (height, width[, 3]), got shape "
            f"{np.shape(image)}. Hand over a stack picture by picture."
        )
    return pictures[0]


def as_bytes(image: np.ndarray) -> np.ndarray:
    """Return pixels in whole grey levels.

    Parameters
    ----------
    image : ndarray
        uint8, which stays as it is, or float from 0 to 1.

    Returns
    -------
    ndarray of uint8 of the same shape

    Raises
    ------
    ValueError
        If floats go beyond.
    """
    if image.dtype == np.uint8:
        return image
    check_shades(image.min(), image.max())
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)


def check_shades(low: float, high: float) -> None:
    """Raise if floats cannot be shades from black to white.

    Parameters
    ----------
    low, high : float
        The least and the largest of them; a hundredth beyond is rounding.

    Raises
    ------
    ValueError
        If one lies beyond 0 or 1.
    """
    if low < -_ROUNDING or high > 1 + _ROUNDING:
        raise ValueError(
            f"Images in float are 0 for black and 1 for white, but X goes from {low:g} "
            f"to {high:g}. Divide numbers up to 255 by 255, or pass uint8."
        )


def is_colour(shape: tuple[int, ...]) -> bool:
    """Return whether an array of this shape is of pictures in colour.

    Parameters
    ----------
    shape : tuple of int
        Of one picture or of a stack.

    Returns
    -------
    bool
    """
    return len(shape) in (3, 4) and shape[-1] == 3


def shape_with_size(shape: tuple[int, ...], size: tuple[int, int]) -> tuple[int, ...]:
    """Return the shape of pictures once they have another height and width.

    Parameters
    ----------
    shape : tuple of int
        Of one picture or of a stack.
    size : tuple of int
        Height and width.

    Returns
    -------
    tuple of int
    """
    if is_colour(shape):
        return (*shape[:-3], *size, 3)
    return (*shape[:-2], *size)


def check_size(size: Sequence[int], *, least: int = 1) -> tuple[int, int]:
    """Return height and width in pixels, or say why they cannot be.

    Parameters
    ----------
    size : tuple or list of two ints
        What was given.
    least : int, default=1
        The smallest of them that makes sense.

    Returns
    -------
    tuple of int

    Raises
    ------
    ValueError
        If they are not two whole numbers from `least` to 30,000.
    """
    given: object = size  # whatever the hint says, callers pass anything
    fits = (
        isinstance(given, (tuple, list))
        and len(given) == 2
        and all(isinstance(one, Integral) for one in given)
        and not any(isinstance(one, bool) for one in given)
        and all(least <= one <= _MOST_PIXELS for one in given)
    )
    if not fits:
        raise ValueError(
            f"size must be (height, width) in pixels, two whole numbers from {least} "
            f"to {_MOST_PIXELS}, e.g. size=(182, 256); got {size!r}."
        )
    return int(size[0]), int(size[1])


def white_of(dtype: npt.DTypeLike) -> float:
    """Return the number that stands for white.

    Parameters
    ----------
    dtype : dtype
        Of the pictures.

    Returns
    -------
    float
        255 for uint8, 1 for floats.
    """
    return 255.0 if np.dtype(dtype) == np.uint8 else 1.0


def _float_type(dtype: np.dtype) -> npt.DTypeLike:
    # In the byte order of the machine.
    return np.float32 if dtype.itemsize == 4 else np.float64
