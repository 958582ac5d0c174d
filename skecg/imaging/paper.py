"""ECG paper from signals: grid, calibration pulses, lead names and traces.

The paper of a layout is printed once and kept; for each record it is copied, and a
compiled pen draws the traces on it. The same record and parameters give the same
picture, pixel by pixel, with one version of Pillow, which draws the letters.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, overload

import numpy as np
import numpy.typing as npt

from skecg.imaging._image_checks import check_size
from skecg.imaging._layout import LAYOUTS, Strip
from skecg.imaging._page import (
    STYLES,
    PaperStyle,
    as_channels,
    pen_radius,
    print_page,
    rule,
)
from skecg.imaging._paper_checks import (
    as_leads,
    check_positive,
    check_style,
    find_rows,
    name_leads,
)
from skecg.imaging._stroke import blend, stroke

__all__ = [
    "LAYOUTS",
    "STYLES",
    "EcgLayout",
    "PaperStyle",
    "Strip",
    "render_beats",
    "render_ecg",
]

_LEAST = 16  # pixels a side of a picture
_WIDTH = 250.0  # mm: what a row shows by default, 10 s at 25 mm/s
_BEAT_SPEED, _BEAT_GAIN = 25.0, 10.0  # mm/s and mm/mV, for the grid of single beats


class EcgLayout(NamedTuple):
    """Where what lies in a picture of an ECG.

    Attributes
    ----------
    strips : tuple of Strip
        The place of each lead, row by row; a rhythm strip is the last.
    px_per_mm, px_per_second, px_per_mv : float
        Pixels.
    missing : tuple of str
        Leads of the layout that the record does not have; their strips are blank.
    """

    strips: tuple[Strip, ...]
    px_per_mm: float
    px_per_second: float
    px_per_mv: float
    missing: tuple[str, ...]


@overload
def render_ecg(
    signal: npt.ArrayLike,
    *,
    sampling_rate: float,
    layout: str | Sequence[Sequence[str]] = ...,
    size: Sequence[int] = ...,
    speed: float = ...,
    gain: float = ...,
    duration: float | None = ...,
    lead_names: Sequence[str] | None = ...,
    style: str | PaperStyle = ...,
    return_layout: Literal[False] = ...,
) -> np.ndarray: ...


@overload
def render_ecg(
    signal: npt.ArrayLike,
    *,
    sampling_rate: float,
    layout: str | Sequence[Sequence[str]] = ...,
    size: Sequence[int] = ...,
    speed: float = ...,
    gain: float = ...,
    duration: float | None = ...,
    lead_names: Sequence[str] | None = ...,
    style: str | PaperStyle = ...,
    return_layout: Literal[True],
) -> tuple[np.ndarray, EcgLayout]: ...


def render_ecg(
    signal: npt.ArrayLike,
    *,
    sampling_rate: float,
    layout: str | Sequence[Sequence[str]] = "3x4+rhythm",
    size: Sequence[int] = (850, 1100),
    speed: float = 25.0,
    gain: float = 10.0,
    duration: float | None = None,
    lead_names: Sequence[str] | None = None,
    style: str | PaperStyle = "red",
    return_layout: bool = False,
) -> np.ndarray | tuple[np.ndarray, EcgLayout]:
    """Draw one record as a printout on ECG paper.

    The leads of a row follow each other in time, as on a printout: of four leads in
    10 s the second shows 2.5 s to 5 s. The paper is as large as the picture lets it
    be; what is left over is grid. 0 mV is drawn on the baseline and traces may cross
    from row to row: take an offset or wander away before, for instance with
    `skecg.signal.filters.remove_baseline`.

    Parameters
    ----------
    signal : array-like of shape (n_times,) or (n_leads, n_times)
        One record, in mV. What is not finite leaves a gap.
    sampling_rate : float
        In Hz.
    layout : str or sequence of sequences of str, default="3x4+rhythm"
        ``"3x4+rhythm"`` (with lead II over the whole time below), ``"3x4"``, ``"6x2"``
        and ``"12x1"`` for the standard leads; ``"1x1"`` for the first lead alone and
        ``"rows"`` for each lead in a row of its own, whatever they are called; or rows
        of lead names, as in `LAYOUTS`. Upper and lower case do not matter.
    size : tuple of two ints, default=(850, 1100)
        Height and width, in pixels. The default is 4 pixels to a millimetre in the
        standard layouts.
    speed : float, default=25.0
        Of the paper, in mm/s; 25 and 50 are in use.
    gain : float, default=10.0
        In mm/mV; 5, 10 and 20 are in use.
    duration : float, optional
        Seconds in a row. By default what 250 mm of paper show, 10 s at 25 mm/s. What
        the record does not fill stays blank.
    lead_names : sequence of str, optional
        Of the leads of `signal`. By default twelve leads are I, II, III, aVR, aVL, aVF,
        V1 to V6, and others have no names.
    style : str or PaperStyle, default="red"
        Colours, one of `STYLES` or your own: "red", "blue" and "green" give pictures in
        colour, "grey" and "plain", which has no grid, in shades of grey.
    return_layout : bool, default=False
        Return also where each lead lies.

    Returns
    -------
    picture : ndarray of uint8 of shape (height, width, 3) or (height, width)
        In colour, or grey where the style is.
    layout : EcgLayout
        Only with ``return_layout=True``; says also which leads are missing.

    Raises
    ------
    ValueError
        If `signal` is not one record, `layout` or `style` is unknown, the record has
        none of the leads of the layout, `lead_names` does not go with it, or a number
        is out of range.
    TypeError
        If `signal` does not hold real numbers, or a number is none.

    See Also
    --------
    render_beats : Single beats.
    skecg.preprocessing.ECGRenderer : Many records, as a step of a pipeline.

    Examples
    --------
    >>> from skecg.datasets import load_ptb_sample
    >>> from skecg.imaging.paper import render_ecg
    >>> sample = load_ptb_sample()
    >>> picture, where = render_ecg(
    ...     sample.data[0], sampling_rate=sample.sampling_rate, return_layout=True
    ... )
    >>> picture.shape, where.px_per_mm
    ((850, 1100, 3), 4.0)
    >>> where.strips[1].lead, where.strips[1].start
    ('aVR', 2.5)
    """
    leads = as_leads(signal)
    rate = check_positive(sampling_rate, "sampling_rate")
    speed, gain = check_positive(speed, "speed"), check_positive(gain, "gain")
    duration = check_positive(
        _WIDTH / speed if duration is None else duration, "duration"
    )
    names = name_leads(lead_names, len(leads))
    rows, style = find_rows(layout, names), check_style(style)
    page = print_page(
        rows, check_size(size, least=_LEAST), style, speed, gain, duration
    )
    where = _describe(page.sheet.strips, page.sheet.px_per_mm, speed, gain, names)
    picture = page.picture.copy()
    _draw(picture, leads, names, rate, where, style)
    picture = picture if picture.shape[-1] == 3 else picture[..., 0]
    return (picture, where) if return_layout else picture


def _describe(
    strips: tuple[Strip, ...],
    px_per_mm: float,
    speed: float,
    gain: float,
    names: tuple[str, ...],
) -> EcgLayout:
    known = {name.casefold() for name in names}
    missing = dict.fromkeys(s.lead for s in strips if s.lead.casefold() not in known)
    return EcgLayout(
        strips, px_per_mm, px_per_mm * speed, px_per_mm * gain, tuple(missing)
    )


def _draw(
    picture: np.ndarray,
    leads: np.ndarray,
    names: tuple[str, ...],
    rate: float,
    where: EcgLayout,
    style: PaperStyle,
) -> None:
    cover = np.zeros(picture.shape[:2], dtype=np.uint8)
    half = pen_radius(style, where.px_per_mm)
    index_of = {name.casefold(): index for index, name in enumerate(names)}
    for place, strip in enumerate(where.strips):
        # Leads without names stand in rows, in their order.
        index = index_of.get(strip.lead.casefold()) if strip.lead else place
        if index is None:
            continue
        # One sample more at each end, so that the trace reaches the edges.
        first = max(0, int(strip.start * rate) - 1)
        last = int(strip.stop * rate) + 3
        x = strip.origin + (first / rate - strip.start) * where.px_per_second
        stroke(
            cover,
            leads[index, first:last],
            (x, where.px_per_second / rate),
            (strip.baseline, where.px_per_mv),
            half,
            (strip.left, strip.right),
        )
    blend(picture, cover, as_channels(style.ink))


def render_beats(
    beats: npt.ArrayLike,
    *,
    sampling_rate: float,
    size: Sequence[int] = (128, 128),
    limits: Sequence[float] = (-2.0, 2.0),
    style: str | PaperStyle = "plain",
) -> np.ndarray:
    """Draw single beats as small pictures, for networks that look at pictures.

    Each picture shows the whole beat from its left to its right rim, and the same range
    of voltages as all others, so that the height of a wave keeps its meaning [1]_.

    Parameters
    ----------
    beats : array-like of shape (n_beats, n_times)
        In mV, or in the unit of `limits`. What is not finite leaves a gap.
    sampling_rate : float
        In Hz. Heavy lines of the grid are 0.2 s and 0.5 mV apart.
    size : tuple of two ints, default=(128, 128)
        Height and width, in pixels.
    limits : tuple of two floats, default=(-2.0, 2.0)
        What lies at the lower and at the upper rim, in mV; what lies beyond is cut off.
        Take (0, 1) for beats that were scaled to that range.
    style : str or PaperStyle, default="plain"
        As in `render_ecg`; "plain" is black on white, without a grid.

    Returns
    -------
    ndarray of uint8 of shape (n_beats, height, width) or (n_beats, height, width, 3)
        Grey, or in colour where the style is.

    Raises
    ------
    ValueError
        If `beats` has another number of axes or is empty, `limits` are not two
        ascending numbers, or another parameter is out of range.
    TypeError
        If `beats` does not hold real numbers.

    References
    ----------
    .. [1] Jun T. J. et al. (2018). ECG arrhythmia classification using a 2-D
       convolutional neural network. :doi:`10.48550/arXiv.1804.06812`

    Examples
    --------
    >>> from skecg.datasets import load_heartbeats
    >>> from skecg.imaging.paper import render_beats
    >>> beats = load_heartbeats()
    >>> render_beats(beats.data[:5], sampling_rate=125.0, limits=(0, 1)).shape
    (5, 128, 128)
    """
    if np.ndim(beats) != 2 or np.size(beats) == 0:
        raise ValueError(
            "beats must have shape (n_beats, n_times) and not be empty, got shape "
            f"{np.shape(beats)}. Take one lead of several: beats[:, 0]."
        )
    values = as_leads(beats)
    rate = check_positive(sampling_rate, "sampling_rate")
    (height, width), style = check_size(size, least=_LEAST), check_style(style)
    low, high = _check_limits(limits)
    px_per_mv = (height - 1) / (high - low)
    across = (width - 1) / max(values.shape[1] - 1, 1)
    scales = (px_per_mv / _BEAT_GAIN, across * rate / _BEAT_SPEED)
    baseline = high * px_per_mv
    paper = rule((height, width), style, scales, (baseline, 0.0))
    half = pen_radius(style, min(scales))
    pictures = np.repeat(paper[np.newaxis], len(values), axis=0)
    for picture, beat in zip(pictures, values, strict=True):
        cover = np.zeros((height, width), dtype=np.uint8)
        down = (baseline, px_per_mv)
        stroke(cover, beat, (0.0, across), down, half, (0, width))
        blend(picture, cover, as_channels(style.ink))
    return pictures if pictures.shape[-1] == 3 else pictures[..., 0]


def _check_limits(limits: Sequence[float]) -> tuple[float, float]:
    given = np.asarray(limits)
    numbers = given.shape == (2,) and given.dtype.kind in "fiu"
    if not numbers or not np.isfinite(given).all() or given[0] >= given[1]:
        raise ValueError(
            "limits must be two finite ascending numbers, those at the lower and the "
            f"upper rim, e.g. (-2.0, 2.0); got {limits!r}."
        )
    return float(given[0]), float(given[1])
