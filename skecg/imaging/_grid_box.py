"""Where the grid lies on a scan: to whole tiles first, then to the pixel."""

import numpy as np

from skecg.imaging._grid import (
    channels_reduced,
    longest_run,
    outermost,
    recurrence,
    steepness,
    tile_means,
    tile_size,
)

_FAINTEST = 0.5  # mean steepness, in grey levels a pixel: compressed white has less
_COVERED = 0.8  # of the tiles of a row belong to the grid where the row does
_LEAST_RECURRENCE = 0.15  # grids have 0.2 to 1, noise and traces less than 0.1

Box = tuple[int, int, int, int]


def find_box(image: np.ndarray) -> Box | None:
    """Return the box of the grid, or None where there is none.

    Parameters
    ----------
    image : ndarray of uint8 of shape (height, width, 1 or 3)
        One picture.

    Returns
    -------
    tuple of int or None
        Top, bottom, left and right.
    """
    grey = channels_reduced(image, np.minimum)
    steep = steepness(grey)
    size = tile_size(grey.shape)
    coarse = _coarse_box(steep, size)
    if coarse is None:
        return None
    if _least_recurrence(grey, coarse, size) < _LEAST_RECURRENCE:
        return None
    return _fine_box(steep, coarse, size)


def _least_recurrence(grey: np.ndarray, box: Box, size: int) -> float:
    # Of rows and columns. The outermost tiles may be half of what the paper lies on.
    top, bottom, left, right = box
    rim = size if min(bottom - top, right - left) > 4 * size else 0
    dark = 255 - grey[top + rim : bottom - rim, left + rim : right - rim]
    return min(recurrence(dark, 2 * size), recurrence(dark.T, 2 * size))


def _coarse_box(steep: np.ndarray, size: int) -> Box | None:
    # To whole tiles: from the middle outwards, rows and columns in turn.
    uneven = tile_means(steep, size)
    n_rows, n_columns = uneven.shape
    rows, columns = (
        (count // 4, max(count - count // 4, 1)) for count in (n_rows, n_columns)
    )
    # A trace makes tiles more uneven, and leaves a quarter of them as they were.
    typical = np.percentile(uneven[slice(*rows), slice(*columns)], 25)
    of_grid = uneven > max(_FAINTEST, typical / 2)
    for _ in range(3):
        rows = longest_run(of_grid[:, slice(*columns)].mean(axis=1) > _COVERED)
        if rows[0] == rows[1]:
            return None
        columns = longest_run(of_grid[slice(*rows)].mean(axis=0) > _COVERED)
        if columns[0] == columns[1]:
            return None
    ends = [
        length if stop == count else stop * size
        for (_, stop), count, length in zip(
            (rows, columns), uneven.shape, steep.shape, strict=True
        )
    ]
    return rows[0] * size, ends[0], columns[0] * size, ends[1]


def _fine_box(steep: np.ndarray, box: Box, size: int) -> Box:
    # To the pixel: each edge within a tile to either side of the coarse one.
    top, bottom, left, right = box
    inside = steep[top:bottom, left:right]
    height, width = steep.shape
    above, before = max(0, top - size), max(0, left - size)
    below, behind = min(height, bottom + size), min(width, right + size)
    upper = steep[above : top + size, left:right]
    lower = steep[bottom - size : below, left:right]
    first = steep[top:bottom, before : left + size].T
    last = steep[top:bottom, right - size : behind].T
    end = below - outermost(lower[::-1], inside)
    side = behind - outermost(last[::-1], inside.T)
    # Behind the last line the first pixel of paper is steep too.
    return (
        above + outermost(upper, inside),
        end if end == height else end - 1,
        before + outermost(first, inside.T),
        side if side == width else side - 1,
    )
