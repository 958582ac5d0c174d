"""The `skecg` command."""

from pathlib import Path

import click

from skecg import __version__
from skecg.apps._evaluate import evaluate
from skecg.apps._export import export
from skecg.apps._fetch import fetch
from skecg.apps._info import info
from skecg.apps._label import label
from skecg.apps._monitor import monitor
from skecg.apps._progress import progress
from skecg.apps._screen import screen
from skecg.apps._serve import serve
from skecg.apps._train import train


@click.group()
@click.version_option(__version__)
def main() -> None:
    """Estimators for the electrocardiogram, in the manner of scikit-learn."""


main.add_command(evaluate)
main.add_command(export)
main.add_command(fetch)
main.add_command(info)
main.add_command(label)
main.add_command(monitor)
main.add_command(screen)
main.add_command(serve)
main.add_command(train)


@main.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
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
def demo(*, output: Path, seed: int, quick: bool) -> None:
    """Compare four estimators on real heartbeats and write a report.

    Every estimator is cross-validated twice: with whole patients held out, which is
    what counts, and with beats shuffled, which is what most published tables do.
    """
    click.echo("Loading skecg and its heartbeats ...")
    # Here and not above, so that `skecg --help` does not wait for torch.
    from skecg.reporting import run_demo

    try:
        with progress() as on_progress:
            comparison = run_demo(
                output, quick=quick, random_state=seed, on_progress=on_progress
            )
    except OSError as error:
        raise click.ClickException(
            f"cannot write to {click.format_filename(error.filename or output)}: "
            f"{error.strerror or error}. Choose another folder with --output."
        ) from error
    words = f"{comparison.gap_sentence()} {comparison.order_sentence()}"
    click.echo(f"\n{comparison}\n\n{click.wrap_text(words, 88)}\n")
    for name in ("report.html", "table.csv", "figures"):
        click.echo(f"Wrote {click.format_filename(output / name)}")
