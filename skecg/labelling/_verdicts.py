"""One class for each file out of what several persons said."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

from skecg.exceptions import DataFileError
from skecg.labelling._entries import Decision
from skecg.labelling._items import Item
from skecg.labelling._store import LabelStore
from skecg.signal._checks import shorten

Conflicts = Literal["refuse", "majority", "leave out"]

_UNLABELLED = {  # whether somebody could not tell, whether somebody skipped it
    (False, False): "not labelled",
    (False, True): "skipped",
    (True, False): "nobody could tell",
    (True, True): "nobody could tell",
}


class LeftOut(NamedTuple):
    """A file that is not exported.

    Attributes
    ----------
    file : str
        Its path below the folder.
    reason : str
        Why not.
    """

    file: str
    reason: str


class Verdict(NamedTuple):
    """The class of a file.

    Attributes
    ----------
    item : Item
        The file.
    label : str
        Its class.
    sha256 : str
        Of its content when it was labelled.
    annotators : tuple of str
        Who gave it that class.
    """

    item: Item
    label: str
    sha256: str
    annotators: tuple[str, ...]


def settle(
    store: LabelStore, items: Sequence[Item], conflicts: Conflicts
) -> tuple[list[Verdict], list[LeftOut]]:
    """Give each file one class, or a reason why it has none.

    Parameters
    ----------
    store : LabelStore
        What was decided.
    items : sequence of Item
        The files.
    conflicts : {"refuse", "majority", "leave out"}
        What becomes of files to which two persons gave different classes.

    Returns
    -------
    verdicts : list of Verdict
        In the order of the files.
    left_out : list of LeftOut
        The others.

    Raises
    ------
    DataFileError
        If there is a conflict, and `conflicts` is "refuse".
    ValueError
        If `conflicts` is none of the three.
    """
    if conflicts not in ("refuse", "majority", "leave out"):
        raise ValueError(
            f"conflicts must be 'refuse', 'majority' or 'leave out', got {conflicts!r}."
        )
    store.refresh()
    everyone = [store.decisions(who) for who in store.annotators]
    verdicts, left_out = [], []
    contested: list[str] = []
    for item in items:
        told = [one[item.name] for one in everyone if item.name in one]
        found = _of_file(item, told, conflicts)
        if isinstance(found, Verdict):
            verdicts.append(found)
        else:
            left_out.append(found)
            contested += [item.name] if len(_classes(told)) > 1 else []
    if contested and conflicts == "refuse":
        raise DataFileError(
            f"{len(contested)} files were given different classes: "
            f"{shorten(contested)}. Settle them, or take the majority, or leave them "
            "out (conflicts='majority' or 'leave out')."
        )
    return verdicts, left_out


def _of_file(
    item: Item, told: Sequence[Decision], conflicts: Conflicts
) -> Verdict | LeftOut:
    given = [one for one in told if one.label]
    votes = _classes(told).most_common()
    reason = _why_none(told, given, votes, conflicts)
    if reason:
        return LeftOut(item.name, reason)
    label = votes[0][0]
    who = tuple(one.annotator for one in given if one.label == label)
    return Verdict(item, label, given[0].sha256, who)


def _why_none(
    told: Sequence[Decision],
    given: Sequence[Decision],
    votes: Sequence[tuple[str, int]],
    conflicts: Conflicts,
) -> str:
    if not given:
        actions = {one.action for one in told}
        return _UNLABELLED[("unsure" in actions, "skip" in actions)]
    if len({one.sha256 for one in given}) > 1:
        return "changed between two labels"
    text = ", ".join(f"{count} x {name}" for name, count in sorted(votes))
    if len(votes) > 1 and conflicts != "majority":
        return f"different classes: {text}"
    is_tie = len(votes) > 1 and votes[0][1] == votes[1][1]
    return f"no majority: {text}" if is_tie else ""


def _classes(told: Sequence[Decision]) -> Counter[str]:
    return Counter(one.label for one in told if one.label)
