"""Annotated records of PhysioNet, for the measurements of signal kernels."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

BEATS = frozenset("NLRBAaJSVrFejnE/fQ?")
"""Every symbol of PhysioNet that is a beat; a flutter wave ``!`` is none."""


class Annotated(NamedTuple):
    """One lead and its reference marks."""

    name: str
    signal: np.ndarray
    rate: float
    beats: np.ndarray
    symbols: np.ndarray

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """The data that a result depends on."""
        return self.signal, self.beats


class Holder(Protocol):
    """A record that tells its data."""

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """The data that a result depends on."""


def read_record(path: Path, *, lead: str | None = None, extension: str) -> Annotated:
    """Read one lead, the first unless it is named, and the beats marked in it."""
    import wfdb

    record = wfdb.rdrecord(str(path))
    names = [name.lower() for name in record.sig_name]
    column = names.index(lead) if lead else 0
    marks = wfdb.rdann(str(path), extension)
    is_beat = np.array([symbol in BEATS for symbol in marks.symbol])
    signal = np.ascontiguousarray(record.p_signal[:, column])
    return Annotated(
        path.name,
        signal,
        float(record.fs),
        np.asarray(marks.sample)[is_beat],
        np.array(marks.symbol)[is_beat],
    )


def read_mitbih(folder: str, records: Iterable[str]) -> list[Annotated]:
    """Read the first channel of records of MIT-BIH, or of its noise stress test."""
    return [read_record(Path(folder) / name, extension="atr") for name in records]


def read_ludb(folder: str, numbers: range) -> list[Annotated]:
    """Read lead II of records of LUDB, named "ludb-1" and so on."""
    folders = ((f"ludb-{k}", Path(folder) / "data" / str(k)) for k in numbers)
    return [
        read_record(path, lead="ii", extension="ii")._replace(name=name)
        for name, path in folders
    ]


def digest(records: Iterable[Holder]) -> str:
    """Return the SHA-256 of the signals and their marks."""
    total = hashlib.sha256()
    for record in records:
        for array in record.arrays:
            total.update(np.ascontiguousarray(array, dtype="<f8"))
    return total.hexdigest()
