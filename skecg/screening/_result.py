"""What a screening came to, in numbers and row by row."""

import csv
import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skecg._notice import NOTICE
from skecg.screening._findings import NO_ANSWER, UNREADABLE
from skecg.screening._journal import read_some


class RecordBeats(NamedTuple):
    """The beats of one record.

    Attributes
    ----------
    time : ndarray of shape (n_beats,)
        Of the R-peaks, in seconds.
    label : ndarray of str of shape (n_beats,)
        Their classes.
    probability : ndarray of shape (n_beats,)
        What the model gives each beat's class.
    """

    time: np.ndarray
    label: np.ndarray
    probability: np.ndarray


@dataclasses.dataclass(frozen=True, kw_only=True)
class ScreeningResult:
    """What a screening came to.

    Attributes
    ----------
    output : Path
        The table, most urgent first.
    journal : Path
        The findings as they were made, from which a run that broke off goes on.
    n_files : int
        Files in the table.
    n_new : int
        How many of them this run looked at; the others stood in the journal.
    outcomes : mapping of str to int
        Files of each outcome: "classified", "uncertain: refer", "no answer",
        "unreadable".
    classes : mapping of str to int
        Files of each class among those that were classified.
    urgency : tuple of str
        The order of the table: classes, and outcomes without a class.
    refer_below : float
        The confidence below which a file was referred.
    model : str
        What names the model in the journal.
    of_records : bool
        Whether the files are records, and not pictures.
    beats : Path or None
        The table of beats, if one was wanted.
    beat_classes : mapping of str to int
        Beats of each class in all records that have an answer; empty for pictures.
    min_beats : int or float
        How many beats of a record, or which share of them, made it one of their class.
    """

    output: Path
    journal: Path
    n_files: int
    n_new: int
    outcomes: Mapping[str, int]
    classes: Mapping[str, int]
    urgency: tuple[str, ...]
    refer_below: float
    model: str
    of_records: bool = False
    beats: Path | None = None
    beat_classes: Mapping[str, int] = dataclasses.field(default_factory=dict)
    min_beats: float = 1

    @property
    def n_not_judged(self) -> int:
        """Files that could not be read, or that the model has no answer for."""
        return self.outcomes[UNREADABLE] + self.outcomes[NO_ANSWER]

    def rows(self) -> Iterator[dict[str, str]]:
        """Read the table, row by row.

        Yields
        ------
        dict of str to str
            By column: path, outcome, class, confidence, reason, the probability of each
            class, of records the lead and the beats in all and of each class, and
            sha256 of the file's content.
        """
        with self.output.open(
            encoding="utf-8", errors="surrogateescape", newline=""
        ) as file:
            yield from csv.DictReader(file)

    def not_judged(self) -> Iterator[dict[str, str]]:
        """Read the rows of the files that `n_not_judged` counts.

        Yields
        ------
        dict of str to str
            As `rows` gives them; ``reason`` says why.
        """
        for row in self.rows():
            if row["outcome"] in (UNREADABLE, NO_ANSWER):
                yield row

    def beats_of(self, paths: Iterable[str]) -> dict[str, RecordBeats]:
        """Read the beats of some records out of the journal.

        Parameters
        ----------
        paths : iterable of str
            As they stand in the table.

        Returns
        -------
        dict of RecordBeats
            By path; what has no beats is not in it.
        """
        head, found = read_some(self.journal, set(paths))
        classes = np.array(head["classes"], dtype=str)
        return {
            path: RecordBeats(
                np.array(finding.times, dtype=np.float64),
                classes[list(finding.labels)],
                np.array(finding.shares, dtype=np.float64),
            )
            for path, finding in found.items()
            if finding.labels
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the result as JSON holds it.

        Returns
        -------
        dict
            One entry for each attribute, and the notice.
        """
        told = {one.name: getattr(self, one.name) for one in dataclasses.fields(self)}
        files = {
            name: None if getattr(self, name) is None else str(getattr(self, name))
            for name in ("output", "journal", "beats")
        }
        counts = {
            name: dict(getattr(self, name))
            for name in ("outcomes", "classes", "beat_classes")
        }
        order = {"urgency": list(self.urgency), "notice": NOTICE}
        return told | files | counts | order
