"""What a reader leaves out, and why."""

from typing import NamedTuple


class SkippedPart(NamedTuple):
    """A record or a row that cannot be used.

    Attributes
    ----------
    path : str
        The record's header, or the table and the line.
    reason : str
        What is wrong with it.
    """

    path: str
    reason: str
