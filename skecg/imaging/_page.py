"""What is printed on ECG paper before the pen comes: grid, pulses, names and scales."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from skecg.imaging._layout import (
    BOX,
    PULSE_AT,
    PULSE_HEIGHT,
    PULSE_LENGTH,
    Rows,
    Sheet,
    lay_out,
)
from skecg.imaging._stroke import blend, line

Colour = int | tuple[int, int, int]

_FINE, _HEAVY = 0.15, 0.25  # mm, the lines of the grid
_FLAT = BOX / 2  # mm, before and behind the calibration pulse
_NAME, _NOTE = 4.2, 3.6  # mm, the size of the letters
_NAME_ABOVE = (9.0, 0.3)  # mm above the baseline, but at most so much of the pitch
_NAME_BEHIND = 1.0  # mm
_TICK = (3.5, 6.5)  # mm from the baseline, where one lead follows another
_TICK_PITCH = 30.0  # mm; ticks are shorter where rows are closer
_NOTE_BELOW = 7.0  # mm under the last row
_DENSE = 0.05  # pixels from line to line; what is closer is an even tint
_CRISP = 2.0  # pixels per mm from which on lines are moved to whole pixels


class PaperStyle(NamedTuple):
    """Colours of ECG paper, and the width of its pen.

    A colour is three numbers from 0 to 255 (red, green, blue), or one: then all four
    are, and the picture has shades of grey and no axis of colours.

    Attributes
    ----------
    paper, fine, heavy, ink : int or tuple of three ints
        Of the sheet, of the lines at every millimetre and at every fifth, and of
        traces and letters.
    pen : float
        Width of the trace, in mm; never drawn thinner than one pixel.
    """

    paper: Colour
    fine: Colour
    heavy: Colour
    ink: Colour
    pen: float = 0.4


STYLES: Mapping[str, PaperStyle] = MappingProxyType(
    {
        "red": PaperStyle(
            (255, 252, 250), (247, 197, 192), (232, 130, 124), (16, 16, 24)
        ),
        "blue": PaperStyle(
            (252, 253, 255), (196, 214, 240), (124, 158, 212), (16, 16, 24)
        ),
        "green": PaperStyle(
            (251, 254, 250), (194, 226, 196), (118, 178, 126), (16, 16, 24)
        ),
        "grey": PaperStyle(253, 214, 168, 16),
        "plain": PaperStyle(255, 255, 255, 0),
    }
)
"""Papers by name. "grey" and "plain" make grey pictures; "plain" has no grid."""


class Page(NamedTuple):
    """A printed sheet, to be copied for each record.

    Attributes
    ----------
    picture : ndarray of uint8 of shape (height, width, n_channels)
        Cannot be written to.
    sheet : Sheet
        Where the leads go.
    """

    picture: np.ndarray
    sheet: Sheet


@lru_cache(maxsize=8)
def print_page(
    rows: Rows,
    size: tuple[int, int],
    style: PaperStyle,
    speed: float,
    gain: float,
    duration: float,
) -> Page:
    """Print all that is the same for every record of a layout.

    Parameters
    ----------
    rows : tuple of tuples of str
        Names of the leads.
    size : tuple of two ints
        Height and width, in pixels.
    style : PaperStyle
        Colours.
    speed : float
        In mm/s.
    gain : float
        In mm/mV.
    duration : float
        Seconds in each row.

    Returns
    -------
    Page
        Kept for the next call with the same parameters.
    """
    sheet = lay_out(rows, size, speed=speed, gain=gain, duration=duration)
    picture = rule(size, style, (sheet.px_per_mm,) * 2, sheet.corner)
    cover = _letters(size, sheet, f"{speed:g} mm/s   {gain:g} mm/mV")
    half = pen_radius(style, sheet.px_per_mm)
    for strip in sheet.strips:
        if strip.start == 0:
            _pulse(cover, sheet, strip.baseline, half, speed=speed, gain=gain)
        else:
            _tick(cover, sheet, strip.origin, strip.baseline)
    blend(picture, cover, as_channels(style.ink))
    picture.flags.writeable = False
    return Page(picture, sheet)


def rule(
    size: tuple[int, int],
    style: PaperStyle,
    px_per_mm: tuple[float, float],
    corner: tuple[float, float],
) -> np.ndarray:
    """Draw the grid over the whole sheet.

    Parameters
    ----------
    size : tuple of two ints
        Height and width, in pixels.
    style : PaperStyle
        Colours.
    px_per_mm : tuple of two floats
        Pixels for a millimetre, downwards and across.
    corner : tuple of two floats
        Row and column where two heavy lines cross.

    Returns
    -------
    ndarray of uint8 of shape (height, width, n_channels)
        A line that is thinner than a pixel colours it in part.
    """
    picture = np.broadcast_to(
        as_channels(style.paper).astype(float), (*size, as_channels(style.paper).size)
    )
    for colour, width, step in (
        (style.fine, _FINE, 1.0),
        (style.heavy, _HEAVY, BOX),
    ):
        down, across = (
            _lines(size[axis], px_per_mm[axis], corner[axis], width, step)
            for axis in (0, 1)
        )
        share = (1 - np.outer(1 - down, 1 - across))[..., np.newaxis]
        picture = picture + share * (as_channels(colour) - picture)
    return np.rint(picture).astype(np.uint8)


def _lines(
    n_pixels: int, scale: float, origin: float, width: float, step: float
) -> np.ndarray:
    # The share of each pixel that lines `step` mm apart cover, along one axis.
    if step * scale < _DENSE:
        return np.full(n_pixels, width / step)
    first = np.ceil((-0.5 - origin) / scale / step) - 1
    last = np.floor((n_pixels - 0.5 - origin) / scale / step) + 1
    middles = origin + np.arange(first, last + 1) * step * scale
    if scale >= _CRISP:
        middles = np.rint(middles)
        width = max(width, 1 / scale)
    thickness = width * scale
    starts = middles - thickness / 2
    edges = np.arange(n_pixels + 1) - 0.5
    # How much of all lines lies before each edge: all but the last one whole.
    last_line = np.searchsorted(starts, edges) - 1
    before = last_line * thickness + np.minimum(edges - starts[last_line], thickness)
    return np.clip(np.diff(before), 0.0, 1.0)


def as_channels(colour: Colour) -> np.ndarray:
    """Return a colour as an array.

    Parameters
    ----------
    colour : int or tuple of three ints
        From 0 to 255.

    Returns
    -------
    ndarray of uint8 of shape (1,) or (3,)
    """
    return np.atleast_1d(np.array(colour, dtype=np.uint8))


def pen_radius(style: PaperStyle, px_per_mm: float) -> float:
    """Return half the width of the pen in pixels, at least half a pixel.

    Parameters
    ----------
    style : PaperStyle
        Holds the width in mm.
    px_per_mm : float
        Pixels.

    Returns
    -------
    float
    """
    return max(style.pen * px_per_mm, 1.0) / 2


def _letters(size: tuple[int, int], sheet: Sheet, note: str) -> np.ndarray:
    from PIL import Image, ImageDraw, ImageFont

    scale, left = sheet.px_per_mm, sheet.corner[1]
    page = Image.new("L", (size[1], size[0]))
    draw = ImageDraw.Draw(page)
    # Below a pixel the fonts have no letters.
    name, small = (
        ImageFont.load_default(size=max(1.0, size_mm * scale))
        for size_mm in (_NAME, _NOTE)
    )
    above = min(_NAME_ABOVE[0], _NAME_ABOVE[1] * sheet.pitch)
    for strip in sheet.strips:
        x = strip.origin + _NAME_BEHIND * scale
        y = strip.baseline - above * scale
        draw.text((x, y), strip.lead, fill=255, font=name, anchor="ls")
    bottom = max(strip.bottom for strip in sheet.strips)
    draw.text(
        (left + PULSE_AT * scale, bottom + _NOTE_BELOW * scale),
        note,
        fill=255,
        font=small,
        anchor="ls",
    )
    return np.array(page)


def _pulse(
    cover: np.ndarray,
    sheet: Sheet,
    baseline: float,
    half: float,
    *,
    speed: float,
    gain: float,
) -> None:
    scale = sheet.px_per_mm
    rise = sheet.corner[1] + PULSE_AT * scale
    fall = rise + PULSE_LENGTH * speed * scale
    top = baseline - PULSE_HEIGHT * gain * scale
    corners = [
        (rise - _FLAT * scale, baseline),
        (rise, baseline),
        (rise, top),
        (fall, top),
        (fall, baseline),
        (fall + _FLAT * scale, baseline),
    ]
    for (xa, ya), (xb, yb) in pairwise(corners):
        line(cover, (xa, ya, xb, yb), half, 0, cover.shape[1])


def _tick(cover: np.ndarray, sheet: Sheet, x: float, baseline: float) -> None:
    scale = sheet.px_per_mm
    inner, outer = (
        reach * min(1.0, sheet.pitch / _TICK_PITCH) * scale for reach in _TICK
    )
    for sign in (-1, 1):
        near, far = baseline + sign * inner, baseline + sign * outer
        half = max(_HEAVY * scale, 1.0) / 2
        line(cover, (x, near, x, far), half, 0, cover.shape[1])
