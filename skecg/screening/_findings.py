"""What is found out about a file, and what is concluded from it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skecg.datasets._read_record import files_of_record
from skecg.signal._checks import shorten

CLASSIFIED = "classified"
REFER = "uncertain: refer"
NO_ANSWER = "no answer"
UNREADABLE = "unreadable"

FOR_A_PERSON = (REFER, NO_ANSWER, UNREADABLE)
"""The outcomes of files that nobody has judged yet."""

BEATS_BY_URGENCY = ("V", "F", "S", "Q", "N")
"""The AAMI's classes of beats, the most urgent first, where nobody names an order."""

PICTURES_BY_URGENCY = (
    "Myocardial_Infarction",
    "Abnormal_Heartbeat",
    "History_of_MI",
    "Normal",
)
"""Likewise the classes of `skecg.datasets.load_ecg_images`."""


class Finding(NamedTuple):
    """What a model made of a file; a line of the journal.

    Attributes
    ----------
    path : str
        Absolute.
    sha256 : str
        Of the file's content; empty where it could not be read.
    size, modified : int
        Bytes, and the time of the last change in nanoseconds, by which a file that has
        changed since is known; -1 where there is no such file.
    probabilities : list of float
        In the order of the model's classes; empty where there are none.
    is_readable : bool
        Whether the model could read the file.
    is_doubtful : bool
        Whether it answered, but said that the file is not what it takes.
    reason : str
        Why there is no answer, or why it is doubtful.
    lead : str
        Of a record: the lead that was looked at.
    times : list of float
        Of a record's beats: their R-peaks, in seconds.
    labels : list of int
        Their classes, as places in the model's classes.
    shares : list of float
        The probability of each beat's class.
    """

    path: str
    sha256: str
    size: int
    modified: int
    probabilities: list[float]
    is_readable: bool = True
    is_doubtful: bool = False
    reason: str = ""
    lead: str = ""
    times: Sequence[float] = ()
    labels: Sequence[int] = ()
    shares: Sequence[float] = ()

    def is_of(self, path: str) -> bool:
        """Return whether the file is still the one that was looked at."""
        return (self.size, self.modified) == stamp_of(path)


class Conclusion(NamedTuple):
    """What is told of a file.

    Attributes
    ----------
    outcome : {"classified", "uncertain: refer", "no answer", "unreadable"}
        Whether it has a class.
    label : str
        The class; empty for every other outcome.
    confidence : float
        The highest probability, or of a record the mean probability of the beats of its
        class; NaN where there is none.
    """

    outcome: str
    label: str
    confidence: float


class Rule:
    """What makes conclusions of findings, and puts the most urgent ones first.

    Parameters
    ----------
    classes : sequence of str
        Of the model, in its order.
    urgency : sequence of str, optional
        Classes and outcomes, the most urgent first; see `screen`.
    refer_below : float
        The confidence below which a file is referred.
    min_beats : int or float, default=1
        How many beats of a record, or which share of them, make it one of their class.

    Raises
    ------
    ValueError
        If `urgency` names something unknown or one thing twice, or `refer_below` or
        `min_beats` is out of its range.
    """

    def __init__(
        self,
        classes: Sequence[str],
        urgency: Sequence[str] | None,
        refer_below: float,
        min_beats: float = 1,
    ) -> None:
        if not 0 <= refer_below <= 1:
            raise ValueError(
                f"refer_below must be a probability from 0 to 1, got {refer_below}."
            )
        if len({*classes, *FOR_A_PERSON}) < len(classes) + len(FOR_A_PERSON):
            raise ValueError(
                f"The classes must differ from each other and from the outcomes "
                f"{shorten(FOR_A_PERSON)}, got {shorten(classes)}."
            )
        is_share = isinstance(min_beats, float)
        if not 0 < min_beats <= (1 if is_share else np.inf):
            raise ValueError(
                "min_beats must be a number of beats from 1 on, or a share of them as "
                f"a float above 0 and up to 1.0, got {min_beats!r}."
            )
        self.classes = tuple(classes)
        self.refer_below = refer_below
        self.min_beats = min_beats
        self.urgency = _order(self.classes, tuple(map(str, urgency or ())))
        self._rank = {name: rank for rank, name in enumerate(self.urgency)}
        first = next(name for name in self.urgency if name in self.classes)
        self._most_urgent = self.classes.index(first)
        named = [name for name in self.urgency if name in self.classes]
        self._by_urgency = [self.classes.index(name) for name in named]

    def conclude(self, finding: Finding) -> Conclusion:
        """Return what is told of a file."""
        if not finding.is_readable:
            return Conclusion(UNREADABLE, "", np.nan)
        if not finding.probabilities:
            return Conclusion(NO_ANSWER, "", np.nan)
        index, confidence = self._class_of(finding)
        if finding.is_doubtful or confidence < self.refer_below:
            return Conclusion(REFER, "", confidence)
        return Conclusion(CLASSIFIED, self.classes[index], confidence)

    def count(self, finding: Finding) -> list[int]:
        """Return how many beats of each class a record has."""
        labels = np.asarray(finding.labels, dtype=np.int64)
        return np.bincount(labels, minlength=len(self.classes)).tolist()

    def _class_of(self, finding: Finding) -> tuple[int, float]:
        # A record is as urgent as the most urgent class that has beats enough.
        if not finding.labels:
            index = int(np.argmax(finding.probabilities))
            return index, finding.probabilities[index]
        counts = self.count(finding)
        is_share = isinstance(self.min_beats, float)
        least = self.min_beats * (len(finding.labels) if is_share else 1)
        enough = [index for index in self._by_urgency if counts[index] >= least]
        index = enough[0] if enough else int(np.argmax(counts))
        of_class = np.asarray(finding.labels) == index
        return index, float(np.asarray(finding.shares)[of_class].mean())

    def sort_key(self, finding: Finding) -> tuple[int, float]:
        """Return two numbers, of which the smaller ones come first.

        Those of one class come by confidence, the highest first; those that are
        referred by the probability of the most urgent class.
        """
        outcome, label, confidence = self.conclude(finding)
        if outcome == CLASSIFIED:
            return self._rank[label], -confidence
        probabilities = finding.probabilities or None
        within = -probabilities[self._most_urgent] if probabilities else 0.0
        return self._rank[outcome], within

    def as_row(self, finding: Finding) -> dict[str, Any]:
        """Return the conclusion as journal and table hold it."""
        outcome, label, confidence = self.conclude(finding)
        known = None if np.isnan(confidence) else confidence
        return {"outcome": outcome, "class": label, "confidence": known}


def stamp_of(path: str) -> tuple[int, int]:
    """Return size and time of the last change of a file, -1 where there is none.

    Parameters
    ----------
    path : str
        Of the file. The files that the header of a record names belong to it.

    Returns
    -------
    size : int
        In bytes.
    modified : int
        In nanoseconds.
    """
    try:
        facts = [Path(each).stat() for each in files_of_record(path)]
    except (OSError, ValueError):  # a name that the system does not take
        return -1, -1
    return sum(one.st_size for one in facts), max(one.st_mtime_ns for one in facts)


def absolute(path: str | os.PathLike[str]) -> str:
    """Return a path that names the same file from everywhere; links are kept."""
    return os.path.abspath(os.fspath(path))  # noqa: PTH100 - Path keeps ".."


def _order(classes: tuple[str, ...], told: tuple[str, ...]) -> tuple[str, ...]:
    for order in (BEATS_BY_URGENCY, PICTURES_BY_URGENCY):
        if not told and set(classes) <= set(order):
            told = tuple(name for name in order if name in classes)
    unknown = [name for name in told if name not in (*classes, *FOR_A_PERSON)]
    if unknown or len(set(told)) < len(told):
        what = shorten(unknown) if unknown else "one name twice"
        raise ValueError(
            f"urgency must name classes of the model, {shorten(classes)}, or outcomes, "
            f"{shorten(FOR_A_PERSON)}, each once; got {what}."
        )
    named = [*told, *(name for name in classes if name not in told)]
    # What nobody has judged may be of any class: right behind the most urgent one.
    first = next(at for at, name in enumerate(named) if name in classes) + 1
    rest = [name for name in FOR_A_PERSON if name not in told]
    return (*named[:first], *rest, *named[first:])
