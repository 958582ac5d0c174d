"""Printouts that never were: pictures drawn from records, and what is to be read there.

Records are cut into cycles, from R-peak to R-peak. Cycles taken up anew, at another
pace and stretched, with their leads mixed and waves added, make any number of hearts.
They are drawn as the printer of the real pictures draws, so that a network can learn to
read printouts before it sees a real one.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import wfdb

from skecg.datasets import read_ludb, read_ptb
from skecg.features import TWaveFeatures
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
_STYLE = PaperStyle(paper=248, fine=245, heavy=236, ink=10, pen=0.4)
_PAPER = (760, 1160)  # pixels of the picture that is made small
_FRAME = 212  # grey of the line around the sheet
_EDGE = 60  # pixels of paper more, around it

_WAVES = (-100, 150)  # samples from the R-peak: where waves may be added

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
    """Pictures, and what is to be read off them.

    Attributes
    ----------
    pictures : ndarray of uint8 of shape (n, *SIZE)
        In grey.
    waves : ndarray of float32 of shape (n, 12, n_measures)
        Waves of the beats of each lead, as `TWaveFeatures` measures them; NaN where
        there is no such wave.
    rhythm : ndarray of float32 of shape (n, 2)
        Logarithms of the mean cycle in seconds and of how much cycles differ.
    """

    pictures: np.ndarray
    waves: np.ndarray
    rhythm: np.ndarray


def read_sources(ptbdb: str, ludb: str | None, cinc2021: str | None) -> list[Record]:
    """Read records of PTB, of LUDB, whose leads get PTB's heights, and of CinC 2021."""
    ptb = np.asarray(read_ptb(ptbdb, target_rate=RATE).data)
    records = list(ptb)
    if ludb:
        heights = np.ptp(ptb, axis=-1)
        read = resample(read_ludb(ludb).data, sampling_rate=500.0, target_rate=RATE)
        records += [
            one * heights[k % len(heights), :, None] for k, one in enumerate(read)
        ]
    if cinc2021:
        headers = sorted(Path(cinc2021).glob("*.hea"))
        records += list(_read_ten_seconds(headers, ptb.shape[-1]))
    found = as_sources(np.stack(records))
    # Mixed, so that the databases do not come one behind the other.
    return [found[index] for index in np.random.default_rng(0).permutation(len(found))]


def _read_ten_seconds(headers: list[Path], n_times: int) -> Iterator[np.ndarray]:
    # By wfdb itself: the package refuses the unit "mv", as it stands in some headers.
    for header in headers:
        read = wfdb.rdrecord(str(header.with_suffix("")))
        found = np.nan_to_num(read.p_signal.T)
        data = resample(found, sampling_rate=read.fs, target_rate=RATE)
        if data.shape[0] == N_LEADS and data.shape[1] >= n_times:
            yield data[:, :n_times]


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
    drawn = [draw(rng, sources[index % len(sources)]) for index in range(n)]
    pictures = np.stack([print_record(rng, one) for one in drawn])
    measured = TWaveFeatures(sampling_rate=RATE, leads="fused", measures="all")
    waves = measured.fit_transform(np.stack([one.data for one in drawn]))
    return Printouts(
        pictures,
        waves.reshape(n, N_LEADS, -1).astype(np.float32),
        np.stack([rhythm_of(one) for one in drawn]),
    )


def lead_of_patches(grid: tuple[int, int]) -> np.ndarray:
    """Return the lead that each patch of a picture lies in, by its middle.

    Parameters
    ----------
    grid : tuple of two ints
        Rows and columns of patches.

    Returns
    -------
    ndarray of int of shape `grid`
        Its place among the twelve; lead II along the rhythm strip.
    """
    down, across = ((np.arange(n) + 0.5) / n for n in grid)
    first, last = (row / _SHEET[0] for row in _BASELINES)
    left, right = (column / _SHEET[1] for column in _TRACES)
    row = np.clip(np.rint(3 * (down - first) / (last - first)), 0, 3).astype(int)
    column = np.clip(4 * (across - left) / (right - left), 0, 3).astype(int)
    return np.where(row[:, None] < 3, 3 * column + row[:, None], 1)


def rhythm_of(record: Record) -> np.ndarray:
    """Return how long cycles are and how much they differ, as `Printouts` has it."""
    cycles = np.diff(record.peaks) / RATE
    spread = cycles.std() / cycles.mean()
    return np.log([cycles.mean(), 0.02 + spread]).astype(np.float32)


def draw(rng: np.random.Generator, source: Record) -> Record:
    """Draw a record out of the cycles of another, with other leads and other waves."""
    at, peaks = _draw_cycles(rng, source.peaks)
    below = at.astype(np.int64)
    share = (at - below).astype(np.float32)
    data = (1 - share) * source.data[:, below] + share * source.data[:, below + 1]
    mix = np.diag(np.exp(0.2 * rng.standard_normal(N_LEADS) - 0.15))
    mix += 0.04 * rng.standard_normal((N_LEADS, N_LEADS))
    data = mix @ data
    waves = _draw_waves(rng)
    for peak in peaks:
        _add(data, waves, peak + _WAVES[0])
    return Record(data.astype(np.float32), peaks)


def _draw_waves(rng: np.random.Generator) -> np.ndarray:
    # Two waves of each lead that come with every beat, of shape (12, n_times).
    seconds = np.arange(*_WAVES) / RATE
    centre = rng.uniform(-0.15, 0.4, (N_LEADS, 2, 1))
    width = np.exp(rng.uniform(math.log(0.012), math.log(0.08), (N_LEADS, 2, 1)))
    height = 0.06 * rng.standard_normal((N_LEADS, 2, 1)) * rng.exponential()
    return (height * np.exp(-0.5 * ((seconds - centre) / width) ** 2)).sum(axis=1)


def _add(data: np.ndarray, waves: np.ndarray, start: int) -> None:
    first, last = max(start, 0), min(start + waves.shape[1], data.shape[1])
    data[:, first:last] += waves[:, first - start : last - start]


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
    small = area_resize(padded[_cut(rng, where)], SIZE)
    small[[0, -1]], small[:, [0, -1]] = _FRAME, _FRAME
    return small


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
        scale = ratio * rng.uniform(0.995, 1.005)
        low = corner[axis] - scale * (begin + rng.uniform(-1.5, 1.5)) + _EDGE
        box.append(slice(round(low), round(low + scale * _SHEET[axis])))
    return box[0], box[1]
