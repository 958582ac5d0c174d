"""Findings on the disk, one line each, as they are made.

Lines are only ever added, and are on the disk before the next ones are made: whatever
ends a process, at most the line that it was writing is torn, and that one is dropped.
"""

import json
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO

from skecg._files import lock
from skecg.exceptions import DataFileError
from skecg.screening._findings import Finding, Rule

FORMAT = "skecg-screening"
FORMAT_VERSION = 2


class Journal:
    """The findings of a run and of those before it.

    Parameters
    ----------
    path : Path
        Of the file, for the text of an error.
    file : binary file
        Open for reading and appending.

    Attributes
    ----------
    places : dict of str to int
        Where in the file the line of each path begins; of two lines, the later one.
    n_answers : int
        How many files the model has answered for.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self.places: dict[str, int] = {}
        self.n_answers = 0
        self._file = file

    def begin(self, head: dict[str, Any]) -> None:
        """Read what is there, or write the first line.

        Parameters
        ----------
        head : dict
            Model and classes, which must be those of the runs before.

        Raises
        ------
        DataFileError
            If it is no journal, is damaged, or is about something else.
        """
        first, end = True, 0
        self._file.seek(0)
        for number, line in enumerate(self._file, start=1):
            told = self._parse(line, number)
            if told is None:
                if first and not _as_line(head).startswith(line):
                    raise self._damaged("its first line is none that skecg has written")
                break
            if first:
                self._check_head(told, head)
                first = False
            else:
                self._note(_finding(told), end)
            end += len(line)
        self._file.truncate(end)  # without the line that a killed process was writing
        if first:
            self._write([head])

    def append(self, findings: Sequence[Finding], rule: Rule) -> None:
        """Write findings, and return when they are on the disk.

        Parameters
        ----------
        findings : sequence of Finding
            One line each.
        rule : Rule
            Tells what is concluded, for whoever reads the journal.
        """
        lines = [finding._asdict() | rule.as_row(finding) for finding in findings]
        for finding, place in zip(findings, self._write(lines), strict=True):
            self._note(finding, place)

    def has(self, path: str) -> bool:
        """Return whether there is a finding on a file as it is now."""
        place = self.places.get(path)
        return place is not None and self.read(place).is_of(path)

    def read(self, place: int) -> Finding:
        """Return the finding whose line begins at a place."""
        self._file.seek(place)
        return _finding(json.loads(self._file.readline()))

    def _note(self, finding: Finding, place: int) -> None:
        self.places[finding.path] = place
        self.n_answers += bool(finding.probabilities)

    def _write(self, lines: Iterable[dict[str, Any]]) -> list[int]:
        texts = list(map(_as_line, lines))
        end = self._file.seek(0, 2)
        self._file.write(b"".join(texts))
        _to_disk(self._file)
        return list(accumulate(map(len, texts), initial=end))[: len(texts)]

    def _parse(self, line: bytes, number: int) -> dict[str, Any] | None:
        # None for a torn line, which only the last one can be.
        try:
            told = json.loads(line)
        except ValueError:
            if not self._file.read(1):
                return None
            raise self._damaged(f"line {number} is no JSON") from None
        if not line.endswith(b"\n"):
            return None
        keys = {"format"} if number == 1 else set(Finding._fields)
        if not isinstance(told, dict) or not keys <= told.keys():
            raise self._damaged(f"line {number} is none that skecg has written")
        return told

    def _check_head(self, told: dict[str, Any], head: dict[str, Any]) -> None:
        if told["format"] != FORMAT:
            raise self._damaged("its first line is none that skecg has written")
        for name, text in (
            ("format_version", "was written by another version of skecg"),
            ("model", "belongs to another model"),
            ("classes", "belongs to a model of other classes"),
            ("leads", "belongs to other leads of the records"),
        ):
            if told.get(name) != head[name]:
                raise DataFileError(
                    f"{self.path} {text}: its {name} is {told.get(name)!r}, this one "
                    f"is {head[name]!r}. Write to another file, or delete the journal "
                    "to begin anew."
                )

    def _damaged(self, what: str) -> DataFileError:
        return DataFileError(
            f"{self.path} is no journal of a screening, or was damaged: {what}. Write "
            "to another file, or delete it to begin anew."
        )


@contextmanager
def open_journal(
    path: Path, *, model: str, classes: Sequence[str], leads: Sequence[str] = ()
) -> Iterator[Journal]:
    """Open a journal, and keep other processes from writing to it.

    Parameters
    ----------
    path : Path
        Made if it is not there; its folder must exist.
    model : str
        Names the model.
    classes : sequence of str
        Of the model, in its order.
    leads : sequence of str, default=()
        Of records: those that are looked for, in order of preference.

    Yields
    ------
    Journal

    Raises
    ------
    DataFileError
        If it is no journal, is damaged, is about another model or other classes, or
        another process is writing to it.
    OSError
        If it cannot be read or written.
    """
    head = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "model": model,
        "classes": list(classes),
        "leads": list(leads),
    }
    with path.open("a+b") as file:
        try:
            lock(file.fileno(), wait=False)
        except (BlockingIOError, PermissionError) as error:
            raise DataFileError(
                f"Another process is writing to {path}. Wait until it is done, or "
                "write to another file."
            ) from error
        except OSError:  # a file system without locks
            pass
        journal = Journal(path, file)
        journal.begin(head)
        yield journal


def read_some(
    path: Path, wanted: Collection[str]
) -> tuple[dict[str, Any], dict[str, Finding]]:
    """Read the findings on some files, without keeping others from writing.

    Parameters
    ----------
    path : Path
        Of the journal.
    wanted : collection of str
        Paths of files.

    Returns
    -------
    head : dict
        Its first line.
    findings : dict of Finding
        By path; of two lines on one file, the later one.
    """
    found = {}
    with path.open("rb") as file:
        head = json.loads(file.readline())
        for line in file:
            told = json.loads(line)
            if told["path"] in wanted:
                found[told["path"]] = _finding(told)
    return head, found


def _as_line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, allow_nan=False).encode() + b"\n"


def _finding(told: dict[str, Any]) -> Finding:
    of_beats = {name: tuple(told[name]) for name in ("times", "labels", "shares")}
    return Finding(**{name: told[name] for name in Finding._fields} | of_beats)


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
