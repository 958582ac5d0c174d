"""Printouts that never were: pictures drawn from records, and what is drawn on them.

Records of PTB and LUDB are cut into cycles, from R-peak to R-peak. Cycles drawn anew,
stretched, their leads scaled, turned over and changed, make any number of records whose
beats and rhythm are known. They are drawn as the printer of the real pictures draws, so
that a network can learn to read a printout before it sees a real one.
"""

import math
from typing import NamedTuple

import numpy as np

from skecg.datasets import read_ludb, read_ptb
from skecg.imaging.paper import EcgLayout, PaperStyle, render_ecg
from skecg.imaging.resize import area_resize
from skecg.signal.filters import remove_baseline
from skecg.signal.resampling import resample
from skecg.signal.rpeaks import detect_rpeaks

RATE = 250.0  # Hz
SECONDS = 10.0
SIZE = (182, 256)
N_LEADS = 12
N_STRIPS = 13  # twelve leads and the rhythm strip
OFFSETS = np.arange(-60, 113, 6)  # samples around an R-peak: -0.24 s to 0.43 s
N_RHYTHM = 3

# Where the printer of the real pictures, of 412 x 703 pixels, draws what.
_SHEET = (412, 703)
_BASELINES = (62, 362)  # rows of the first and of the rhythm strip
_TRACES = (28, 684)  # columns of their begin and end
_RULES = (45, 275)  # rows of the lines between leads
_STYLE = PaperStyle(paper=248, fine=245, heavy=236, ink=10, pen=0.45)
_PAPER = (760, 1160)  # pixels of the picture that is made small
_EDGE = 60  # pixels of paper more, around it

_LEAST_CYCLE, _MOST_CYCLE = 0.25, 2.5  # s
# What is added to the leads: delay after R and width (s), standard deviation (mV).
_BUMPS = ((-0.045, 0.014, 0.12), (0.13, 0.05, 0.08), (0.27, 0.05, 0.15))
_FAR = 1.5  # s
_SHRINK = 0.2  # mV; voltages that are told are compressed beyond it


class Record(NamedTuple):
    """A record whose beats are known.

    Attributes
    ----------
    data : ndarray of shape (12, n_times)
        In mV, at `RATE`.
    peaks : ndarray of int of shape (n_beats,)
        R-peaks, in samples.
    """

    data: np.ndarray
    peaks: np.ndarray


class Printouts(NamedTuple):
    """Pictures and what is drawn on them.

    Attributes
    ----------
    pictures : ndarray of uint8 of shape (n, *SIZE)
        In grey.
    beats : ndarray of float32 of shape (n, 13, n_offsets)
        The mean beat of each strip, compressed by `compress`.
    rhythm : ndarray of float32 of shape (n, 3)
        Logarithm of the mean RR interval in s, spread of the RR intervals, and the
        shortest, both as shares of the mean.
    traces : ndarray of float32 of shape (n, 4, width)
        The trace of each row of leads in each column of pixels, compressed.
    phases : ndarray of float32 of shape (n, 2, width)
        Seconds since the last R-peak and until the next one, `_FAR` at most.
    """

    pictures: np.ndarray
    beats: np.ndarray
    rhythm: np.ndarray
    traces: np.ndarray
    phases: np.ndarray


def read_sources(ptbdb: str, ludb: str | None) -> list[Record]:
    """Read records of PTB, and of LUDB, whose leads get the heights of PTB's."""
    ptb = read_ptb(ptbdb, target_rate=RATE)
    records = list(np.asarray(ptb.data))
    if ludb:
        heights = np.ptp(np.asarray(ptb.data), axis=-1)
        found = resample(read_ludb(ludb).data, sampling_rate=500.0, target_rate=RATE)
        records += [
            one * heights[k % len(heights), :, None] for k, one in enumerate(found)
        ]
    return as_sources(np.stack(records))


def as_sources(records: np.ndarray) -> list[Record]:
    """Find the R-peaks of records at `RATE`, and keep those that have a few."""
    flat = remove_baseline(records, sampling_rate=RATE)
    found = detect_rpeaks(flat, sampling_rate=RATE, leads="fused")
    return [
        Record(data.astype(np.float32), peaks)
        for data, peaks in zip(flat, found, strict=True)
        if len(peaks) > 3
    ]


def make_printouts(sources: list[Record], n: int, seed: int) -> Printouts:
    """Draw `n` printouts."""
    rng = np.random.default_rng(seed)
    drawn = [_make_printout(rng, sources) for _ in range(n)]
    pictures, *told = zip(*drawn, strict=True)
    return Printouts(
        np.stack(pictures), *(np.stack(one).astype(np.float32) for one in told)
    )


def _make_printout(rng: np.random.Generator, sources: list[Record]) -> Printouts:
    record = draw(rng, sources[rng.integers(len(sources))])
    sheet = _on_paper(rng, record)
    at = _columns(sheet)
    return Printouts(
        area_resize(sheet.picture, SIZE),
        compress(mean_beats(record, sheet.where)),
        tell_rhythm(record),
        compress(_traces(record, sheet.where, at)),
        _phases(record, at),
    )


def compress(millivolts: np.ndarray) -> np.ndarray:
    """Let small waves count beside the R wave."""
    return np.arcsinh(millivolts / _SHRINK)


def draw(rng: np.random.Generator, source: Record) -> Record:
    """Draw a record out of the cycles of another."""
    at, peaks = _draw_cycles(rng, source.peaks)
    below = at.astype(np.int64)
    share = (at - below).astype(np.float32)
    data = (1 - share) * source.data[:, below] + share * source.data[:, below + 1]
    if rng.random() < 0.3:
        data = data[rng.permutation(N_LEADS)]
    turned = np.where(rng.random(N_LEADS) < 0.1, -1, 1)
    data = data * (turned * np.exp(0.3 * rng.standard_normal(N_LEADS) - 0.2))[:, None]
    seconds = (np.arange(data.shape[1]) - peaks[:, None]) / RATE
    for delay, width, spread in _BUMPS:
        if rng.random() < 0.5:
            bump = np.exp(-0.5 * ((seconds - delay) / width) ** 2).sum(axis=0)
            data += spread * rng.standard_normal(N_LEADS)[:, None] * bump
    return Record(data, peaks)


def _draw_cycles(
    rng: np.random.Generator, peaks: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    # Where in the source each sample of the new record comes from, and its R-peaks.
    pace = np.exp(0.2 * rng.standard_normal())
    spread = rng.choice([0.0, 0.03, 0.15])
    early = rng.choice([0.0, 0.15], p=[0.7, 0.3])
    n_times, skipped = int(SECONDS * RATE), rng.integers(int(RATE))
    pieces, starts, total = [], [], 0
    index = rng.integers(len(peaks) - 1)
    while total < n_times + skipped:
        first, last = peaks[index : index + 2]
        factor = pace * np.exp(spread * rng.standard_normal())
        factor *= 0.65 if rng.random() < early else 1.0
        least, most = _LEAST_CYCLE * RATE, _MOST_CYCLE * RATE
        length = round(min(max((last - first) * factor, least), most))
        pieces.append(first + (last - first) * np.arange(length) / length)
        starts.append(total)
        total += length
        index = (index + 1) % (len(peaks) - 1)
    moved = np.array(starts) - skipped
    kept = moved[(moved >= 0) & (moved < n_times)]
    return np.concatenate(pieces)[skipped : skipped + n_times], kept


class _Sheet(NamedTuple):
    """A picture of the printer's sheet, where its leads lay, and what was cut off."""

    picture: np.ndarray
    where: EcgLayout
    left: int


def _on_paper(rng: np.random.Generator, record: Record) -> _Sheet:
    seconds = np.arange(record.data.shape[1]) / RATE
    slow = rng.uniform(0.05, 0.4, (N_LEADS, 1)) * seconds + rng.random((N_LEADS, 1))
    noisy = record.data + rng.exponential(0.04) * np.sin(2 * math.pi * slow)
    noisy += rng.exponential(0.008) * rng.standard_normal(noisy.shape)
    picture, where = render_ecg(
        noisy,
        sampling_rate=RATE,
        size=_PAPER,
        gain=10.5,  # rows of the printer are a little closer than those here
        style=_STYLE,
        return_layout=True,
    )
    _rule(picture, where)
    down, across = _cut(rng, where)
    return _Sheet(
        np.pad(picture, _EDGE, mode="edge")[down, across], where, across.start - _EDGE
    )


def _ratios(where: EcgLayout) -> tuple[float, float]:
    # Pixels of the drawing to one of the printer's.
    height = where.strips[-1].baseline - where.strips[0].baseline
    width = where.strips[-1].right - where.strips[-1].left
    return height / (_BASELINES[1] - _BASELINES[0]), width / (_TRACES[1] - _TRACES[0])


def _rule(picture: np.ndarray, where: EcgLayout) -> None:
    down, _ = _ratios(where)
    first = where.strips[0].baseline
    rows = [round(first + down * (row - _BASELINES[0])) for row in _RULES]
    for strip in where.strips[1:4]:
        picture[rows[0] : rows[1], strip.left - 1 : strip.left + 1] = _STYLE.ink


def _cut(rng: np.random.Generator, where: EcgLayout) -> tuple[slice, slice]:
    # The printer's sheet in the padded picture, a little moved and stretched.
    box = []
    corner = (where.strips[0].baseline, where.strips[0].left)
    for axis, ratio in enumerate(_ratios(where)):
        begin = (_BASELINES[0], _TRACES[0])[axis]
        scale = ratio * rng.uniform(0.98, 1.02)
        low = corner[axis] - scale * (begin + rng.uniform(-3, 3)) + _EDGE
        box.append(slice(round(low), round(low + scale * _SHEET[axis])))
    return box[0], box[1]


def _columns(sheet: _Sheet) -> np.ndarray:
    # The sample that the middle of each column of the small picture shows.
    ratio = sheet.picture.shape[1] / SIZE[1]
    columns = sheet.left + (np.arange(SIZE[1]) + 0.5) * ratio
    rhythm = sheet.where.strips[-1]
    return (columns - rhythm.origin) / sheet.where.px_per_second * RATE


def _traces(record: Record, where: EcgLayout, at: np.ndarray) -> np.ndarray:
    traces = np.zeros((4, len(at)))
    for place, strip in enumerate(where.strips):
        inside = (at >= strip.start * RATE) & (at < strip.stop * RATE)
        samples = np.minimum(at[inside].astype(int), record.data.shape[1] - 1)
        traces[place // 4, inside] = record.data[lead_of(place), samples]
    return traces


def _phases(record: Record, at: np.ndarray) -> np.ndarray:
    peaks = np.concatenate([[-np.inf], record.peaks, [np.inf]])
    place = np.searchsorted(peaks, at)
    away = np.stack([at - peaks[place - 1], peaks[place] - at]) / RATE
    return np.minimum(away, _FAR)


def lead_of(place: int) -> int:
    """Return the lead of a strip: I, aVR, V1, V4 and so on, row by row, II at last."""
    return 3 * (place % 4) + place // 4 if place < N_LEADS else 1


def mean_beats(record: Record, where: EcgLayout) -> np.ndarray:
    """Return the mean of the beats that each strip shows; of all if it shows none."""
    n_times = record.data.shape[1]
    found = []
    for place, strip in enumerate(where.strips):
        first, last = strip.start * RATE, strip.stop * RATE
        inside = (record.peaks >= first) & (record.peaks < last)
        peaks = record.peaks[inside] if inside.any() else record.peaks
        at = np.clip(peaks[:, None] + OFFSETS, 0, n_times - 1)
        found.append(record.data[lead_of(place)][at].mean(axis=0))
    return np.stack(found)


def tell_rhythm(record: Record) -> np.ndarray:
    """Return the logarithm of the mean RR interval, and its relative variation."""
    intervals = np.diff(record.peaks) / RATE
    mean = intervals.mean()
    return np.array([np.log(mean), intervals.std() / mean, intervals.min() / mean])
