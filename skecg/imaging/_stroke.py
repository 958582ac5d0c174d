"""A pen of a given width, led over a picture: antialiased lines, compiled.

Positions are those of pixel centres: row 3 means the middle of the fourth row. The pen
is a disc, and a pixel is inked by how far its centre lies inside of it. Where two
strokes meet the darker one counts, so that a line has no knots at its samples.
"""

import numba
import numpy as np

_FULL = 255
_NEAR = 0.1  # pixels; a sample so near to a line is on it
_FAR = 1e6  # pixels; a finite number that no picture reaches


@numba.njit(cache=True, nogil=True)
def line(
    cover: np.ndarray,
    ends: tuple[float, float, float, float],
    half: float,
    left: int,
    right: int,
) -> None:
    """Draw a straight line.

    Parameters
    ----------
    cover : ndarray of uint8 of shape (height, width)
        How much ink lies on each pixel; changed in place.
    ends : tuple of four floats
        Column and row of the left end, column and row of the right one.
    half : float
        Half the width of the pen, in pixels.
    left, right : int
        Nothing is drawn before the first of these columns, nor from the second on.
    """
    xa, ya, xb, yb = ends
    dx, dy = xb - xa, yb - ya
    squared = dx * dx + dy * dy
    reach = half + 0.5
    for column in range(
        max(left, int(np.ceil(xa - reach))), min(right, int(np.floor(xb + reach)) + 1)
    ):
        # The part of the segment that can reach this column.
        near, far = ya, yb
        if dx > 0:
            near = ya + dy * min(1.0, max(0.0, (column - reach - xa) / dx))
            far = ya + dy * min(1.0, max(0.0, (column + reach - xa) / dx))
        top = max(0, int(np.ceil(min(near, far) - reach)))
        bottom = min(cover.shape[0], int(np.floor(max(near, far) + reach)) + 1)
        for row in range(top, bottom):
            along = (column - xa) * dx + (row - ya) * dy
            along = min(1.0, max(0.0, along / squared)) if squared > 0 else 0.0
            off_x, off_y = column - xa - along * dx, row - ya - along * dy
            inside = reach - np.sqrt(off_x * off_x + off_y * off_y)
            if inside > 0:
                ink = np.uint8(min(1.0, inside) * _FULL + 0.5)
                cover[row, column] = max(cover[row, column], ink)


@numba.njit(cache=True, nogil=True)
def _run(
    cover: np.ndarray,
    values: np.ndarray,
    across: tuple[float, float],
    down: tuple[float, float],
    half: float,
    columns: tuple[int, int],
) -> None:
    # Without gaps. One line goes on for as long as its slope passes by all samples.
    xa = xb = across[0]
    ya = yb = min(_FAR, max(-_FAR, down[0] - values[0] * down[1]))
    lowest, highest = -np.inf, np.inf
    for index in range(1, values.size):
        x = across[0] + index * across[1]
        y = min(_FAR, max(-_FAR, down[0] - values[index] * down[1]))
        if xb > xa and not lowest <= (y - ya) / (x - xa) <= highest:
            line(cover, (xa, ya, xb, yb), half, columns[0], columns[1])
            xa, ya = xb, yb
            lowest, highest = -np.inf, np.inf
        if x > xa:
            lowest = max(lowest, (y - _NEAR - ya) / (x - xa))
            highest = min(highest, (y + _NEAR - ya) / (x - xa))
        xb, yb = x, y
    line(cover, (xa, ya, xb, yb), half, columns[0], columns[1])


@numba.njit(cache=True, nogil=True)
def stroke(
    cover: np.ndarray,
    values: np.ndarray,
    across: tuple[float, float],
    down: tuple[float, float],
    half: float,
    columns: tuple[int, int],
) -> None:
    """Draw samples, joined by straight lines.

    Samples that lie on one line, to a tenth of a pixel, are drawn as one.

    Parameters
    ----------
    cover : ndarray of uint8 of shape (height, width)
        How much ink lies on each pixel; changed in place.
    values : ndarray of float64 of shape (n_times,)
        What is not finite leaves a gap; a sample between two gaps is a dot.
    across : tuple of two floats
        Column of the first sample, and columns from one sample to the next.
    down : tuple of two floats
        Row of the value 0, and rows by which the value 1 lies higher.
    half : float
        Half the width of the pen, in pixels.
    columns : tuple of two ints
        Nothing is drawn before the first, nor from the second on.
    """
    first = 0
    while first < values.size:
        last = first
        while last < values.size and np.isfinite(values[last]):
            last += 1
        if last > first:
            start = (across[0] + first * across[1], across[1])
            _run(cover, values[first:last], start, down, half, columns)
        first = last + 1


@numba.njit(cache=True, nogil=True)
def blend(picture: np.ndarray, cover: np.ndarray, ink: np.ndarray) -> None:
    """Colour what is covered.

    Parameters
    ----------
    picture : ndarray of uint8 of shape (height, width, n_channels)
        Changed in place.
    cover : ndarray of uint8 of shape (height, width)
        255 hides the picture.
    ink : ndarray of uint8 of shape (n_channels,)
        The colour.
    """
    for row in range(cover.shape[0]):
        for column in range(cover.shape[1]):
            part = np.int64(cover[row, column])
            if part:
                for channel in range(picture.shape[2]):
                    under = (_FULL - part) * picture[row, column, channel]
                    mixed = under + part * ink[channel] + _FULL // 2
                    picture[row, column, channel] = mixed // _FULL
