"""Where each lead stands on the paper, in millimetres and in pixels."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

Rows = tuple[tuple[str, ...], ...]

LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
"""The standard leads in the order in which files hold them."""

_THREE_ROWS = tuple(zip(LEADS[:3], LEADS[3:6], LEADS[6:9], LEADS[9:], strict=True))
LAYOUTS: Mapping[str, Rows] = MappingProxyType(
    {
        "3x4+rhythm": (*_THREE_ROWS, ("II",)),
        "3x4": _THREE_ROWS,
        "6x2": tuple(zip(LEADS[:6], LEADS[6:], strict=True)),
        "12x1": tuple((lead,) for lead in LEADS),
    }
)
"""The rows of standard printouts, and the leads that follow each other in each row."""

BOX = 5.0  # mm, from one heavy line to the next
PULSE_HEIGHT = 1.0  # mV
PULSE_LENGTH = 0.2  # s
PULSE_AT = 2 * BOX  # mm from the left rim: on a heavy line, as everything here
_BEHIND = BOX  # mm from the pulse to the trace, and from the trace to the right rim
_MARGIN = 2 * BOX  # mm above and below all rows
_LEAST_PITCH = 2 * BOX  # mm from row to row, ...
_LEAST_MILLIVOLTS = 1.5  # ... and what must fit between
_ROUNDING = 1e-9
_CRISP = 2.0  # pixels per mm from which on lines can fall on whole pixels


class Strip(NamedTuple):
    """One lead's place in a picture of an ECG.

    A sample at `t` seconds and `v` millivolts lies at column ``origin + (t - start) *
    px_per_second`` and row ``baseline - v * px_per_mv``, both of pixel centres.

    Attributes
    ----------
    lead : str
        Its name.
    top, left, bottom, right : int
        Its box, so that it is ``picture[top:bottom, left:right]``. A wave may reach out
        of it upwards and downwards, as on a printout.
    baseline : float
        Row of 0 mV.
    origin : float
        Column where it begins.
    start, stop : float
        The part of the record that it shows, in seconds.
    """

    lead: str
    top: int
    left: int
    bottom: int
    right: int
    baseline: float
    origin: float
    start: float
    stop: float


class Sheet(NamedTuple):
    """A sheet of paper and its division.

    Attributes
    ----------
    strips : tuple of Strip
        Row by row.
    px_per_mm : float
        Pixels.
    corner : tuple of two floats
        Row and column from which millimetres are counted; heavy lines cross there.
    pitch : float
        From row to row, in mm.
    """

    strips: tuple[Strip, ...]
    px_per_mm: float
    corner: tuple[float, float]
    pitch: float


def lay_out(
    rows: Rows, size: tuple[int, int], *, speed: float, gain: float, duration: float
) -> Sheet:
    """Divide a sheet among its leads.

    Parameters
    ----------
    rows : tuple of tuples of str
        Names of the leads.
    size : tuple of two ints
        Height and width, in pixels.
    speed : float
        In mm/s.
    gain : float
        In mm/mV.
    duration : float
        Seconds in each row.

    Returns
    -------
    Sheet
        Heavy lines are a whole number of pixels apart where a millimetre has two pixels
        or more; baselines lie on heavy lines.
    """
    begin = PULSE_AT + PULSE_LENGTH * speed + _BEHIND
    width = begin + duration * speed + _BEHIND
    least = BOX * math.ceil(max(_LEAST_PITCH, _LEAST_MILLIVOLTS * gain) / BOX)
    scale = min(size[0] / (2 * _MARGIN + len(rows) * least), size[1] / width)
    if scale >= _CRISP:
        scale = math.floor(BOX * scale + _ROUNDING) / BOX
    room = (size[0] / scale - 2 * _MARGIN) / len(rows)
    pitch = BOX * math.floor(room / BOX + _ROUNDING)
    height = 2 * _MARGIN + len(rows) * pitch
    corner = ((size[0] - height * scale) // 2, (size[1] - width * scale) // 2)
    strips = []
    for index, leads in enumerate(rows):
        seconds = duration / len(leads)
        for place, lead in enumerate(leads):
            left = begin + place * seconds * speed
            top = _MARGIN + index * pitch
            box = (top, left, top + pitch, left + seconds * speed)
            in_pixels = [
                corner[axis % 2] + edge * scale for axis, edge in enumerate(box)
            ]
            times = (place * seconds, (place + 1) * seconds)
            strips.append(_strip(lead, in_pixels, BOX * scale, times))
    return Sheet(tuple(strips), scale, corner, pitch)


def _strip(
    lead: str, box: list[float], heavy: float, times: tuple[float, float]
) -> Strip:
    top, left, bottom, right = (math.ceil(edge - _ROUNDING) for edge in box)
    # On the heavy line in the middle, or on the one below it: R waves point upwards.
    boxes = round((box[2] - box[0]) / heavy)
    baseline = box[0] + (boxes + 1) // 2 * heavy
    return Strip(lead, top, left, bottom, right, baseline, box[1], *times)
