"""The lines of a labels file, and what they say."""

import datetime
import json
from typing import Any, NamedTuple

FORMAT = "skecg-labels"
FORMAT_VERSION = 1

ACTIONS = ("label", "unsure", "skip")


class Decision(NamedTuple):
    """What a person decided about a file; a line of the labels file.

    Attributes
    ----------
    id : str
        Names the decision: one that is sent twice is written once.
    file : str
        Path below the folder, with "/".
    sha256 : str
        Of what was looked at.
    annotator : str
        Who decided.
    time : str
        When, in ISO 8601, UTC.
    action : {"label", "unsure", "skip"}
        A class was given, or the person cannot tell, or put it off.
    label : str
        The class; empty for the other two.
    """

    id: str
    file: str
    sha256: str
    annotator: str
    time: str
    action: str
    label: str = ""


class Undo(NamedTuple):
    """A decision taken back; a line of its own, since none is ever removed.

    Attributes
    ----------
    id : str
        Names the line.
    undoes : str
        The decision's id.
    annotator : str
        Who took it back, who must be who had made it.
    time : str
        When, in ISO 8601, UTC.
    """

    id: str
    undoes: str
    annotator: str
    time: str


def now() -> str:
    """Return the time in ISO 8601, UTC, to the millisecond."""
    return datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="milliseconds")


def as_line(told: dict[str, Any]) -> bytes:
    """Return a line of the file."""
    return json.dumps(told, allow_nan=False).encode() + b"\n"


def head(classes: tuple[str, ...]) -> dict[str, Any]:
    """Return what the first line says, and each one that adds classes."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "classes": list(classes),
    }


def parse(line: bytes) -> "Decision | Undo | tuple[str, ...] | None":
    """Return what a line says: a decision, one undone, or the classes.

    Parameters
    ----------
    line : bytes
        One line.

    Returns
    -------
    Decision, Undo, tuple of str or None
        None for what skecg does not write.
    """
    try:
        told = json.loads(line)
    except ValueError:
        return None
    if not isinstance(told, dict):
        return None
    return _classes_of(told) if told.get("format") == FORMAT else _entry_of(told)


def _entry_of(told: dict[str, Any]) -> Decision | Undo | None:
    kind = Undo if told.get("action") == "undo" else Decision
    fields = {name: told.get(name, "") for name in kind._fields}
    is_text = all(isinstance(value, str) for value in fields.values())
    if not is_text or not fields["id"] or not fields["annotator"]:
        return None
    one = kind(**fields)
    return one if isinstance(one, Undo) or _is_whole(one) else None


def _is_whole(one: Decision) -> bool:
    has_right_label = bool(one.label) == (one.action == "label")
    return bool(one.file) and one.action in ACTIONS and has_right_label


def _classes_of(told: dict[str, Any]) -> tuple[str, ...] | None:
    classes = told.get("classes")
    is_ours = told.get("format_version") == FORMAT_VERSION and isinstance(classes, list)
    if not is_ours or not all(isinstance(one, str) for one in classes or ()):
        return None
    return tuple(classes or ())
