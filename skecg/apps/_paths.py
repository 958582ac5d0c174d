"""Paths of the command line."""

from typing import Any

import click


class GivenPath(click.Path):
    """A path that is not empty.

    Python takes an empty path for the current folder: a variable of the shell that was
    not set would have all of it screened, or written into.
    """

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the path."""
        if str(value) == "":
            self.fail("it is empty. Was a variable of the shell not set?", param, ctx)
        return super().convert(value, param, ctx)
