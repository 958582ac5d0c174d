"""What a screening came to, in numbers and row by row."""

import csv
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from skecg.screening._findings import NO_ANSWER, UNREADABLE

NOTICE = "Research use, not a medical device."
"""The sentence that stands beside whatever a model says of a patient."""


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
            class, and sha256 of the file's content.
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

    def as_dict(self) -> dict[str, Any]:
        """Return the result as JSON holds it.

        Returns
        -------
        dict
            One entry for each attribute, and the notice.
        """
        told = {one.name: getattr(self, one.name) for one in dataclasses.fields(self)}
        files = {"output": str(self.output), "journal": str(self.journal)}
        counts = {"outcomes": dict(self.outcomes), "classes": dict(self.classes)}
        order = {"urgency": list(self.urgency), "notice": NOTICE}
        return told | files | counts | order
