"""What could not be used, for people and for machines."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import click

_MOST_NAMED = 10


def first_lines(
    lines: Iterable[str], n_lines: int, *, where: str = ""
) -> Iterator[str]:
    """Yield the first of many lines, and how many more there are.

    Parameters
    ----------
    lines : iterable of str
        Each is indented.
    n_lines : int
        How many there are.
    where : str, default=""
        What goes behind the number of the others: where they can be read.

    Yields
    ------
    str
    """
    yield from (f"  {line}" for line in islice(lines, _MOST_NAMED))
    if n_lines > _MOST_NAMED:
        yield f"  and {n_lines - _MOST_NAMED} more{where}"


def with_path(path: str, reason: str) -> str:
    """Return a reason with the file that it is about, named once."""
    name = click.format_filename(path)
    return reason if name in reason else f"{name}: {reason}"


def skipped_lines(skipped: list[Any]) -> Iterator[str]:
    """Yield a line for each of the first parts that could not be used."""
    if skipped:
        yield f"Not used ({len(skipped)}):"
    told = (with_path(one.path, one.reason) for one in skipped)
    yield from first_lines(told, len(skipped))


def skipped_json(skipped: list[Any]) -> list[dict[str, str]]:
    """Return all of them as JSON holds them."""
    return [{"path": one.path, "reason": one.reason} for one in skipped]
