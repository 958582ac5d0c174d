"""What pages need, and how to get it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def web_needed() -> Iterator[None]:
    """Say what to install where the packages of pages are missing."""
    try:
        yield
    except ImportError as error:
        raise click.ClickException(
            f"pages need a package that is not installed ({error.name}): "
            "pip install skecg[web]"
        ) from error
