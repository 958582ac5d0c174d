"""Marks of waves: read, matched with those that were found, and scored."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

WAVES = ("p", "qrs", "t")
KINDS = ("onset", "peak", "offset")
NAMES = tuple(f"{wave} {kind}" for wave in WAVES for kind in KINDS)
"""Every mark that a wave can have, such as "t offset"."""

TOLERANCE = 0.150  # s

_SYMBOLS = {"p": "p", "N": "qrs", "t": "t"}

Marks = dict[str, np.ndarray]
"""Samples, ascending, by the name of the mark; absent where a method makes none."""


class Marked(NamedTuple):
    """One lead and the experts' marks of its waves."""

    name: str
    signal: np.ndarray
    rate: float
    marks: Marks

    @property
    def beats(self) -> np.ndarray:
        """The peaks of the marked QRS complexes: what the score of R-peaks needs."""
        return self.marks["qrs peak"]

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """The data that a result depends on."""
        return self.signal, *self.marks.values()


class Matches(NamedTuple):
    """What one record adds to the score of a mark."""

    n_missed: int
    n_wrong: int
    errors: np.ndarray


def group_marks(samples: Sequence[int], symbols: Sequence[str]) -> Marks:
    """Part WFDB marks ``( p ) ( N ) ( t )`` by wave and kind.

    A peak owns the bracket right before and the one right behind it; either may be
    missing.
    """
    found: dict[str, list[int]] = {name: [] for name in NAMES}
    padded = ["", *symbols, ""]
    for index, symbol in enumerate(symbols):
        if symbol not in _SYMBOLS:
            continue
        wave = _SYMBOLS[symbol]
        found[f"{wave} peak"].append(samples[index])
        if padded[index] == "(":
            found[f"{wave} onset"].append(samples[index - 1])
        if padded[index + 2] == ")":
            found[f"{wave} offset"].append(samples[index + 1])
    return {name: np.array(marks, dtype=np.int64) for name, marks in found.items()}


def read_marked(folder: str, numbers: Iterable[int]) -> list[Marked]:
    """Read lead II of records of LUDB with the experts' marks in it."""
    import wfdb

    records = []
    for k in numbers:
        path = str(Path(folder) / "data" / str(k))
        record = wfdb.rdrecord(path, channel_names=["ii"])
        marks = wfdb.rdann(path, "ii")
        grouped = group_marks(marks.sample.tolist(), marks.symbol)
        signal = np.ascontiguousarray(record.p_signal[:, 0])
        records.append(Marked(str(k), signal, float(record.fs), grouped))
    return records


def match(reference: np.ndarray, found: np.ndarray, tolerance: float) -> np.ndarray:
    """Pair marks one to one; return pairs of indices, shape (n_pairs, 2).

    As many as possible are paired, and of all ways to do so the one whose distances
    add up to the least.
    """
    distance = np.abs(np.subtract.outer(reference, found)).astype(np.float64)
    too_far = distance > tolerance * (1 + 1e-9)
    # Worse than any sum of allowed distances, so that no pair is given up for a nearer.
    distance[too_far] = 1 + 2 * tolerance * min(distance.shape, default=0)
    rows, columns = linear_sum_assignment(distance)
    return np.stack([rows, columns], axis=1)[~too_far[rows, columns]]


def compare(
    record: Marked, found: Marks, names: Iterable[str] = NAMES
) -> dict[str, Matches]:
    """Compare what was found with the experts' marks, between their first and last.

    A mark outside of that, where the experts marked nothing, counts only where it is
    paired with one of theirs.
    """
    known = np.concatenate(list(record.marks.values()))
    first, last = known.min(), known.max()
    result = {}
    for name in names:
        marks, answers = record.marks[name], found.get(name, np.empty(0))
        pairs = match(marks, answers, TOLERANCE * record.rate)
        errors = answers[pairs[:, 1]] - marks[pairs[:, 0]]
        rest = np.delete(answers, pairs[:, 1])
        wrong = int(np.count_nonzero((rest >= first) & (rest <= last)))
        result[name] = Matches(
            marks.size - len(pairs), wrong, errors * (1000 / record.rate)
        )
    return result


def pool(compared: Iterable[Mapping[str, Matches]]) -> dict[str, dict[str, Any]]:
    """Return Se, +P and the error in ms of each mark over all records."""
    records = list(compared)
    figures = {}
    for name in NAMES:
        parts = [record[name] for record in records if name in record]
        if parts:
            figures[name] = _pooled(parts)
    return figures


def _pooled(parts: list[Matches]) -> dict[str, Any]:
    errors = np.concatenate([part.errors for part in parts])
    n_missed = sum(part.n_missed for part in parts)
    n_wrong = sum(part.n_wrong for part in parts)
    n_found = errors.size
    return {
        "sensitivity": round(n_found / max(n_found + n_missed, 1), 4),
        "precision": round(n_found / max(n_found + n_wrong, 1), 4),
        "mean_ms": round(float(errors.mean()), 2) if n_found else None,
        "sd_ms": round(float(errors.std()), 2) if n_found else None,
        "n_marks": n_found + n_missed,
    }
