"""Small pictures of a screening: where a network looked, and beats in their colours."""

import base64
import io
import warnings
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

import numpy as np
from PIL import Image
from sklearn.base import BaseEstimator

from skecg.datasets import read_record
from skecg.exceptions import SkecgWarning
from skecg.imaging.decode import read_image
from skecg.imaging.resize import area_resize
from skecg.inspection import grad_cam
from skecg.screening import RecordBeats
from skecg.signal.resampling import resample

_WIDTH = 400  # pixels of a thumbnail, at most
_QUALITY = 80
_MARK = np.array([230.0, 60.0, 0.0])  # red, green, blue of the map
_MOST_COVER = 0.75
_PAPER = 95  # percentile of the grey values that is taken for the paper's
# What a file or an estimator without a map may be to blame for.
_WITHOUT = (ValueError, TypeError, OSError, ImportError)

_SECONDS = 10.0
_RATE = 100.0  # points a second of a strip
_HEIGHT, _TOP = 150, 26  # of a strip, and above its trace, in units of 10 ms
_BEFORE, _AFTER = 0.2, 0.35  # seconds around an R-peak that are coloured
_LONGEST = 4  # letters of a class, above its beats
_LEAST_SPAN = 0.5  # mV: noise is not blown up to a signal


class Thumbnail(NamedTuple):
    """A small picture as it stands on a page.

    Attributes
    ----------
    html : str
        An element with nothing to be loaded.
    caption : str
        What there is to see.
    """

    html: str
    caption: str


def picture_thumbnail(
    path: str, estimator: BaseEstimator | None, alt: str
) -> Thumbnail | None:
    """Make a small picture of a scan, and lay over it where its network looked.

    Parameters
    ----------
    path : str
        Of the file.
    estimator : estimator or None
        Fitted; one that holds no network has no map.
    alt : str
        What is written for those who cannot see it.

    Returns
    -------
    Thumbnail or None
        None where the file cannot be read.
    """
    try:
        grey = read_image(path, color="grey")
    except _WITHOUT:
        return None
    shares = _map_of(path, estimator)
    height, width = grey.shape
    factor = min(_WIDTH / width, 1.0)
    size = (max(round(height * factor), 1), max(round(width * factor), 1))
    small = area_resize(grey, size).astype(np.float64)
    colour = np.repeat(small[..., None], 3, axis=2)
    caption = "No map: the model holds no network that has one."
    if shares is not None and shares.shape == grey.shape:
        cover = area_resize(shares.astype(np.float32), size)[..., None]
        light = np.clip(small / max(np.percentile(small, _PAPER), 1.0), 0, 1)[..., None]
        cover = _MOST_COVER * cover * light  # ink stays readable
        colour = colour * (1 - cover) + _MARK * cover
        caption = "Orange: where the network found most for its answer (Grad-CAM)."
    buffer = io.BytesIO()
    Image.fromarray(np.clip(colour, 0, 255).astype(np.uint8)).save(
        buffer, format="JPEG", quality=_QUALITY
    )
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    image = (
        f'<img alt="{escape(alt)}" width="{size[1]}" height="{size[0]}" '
        f'src="data:image/jpeg;base64,{data}">'
    )
    return Thumbnail(image, caption)


def record_thumbnail(
    path: str,
    lead: str,
    beats: RecordBeats,
    colours: Mapping[str, str],
    alt: str,
) -> Thumbnail | None:
    """Draw the ten seconds of a record that speak most for its answer.

    Parameters
    ----------
    path : str
        Of the record.
    lead : str
        Which lead to draw.
    beats : RecordBeats
        All beats of the record.
    colours : mapping of str to str
        The CSS class of each class of beats, the most urgent first.
    alt : str
        What is written for those who cannot see it.

    Returns
    -------
    Thumbnail or None
        None where the record cannot be read.
    """
    try:
        record = read_record(path, lead=lead)
    except _WITHOUT:
        return None
    start = _most_urgent_stretch(beats, list(colours))
    first = round(start * record.sampling_rate)
    last = first + round(_SECONDS * record.sampling_rate)
    signal = resample(
        record.data[0, first:last],
        sampling_rate=record.sampling_rate,
        target_rate=_RATE,
    )
    shown = (beats.time >= start) & (beats.time < start + _SECONDS)
    marks = [
        _mark(time - start, label, colours[label])
        for time, label in zip(beats.time[shown], beats.label[shown], strict=True)
    ]
    width = round(_SECONDS * _RATE)
    svg = (
        f'<svg viewBox="0 0 {width} {_HEIGHT}" role="img" aria-label="{escape(alt)}">'
        f'{"".join(marks)}<path class="trace" d="{_trace(signal)}"/>'
        f'<path class="rule" d="M8 {_HEIGHT - 6}h{round(_RATE)}"/>'
        f'<text class="scale" x="{round(_RATE) + 14}" y="{_HEIGHT - 2}">1 s</text>'
        "</svg>"
    )
    caption = f"Lead {lead}, from {start:.0f} s on; beats by class."
    return Thumbnail(svg, caption)


def _map_of(path: str, estimator: BaseEstimator | None) -> np.ndarray | None:
    if estimator is None:
        return None
    try:
        with warnings.catch_warnings():  # told when the file was judged
            warnings.simplefilter("ignore", SkecgWarning)
            (found,) = grad_cam(estimator, [path], at="input", method="hires_cam")
    except _WITHOUT:
        return None
    most = float(np.nanmax(found, initial=0.0))
    return np.nan_to_num(found) / most if most > 0 else None


def _most_urgent_stretch(beats: RecordBeats, by_urgency: Sequence[str]) -> float:
    # Where most beats of the most urgent class are that the record has.
    there = next(name for name in by_urgency if (beats.label == name).any())
    times = beats.time[beats.label == there]
    counts = np.searchsorted(times, times + _SECONDS - 1) - np.arange(times.size)
    return max(0.0, float(times[counts.argmax()]) - 1.0)


def _mark(time: float, label: str, colour: str) -> str:
    left, middle = round((time - _BEFORE) * _RATE), round(time * _RATE)
    width = round((_BEFORE + _AFTER) * _RATE)
    return (
        f'<g class="{colour}"><rect class="span" x="{left}" y="{_TOP - 4}" '
        f'width="{width}" height="{_HEIGHT - _TOP - 12}"/>'
        f'<text x="{middle}" y="{_TOP - 9}">{escape(label[:_LONGEST])}</text></g>'
    )


def _trace(signal: np.ndarray) -> str:
    there = np.isfinite(signal)
    if not there.any():
        return ""
    low, high = np.quantile(signal[there], [0.002, 0.998])
    middle, span = (low + high) / 2, max(high - low, _LEAST_SPAN)
    room = _HEIGHT - _TOP - 24
    y = _TOP + room * (0.5 - np.clip((signal - middle) / span, -0.58, 0.58)) + 4
    pen, parts = "M", []
    for x, (value, is_there) in enumerate(zip(y, there, strict=True)):
        if is_there:
            parts.append(f"{pen}{x} {value:.1f}")
        pen = "L" if is_there else "M"
    return "".join(parts)
