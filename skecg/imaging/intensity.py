"""How light a band of rows is: what a rule of thumb for pictures of ECGs looks at."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from skecg.imaging._image_checks import as_pictures, check_shades, white_of
from skecg.imaging._pictures import to_color
from skecg.imaging.regions import row_band

STATISTICS: Mapping[str, Callable[..., np.ndarray]] = MappingProxyType(
    {"mean": np.mean, "max": np.max, "min": np.min, "std": np.std}
)
"""What can be asked of the pixels of a band; each takes an array and an ``axis``."""


def band_intensity(
    images: npt.ArrayLike,
    *,
    band: Sequence[float] = (0.4, 0.6),
    statistics: Sequence[str] = ("mean", "max", "std"),
) -> np.ndarray:
    """Sum up the grey levels of the rows between two fractions of the height.

    Parameters
    ----------
    images : array-like of shape (height, width[, 3]) or (n_images, height, width[, 3])
        Of uint8, or float from 0 (black) to 1 (white). Three axes of which the last has
        length 3 are one picture in colour.
    band : tuple of two floats, default=(0.4, 0.6)
        From 0, the upper edge, to 1, the lower, as in `skecg.imaging.regions.row_band`.
    statistics : sequence of str, default=("mean", "max", "std")
        Some of "mean", "max", "min" and "std", in the order of the result.

    Returns
    -------
    ndarray of float64 of shape (n_images, n_statistics)
        On a scale from 0 (black) to 1 (white), of uint8 too. One picture has one row.

    Raises
    ------
    TypeError
        If `images` are neither uint8 nor float.
    ValueError
        If `images` have the wrong shape, pixels that are not finite, or floats beyond 0
        and 1, `band` is not two ascending fractions, or a statistic has another name or
        comes twice.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.intensity import band_intensity
    >>> image = np.full((10, 20), 255, dtype=np.uint8)
    >>> image[4] = 0  # one of the two rows of the band
    >>> band_intensity(image)
    array([[0.5, 1. , 0.5]])
    """
    names = _check_statistics(statistics)
    rows = as_pictures(row_band(images, band))
    grey = to_color(rows, "grey") if rows.shape[-1] == 3 else rows
    if rows.dtype != np.uint8:
        check_shades(rows.min(), rows.max())
    pixels = grey.reshape(len(rows), -1).astype(np.float64, copy=False)
    levels = np.stack([STATISTICS[name](pixels, axis=1) for name in names], axis=1)
    return levels / white_of(rows.dtype)


def _check_statistics(given: object) -> list[str]:
    names = list(given) if isinstance(given, tuple | list) else []
    known = all(isinstance(name, str) and name in STATISTICS for name in names)
    if not names or not known or len(set(names)) < len(names):
        raise ValueError(
            f"statistics must be different ones of {list(STATISTICS)}, e.g. "
            f'statistics=("mean", "max", "std"); got {given!r}.'
        )
    return names
