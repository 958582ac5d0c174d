"""Printouts that never were: pictures drawn from records of PTB and LUDB.

Records are cut into cycles, from R-peak to R-peak. Cycles taken up anew, at another
pace and stretched, with their leads scaled, make any number of records of one heart.
They are drawn as the printer of the real pictures draws, so that a network can learn to
tell hearts apart on printouts before it sees a real one.
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

# Where the printer of the real pictures, of 412 x 703 pixels, draws what.
_SHEET = (412, 703)
_BASELINES = (62, 362)  # rows of the first and of the rhythm strip
_TRACES = (28, 684)  # columns of their begin and end
_RULES = (45, 275)  # rows of the lines between leads
_STYLE = PaperStyle(paper=248, fine=245, heavy=236, ink=10, pen=0.45)
_PAPER = (760, 1160)  # pixels of the picture that is made small
_EDGE = 60  # pixels of paper more, around it

_LEAST_CYCLE, _MOST_CYCLE = 0.25, 2.5  # s


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
    """Pictures, and the record that each was drawn from.

    Attributes
    ----------
    pictures : ndarray of uint8 of shape (n, *SIZE)
        In grey.
    record : ndarray of int of shape (n,)
        Its place among the sources.
    """

    pictures: np.ndarray
    record: np.ndarray


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
    """Draw `n` printouts, of each record as many as of the others, or one more."""
    rng = np.random.default_rng(seed)
    record = np.arange(n) % len(sources)
    pictures = [print_record(rng, draw(rng, sources[one])) for one in record]
    return Printouts(np.stack(pictures), record)


def draw(rng: np.random.Generator, source: Record) -> Record:
    """Draw a record out of the cycles of another."""
    at, peaks = _draw_cycles(rng, source.peaks)
    below = at.astype(np.int64)
    share = (at - below).astype(np.float32)
    data = (1 - share) * source.data[:, below] + share * source.data[:, below + 1]
    gains = np.exp(0.15 * rng.standard_normal((N_LEADS, 1)))
    return Record((data * gains).astype(np.float32), peaks)


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


def print_record(rng: np.random.Generator, record: Record) -> np.ndarray:
    """Draw a record on paper, as the printer does, and make the picture small."""
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
    padded = np.pad(picture, _EDGE, mode="edge")
    return area_resize(padded[_cut(rng, where)], SIZE)


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
