"""`skecg info`: what a model file says of itself, or what is installed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from skecg.apps._errors import told_plainly
from skecg.apps._model import ModelFile


@click.command()
@click.argument("model", required=False, type=ModelFile())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line.")
def info(*, model: Path | None, as_json: bool) -> None:
    """Tell what MODEL is, or, without it, which versions are installed.

    MODEL is a file, or the name of a model inside the package: heartbeats, for one.
    Nothing of it is built or run.
    """
    from skecg.persistence import installed_versions, read_manifest

    if model is None:
        told: dict[str, Any] = {"versions": installed_versions()}
    else:
        with told_plainly():
            told = read_manifest(model)
    click.echo(json.dumps(told) if as_json else "\n".join(_lines(told)))


def _lines(told: dict[str, Any], margin: str = "") -> Iterator[str]:
    for name, value in told.items():
        if value in (None, "", [], {}):
            continue
        if isinstance(value, dict):
            yield f"{margin}{name}:"
            yield from _lines(value, margin + "  ")
        else:
            yield f"{margin}{name}: {_in_a_line(value)}"


def _in_a_line(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value)
