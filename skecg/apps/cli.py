"""The `skecg` command."""

import click

from skecg import __version__
from skecg.apps._demo import demo
from skecg.apps._errors import Command
from skecg.apps._evaluate import evaluate
from skecg.apps._export import export
from skecg.apps._fetch import fetch
from skecg.apps._info import info
from skecg.apps._label import label
from skecg.apps._monitor import monitor
from skecg.apps._screen import screen
from skecg.apps._serve import serve
from skecg.apps._train import train


@click.group(cls=Command)
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
