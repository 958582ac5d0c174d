"""`skecg screen`: files through a model, most urgent first."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from skecg._notice import NOTICE
from skecg.apps._errors import (
    NOT_ALL_USED,
    check_folder,
    refuse_given,
    told_plainly,
    warnings_told,
    wrong_use_told,
)
from skecg.apps._model import ModelFile
from skecg.apps._paths import GivenPath
from skecg.apps._progress import progress
from skecg.apps._skipped import first_lines, with_path

if TYPE_CHECKING:
    from skecg.screening import ScreeningModel, ScreeningResult

_FILE = GivenPath(dir_okay=False, path_type=Path)


class _Beats(click.ParamType):
    """A number of beats, or with a point a share of them."""

    name = "beats"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        if not isinstance(value, str):
            return value
        try:
            return float(value) if "." in value else int(value)
        except ValueError:
            self.fail(f"{value!r} is no number.", param, ctx)


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=GivenPath())
@click.option(
    "--model",
    metavar="M.skecg",
    type=ModelFile(),
    help="A classifier of pictures or records, as skecg.save writes it. By default one "
    "that is inside the package: ecg-images for pictures, heartbeats for records.",
)
@click.option(
    "-o",
    "--output",
    type=_FILE,
    default=Path("screening.csv"),
    show_default=True,
    help="The table. Its journal is written beside it.",
)
@click.option(
    "--refer-below",
    metavar="P",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Refer to a person what the model is less sure of.",
)
@click.option(
    "--urgency",
    metavar="CLASS",
    multiple=True,
    help="The most urgent class; again for the next one, and so on. By default V, F, "
    "S, Q, N for beats, infarction first for the four classes of printouts, and else "
    "the order of the model.",
)
@click.option(
    "--report",
    metavar="OUT.html",
    type=_FILE,
    help="A page to be opened in a browser: thumbnails, sort and filter.",
)
@click.option(
    "--thumbnails",
    metavar="N",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    help="How many files of the report have a thumbnail, the most urgent ones.",
)
@click.option(
    "--beats",
    metavar="BEATS.csv",
    type=_FILE,
    help="Of records: a table with a line for each beat.",
)
@click.option(
    "--lead",
    "leads",
    metavar="NAME",
    multiple=True,
    help="Of records: the lead to look at; again for the next best one, and so on. By "
    "default II, MLII, I, V5, V2, V1.",
)
@click.option(
    "--min-beats",
    metavar="N",
    type=_Beats(),
    default="0.01",
    show_default=True,
    help="Of records: how many beats of a class make a record one of it: a number, or "
    "with a point the share of its beats.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line.")
def screen(
    *,
    paths: tuple[str, ...],
    model: Path | None,
    output: Path,
    refer_below: float,
    urgency: tuple[str, ...],
    report: Path | None,
    thumbnails: int,
    beats: Path | None,
    leads: tuple[str, ...],
    min_beats: float,
    as_json: bool,
) -> None:
    """Classify pictures or records and write a table, most urgent first.

    PATH is a picture, a record (WFDB header, EDF or DICOM file, or a CSV table) or a
    folder of them; there may be any number. Run again, the same command goes on where
    it was broken off, and writes its table, beats and page anew; other files that are
    there are not replaced.

    Exit codes: 0, every file was judged; 1, it failed; 2, wrong use; 3, it is done, but
    some files could not be read or judged: the table says which and why.

    Research use, not a medical device.
    """
    from skecg import screening
    from skecg.screening._outputs import check_outputs

    with contextlib.ExitStack() as stack:
        stack.enter_context(told_plainly())
        stack.enter_context(warnings_told())
        with wrong_use_told():
            check_outputs(output, beats, report)
        for path in filter(None, (output, beats, report)):
            check_folder(path)
        chosen = screening.open_model(model, paths=paths)
        _refuse_idle(chosen, report)
        files = chosen.find(paths)
        on_progress = None if as_json else stack.enter_context(progress())
        try:
            with wrong_use_told():
                result = screening.screen(
                    chosen.estimator,
                    files,
                    output,
                    urgency=urgency,
                    refer_below=refer_below,
                    model=chosen.name,
                    min_beats=min_beats,
                    beats=beats,
                    lead=leads or screening.LEADS,
                    on_progress=on_progress,
                )
        except KeyboardInterrupt:
            raise click.ClickException(
                f"broken off. Run it again to go on: {output}.journal is kept."
            ) from None
        if report is not None:
            _write_page(result, report, chosen, thumbnails)
    text = (
        json.dumps(result.as_dict()) if as_json else "\n".join(_lines(result, report))
    )
    click.echo(text)
    if result.n_not_judged:
        click.get_current_context().exit(NOT_ALL_USED)


def _refuse_idle(chosen: "ScreeningModel", report: Path | None) -> None:
    # Whoever gives an option that changes nothing thinks that it does.
    if not chosen.of_records:
        refuse_given(
            ("beats", "leads", "min_beats"),
            "is for records; this model takes pictures.",
        )
    elif not chosen.has_beats:
        refuse_given(
            ("beats", "min_beats"),
            "is for models that judge each beat; this one judges records as a whole.",
        )
    if report is None:
        refuse_given(["thumbnails"], "is of the page: it goes with --report.")


def _write_page(
    result: "ScreeningResult", path: Path, chosen: "ScreeningModel", n_thumbnails: int
) -> None:
    from skecg.reporting import write_screening_report

    write_screening_report(
        result,
        path,
        estimator=chosen.estimator,
        card=chosen.card,
        title=f"Screening: {result.output.stem}",
        n_thumbnails=n_thumbnails,
    )


def _lines(result: "ScreeningResult", report: Path | None) -> Iterator[str]:
    yield f"{result.n_files} files, {result.n_new} of them looked at now"
    for name in result.urgency:
        count = result.classes.get(name, result.outcomes.get(name, 0))
        yield f"  {name}: {count}"
    if result.n_not_judged:
        yield "Not judged:"
        told = (with_path(row["path"], row["reason"]) for row in result.not_judged())
        yield from first_lines(told, result.n_not_judged, where=", in the table")
    written = [one for one in (result.beats, report, result.output) if one is not None]
    yield f"Wrote {', '.join(map(click.format_filename, written))}. {NOTICE}"
