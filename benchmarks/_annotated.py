"""Annotated records of PhysioNet, for the measurements of R-peaks."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

BEATS = frozenset("NLRBAaJSVrFejnE/fQ?")
"""Every symbol of PhysioNet that is a beat; a flutter wave ``!`` is none."""


class Annotated(NamedTuple):
    """One lead and its reference marks."""

    name: str
    signal: np.ndarray
    rate: float
    beats: np.ndarray


def read_record(path: Path, *, lead: str | None = None, extension: str) -> Annotated:
    """Read one lead, the first unless it is named, and the beats marked in it."""
    import wfdb

    record = wfdb.rdrecord(str(path))
    names = [name.lower() for name in record.sig_name]
    column = names.index(lead) if lead else 0
    marks = wfdb.rdann(str(path), extension)
    pairs = zip(marks.sample, marks.symbol, strict=True)
    beats = np.array([sample for sample, symbol in pairs if symbol in BEATS])
    signal = np.ascontiguousarray(record.p_signal[:, column])
    return Annotated(path.name, signal, float(record.fs), beats)


def read_mitbih(folder: str, records: tuple[str, ...]) -> list[Annotated]:
    """Read the first channel of records of MIT-BIH, or of its noise stress test."""
    return [read_record(Path(folder) / name, extension="atr") for name in records]


def read_ludb(folder: str, numbers: range) -> list[Annotated]:
    """Read lead II of records of LUDB."""
    return [
        read_record(Path(folder) / "data" / str(k), lead="ii", extension="ii")
        for k in numbers
    ]
