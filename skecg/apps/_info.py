"""`skecg info`: what a model file says of itself, or what is installed."""

import json
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import click

from skecg._notice import NOTICE
from skecg.apps._errors import told_plainly
from skecg.apps._harmless import harmless
from skecg.apps._model import ModelFile

_STEP = "  "
_WIDTH = 88


@click.command()
@click.argument("model", required=False, type=ModelFile())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line.")
def info(*, model: Path | None, as_json: bool) -> None:
    """Tell what MODEL is, or, without it, which versions are installed.

    MODEL is a file, or the name of a model inside the package: heartbeats, for one.
    Nothing of it is built or run.

    Research use, not a medical device.
    """
    from skecg.persistence import installed_versions, read_manifest
    from skecg.persistence._load import count_parameters_of

    told: dict[str, Any] = {"versions": installed_versions()}
    counts: list[int] = []
    if model is not None:
        with told_plainly():
            told, counts = read_manifest(model), count_parameters_of(model)
    if as_json:
        click.echo(json.dumps({**told, "notice": NOTICE}))
        return
    lines = _lines(told) if model is None else _of_model(told, counts)
    click.echo("\n".join([*map(harmless, lines), NOTICE]))


def _of_model(told: dict[str, Any], counts: list[int]) -> Iterator[str]:
    from skecg.persistence._card import card_in_words

    head = ("format", "format_version", "created", "versions", "estimator")
    yield from _lines({name: told.get(name) for name in head})
    networks = list(_networks(told.get("estimator")))
    if networks:
        yield "networks:"
        yield from _table(networks, counts)
    yield from _lines({name: told.get(name) for name in ("classes", "input")})
    yield "card:"
    card = told.get("card")
    for heading, *lines in card_in_words(card if isinstance(card, dict) else None):
        one = len(lines) == 1
        yield from _wrapped(f"{heading}: {lines[0]}" if one else f"{heading}:", _STEP)
        for line in [] if one else lines:
            yield f"{2 * _STEP}{line}"
    yield from _lines({"parts": told.get("parts")})


def _lines(told: dict[str, Any], margin: str = "") -> Iterator[str]:
    for name, value in told.items():
        if value in (None, "", [], {}):
            continue
        inner = _members(value)
        if inner:
            yield f"{margin}{name}:"
            yield from _lines(_told_once(inner), margin + _STEP)
        else:
            yield f"{margin}{name}: {_in_a_line(value)}"


def _members(value: Any) -> dict[str, Any]:
    # What stands below a name: the entries of a dict, or the steps of a pipeline, the
    # voices of a vote, which are pairs of a name and an estimator.
    if isinstance(value, dict):
        return value
    pairs = isinstance(value, list) and all(
        isinstance(one, list) and len(one) >= 2 and _is_estimator(one[1])
        for one in value
    )
    return {str(one[0]): one[1] for one in value} if pairs else {}


def _is_estimator(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("class"), str)
        and isinstance(value.get("params"), dict)
    )


def _told_once(members: dict[str, Any]) -> dict[str, Any]:
    # The voices of a vote are alike but for a seed: only that is told of the others.
    if len(members) < 2 or not all(map(_is_estimator, members.values())):
        return members
    (first, model), *others = members.items()
    told = {first: model}
    for name, other in others:
        alike = other["class"] == model["class"]
        changed = {
            key: value
            for key, value in other["params"].items()
            if value != model["params"].get(key)
        }
        told[name] = {"as": first, **changed} if alike else other
    return told


def _networks(value: Any, name: str = "") -> Iterator[tuple[str, str, str]]:
    # Name, network and epochs of each estimator that holds a network.
    params = value["params"] if _is_estimator(value) else {}
    if "network" in params and "max_epochs" in params:
        kind = value["class"].rpartition(".")[2]
        yield name or kind, str(params["network"]), str(params["max_epochs"])
        return
    for key, one in _members(params or value).items():
        is_name = not params and key != "estimator"
        yield from _networks(one, key if is_name else name)


def _table(networks: list[tuple[str, str, str]], counts: list[int]) -> Iterator[str]:
    # A search, or a calibration in folds, holds more networks than it names.
    known = counts if len(counts) == len(networks) else []
    rows = [("name", "network", "parameters", "epochs")]
    for (name, network, epochs), count in zip_longest(networks, known):
        rows.append((name, network, "" if count is None else f"{count:,}", epochs))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, network, count, epochs in rows:
        texts = (name.ljust(widths[0]), network.ljust(widths[1]))
        numbers = (count.rjust(widths[2]), epochs.rjust(widths[3]))
        yield _STEP + "  ".join([*texts, *numbers])


def _wrapped(text: str, margin: str) -> Iterator[str]:
    further = margin + _STEP
    yield from click.wrap_text(text, _WIDTH, margin, further).splitlines()


def _in_a_line(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value)
