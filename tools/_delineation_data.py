"""The beats of the Lobachevsky database with their marks, to fit the delineation on."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from skecg.signal._delineation_beats import LEFT, RATE, RIGHT, Beats, cut_beats
from skecg.signal.rpeaks import detect_rpeaks

FITTED_ON = range(1, 76)
"""Records on which the kernels of this package are tuned."""

_COLUMN = {"p": 0, "N": 3, "t": 6}
_NEAR = 75  # samples: a detected R-peak that far from the marked one is another beat


class Marked(NamedTuple):
    """Beats and where their waves are.

    Attributes
    ----------
    window, average, rhythm : ndarray
        As in `Beats`.
    marks : ndarray of float32 of shape (n_beats, 9)
        In bins from the centre; NaN where there is no wave.
    known : ndarray of bool of shape (n_beats, 2)
        Whether P and T were looked for: not beyond the first and the last mark.
    record : ndarray of int64 of shape (n_beats,)
        Number of the record.
    lead : ndarray of str of shape (n_beats,)
        Its lead, such as "ii".
    detected : ndarray of bool of shape (n_beats,)
        Whether it is cut at the R-peak that the detector found.
    """

    window: np.ndarray
    average: np.ndarray
    rhythm: np.ndarray
    marks: np.ndarray
    known: np.ndarray
    record: np.ndarray
    lead: np.ndarray
    detected: np.ndarray

    def take(self, rows: np.ndarray) -> "Marked":
        """Return some of the beats.

        Parameters
        ----------
        rows : ndarray of int64
            Which.

        Returns
        -------
        Marked
        """
        return Marked(*(field[rows] for field in self))


def read_beats(source: Path) -> Marked:
    """Read all leads, cut at the marked R-peaks and again at the detected ones.

    Parameters
    ----------
    source : Path
        Folder of LUDB.

    Returns
    -------
    Marked
    """
    import wfdb

    parts = []
    for number in FITTED_ON:
        path = str(source / "data" / str(number))
        stored = wfdb.rdrecord(path)
        rate = float(stored.fs)
        for name, lead in zip(stored.sig_name, stored.p_signal.T, strict=True):
            signal = np.ascontiguousarray(lead)
            notes = wfdb.rdann(path, name.lower())
            rpeaks, marks, known = by_beat(np.array(notes.symbol), notes.sample)
            found = detect_rpeaks(signal, sampling_rate=rate)
            for peaks, detected in ((rpeaks, False), (found, True)):
                cut = _cut(signal, peaks, rate, (rpeaks, marks, known))
                n_beats = len(cut[0])
                origin = number, name.lower(), detected
                tags = (np.full(n_beats, value) for value in origin)
                parts.append((*cut, *tags))
    return Marked(*(np.concatenate(field) for field in zip(*parts, strict=True)))


def by_beat(
    symbols: np.ndarray, samples: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give each P and T wave to its beat.

    Parameters
    ----------
    symbols : ndarray of str
        ``( p ) ( N ) ( t )``; a bracket may be missing.
    samples : ndarray of int64
        Where they stand.

    Returns
    -------
    rpeaks : ndarray of int64 of shape (n_beats,)
        Marked peaks of the QRS complexes.
    marks : ndarray of float64 of shape (n_beats, 9)
        In samples; NaN where there is no wave.
    known : ndarray of bool of shape (n_beats, 2)
        Whether P and T were looked for.
    """
    rpeaks = samples[symbols == "N"]
    marks = np.full((rpeaks.size, 9), np.nan)
    for i in np.flatnonzero(np.isin(symbols, list(_COLUMN))):
        symbol = symbols[i]
        beat = np.searchsorted(rpeaks, samples[i], side="left") - (symbol == "t")
        if not 0 <= beat < rpeaks.size:
            continue
        column = _COLUMN[symbol]
        marks[beat, column + 1] = samples[i]
        if i > 0 and symbols[i - 1] == "(":
            marks[beat, column] = samples[i - 1]
        if i + 1 < symbols.size and symbols[i + 1] == ")":
            marks[beat, column + 2] = samples[i + 1]
    known = np.ones((rpeaks.size, 2), dtype=bool)
    peaks = symbols[np.isin(symbols, list(_COLUMN))]
    known[0, 0] &= peaks[0] != "N"
    known[-1, 1] &= peaks[-1] != "N"
    return rpeaks, marks, known


def _cut(
    signal: np.ndarray,
    peaks: np.ndarray,
    rate: float,
    marked: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> tuple[np.ndarray, ...]:
    # The first fields of `Marked`.
    rpeaks, marks, known = marked
    beats = Beats(*cut_beats(signal, np.asarray(peaks, dtype=np.int64), rate))
    distance = np.abs(peaks[:, None] - rpeaks)
    nearest = distance.argmin(axis=1)
    kept = np.flatnonzero(distance.min(axis=1) <= _NEAR)
    places = marks[nearest[kept]] * (RATE / rate) - beats.centre[kept, None]
    places[(places < -LEFT) | (places > RIGHT - 1)] = np.nan
    return (
        beats.window[kept],
        beats.average[kept],
        beats.rhythm[kept],
        places.astype(np.float32),
        known[nearest[kept]],
    )


def vary(
    beats: Marked, guess: np.ndarray, rng: np.random.Generator
) -> tuple[Marked, np.ndarray]:
    """Stretch, shift and disturb beats: patients that might have been.

    Parameters
    ----------
    beats : Marked
        As read.
    guess : ndarray of float32 of shape (n_beats, 9)
        Marks as the first network put them.
    rng : numpy.random.Generator
        Settles the draw.

    Returns
    -------
    Marked, ndarray
        The same, varied.
    """
    shape = (len(guess), 1)
    stretch = rng.uniform(-0.15, 0.15, shape)
    fast = rng.random(shape) < 0.1  # heart rates that few patients have
    stretch = np.exp(np.where(fast, 4 * stretch, stretch)).astype(np.float32)
    shift = rng.uniform(-3, 3, shape).astype(np.float32)
    time = np.arange(-LEFT, RIGHT, dtype=np.float32)
    place = np.clip((time - shift) / stretch + LEFT, 0, LEFT + RIGHT - 1.01)
    height = np.ptp(beats.average[:, LEFT - 25 : LEFT + 30], axis=1, keepdims=True)
    noise = height * rng.uniform(0, 0.015, shape).astype(np.float32)
    drift = height * rng.normal(0, 1, shape).astype(np.float32) * time / 100
    drawn = []
    for beat, share, bend in ((beats.average, 0.4, 0.015), (beats.window, 1.0, 0.025)):
        white = rng.standard_normal(beat.shape, dtype=np.float32)
        drawn.append(_between(beat, place) + share * noise * white + bend * drift)
    rhythm = beats.rhythm.copy()
    rhythm[:, :2] += np.log(stretch)
    varied = beats._replace(
        window=drawn[1],
        average=drawn[0],
        rhythm=rhythm,
        marks=beats.marks * stretch + shift,
    )
    return varied, guess * stretch + shift


def _between(beat: np.ndarray, place: np.ndarray) -> np.ndarray:
    whole = place.astype(np.int64)
    share = (place - whole).astype(np.float32)
    before = np.take_along_axis(beat, whole, axis=1)
    after = np.take_along_axis(beat, whole + 1, axis=1)
    return before + share * (after - before)


def resize(seen: np.ndarray, n_beside: int, rng: np.random.Generator) -> None:
    """Turn half of the beats over and change their heights, in place.

    Parameters
    ----------
    seen : ndarray of float32 of shape (n_beats, n_inputs)
        Inputs of a network.
    n_beside : int
        How many of the last columns are not samples.
    rng : numpy.random.Generator
        Settles the draw.
    """
    shape = (len(seen), 1)
    gain = np.exp(rng.uniform(-0.3, 0.3, shape)) * rng.choice([-1, 1], shape)
    seen[:, :-n_beside] *= gain.astype(np.float32)
