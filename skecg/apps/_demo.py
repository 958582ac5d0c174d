"""`skecg demo`: four estimators on real heartbeats, and why the split matters."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from skecg._notice import NOTICE
from skecg.apps._paths import GivenPath
from skecg.apps._progress import progress

if TYPE_CHECKING:
    from skecg.reporting import Comparison

_WRITTEN = ("report.html", "table.csv", "figures")


@click.command()
@click.option(
    "--output",
    type=GivenPath(file_okay=False, path_type=Path),
    default=Path("demo-output"),
    show_default=True,
    help="Folder for report.html, table.csv and figures/.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Seed of splits and estimators.",
)
@click.option(
    "--quick",
    is_flag=True,
    help="A trial with few beats and one epoch, in seconds; its figures mean nothing.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line.")
def demo(*, output: Path, seed: int, quick: bool, as_json: bool) -> None:
    """Compare four estimators on real heartbeats and write a report.

    Every estimator is cross-validated twice: with whole patients held out, which is
    what counts, and with beats shuffled, which is what most published tables do.

    Exit codes: 0, done; 1, it failed; 2, wrong use.

    Research use, not a medical device.
    """
    if not as_json:
        click.echo("Loading skecg and its heartbeats ...")
    # Here and not above, so that `skecg --help` does not wait for torch.
    from skecg.reporting import run_demo

    with contextlib.ExitStack() as stack:
        on_progress = None if as_json else stack.enter_context(progress())
        try:
            comparison = run_demo(
                output, quick=quick, random_state=seed, on_progress=on_progress
            )
        except OSError as error:
            raise click.ClickException(
                f"cannot write to {click.format_filename(error.filename or output)}: "
                f"{error.strerror or error}. Choose another folder with --output."
            ) from error
        except KeyboardInterrupt:
            raise click.ClickException("broken off; there is no report.") from None
    if as_json:
        click.echo(json.dumps(_as_dict(comparison, output, quick=quick)))
    else:
        click.echo("\n".join(_lines(comparison, output)))


def _as_dict(comparison: "Comparison", output: Path, *, quick: bool) -> dict[str, Any]:
    rows = [row.to_dict() for row in comparison.rows]
    return {
        "files": [str(output / name) for name in _WRITTEN],
        "figures_mean_nothing": quick,
        # JSON has no NaN: where there is no interval, it is null.
        "rows": [{k: None if v != v else v for k, v in row.items()} for row in rows],
        "gap": comparison.gap_sentence(),
        "order": comparison.order_sentence(),
        "notice": NOTICE,
    }


def _lines(comparison: "Comparison", output: Path) -> Iterator[str]:
    words = f"{comparison.gap_sentence()} {comparison.order_sentence()}"
    yield f"\n{comparison}\n\n{click.wrap_text(words, 88)}\n"
    yield from (f"Wrote {click.format_filename(output / name)}" for name in _WRITTEN)
    yield NOTICE
