"""How long the examples may take: sphinx-gallery calls `watch` around each."""

import time
from typing import Any

from sphinx.util import logging

LIMIT = 30.0
"""Seconds of processor time, which other work on the machine does not lengthen."""

_STARTED: dict[str, float] = {}


def watch(_gallery: dict[str, Any], name: str, when: str) -> None:
    """Warn, which makes the build fail, if an example took longer than it may.

    Parameters
    ----------
    _gallery : dict
        Settings of sphinx-gallery; not used.
    name : str
        Of the example's file.
    when : {"before", "after"}
        On which side of its run this is called.
    """
    now = time.process_time()
    if when == "before":
        _STARTED[name] = now
    elif name in _STARTED:
        took = now - _STARTED.pop(name)
        if took > LIMIT:
            logging.getLogger(__name__).warning(
                "%s took %.0f s of processor time; %.0f s is the most for an example. "
                "Take fewer rows, folds or epochs.",
                *(name, took, LIMIT),
            )
