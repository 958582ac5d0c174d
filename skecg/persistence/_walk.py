"""All the objects that a fitted estimator is made of."""

from collections import deque
from collections.abc import Iterable, Iterator
from numbers import Real
from typing import Any

import numpy as np

_LEAVES = (str, bytes, int, float, complex, bool, type(None), type)


def walk(estimator: Any, *, as_data_flow: bool = False) -> Iterator[Any]:
    """Visit an estimator and everything inside it, each thing once.

    Parameters
    ----------
    estimator : object
        Where to begin.
    as_data_flow : bool, default=False
        Whether what is inside a thing comes right behind it, so that of two steps the
        first is visited with all that it holds before the second.

    Yields
    ------
    object
        The estimator itself, then attributes and items, by default nearest first;
        texts, numbers and arrays of numbers are left out.
    """
    waiting = deque([estimator])
    seen: dict[int, Any] = {}  # kept, so that no other thing gets the id of one
    while waiting:
        thing = waiting.popleft()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing
        yield thing
        inside = [inner for inner in _inside(thing) if not _is_leaf(inner)]
        if as_data_flow:
            waiting.extendleft(reversed(inside))
        else:
            waiting.extend(inside)


def rate_of(estimator: Any) -> float | None:
    """Tell at which sampling rate a fitted estimator takes records.

    Parameters
    ----------
    estimator : object
        What comes first in it and has a `sampling_rate` speaks for it: of a pipeline
        that begins with a `~skecg.preprocessing.Resampler`, the rate before that.

    Returns
    -------
    float or None
        In Hz; None if no part of it tells.
    """
    things = walk(estimator, as_data_flow=True)
    rates = (getattr(thing, "sampling_rate", None) for thing in things)
    return next((float(rate) for rate in rates if isinstance(rate, Real)), None)


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
