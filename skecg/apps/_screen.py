"""`skecg screen`: files through a model, most urgent first."""

import contextlib
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skecg.apps._errors import told_plainly
from skecg.apps._progress import progress

if TYPE_CHECKING:
    from skecg.screening import ScreeningResult

_NOT_JUDGED = 3  # the exit code
_MOST_NAMED = 10
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--model",
    metavar="M.skecg",
    required=True,
    type=_FILE,
    help="A classifier of pictures, as skecg.save writes it.",
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
    help="The most urgent class; again for the next one, and so on.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line.")
def screen(
    *,
    paths: tuple[str, ...],
    model: Path,
    output: Path,
    refer_below: float,
    urgency: tuple[str, ...],
    as_json: bool,
) -> None:
    """Classify pictures and write a table, most urgent first.

    PATH is a picture or a folder of pictures; there may be any number. Run again, the
    same command goes on where it was broken off.

    Exit codes: 0, every file was judged; 1, it failed; 2, wrong use; 3, it is done, but
    some files could not be read or judged: the table says which and why.

    Research use, not a medical device.
    """
    from skecg import screening

    with contextlib.ExitStack() as stack:
        stack.enter_context(told_plainly())
        files = screening.find_pictures(paths)
        on_progress = None if as_json else stack.enter_context(progress())
        try:
            result = screening.screen(
                model,
                files,
                output,
                urgency=urgency,
                refer_below=refer_below,
                on_progress=on_progress,
            )
        except KeyboardInterrupt:
            raise click.ClickException(
                f"broken off. Run it again to go on: {output}.journal is kept."
            ) from None
        except ValueError as error:
            raise _mistake(error) from error
    text = json.dumps(result.as_dict()) if as_json else "\n".join(_lines(result))
    click.echo(text)
    if result.n_not_judged:
        click.get_current_context().exit(_NOT_JUDGED)


def _mistake(error: ValueError) -> Exception:
    # Our own errors tell of files; other ones of options.
    from skecg.exceptions import SkecgError

    return error if isinstance(error, SkecgError) else click.UsageError(str(error))


def _lines(result: "ScreeningResult") -> Iterator[str]:
    from skecg.screening import NOTICE

    yield f"{result.n_files} files, {result.n_new} of them looked at now"
    for name in result.urgency:
        count = result.classes.get(name, result.outcomes.get(name, 0))
        yield f"  {name}: {count}"
    if result.n_not_judged:
        yield "Not judged:"
        for row in islice(result.not_judged(), _MOST_NAMED):
            path, reason = click.format_filename(row["path"]), row["reason"]
            yield f"  {reason}" if path in reason else f"  {path}: {reason}"
    if result.n_not_judged > _MOST_NAMED:
        yield f"  and {result.n_not_judged - _MOST_NAMED} more, in the table"
    yield f"Wrote {click.format_filename(result.output)}. {NOTICE}"
