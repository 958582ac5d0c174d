"""`skecg serve`: drop a file on a page, see what a model says of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from skecg._notice import NOTICE
from skecg.apps._errors import told_plainly
from skecg.apps._model import ModelFile
from skecg.apps._web import web_needed

_OF_PICTURES, _OF_RECORDS = "ecg-images", "heartbeats"  # inside the package
_RATE = 250.0  # Hz, that records are brought to for the latter


@click.command()
@click.argument("model", required=False, type=ModelFile())
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="By default a free one."
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option(
    "--keep",
    type=click.IntRange(1),
    default=1024,
    show_default=True,
    metavar="MIB",
    help="Files and answers at a time, in MiB.",
)
def serve(*, model: Path | None, port: int, no_browser: bool, keep: int) -> None:
    """Open a page where files are dropped: class, confidence and heat map of each.

    MODEL is a classifier of pictures or of records, as skecg.save writes it, or the
    name of a model that comes with skecg: ecg-images, which is taken without one, or
    heartbeats. The page is on this machine only, and nothing that is dropped is
    kept when it ends.

    Research use, not a medical device.
    """
    with web_needed():
        from skecg.apps.web import run_page
        from skecg.apps.web._screen_page import ScreenPage
    with told_plainly():
        from skecg.screening.desk import Desk

        estimator, card = _load(model)

        def ready(address: str) -> None:
            click.echo(f"Drop files at {address}")
            click.echo(f"Stop with Ctrl+C. {NOTICE}")

        with Desk(estimator, most_bytes=keep * 2**20) as desk:
            page = ScreenPage(desk, card).page()
            run_page(page, port=port, browser=not no_browser, on_ready=ready)


def _load(model: Path | None) -> tuple[Any, dict[str, str]]:
    from skecg.persistence import load, read_manifest
    from skecg.pretrained import load_pretrained, pretrained_path

    inside = {pretrained_path(name): name for name in (_OF_PICTURES, _OF_RECORDS)}
    file = pretrained_path(_OF_PICTURES) if model is None else model
    if file not in inside:
        return load(file), {"file": file.name, **_told(read_manifest(file))}
    name = inside[file]
    rate = {"sampling_rate": _RATE} if name == _OF_RECORDS else {}
    card = {"name": name, **_told(read_manifest(file))}
    return load_pretrained(name, **rate), card


def _told(manifest: Mapping[str, Any]) -> dict[str, str]:
    # What a person reads of it: classes and card, in words.
    from skecg.persistence._card import card_in_words

    told = {
        "classes": ", ".join(map(str, manifest.get("classes") or ())),
        "made": str(manifest.get("created", "")),
    }
    card = card_in_words(manifest.get("card"))
    told |= {heading: "\n".join(lines) for heading, *lines in card}
    return {name: text for name, text in told.items() if text}
