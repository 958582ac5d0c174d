"""`skecg evaluate`: a model that was kept, on labelled data."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from skecg._notice import NOTICE
from skecg.apps._errors import (
    NOT_ALL_USED,
    told_plainly,
    warnings_told,
    wrong_use_told,
)
from skecg.apps._model import ModelFile
from skecg.apps._paths import GivenPath
from skecg.apps._skipped import skipped_json, skipped_lines

if TYPE_CHECKING:
    from skecg.training import Evaluation

_SAME_DATA = (
    "these are the data that the model was trained on, so the figures are too good; "
    "those of its card (skecg info) are from what was held out"
)


@click.command()
@click.argument("model", type=ModelFile())
@click.argument("data", type=GivenPath(path_type=Path))
@click.option(
    "--labels",
    metavar="TABLE",
    type=GivenPath(dir_okay=False, path_type=Path),
    help="CSV of pictures: columns file, label, and patient if known.",
)
@click.option(
    "--lead",
    metavar="NAME[,NAME]",
    help="Of WFDB records; by default the commonest one, and the first others of each "
    "record where the model takes several.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line.")
def evaluate(
    *,
    model: Path,
    data: Path,
    labels: Path | None,
    lead: str | None,
    as_json: bool,
) -> None:
    """Measure MODEL on labelled DATA.

    MODEL is a file, or the name of a model inside the package, such as heartbeats. DATA
    is what `skecg train` takes. Intervals are over patients where they are known.

    Exit codes: 0, done; 1, it failed; 2, wrong use; 3, done, but some files, records or
    lines could not be used.

    Research use, not a medical device.
    """
    with told_plainly(), warnings_told():
        from skecg.persistence import load, read_manifest
        from skecg.training import evaluate_model, read_data_for

        estimator = load(model)
        card = read_manifest(model)["card"] or {}
        names = None if lead is None else tuple(lead.split(","))
        with wrong_use_told():
            bunch = read_data_for(
                estimator, data, labels=labels, lead=names, on_error="skip"
            )
            found = evaluate_model(estimator, bunch)
    same = bool(bunch.sha256) and card.get("data_sha256") == bunch.sha256
    if same:
        click.echo(f"Warning: {_SAME_DATA}.", err=True)
    if as_json:
        facts = {
            "model": str(model),
            "data_sha256": bunch.sha256,
            "trained_on_these_data": same,
            "trained_on": card.get("data"),
            **found.as_dict(),
            "skipped": skipped_json(bunch.skipped),
            "notice": NOTICE,
        }
        click.echo(json.dumps(facts))
    else:
        trained_on = None if same else card.get("data") or "its card does not say"
        click.echo("\n".join(_lines(found, bunch.skipped, trained_on)))
    if bunch.skipped:
        click.get_current_context().exit(NOT_ALL_USED)


def _lines(
    found: "Evaluation", skipped: list[Any], trained_on: str | None
) -> Iterator[str]:
    yield f"{found}\n"
    yield "What is in a row was answered with what heads a column:"
    width = max(map(len, found.labels))
    cells = [[f"{n:,}" for n in row] for row in found.confusion.tolist()]
    widths = [
        max(len(label), *(len(row[at]) for row in cells))
        for at, label in enumerate(found.labels)
    ]
    heads = (each.rjust(w) for each, w in zip(found.labels, widths, strict=True))
    yield "  ".join([" " * width, *heads])
    for label, row in zip(found.labels, cells, strict=True):
        counts = (each.rjust(w) for each, w in zip(row, widths, strict=True))
        yield "  ".join([label.ljust(width), *counts])
    yield from skipped_lines(skipped)
    if trained_on is not None:  # a part of it has another hash, and is not known by it
        yield click.wrap_text(
            "If these data hold any of what the model was trained on, the figures are "
            f"too good. Trained on: {trained_on}",
            88,
        )
    yield NOTICE
