"""The table of a screening: a line for each file, the most urgent first."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skecg._files import replaced
from skecg.screening._findings import CLASSIFIED, Finding, Rule
from skecg.screening._journal import Journal


class Counts(NamedTuple):
    """How much there is of what.

    Attributes
    ----------
    outcomes, classes : Counter
        Files of each.
    beats : Counter
        Beats of each class, of all records that have an answer.
    """

    outcomes: Counter[str]
    classes: Counter[str]
    beats: Counter[str]


def urgent_first(journal: Journal, paths: Sequence[str], rule: Rule) -> np.ndarray:
    """Return where in the journal the finding on each file is, most urgent first.

    Parameters
    ----------
    journal : Journal
        With a finding for each of the paths.
    paths : sequence of str
        The files to tell of; findings on others stay in the journal.
    rule : Rule
        What makes conclusions of findings.

    Returns
    -------
    ndarray of int of shape (n_files,)
    """
    places = np.array([journal.places[one] for one in paths], dtype=np.int64)
    keys = np.empty((len(paths), 2))
    for index, place in enumerate(places):
        keys[index] = rule.sort_key(journal.read(int(place)))
    return places[np.lexsort((keys[:, 1], keys[:, 0]))]  # stable: then as given


def write_table(
    path: Path, journal: Journal, places: np.ndarray, rule: Rule, *, of_records: bool
) -> Counts:
    """Write the table, in one step, and count what is in it.

    Parameters
    ----------
    path : Path
        Where to.
    journal : Journal
        With the findings.
    places : ndarray of int of shape (n_files,)
        Where in the journal they are, in the order of the table.
    rule : Rule
        What makes conclusions of findings.
    of_records : bool
        Whether the files are records, which have leads and beats.

    Returns
    -------
    Counts
    """
    counts = Counts(Counter(), Counter(), Counter())
    with _table(path, _columns(rule.classes, of_records=of_records)) as table:
        for place in places:
            finding = journal.read(int(place))
            told = rule.as_row(finding)
            counts.outcomes[told["outcome"]] += 1
            counts.classes[told["class"]] += told["outcome"] == CLASSIFIED
            beats = rule.count(finding)
            counts.beats.update(dict(zip(rule.classes, beats, strict=True)))
            of_record = [finding.lead, sum(beats), *beats] if of_records else []
            table.writerow(_row(finding, told, of_record, len(rule.classes)))
    return counts


def write_beats(
    path: Path, journal: Journal, places: np.ndarray, classes: Sequence[str]
) -> None:
    """Write a line for each beat, record by record in the order of the table.

    Parameters
    ----------
    path : Path
        Where to.
    journal : Journal
        With the findings.
    places : ndarray of int of shape (n_files,)
        Where in the journal they are.
    classes : sequence of str
        Of the model, in its order.
    """
    with _table(path, ["path", "time", "class", "probability"]) as table:
        for place in places:
            finding = journal.read(int(place))
            beats = zip(finding.times, finding.labels, finding.shares, strict=True)
            table.writerows(
                (finding.path, time, classes[label], share)
                for time, label, share in beats
            )


@contextmanager
def _table(path: Path, columns: list[str]) -> Iterator[Any]:
    with replaced(path) as file:
        text = io.TextIOWrapper(
            file, encoding="utf-8", errors="surrogateescape", newline=""
        )
        table = csv.writer(text, lineterminator="\n")
        table.writerow(columns)
        yield table
        text.flush()
        text.detach()


def _columns(classes: Sequence[str], *, of_records: bool) -> list[str]:
    shares = [f"P({name})" for name in classes]
    beats = ["lead", "beats", *(f"beats({name})" for name in classes)]
    first = ["path", "outcome", "class", "confidence", "reason", *shares]
    return [*first, *(beats if of_records else ()), "sha256"]


def _row(
    finding: Finding, told: dict[str, Any], of_record: list[Any], n_classes: int
) -> list[Any]:
    numbers = [f"{share:.6g}" for share in finding.probabilities] or [""] * n_classes
    known = told["confidence"]
    confidence = "" if known is None else f"{known:.6g}"
    first = [finding.path, told["outcome"], told["class"], confidence, finding.reason]
    return [*first, *numbers, *of_record, finding.sha256]
