"""What tells a grid from a trace: it is everywhere, and it comes again."""

from typing import Literal

import numpy as np
from scipy import ndimage

Mirror = Literal["reflect", "edge"]

_STEEPEST = 48  # grey levels from pixel to pixel: a trace counts no more than a grid
_BAND = 32  # rows that are looked at together: a turned grid is straight for so long
_SEGMENTS = 16  # of a row: most of them have ink where the grid begins


def channels_reduced(image: np.ndarray, ufunc: np.ufunc) -> np.ndarray:
    """Reduce the channels of a picture of shape (height, width, 1 or 3) to one."""
    reduced = image[..., 0]
    for channel in range(1, image.shape[2]):
        reduced = ufunc(reduced, image[..., channel])
    return reduced


def tile_size(shape: tuple[int, ...]) -> int:
    """Return the side of a tile that no grid of an ECG leaves empty.

    The longer side of a sheet is 20 to 30 cm; every 5 mm it has a strong line.
    """
    return max(8, round(max(shape[:2]) / 50))


def tiles(grey: np.ndarray, size: int, ufunc: np.ufunc) -> np.ndarray:
    """Reduce each tile of `size` x `size` pixels to one number."""
    rows, columns = (_starts(length, size) for length in grey.shape)
    return ufunc.reduceat(ufunc.reduceat(grey, rows, axis=0), columns, axis=1)


def tile_means(grey: np.ndarray, size: int) -> np.ndarray:
    """Return the mean of each tile."""
    heights, widths = (
        np.diff(_starts(length, size), append=length) for length in grey.shape
    )
    return tiles(grey, size, np.add) / np.outer(heights, widths)


def byte_percentile(grey: np.ndarray, percent: float) -> int:
    """Return a percentile of uint8, by counting."""
    counts = np.bincount(grey.ravel(), minlength=256)
    return int(np.searchsorted(counts.cumsum(), grey.size * percent / 100))


def steepness(grey: np.ndarray) -> np.ndarray:
    """Return how much each pixel of uint8 differs from those above and to the left."""
    steep = np.zeros(grey.shape, dtype=np.float32)
    for axis in (0, 1):
        before = [(1, 0), (0, 0)][:: 1 - 2 * axis]
        mode: Mirror = "reflect" if grey.shape[axis] > 1 else "edge"
        padded = np.pad(grey.astype(np.int16), before, mode=mode)
        steep += np.minimum(np.abs(np.diff(padded, axis=axis)), _STEEPEST)
    return steep


def longest_run(covered: np.ndarray) -> tuple[int, int]:
    """Return where the longest run of true values starts, and the first behind it."""
    steps = np.diff(np.concatenate([[0], covered.astype(np.int8), [0]]))
    start, stop = np.flatnonzero(steps > 0), np.flatnonzero(steps < 0)
    if start.size == 0:
        return 0, 0
    longest = int(np.argmax(stop - start))
    return int(start[longest]), int(stop[longest])


def outermost(rows: np.ndarray, inside: np.ndarray) -> int:
    """Return the first of `rows`, from the outside inwards, that is of the grid.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_columns)
        Steepness on both sides of the edge that is looked for.
    inside : ndarray of shape (n_others, n_columns)
        The same of rows that belong to the grid.

    Returns
    -------
    int
        The first row most of whose segments are at least half as steep as those
        inside; a word of text fills few of them.
    """
    n_segments = min(_SEGMENTS, rows.shape[1])
    typical = _segment_means(inside, n_segments).mean(axis=0)
    like_it = (_segment_means(rows, n_segments) > typical / 2).mean(axis=1) > 0.7
    return int(np.argmax(like_it)) if like_it.any() else len(rows)


def recurrence(dark: np.ndarray, longest: int) -> float:
    """Return how much of the pattern along the rows comes back after its best step.

    Parameters
    ----------
    dark : ndarray of shape (n_rows, n_columns)
        Of uint8, larger where it is darker.
    longest : int
        The longest step that is looked at, in pixels.

    Returns
    -------
    float
        An autocorrelation: 1 for a perfect grid, about 0 for noise, flat paper or a
        single trace.
    """
    # A trace covers less than a tenth, and counts no more than the darkest of the rest.
    dark = np.minimum(dark, byte_percentile(dark, 90)).astype(np.float32)
    bands = np.array_split(dark, max(1, len(dark) // _BAND))
    profiles = np.stack([band.mean(axis=0) for band in bands])
    profiles -= ndimage.uniform_filter1d(profiles, longest, axis=1)
    n_columns = dark.shape[1]
    power = np.abs(np.fft.rfft(profiles, 2 * n_columns, axis=1)) ** 2
    correlation = np.fft.irfft(power.sum(axis=0))[: min(n_columns, longest)]
    if correlation.size < 3 or correlation[0] <= 0:
        return 0.0
    before, here, after = correlation[:-2], correlation[1:-1], correlation[2:]
    peaks = here[(here >= before) & (here > after)]
    return float(peaks.max(initial=0.0) / correlation[0])


def _starts(length: int, size: int) -> np.ndarray:
    # A rest of less than half a tile belongs to the last one.
    return np.arange(max(1, round(length / size))) * size


def _segment_means(rows: np.ndarray, n_segments: int) -> np.ndarray:
    parts = np.array_split(rows, n_segments, axis=1)
    return np.stack([part.mean(axis=1) for part in parts], axis=1)
