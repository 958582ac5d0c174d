"""Labels to and from Label Studio, as its JSON holds them."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from skecg._files import replaced
from skecg.exceptions import DataFileError
from skecg.labelling._entries import Decision
from skecg.labelling._items import Item, hash_item
from skecg.labelling._store import LabelStore
from skecg.labelling._verdicts import LeftOut

UNSURE = "unsure"
_UPLOADED = re.compile(r"^[0-9a-f]{8}-")  # what Label Studio puts before a name
_KEYS = ("image", "picture", "ecg", "csv", "file", "path")


class Imported(NamedTuple):
    """What an import came to.

    Attributes
    ----------
    n_decisions : int
        Decisions in the file that are about items, those too that were in already.
    left_out : list of LeftOut
        What was not taken, and why.
    """

    n_decisions: int
    left_out: list[LeftOut]


def write_label_studio(
    store: LabelStore, items: Sequence[Item], path: Path, *, prefix: str = ""
) -> int:
    """Write labels as Label Studio imports them: tasks with annotations of choices.

    Parameters
    ----------
    store : LabelStore
        The labels of everyone.
    items : sequence of Item
        One task each, those without a label too.
    path : Path
        The JSON file; what is there is replaced in one step.
    prefix : str, default=""
        In front of each name, as the local files of Label Studio need it:
        ``"/data/local-files/?d=scans/"``.

    Returns
    -------
    int
        Tasks written.

    Notes
    -----
    Its labelling interface needs ``<Choices name="class" toName="image">``. "unsure" is
    a choice of its own; what was skipped is an annotation that ``was_cancelled``.
    """
    store.refresh()
    everyone = [store.decisions(who) for who in store.annotators]
    tasks = [
        {
            "data": {"image": f"{prefix}{item.name}"},
            "annotations": [
                _annotation(one[item.name]) for one in everyone if item.name in one
            ],
        }
        for item in items
    ]
    with replaced(path) as file:
        file.write(json.dumps(tasks, indent=1).encode() + b"\n")
    return len(tasks)


def read_label_studio(store: LabelStore, items: Sequence[Item], path: Path) -> Imported:
    """Add the labels of a Label Studio export to a store.

    Parameters
    ----------
    store : LabelStore
        Gets a line for each annotation, under the name of who made it. Imported again,
        an annotation is not written twice.
    items : sequence of Item
        What labels may be about. A task is about the item whose name its path ends in;
        the eight digits that Label Studio puts before the names of uploads are ignored.
    path : Path
        A file in Label Studio's format JSON, not JSON-MIN.

    Returns
    -------
    Imported

    Raises
    ------
    DataFileError
        If it is no such file.
    """
    taken, left_out = 0, []
    for number, (task, annotation) in enumerate(_annotations(path)):
        told = _source(task)
        item = _find(told, items)
        if item is None:
            left_out.append(LeftOut(told, "is no file of the folder, or of several"))
            continue
        action, label = _decision(annotation)
        if action == "label" and label not in store.classes:
            left_out.append(LeftOut(item.name, f"{label!r} is none of the classes"))
            continue
        entry = f"label-studio-{annotation.get('id', f'{path.name}-{number}')}"
        who = _who(annotation)
        store.decide(item.name, hash_item(item), who, action, label, entry=entry)
        taken += 1
    return Imported(taken, left_out)


def _annotation(one: Decision) -> dict[str, Any]:
    choice = UNSURE if one.action == "unsure" else one.label
    result = {
        "from_name": "class",
        "to_name": "image",
        "type": "choices",
        "value": {"choices": [choice]},
    }
    return {
        "completed_by": {"email": one.annotator},
        "created_at": one.time,
        "was_cancelled": one.action == "skip",
        "result": [] if one.action == "skip" else [result],
    }


def _annotations(path: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    try:
        tasks = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataFileError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise DataFileError(f"{path} is no JSON file: {error}.") from error
    is_list = isinstance(tasks, list)
    if not is_list or not all(isinstance(one, dict) and "data" in one for one in tasks):
        raise DataFileError(
            f"{path} is no export of Label Studio: a list of tasks with data and "
            "annotations. Choose the format JSON there, not JSON-MIN."
        )
    for task in tasks:
        for annotation in task.get("annotations") or ():
            if isinstance(annotation, dict):
                yield task, annotation


def _source(task: dict[str, Any]) -> str:
    data = task["data"] if isinstance(task["data"], dict) else {}
    texts = {key: value for key, value in data.items() if isinstance(value, str)}
    named = [texts[key] for key in _KEYS if key in texts]
    return (named or list(texts.values()) or [""])[0]


def _find(told: str, items: Sequence[Item]) -> Item | None:
    # The longest end of the path that is the name of an item; else the name alone.
    address = urlsplit(told)
    local = parse_qs(address.query).get("d")
    parts = PurePosixPath(local[0] if local else unquote(address.path)).parts
    names = {item.name: item for item in items}
    for start in range(len(parts)):
        found = names.get("/".join(parts[start:]))
        if found is not None:
            return found
    last = _UPLOADED.sub("", parts[-1]) if parts else ""
    alike = [item for item in items if item.path.name == last]
    return alike[0] if len(alike) == 1 else None


def _decision(annotation: dict[str, Any]) -> tuple[str, str]:
    if annotation.get("was_cancelled"):
        return "skip", ""
    for result in annotation.get("result") or ():
        choices = result.get("value", {}).get("choices") or ()
        if choices:
            is_unsure = choices[0] == UNSURE
            return ("unsure", "") if is_unsure else ("label", str(choices[0]))
    return "skip", ""


def _who(annotation: dict[str, Any]) -> str:
    by = annotation.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("username") or by.get("id")
    is_name = isinstance(by, str) and by.strip()
    return str(by).strip()[:80] if is_name else f"Label Studio {by or 'user'}"
