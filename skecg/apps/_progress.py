"""How far a command is: a bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click


@contextmanager
def progress() -> Iterator[Callable[[int, int, str], None]]:
    """Yield a callback that takes how many are done, of how many, and a line.

    It is told to standard error, so that the work does not stop with whoever reads the
    output.
    """
    stream = sys.stderr
    bar: Any = None
    with ExitStack() as stack:

        def advance(n_done: int, n_steps: int, text: str) -> None:
            nonlocal bar
            if stream is None or not stream.isatty():
                width = len(str(n_steps))
                click.echo(f"[{n_done:{width}}/{n_steps}] {text}", err=True)
                return
            if bar is None:
                bar = stack.enter_context(
                    click.progressbar(
                        length=n_steps, item_show_func=lambda item: item, file=stream
                    )
                )
            bar.update(n_done - bar.pos, text)

        yield advance
