"""What was left out of the data, for people and for machines."""

from collections.abc import Iterator
from typing import Any

import click

_MOST_NAMED = 10


def skipped_lines(skipped: list[Any]) -> Iterator[str]:
    """Yield a line for each of the first parts that could not be used."""
    if skipped:
        yield f"Not used ({len(skipped)}):"
    for one in skipped[:_MOST_NAMED]:
        path = click.format_filename(one.path)
        named = path in one.reason
        yield f"  {one.reason}" if named else f"  {path}: {one.reason}"
    if len(skipped) > _MOST_NAMED:
        yield f"  and {len(skipped) - _MOST_NAMED} more"


def skipped_json(skipped: list[Any]) -> list[dict[str, str]]:
    """Return all of them as JSON holds them."""
    return [{"path": one.path, "reason": one.reason} for one in skipped]
