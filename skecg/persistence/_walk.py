"""All the objects that a fitted estimator is made of."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

_LEAVES = (str, bytes, int, float, complex, bool, type(None), type)


def walk(estimator: Any) -> Iterator[Any]:
    """Visit an estimator and everything inside it, each thing once.

    Parameters
    ----------
    estimator : object
        Where to begin.

    Yields
    ------
    object
        The estimator itself, then attributes and items, nearest first; texts, numbers
        and arrays of numbers are left out.
    """
    queue, seen = [estimator], {id(estimator)}
    for thing in queue:  # grows while it is walked along
        yield thing
        for inner in _inside(thing):
            if id(inner) not in seen and not _is_leaf(inner):
                seen.add(id(inner))
                queue.append(inner)


def _is_leaf(thing: Any) -> bool:
    if isinstance(thing, np.ndarray):
        return thing.dtype != object
    return isinstance(thing, _LEAVES)


def _inside(thing: Any) -> Iterable[Any]:
    if isinstance(thing, list | tuple | set | frozenset):
        return thing
    if isinstance(thing, np.ndarray):
        return thing.ravel()
    # Networks are no place to look for estimators.
    if type(thing).__module__.split(".")[0] in ("torch", "skorch"):
        return ()
    attributes = thing if isinstance(thing, dict) else getattr(thing, "__dict__", {})
    return list(attributes.values())
