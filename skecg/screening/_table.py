"""The table of a screening: a line for each file, the most urgent first."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from skecg._files import replaced
from skecg.screening._findings import CLASSIFIED, Finding, Rule
from skecg.screening._journal import Journal


def write_table(
    path: Path, journal: Journal, paths: Sequence[str], rule: Rule
) -> tuple[Counter[str], Counter[str]]:
    """Write the table, in one step, and count what is in it.

    Parameters
    ----------
    path : Path
        Where to.
    journal : Journal
        With a finding for each of the paths.
    paths : sequence of str
        The files to tell of; findings on others stay in the journal.
    rule : Rule
        What makes conclusions of findings.

    Returns
    -------
    outcomes, classes : Counter
        How many files there are of each.
    """
    places = np.array([journal.places[one] for one in paths], dtype=np.int64)
    keys = np.empty((len(paths), 2))
    for index, place in enumerate(places):
        keys[index] = rule.sort_key(journal.read(int(place)))
    order = np.lexsort((keys[:, 1], keys[:, 0]))  # stable: then as they were given
    outcomes: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    with replaced(path) as file:
        text = io.TextIOWrapper(
            file, encoding="utf-8", errors="surrogateescape", newline=""
        )
        table = csv.writer(text, lineterminator="\n")
        table.writerow(_columns(rule.classes))
        for place in places[order]:
            finding = journal.read(int(place))
            told = rule.as_row(finding)
            outcomes[told["outcome"]] += 1
            classes[told["class"]] += told["outcome"] == CLASSIFIED
            table.writerow(_row(finding, told, len(rule.classes)))
        text.flush()
        text.detach()
    return outcomes, classes


def _columns(classes: Sequence[str]) -> list[str]:
    shares = [f"P({name})" for name in classes]
    return ["path", "outcome", "class", "confidence", "reason", *shares, "sha256"]


def _row(finding: Finding, told: dict[str, Any], n_classes: int) -> list[Any]:
    numbers = [f"{share:.6g}" for share in finding.probabilities] or [""] * n_classes
    known = told["confidence"]
    confidence = "" if known is None else f"{known:.6g}"
    first = [finding.path, told["outcome"], told["class"], confidence, finding.reason]
    return [*first, *numbers, finding.sha256]
