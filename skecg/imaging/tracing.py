"""The way back from paper: the heights of the traces that are drawn on it."""

from numbers import Integral
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.signal import find_peaks

from skecg.imaging.regions import remove_grid

_INK = 0.35  # as dark as that is trace, where paper is 0 and the pen 1
_RULE = 0.45  # of the height: a line as long as that divides the sheet
_UNKNOWN = 0.3  # ink below such a line: dark enough to be passed, no stroke
_CLIMB = 0.03  # what a pixel up or down costs, in pixels of paper crossed
_FAR = 0.002  # what each pixel away from the baseline costs
_ROUND = 3  # pixels: what is not much taller than the pen runs level


class Traces(NamedTuple):
    """Where the traces of a picture run.

    Attributes
    ----------
    heights : ndarray of float64 of shape (n_rows, width)
        In pixels above the baseline, one for each column.
    baselines : ndarray of int64 of shape (n_rows,)
        Rows of the picture in which most of each trace lies, from top to bottom.
    """

    heights: np.ndarray
    baselines: np.ndarray


def follow_traces(image: npt.ArrayLike, *, n_rows: int) -> Traces | None:
    """Follow the traces of a printout from its left edge to its right.

    The grid is taken off, and so are upright lines as long as half of the sheet, which
    part the leads. The darkest rows, far enough from each other, are the baselines.
    From there the darkest path is followed that climbs little; where the pen went up
    and down within one column, the end of the stroke counts that is farther from the
    middle of the trace.

    Parameters
    ----------
    image : array-like of shape (height, width[, 3])
        One picture, as `skecg.imaging.regions.remove_grid` takes it: the paper only,
        and upright.
    n_rows : int
        How many traces lie below each other.

    Returns
    -------
    Traces or None
        None where fewer traces are found.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float.
    ValueError
        If it is no single picture or not finite, or `n_rows` is no positive number.

    See Also
    --------
    skecg.preprocessing.TraceReader : Turns pictures into records of leads, in mV.
    skecg.imaging.paper.render_ecg : The way there.

    Notes
    -----
    The path is the cheapest one, found by dynamic programming in a time that grows with
    the number of pixels. Names of leads and pulses for calibration are ink like any
    other. Where a tall wave reaches into the trace of its neighbour, the path goes on
    along the neighbour's as long as that is the shorter way.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.tracing import follow_traces
    >>> image = np.full((60, 80), 255, dtype=np.uint8)
    >>> image[30] = 0
    >>> image[18:31, 40] = 0
    >>> traces = follow_traces(image, n_rows=1)
    >>> traces.baselines, traces.heights[0, 39:42].round()
    (array([30]), array([ 0., 11.,  0.]))
    """
    _check_n_rows(n_rows)
    ink = _ink(image)
    baselines = _baselines(ink, n_rows)
    if len(baselines) < n_rows:
        return None
    reach = len(ink) if n_rows == 1 else int(np.diff(baselines).min())
    heights = np.empty((n_rows, ink.shape[1]))
    for row, level in enumerate(baselines):
        top = max(0, level - reach)
        band = np.ascontiguousarray(ink[top : level + reach])
        heights[row] = level - top - _follow(band, level - top)
    return Traces(heights, baselines)


def _check_n_rows(n_rows: object) -> None:
    if not isinstance(n_rows, Integral) or n_rows < 1:
        raise ValueError(f"n_rows must be a positive whole number, got {n_rows!r}.")


def _ink(image: npt.ArrayLike) -> np.ndarray:
    # From 0 to 1, without the lines that part the leads.
    trace = remove_grid(image)
    if trace.ndim != 2:
        raise ValueError(
            "image must be one picture of shape (height, width[, 3]), got shape "
            f"{np.shape(image)}. Hand over a stack picture by picture."
        )
    white = 255.0 if trace.dtype == np.uint8 else 1.0
    ink = 1 - trace / white
    long = np.ones((max(2, round(_RULE * len(ink))), 1), dtype=bool)
    lines = ndimage.binary_opening(ink > _INK, long)
    ink[ndimage.binary_dilation(lines, np.ones((3, 3), dtype=bool))] = _UNKNOWN
    return ink


def _baselines(ink: np.ndarray, n_rows: int) -> np.ndarray:
    share = ndimage.convolve1d((ink > _INK).mean(axis=1), [1, 2, 1], mode="constant")
    apart = max(1, len(ink) // (2 * n_rows))
    # A trace at the edge is a peak too.
    peaks = find_peaks(np.pad(share, 1), distance=apart)[0] - 1
    darkest = peaks[np.argsort(-share[peaks], kind="stable")[:n_rows]]
    return np.sort(darkest[share[darkest] > 0])


def _follow(band: np.ndarray, level: int) -> np.ndarray:
    # The row of the trace in each column of a band, in fractions of pixels.
    far = _FAR * np.abs(np.arange(len(band)) - level)
    white = 1 - np.minimum(band * (1 / 0.6), 1) + far[:, np.newaxis]
    path = _cheapest_path(np.ascontiguousarray(white.T), _CLIMB)
    top, bottom = _strokes(band, path, _INK)
    # Up and down in one column is a tip, in which the stroke is longest; on its flanks
    # the pen is half-way.
    middle = np.median(path)
    upward = middle - top > bottom - middle
    reach = np.where(upward, middle - top, bottom - middle)
    is_tip = reach >= ndimage.maximum_filter1d(reach, 3, mode="nearest")
    tip = np.where(upward, top + 1, bottom - 1)
    stroke = np.where(is_tip, tip, (top + bottom) / 2)
    return np.where(bottom - top <= _ROUND, _centres(band, top, bottom), stroke)


def _centres(band: np.ndarray, top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    # Of the ink from top to bottom, in each column.
    rows = np.arange(len(band))[:, np.newaxis]
    inked = np.where((rows >= top) & (rows <= bottom), np.maximum(band, 1e-6), 0)
    return (inked * rows).sum(axis=0) / inked.sum(axis=0)


@numba.njit(cache=True, nogil=True)
def _cheapest_path(cost: np.ndarray, climb: float) -> np.ndarray:
    # One row for each column; cost is (width, height), a step of k rows costs k * climb
    # more. The cheapest way to each row comes from above or from below.
    width, height = cost.shape
    source = np.empty((width, height), np.int32)
    total = cost[0].copy()
    for column in range(1, width):
        best = np.arange(height)
        for row in range(1, height):
            if total[row - 1] + climb < total[row]:
                total[row] = total[row - 1] + climb
                best[row] = best[row - 1]
        for row in range(height - 2, -1, -1):
            if total[row + 1] + climb < total[row]:
                total[row] = total[row + 1] + climb
                best[row] = best[row + 1]
        for row in range(height):
            source[column, row] = best[row]
            total[row] += cost[column, row]
    path = np.empty(width, np.int64)
    path[width - 1] = np.argmin(total)
    for column in range(width - 1, 0, -1):
        path[column - 1] = source[column, path[column]]
    return path


@numba.njit(cache=True, nogil=True)
def _strokes(
    band: np.ndarray, path: np.ndarray, ink: float
) -> tuple[np.ndarray, np.ndarray]:
    # The first and the last row of the ink that the path goes through.
    top, bottom = path.copy(), path.copy()
    for column in range(path.size):
        if band[path[column], column] <= ink:
            continue
        while top[column] > 0 and band[top[column] - 1, column] > ink:
            top[column] -= 1
        while bottom[column] + 1 < len(band) and band[bottom[column] + 1, column] > ink:
            bottom[column] += 1
    return top, bottom
