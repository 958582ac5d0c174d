"""Ids of records, as callers pass them."""

import re
from collections.abc import Sequence

from skecg.signal._checks import shorten


def check_ids(records: Sequence[str], *, known: str, pattern: str) -> tuple[str, ...]:
    """Return the record ids as a tuple, or say what is wrong with them.

    Parameters
    ----------
    records : sequence of str
        Ids.
    known : str
        Which ids there are, in words for the error text.
    pattern : str
        The same as a regular expression.

    Returns
    -------
    tuple of str

    Raises
    ------
    TypeError
        If it is a single string.
    ValueError
        If it is empty, names an id twice, or one that is none.

    Examples
    --------
    >>> from skecg.datasets._ids import check_ids
    >>> check_ids(["7", "9"], known="'1' to '9'", pattern="[1-9]")
    ('7', '9')
    """
    if isinstance(records, str):
        raise TypeError(
            f"records must be a list of ids, got {records!r}: [{records!r}]?"
        )
    ids = tuple(str(record) for record in records)
    wrong = [record for record in ids if not re.fullmatch(pattern, record)]
    if wrong or not ids:
        raise ValueError(
            f"records must be ids of the database, {known}; got "
            f"{shorten(wrong) or 'none'}. Leave it out for all."
        )
    if len(set(ids)) < len(ids):
        twice = sorted({record for record in ids if ids.count(record) > 1})
        raise ValueError(f"records names {shorten(twice)} more than once.")
    return ids
