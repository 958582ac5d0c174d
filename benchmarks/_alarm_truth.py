"""What MIT-BIH's annotations say that a monitor should have told."""

from typing import NamedTuple

import numpy as np

from benchmarks._annotated import Annotated

_VENTRICULAR = frozenset("VE")


class Stretch(NamedTuple):
    """Something that lasts, in seconds of the record."""

    kind: str
    begin: float
    end: float


def stretches(record: Annotated, flutter: list[tuple[float, float]]) -> list[Stretch]:
    """List what the beats of the annotators make of the rules' definitions.

    During flutter no beat is marked: it is no asystole, and what rules on beats say
    then is neither right nor wrong.
    """
    beats = record.beats / record.rate
    wide = np.array([symbol in _VENTRICULAR for symbol in record.symbols])
    runs = np.lib.stride_tricks.sliding_window_view(wide, 5).all(axis=1)
    found = {
        "asystole": _pairs(beats, 1, np.diff(beats) >= 4.0),
        "extreme_bradycardia": _pairs(beats, 4, _rate(beats, 4) < 40),
        "extreme_tachycardia": _pairs(beats, 16, _rate(beats, 16) > 140),
        "ventricular_run": _pairs(beats, 4, (_rate(beats, 4) > 100) & runs),
    }
    told = [
        Stretch(kind, *pair)
        for kind, pairs in found.items()
        for pair in _merged(pairs)
        if not any(pair[1] > begin and pair[0] < end for begin, end in flutter)
    ]
    whole = [Stretch("ventricular_flutter", *pair) for pair in _merged(flutter, 5.0)]
    return told + [one for one in whole if one.end - one.begin >= 4.0]


def read_flutter(path: str) -> list[tuple[float, float]]:
    """Read where annotators have marked flutter or fibrillation, in seconds."""
    import wfdb

    marks = wfdb.rdann(path, "atr")
    limits = [
        (symbol, float(sample) / 360.0)
        for symbol, sample in zip(marks.symbol, marks.sample, strict=True)
        if symbol in "[]"
    ]
    begins = [time for symbol, time in limits if symbol == "["]
    ends = [time for symbol, time in limits if symbol == "]"]
    return list(zip(begins, ends, strict=True))


def _rate(beats: np.ndarray, n: int) -> np.ndarray:
    return 60 * n / (beats[n:] - beats[:-n])


def _pairs(beats: np.ndarray, n: int, here: np.ndarray) -> list[tuple[float, float]]:
    return [(float(beats[i]), float(beats[i + n])) for i in np.flatnonzero(here)]


def _merged(
    pairs: list[tuple[float, float]], apart: float = 1.0
) -> list[tuple[float, float]]:
    whole: list[tuple[float, float]] = []
    for begin, end in sorted(pairs):
        if whole and begin <= whole[-1][1] + apart:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((begin, end))
    return whole
