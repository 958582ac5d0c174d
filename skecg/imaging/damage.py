"""What happens to paper on its way to a picture, with known ground truth.

Ink fades, paper is folded, a hand holds the camera askew and throws a shadow, and the
file is compressed. Where each point of the clean picture went is told, so that what
reads or straightens damaged pictures can be tested.
"""

from io import BytesIO
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

_CELLS = (4, 5)  # of the fields by which ink fades
_SOFT = (0.02, 0.15)  # of the diagonal: how blurred the rim of a shadow is
_FOLD = 0.0015  # of the diagonal: half the width of a crease
_BEST_JPEG = 95


class Damage(NamedTuple):
    """How strong each damage is at most; each is drawn between nothing and this.

    Attributes
    ----------
    rotation : float
        In degrees, to either side.
    perspective : float
        How far each corner moves, as a share of height and width.
    shadow : float
        Share of the light that a shadow takes.
    crease : float
        Share of the light that a fold takes or adds.
    fade : float
        Share of the ink that is gone, where most is.
    blur : float
        Standard deviation, in pixels.
    noise : float
        Standard deviation, in grey levels.
    jpeg : int
        The lowest quality of compression, from 1 to 95; 0 compresses nothing.
    """

    rotation: float = 3.0
    perspective: float = 0.02
    shadow: float = 0.4
    crease: float = 0.3
    fade: float = 0.4
    blur: float = 1.0
    noise: float = 6.0
    jpeg: int = 40


class DamagedPicture(NamedTuple):
    """A picture after its damage.

    Attributes
    ----------
    picture : ndarray of uint8
        As large as the clean one.
    matrix : ndarray of float64 of shape (3, 3)
        Maps (row, column, 1) of the clean picture, see `map_points`.
    """

    picture: np.ndarray
    matrix: np.ndarray


def damage_picture(
    picture: npt.ArrayLike,
    *,
    damage: Damage | None = None,
    random_state: int | np.random.Generator | None = None,
) -> DamagedPicture:
    """Make a clean picture of paper look photographed or scanned.

    Parameters
    ----------
    picture : array-like of uint8 of shape (height, width) or (height, width, 3)
        For instance from `skecg.imaging.paper.render_ecg`.
    damage : Damage, optional
        How strong each damage is at most. By default that of `Damage()`.
    random_state : int, Generator or None, default=None
        Of what is drawn; the same number gives the same picture.

    Returns
    -------
    DamagedPicture(picture, matrix)
        What lies beyond the paper has the colour of a table.

    Raises
    ------
    TypeError
        If `damage` is no `Damage`.
    ValueError
        If the picture has another shape or type, or a strength is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.damage import Damage, damage_picture, map_points
    >>> from skecg.imaging.paper import render_ecg
    >>> clean, where = render_ecg(
    ...     np.zeros((12, 5000)), sampling_rate=500.0, return_layout=True
    ... )
    >>> turned = damage_picture(clean, damage=Damage(noise=0), random_state=0)
    >>> strip = where.strips[0]
    >>> map_points((strip.baseline, strip.origin), turned.matrix).round().tolist()
    [170.0, 100.0]
    """
    clean = _as_picture(picture)
    limits = _check_damage(Damage() if damage is None else damage)
    rng = np.random.default_rng(random_state)
    size = clean.shape[:2]
    values = clean.astype(np.float32)
    values += _fading(rng, size, limits.fade)[..., None] * (255 - values)
    values *= _crease(rng, size, limits.crease)[..., None]
    matrix = _draw_matrix(rng, size, limits)
    table = np.float32(rng.uniform(40, 215))
    if limits.rotation or limits.perspective:
        values = _warp(np.clip(values, 0, 255), np.linalg.inv(matrix), table)
    values *= _shadow(rng, size, limits.shadow)[..., None]
    damaged = _expose(rng, values, limits)
    return DamagedPicture(damaged, matrix)


def map_points(points: npt.ArrayLike, matrix: npt.ArrayLike) -> np.ndarray:
    """Return where points of a clean picture lie in the damaged one.

    Parameters
    ----------
    points : array-like of shape (..., 2)
        Rows and columns, of pixel centres.
    matrix : array-like of shape (3, 3)
        Of a `DamagedPicture`; its inverse maps back.

    Returns
    -------
    ndarray of float64 of shape (..., 2)
        Rows and columns.

    Raises
    ------
    ValueError
        If `points` or `matrix` has another shape.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.damage import map_points
    >>> map_points([[10.0, 20.0]], np.diag([2.0, 3.0, 1.0]))
    array([[20., 60.]])
    """
    points, matrix = np.asarray(points, dtype=float), np.asarray(matrix, dtype=float)
    if points.ndim == 0 or points.shape[-1] != 2 or matrix.shape != (3, 3):
        raise ValueError(
            "points must have shape (..., 2), rows and columns, and matrix (3, 3); got "
            f"{points.shape} and {matrix.shape}."
        )
    mapped = points @ matrix[:, :2].T + matrix[:, 2]
    return mapped[..., :2] / mapped[..., 2:]


def _as_picture(picture: npt.ArrayLike) -> np.ndarray:
    array = np.asarray(picture)
    fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)
    if array.dtype != np.uint8 or not fits or min(array.shape) < 2:
        raise ValueError(
            "picture must be one of uint8 of shape (height, width) or (height, width, "
            f"3), got dtype {array.dtype} and shape {array.shape}."
        )
    return array[..., np.newaxis] if array.ndim == 2 else array


def _check_damage(damage: object) -> Damage:
    if not isinstance(damage, Damage):
        raise TypeError(
            "damage must be None or a Damage, e.g. damage=Damage(rotation=5.0); got "
            f"{damage!r}."
        )
    highest = Damage(45.0, 0.2, 1.0, 1.0, 1.0, 100.0, 255.0, _BEST_JPEG)
    for name, value, most in zip(Damage._fields, damage, highest, strict=True):
        if not 0 <= value <= most:
            raise ValueError(f"{name} must lie between 0 and {most}, got {value!r}.")
    return damage


def _draw_matrix(
    rng: np.random.Generator, size: tuple[int, int], limits: Damage
) -> np.ndarray:
    # The four corners are turned about the middle, and each is moved a little more.
    angle = np.deg2rad(rng.uniform(-limits.rotation, limits.rotation))
    moves = rng.uniform(-limits.perspective, limits.perspective, (4, 2))
    middle = (np.array(size) - 1) / 2
    corners = middle * [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = corners @ turn.T + moves * size
    return _homography(corners + middle, moved + middle)


def _homography(points: np.ndarray, moved: np.ndarray) -> np.ndarray:
    # Eight equations for eight unknowns; the ninth is 1.
    zeros, ones = np.zeros((4, 3)), np.column_stack([points, np.ones(4)])
    rows = np.column_stack([ones, zeros, -moved[:, :1] * points])
    columns = np.column_stack([zeros, ones, -moved[:, 1:] * points])
    unknowns = np.linalg.solve(np.vstack([rows, columns]), moved.T.ravel())
    return np.append(unknowns, 1.0).reshape(3, 3)


@numba.njit(cache=True, nogil=True)
def _warp(values: np.ndarray, back: np.ndarray, table: np.float32) -> np.ndarray:
    # Each pixel looks up where it came from, between four pixels.
    height, width, n_channels = values.shape
    result = np.full_like(values, table)
    for row in range(height):
        for column in range(width):
            depth = back[2, 0] * row + back[2, 1] * column + back[2, 2]
            y = (back[0, 0] * row + back[0, 1] * column + back[0, 2]) / depth
            x = (back[1, 0] * row + back[1, 1] * column + back[1, 2]) / depth
            if y < 0 or x < 0 or y > height - 1 or x > width - 1:
                continue
            top, left = min(int(y), height - 2), min(int(x), width - 2)
            down, across = y - top, x - left
            for channel in range(n_channels):
                upper = (1 - across) * values[top, left, channel]
                upper += across * values[top, left + 1, channel]
                lower = (1 - across) * values[top + 1, left, channel]
                lower += across * values[top + 1, left + 1, channel]
                result[row, column, channel] = (1 - down) * upper + down * lower
    return result


def _fading(rng: np.random.Generator, size: tuple[int, int], most: float) -> np.ndarray:
    from PIL import Image

    cells = rng.uniform(0, rng.uniform(0, most), _CELLS).astype(np.float32)
    field = Image.fromarray(cells).resize(size[::-1], Image.Resampling.BILINEAR)
    return np.asarray(field)


def _distance(rng: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    # From a line across the picture, as a share of its diagonal.
    angle = rng.uniform(0, 2 * np.pi)
    through = rng.uniform(0.2, 0.8, 2) * size
    rows = np.cos(angle) * (np.arange(size[0]) - through[0])
    columns = np.sin(angle) * (np.arange(size[1]) - through[1])
    return ((rows[:, None] + columns) / np.hypot(*size)).astype(np.float32)


def _crease(rng: np.random.Generator, size: tuple[int, int], most: float) -> np.ndarray:
    # A dark fold, and light on the side of it that faces the lamp.
    depth, distance = rng.uniform(0, most), _distance(rng, size) / _FOLD
    dark, light = np.exp(-(distance**2)), np.exp(-((distance - 2) ** 2))
    return 1 - depth * dark + depth / 2 * light


def _shadow(rng: np.random.Generator, size: tuple[int, int], most: float) -> np.ndarray:
    depth, softness = rng.uniform(0, most), rng.uniform(*_SOFT)
    return 1 - depth / 2 * (1 + np.tanh(_distance(rng, size) / softness))


def _expose(rng: np.random.Generator, values: np.ndarray, limits: Damage) -> np.ndarray:
    from PIL import Image, ImageFilter

    blur, noise = rng.uniform(0, limits.blur), rng.uniform(0, limits.noise)
    quality = round(rng.uniform(limits.jpeg, _BEST_JPEG))
    if values.shape[2] == 1:  # Pillow's grey pictures have no axis of colours
        values = values[..., 0]
    image = Image.fromarray(_as_levels(values))
    levels = np.asarray(image.filter(ImageFilter.GaussianBlur(blur)), dtype=np.float32)
    levels = levels + noise * rng.standard_normal(levels.shape, dtype=np.float32)
    if limits.jpeg == 0:
        return _as_levels(levels)
    file = BytesIO()
    Image.fromarray(_as_levels(levels)).save(file, "JPEG", quality=quality)
    return np.array(Image.open(file))


def _as_levels(values: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)
