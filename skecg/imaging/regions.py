"""Parts of a scan: the paper with the grid, the trace without it, bands of rows."""

from collections.abc import Sequence
from numbers import Real
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from skecg.imaging._grid import byte_percentile, channels_reduced, tile_size, tiles
from skecg.imaging._grid_box import find_box
from skecg.imaging._image_checks import (
    as_bytes,
    as_picture,
    as_pictures,
    is_colour,
)
from skecg.imaging.resize import bilinear_resize

_NEIGHBOURS = 21  # tiles each way that the level of the grid is taken from
_FREE = 70  # per cent: of so many tiles up to 65 hold trace, and 15 no strong line
_INK = 0.65  # of the way from the trace to the grid, what is darker is trace
_LEAST_INK = 12  # grey levels between grid and trace


class GridBox(NamedTuple):
    """Where the grid lies on a picture, as in ``image[top:bottom, left:right]``.

    Parameters
    ----------
    top, bottom, left, right : int
        Rows and columns; `bottom` and `right` are the first behind the grid.
    """

    top: int
    bottom: int
    left: int
    right: int


def find_grid(image: npt.ArrayLike) -> GridBox | None:
    """Find the box that the grid of ECG paper fills on a scan.

    The middle of the picture is taken for paper. What is as uneven as it, in whole rows
    and columns of tiles around it, is the grid; its edges are then found to the pixel.
    It must come again after some step in both directions, or it is no grid.

    Parameters
    ----------
    image : array-like of shape (height, width) or (height, width, 3)
        One picture: uint8, or float from 0 (black) to 1 (white).

    Returns
    -------
    GridBox or None
        None where no grid is found. A grid that is turned by some degrees is cut off
        at its corners.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float.
    ValueError
        If it is no single picture, or has pixels that are not finite, or floats beyond
        0 and 1.

    See Also
    --------
    skecg.preprocessing.GridCropper : Cuts the boxes out of many pictures.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.regions import find_grid
    >>> image = np.full((300, 400), 255, dtype=np.uint8)
    >>> image[50:251:5, 40:381] = image[50:251, 40:381:5] = 180
    >>> find_grid(image)
    GridBox(top=50, bottom=251, left=40, right=381)
    """
    box = find_box(as_bytes(as_picture(image)))
    return None if box is None else GridBox(*box)


def remove_grid(images: npt.ArrayLike) -> np.ndarray:
    """Leave the dark trace of ECGs on white paper, in grey.

    The lightest of the channels is taken, in which a coloured grid is faint. How dark
    the grid still is there is known from the many places where there is nothing else:
    a grid is everywhere and a trace is not. It is measured place by place, so that
    shadows do no harm. What is clearly darker is trace; it stays with a rim of one
    pixel, stretched so that the grid becomes white.

    Parameters
    ----------
    images : array-like of shape (height, width[, 3]) or (n_images, height, width[, 3])
        Of uint8, or float from 0 (black) to 1 (white). Three axes of which the last has
        length 3 are one picture in colour.

    Returns
    -------
    ndarray of shape (height, width) or (n_images, height, width)
        Of the same dtype; white where there is no trace.

    Raises
    ------
    TypeError
        If `images` are neither uint8 nor float.
    ValueError
        If `images` have the wrong shape, pixels that are not finite, or floats beyond 0
        and 1.

    See Also
    --------
    skecg.preprocessing.GridRemover : The same as a step of a pipeline.

    Notes
    -----
    Text and frames as dark as the trace stay.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.regions import remove_grid
    >>> image = np.full((100, 100, 3), 255, dtype=np.uint8)
    >>> image[::5] = image[:, ::5] = 250, 120, 120  # a red grid
    >>> image[48] = 10  # and a black line
    >>> np.unique(remove_grid(image)[[20, 48]], axis=1).ravel()
    array([255,   0], dtype=uint8)
    """
    pictures = as_pictures(images)
    shape = np.shape(images)[:-1] if is_colour(np.shape(images)) else np.shape(images)
    cleaned = np.empty(pictures.shape[:3], dtype=pictures.dtype)
    for image, out in zip(pictures, cleaned, strict=True):
        trace = _trace(as_bytes(image))
        out[:] = trace if out.dtype == np.uint8 else trace / 255
    return cleaned.reshape(shape)


def row_band(images: npt.ArrayLike, band: Sequence[float] = (0.4, 0.6)) -> np.ndarray:
    """Return the rows between two fractions of the height.

    Parameters
    ----------
    images : array-like of shape (height, width[, 3]) or (n_images, height, width[, 3])
        Of uint8 or float. Three axes of which the last has length 3 are one picture in
        colour.
    band : tuple of two floats, default=(0.4, 0.6)
        From 0, the upper edge, to 1, the lower.

    Returns
    -------
    ndarray
        A view of the rows from ``round(band[0] * height)`` up to, and without,
        ``round(band[1] * height)``; at least one.

    Raises
    ------
    TypeError
        If `images` are neither uint8 nor float.
    ValueError
        If `images` have the wrong shape, or the band is not two ascending fractions.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.regions import row_band
    >>> row_band(np.zeros((4, 100, 120, 3))).shape
    (4, 20, 120, 3)
    """
    images = np.asarray(images)
    height = as_pictures(images).shape[1]
    low, high = _check_band(band)
    first = min(round(low * height), height - 1)
    stop = max(round(high * height), first + 1)
    axis = images.ndim - (3 if is_colour(images.shape) else 2)
    return images[(slice(None),) * axis + (slice(first, stop),)]


def _check_band(band: Sequence[float]) -> tuple[float, float]:
    given: object = band  # whatever the hint says, callers pass anything
    fits = (
        isinstance(given, (tuple, list))
        and len(given) == 2
        and all(isinstance(one, Real) for one in given)
        and 0 <= given[0] < given[1] <= 1
    )
    if not fits:
        raise ValueError(
            "band must be two ascending fractions of the height from 0 to 1, e.g. "
            f"band=(0.4, 0.6); got {band!r}."
        )
    return float(band[0]), float(band[1])


def _trace(image: np.ndarray) -> np.ndarray:
    # What is clearly darker than the grid around it, and one pixel more.
    light = channels_reduced(image, np.maximum)
    ink = byte_percentile(light, 0.5)
    level = _grid_level(light, find_box(image))
    dark = (light < ink + _INK * (level - ink)) & (level - ink > _LEAST_INK)
    if not dark.any():
        return np.full(light.shape, 255, dtype=np.uint8)
    black = np.median(light[dark])
    stretched = (light - black) * (255 / np.maximum(level - black, 1))
    near = ndimage.maximum_filter(dark, 3)
    return np.where(near, np.clip(stretched, 0, 255), 255).astype(np.uint8)


def _grid_level(light: np.ndarray, box: Sequence[int] | None) -> np.ndarray:
    # How dark the grid is at each pixel: the darkest of most tiles around it. The white
    # beside it tells nothing of it.
    top, bottom, left, right = box or (0, light.shape[0], 0, light.shape[1])
    inside = light[top:bottom, left:right]
    darkest = tiles(inside, tile_size(light.shape), np.minimum)
    level = ndimage.percentile_filter(darkest, _FREE, size=_NEIGHBOURS, mode="mirror")
    smooth = bilinear_resize(level.astype(np.float32), inside.shape)
    beside = (top, light.shape[0] - bottom), (left, light.shape[1] - right)
    return np.pad(smooth, beside, mode="edge")
