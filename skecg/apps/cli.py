"""The `skecg` command."""

import errno
from typing import Any

import click

from skecg import __version__
from skecg.apps._demo import demo
from skecg.apps._evaluate import evaluate
from skecg.apps._export import export
from skecg.apps._fetch import fetch
from skecg.apps._info import info
from skecg.apps._label import label
from skecg.apps._monitor import monitor
from skecg.apps._screen import screen
from skecg.apps._serve import serve
from skecg.apps._train import train


class _Command(click.Group):
    """The command, which says in a sentence that its output finds no place."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):  # a mistake of ours
                raise
            raise click.ClickException(f"{error.strerror}.") from error


@click.group(cls=_Command)
@click.version_option(__version__)
def main() -> None:
    """Estimators for the electrocardiogram, in the manner of scikit-learn."""


main.add_command(demo)
main.add_command(evaluate)
main.add_command(export)
main.add_command(fetch)
main.add_command(info)
main.add_command(label)
main.add_command(monitor)
main.add_command(screen)
main.add_command(serve)
main.add_command(train)
