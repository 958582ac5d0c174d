"""Histograms of oriented gradients: which way the lines of a picture run, and where."""

import functools
from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from skecg.imaging._image_checks import as_pictures, white_of
from skecg.imaging._pictures import to_color

_CLIP = 0.2  # of L2-Hys: no direction may rule a block
_LEAST = 1e-3  # grey levels from 0 to 1: a block as flat as this stays weak


def hog(
    images: npt.ArrayLike,
    *,
    n_orientations: int = 9,
    cell: Sequence[int] = (8, 8),
    block: Sequence[int] = (2, 2),
) -> np.ndarray:
    """Count the directions of gradients, cell by cell, and compare within blocks.

    Parameters
    ----------
    images : array-like of shape (height, width[, 3]) or (n_images, height, width[, 3])
        Of uint8, or float from 0 (black) to 1 (white). Three axes of which the last has
        length 3 are one picture in colour; colours become grey.
    n_orientations : int, default=9
        Parts that the half turn is divided into; light on dark counts as dark on light.
    cell : tuple of two ints, default=(8, 8)
        Height and width of a cell, in pixels. What is left at the lower and the right
        edge of the picture is in no cell.
    block : tuple of two ints, default=(2, 2)
        Cells down and across whose histograms are scaled together. Blocks overlap:
        there is one at every cell that has enough others below and to its right.

    Returns
    -------
    ndarray of float32 of shape (n_images, n_blocks_down, n_blocks_across, \
block_height, block_width, n_orientations)
        From 0 to 1. Orientation ``k`` is in the middle between ``k`` and ``k + 1``
        times ``180 / n_orientations`` degrees: 0 is a gradient along the row, and
        angles grow from there towards the lower rows.

    Raises
    ------
    TypeError
        If `images` are neither uint8 nor float.
    ValueError
        If `images` have the wrong shape or pixels that are not finite, or are smaller
        than one block, or a size is no pair of positive whole numbers.

    Notes
    -----
    As in [1]_: centred differences without smoothing; each pixel votes with the length
    of its gradient, shared linearly between the two nearest orientations and, down and
    across, the nearest cells; blocks are scaled to length 1, clipped at 0.2 and scaled
    again ("L2-Hys"). The Gaussian window over a block is left out.

    References
    ----------
    .. [1] Dalal N, Triggs B (2005). Histograms of oriented gradients for human
       detection. CVPR 2005, 1, 886-893. :doi:`10.1109/CVPR.2005.177`

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.hog import hog
    >>> rows, columns = np.mgrid[:32, :48] / 48
    >>> slope = np.cos(np.radians(30)) * columns + np.sin(np.radians(30)) * rows
    >>> histograms = hog(slope)
    >>> histograms.shape
    (1, 3, 5, 2, 2, 9)
    >>> int(histograms[0, 1, 1, 0, 0].argmax())  # from 20 to 40 degrees
    1
    """
    _check_orientations(n_orientations)
    pictures = as_pictures(images)
    cell, block = _check_cells(cell, block, pictures.shape[1:3])
    n_cells = tuple(
        side // of for side, of in zip(pictures.shape[1:3], cell, strict=True)
    )
    shape = (len(pictures), *n_cells, n_orientations)
    cells = np.empty(shape, dtype=np.float32)
    for picture, out in zip(pictures, cells, strict=True):
        out[:] = _cells(_grey(picture), n_orientations, cell)
    windows = sliding_window_view(cells, block, axis=(1, 2))
    return _l2_hys(np.moveaxis(windows, 3, -1))


def _check_orientations(n_orientations: Any) -> None:
    if not isinstance(n_orientations, Integral) or n_orientations < 2:
        raise ValueError(
            "n_orientations must be a whole number of 2 or more, got "
            f"{n_orientations!r}."
        )


def _check_cells(
    cell: Sequence[int], block: Sequence[int], shape: Sequence[int]
) -> tuple[tuple[int, int], tuple[int, int]]:
    cell, block = _pair(cell, "cell"), _pair(block, "block")
    height, width = cell[0] * block[0], cell[1] * block[1]
    if shape[0] < height or shape[1] < width:
        raise ValueError(
            f"Pictures of {shape[0]} x {shape[1]} pixels have no room for a block of "
            f"{height} x {width}. Take larger pictures, or smaller cells or blocks."
        )
    return cell, block


def _pair(given: Any, name: str) -> tuple[int, int]:
    fits = (
        isinstance(given, tuple | list)
        and len(given) == 2
        and all(isinstance(one, Integral) and int(one) >= 1 for one in given)
    )
    if not fits:
        raise ValueError(
            f"{name} must be two positive whole numbers, down and across, e.g. "
            f"{name}=(8, 8); got {given!r}."
        )
    return int(given[0]), int(given[1])


def _grey(picture: np.ndarray) -> np.ndarray:
    white = white_of(picture.dtype)
    grey = to_color(picture, "grey") if picture.shape[-1] == 3 else picture[..., 0]
    return grey.astype(np.float32) / np.float32(white)


def _cells(grey: np.ndarray, n_orientations: int, cell: tuple[int, int]) -> np.ndarray:
    # The share of a cell falls off linearly down and across, each by itself: so votes
    # are gathered by one matrix for the rows and one for the columns.
    votes = _votes(grey, n_orientations)
    down, across = (
        _shares(side, of) for side, of in zip(grey.shape, cell, strict=True)
    )
    return np.moveaxis(down @ votes @ across.T, 0, -1)


def _votes(grey: np.ndarray, n_orientations: int) -> np.ndarray:
    # The length of each pixel's gradient, divided between two orientations.
    padded = np.pad(grey, 1, mode="edge")
    x = padded[1:-1, 2:] - padded[1:-1, :-2]
    y = padded[2:, 1:-1] - padded[:-2, 1:-1]
    length = np.hypot(x, y)
    place = np.arctan2(y, x) * np.float32(n_orientations / np.pi) - np.float32(0.5)
    first = np.floor(place)
    beyond = length * (place - first)
    index = first.astype(np.intp) % n_orientations
    votes = np.zeros((n_orientations, *grey.shape), dtype=np.float32)
    rows, columns = np.ogrid[: grey.shape[0], : grey.shape[1]]
    votes[index, rows, columns] = length - beyond
    votes[(index + 1) % n_orientations, rows, columns] += beyond
    return votes


@functools.lru_cache(maxsize=64)
def _shares(n_pixels: int, size: int) -> np.ndarray:
    # Which part of each pixel's vote each cell gets, along one axis.
    centres = (np.arange(n_pixels // size) + 0.5) * size
    apart = np.abs(np.arange(n_pixels) + 0.5 - centres[:, np.newaxis])
    shares = np.maximum(1 - apart / size, 0).astype(np.float32)
    shares[:, n_pixels // size * size :] = 0
    return shares


def _l2_hys(blocks: np.ndarray) -> np.ndarray:
    scaled = np.minimum(_to_unit(blocks), _CLIP)
    return _to_unit(scaled)


def _to_unit(blocks: np.ndarray) -> np.ndarray:
    squares = np.square(blocks).sum(axis=(-3, -2, -1), keepdims=True)
    return blocks / np.sqrt(squares + np.float32(_LEAST) ** 2)
