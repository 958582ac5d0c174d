"""Pictures whose every pixel is a weighted mean of a rectangle of another picture.

The weights of a rectangle are those of its rows times those of its columns. Rows are
mixed first, all of their columns at once, which is where the pixels are read and where
a processor adds many at a time; what is left is one short line for each row of the
result, still in the nearest cache when its columns are mixed.
"""

import functools
from typing import NamedTuple

import numba
import numpy as np


class Taps(NamedTuple):
    """Which pixels along one axis make up each pixel of the result.

    Parameters
    ----------
    start : ndarray of uint64 of shape (n_out,)
        The first of them. Unsigned, so that the compiled loops need not look out for
        negative indices, which doubles their speed.
    weight : ndarray of shape (n_out, n_taps)
        Of each of them: whole numbers in int64, or float64.
    total : float
        What the weights of a pixel add up to.
    """

    start: np.ndarray
    weight: np.ndarray
    total: float


@functools.lru_cache(maxsize=64)
def area_taps(n_in: int, n_out: int) -> Taps:
    """Return how much of each old pixel each new one covers.

    Both axes are divided into parts so small that every pixel has a whole number of
    them; nothing is rounded.

    Parameters
    ----------
    n_in, n_out : int
        Pixels along the axis, before and after.

    Returns
    -------
    Taps
        With whole numbers.
    """
    common = np.gcd(n_in, n_out)
    new, old = n_in // common, n_out // common  # parts of a new and of an old pixel
    edges = np.arange(n_out + 1) * new
    first, last = edges[:-1] // old, (edges[1:] - 1) // old
    n_taps = int((last - first).max()) + 1
    start = np.minimum(first, n_in - n_taps)
    pixel = start[:, None] + np.arange(n_taps)
    ends = np.minimum((pixel + 1) * old, edges[1:, None])
    weight = np.maximum(ends - np.maximum(pixel * old, edges[:-1, None]), 0)
    return Taps(start.astype(np.uint64), weight, float(new))


@functools.lru_cache(maxsize=64)
def triangle_taps(n_in: int, n_out: int) -> Taps:
    """Return the weights of a triangle, as wide as two pixels of the coarser grid.

    Parameters
    ----------
    n_in, n_out : int
        Pixels along the axis, before and after.

    Returns
    -------
    Taps
        Fractions that add up to one; at the edges what lies outside is left out.
    """
    step = n_in / n_out
    reach = max(step, 1.0)
    centre = (np.arange(n_out) + 0.5) * step
    first = np.maximum((centre - reach + 0.5).astype(np.int64), 0)
    last = np.minimum((centre + reach + 0.5).astype(np.int64), n_in)
    n_taps = int((last - first).max())
    start = np.minimum(first, n_in - n_taps)
    pixel = start[:, None] + np.arange(n_taps)
    inside = (pixel >= first[:, None]) & (pixel < last[:, None])
    distance = np.abs(pixel + 0.5 - centre[:, None]) / reach
    weight = np.where(inside, np.maximum(1 - distance, 0), 0.0)
    weight /= weight.sum(axis=1, keepdims=True)
    return Taps(start.astype(np.uint64), weight, 1.0)


def mix(image: np.ndarray, rows: Taps, columns: Taps) -> np.ndarray:
    """Return the weighted means of rectangles of a picture.

    Parameters
    ----------
    image : ndarray of shape (height, width, n_channels)
        uint8, float32 or float64, finite.
    rows, columns : Taps
        Of the two axes.

    Returns
    -------
    ndarray of shape (n_rows, n_columns, n_channels)
        Of the same dtype, uint8 rounded to the nearest.
    """
    whole = image.dtype == np.uint8 and rows.weight.dtype.kind == "i"
    lines = np.ascontiguousarray(image).reshape(len(image), -1)
    shape = (rows.start.size, columns.start.size, image.shape[2])
    mixed = np.empty(shape, dtype=image.dtype)
    _mix(
        lines,
        rows.start,
        # A line of whole numbers stays below 255 times the height.
        rows.weight.astype(np.uint32 if whole else np.float64),
        columns.start,
        columns.weight.astype(np.int64 if whole else np.float64),
        1 / (rows.total * columns.total),
        0.5 if image.dtype == np.uint8 else 0.0,
        mixed,
    )
    return mixed


@numba.njit(cache=True, nogil=True)
def _mix(
    lines: np.ndarray,
    row_start: np.ndarray,
    row_weight: np.ndarray,
    column_start: np.ndarray,
    column_weight: np.ndarray,
    scale: float,
    half: float,
    mixed: np.ndarray,
) -> None:
    # Each row of the result: one line out of the rows, then its columns.
    channels = mixed.shape[2]
    line = np.empty(lines.shape[1], row_weight.dtype)
    plane = line if channels == 1 else np.empty(line.size // channels, line.dtype)
    for row in range(row_start.size):
        _mix_rows(lines[row_start[row] :], row_weight[row], line)
        for channel in range(channels):
            if channels > 1:
                for x in range(plane.size):
                    plane[x] = line[x * channels + channel]
            out = mixed[row, :, channel]
            _mix_columns(plane, column_start, column_weight, scale, half, out)


@numba.njit(cache=True, nogil=True)
def _mix_rows(lines: np.ndarray, weight: np.ndarray, line: np.ndarray) -> None:
    # Four rows at a time, so that the sum is fetched and stored a quarter as often.
    line[:] = 0
    n_taps = weight.size
    for tap in range(0, n_taps - 3, 4):
        a, b, c, d = weight[tap], weight[tap + 1], weight[tap + 2], weight[tap + 3]
        one, two, three, four = (
            lines[tap],
            lines[tap + 1],
            lines[tap + 2],
            lines[tap + 3],
        )
        for x in range(line.size):
            line[x] += a * one[x] + b * two[x] + c * three[x] + d * four[x]
    for tap in range(n_taps - n_taps % 4, n_taps):
        a, one = weight[tap], lines[tap]
        for x in range(line.size):
            line[x] += a * one[x]


@numba.njit(cache=True, nogil=True)
def _mix_columns(
    line: np.ndarray,
    start: np.ndarray,
    weight: np.ndarray,
    scale: float,
    half: float,
    out: np.ndarray,
) -> None:
    n_taps = np.uint64(weight.shape[1])
    for column in range(start.size):
        first = start[column]
        total = weight[column, 0] * line[first]
        for tap in range(np.uint64(1), n_taps):
            total += weight[column, tap] * line[first + tap]
        out[column] = total * scale + half
