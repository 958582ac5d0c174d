"""Lines of text that carry samples, from a file, standard input or a network."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from skecg.monitoring._rings import Chunk

LONGEST_LINE = 1 << 20
"""Bytes; what is longer is no line of ours."""

_LONGEST_SHOWN = 80  # characters of a line that could not be read
_MOST_KEPT = 1000  # such lines
_TOGETHER = 0.25  # s of single samples that make a chunk
# The last two: numbers of hundreds of digits, and brackets in brackets in brackets.
_OF_A_LINE = (ValueError, TypeError, KeyError, OverflowError, RecursionError)


class BadLine(NamedTuple):
    """A line that could not be read.

    Attributes
    ----------
    number : int
        From 1 on.
    text : str
        How it begins.
    reason : str
        What is wrong with it.
    """

    number: int
    text: str
    reason: str


class LineSource:
    """Chunks out of lines.

    A line is JSON or comma-separated values::

        {"time": 12.0, "samples": [0.1, 0.2, null], "patient": "bed 4"}
        12.0,0.1
        12.004,0.2

    JSON carries any number of samples from `time` on; ``samples`` is a list, or a list
    of lists, one for each lead; ``null`` is a sample that is missing; ``patient`` may
    be left out. A line of values is one sample: its time in seconds, then a value for
    each lead, in mV; an empty one is missing. The first line may name the columns.
    Empty lines are passed over.

    Parameters
    ----------
    lines : iterable of str or bytes
        An open file, for instance.
    sampling_rate : float
        In Hz; says which lines of values follow each other.

    Attributes
    ----------
    bad : list of BadLine
        The lines that could not be read, a thousand at most. The others are.
    n_bad : int
        How many there were.

    Examples
    --------
    >>> from skecg.monitoring import LineSource
    >>> source = LineSource(['{"time": 1, "samples": [0.5, 0.25]}', "2,?"], 250.0)
    >>> [(chunk.timestamp, chunk.samples.tolist()) for chunk in source]
    [(1.0, [[0.5, 0.25]])]
    >>> source.bad[0].number, source.bad[0].reason
    (2, "could not convert string to float: '?'")
    """

    def __init__(self, lines: Iterable[str | bytes], sampling_rate: float) -> None:
        self.bad: list[BadLine] = []
        self.n_bad = 0
        self._lines = lines
        self._rate = sampling_rate

    def __iter__(self) -> Iterator[Chunk]:
        waiting: list[Chunk] = []
        for number, line in enumerate(self._lines, start=1):
            chunk = self._read(number, line)
            if chunk is None:
                continue
            if waiting and not self._follows(waiting, chunk):
                yield _joined(waiting)
                waiting = []
            if chunk.samples.shape[1] == 1:
                waiting.append(chunk)
            else:
                yield chunk
        if waiting:
            yield _joined(waiting)

    def _read(self, number: int, line: str | bytes) -> Chunk | None:
        try:
            text = line.decode() if isinstance(line, bytes) else line
            text = text.strip()
            if not text:
                return None
            return _of_json(text) if text[0] in "{[" else _of_values(text)
        except _OF_A_LINE as error:
            if number > 1 or not _names_columns(line):
                self._note(number, line, error)
            return None

    def _note(self, number: int, line: str | bytes, error: Exception) -> None:
        self.n_bad += 1
        if len(self.bad) < _MOST_KEPT:
            reason = (
                f"there is no {error}" if isinstance(error, KeyError) else str(error)
            )
            text = line.decode(errors="replace") if isinstance(line, bytes) else line
            self.bad.append(BadLine(number, text.strip()[:_LONGEST_SHOWN], reason))

    def _follows(self, waiting: list[Chunk], chunk: Chunk) -> bool:
        first, n = waiting[0], len(waiting)
        of_one = chunk.patient == first.patient
        of_one &= chunk.samples.shape == first.samples.shape
        if not of_one or n >= _TOGETHER * self._rate:
            return False
        expected = first.timestamp + n / self._rate
        return abs(chunk.timestamp - expected) < 0.5 / self._rate


def _joined(chunks: list[Chunk]) -> Chunk:
    samples = np.concatenate([chunk.samples for chunk in chunks], axis=1)
    return chunks[0]._replace(samples=samples)


def _of_json(text: str) -> Chunk:
    told: Any = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError("a line of JSON must be an object with time and samples")
    patient = told.get("patient", "")
    if not isinstance(patient, str):
        raise ValueError(f"patient must be a text, not {patient!r}")
    samples = np.atleast_2d(np.array(told["samples"], dtype=np.float64))
    return Chunk(_finite(told["time"]), samples, patient)


def _of_values(text: str) -> Chunk:
    time, *values = text.split(",")
    if not values:
        raise ValueError("a line of values must have a time and at least one value")
    samples = [float(value) if value.strip() else np.nan for value in values]
    return Chunk(_finite(time), np.array(samples)[:, np.newaxis])


def _finite(time: Any) -> float:
    if not np.isfinite(number := float(time)):
        raise ValueError(f"time must be finite, not {time!r}")
    return number


def _names_columns(line: str | bytes) -> bool:
    text = line.decode(errors="replace") if isinstance(line, bytes) else line
    names = [name.strip() for name in text.split(",")]
    return len(names) > 1 and all(name[:1].isalpha() for name in names)
