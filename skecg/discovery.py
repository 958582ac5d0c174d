"""Every estimator of the package, found by looking, so that none escapes the tests."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    RegressorMixin,
    TransformerMixin,
)

import skecg

__all__ = ["all_estimators"]

_KINDS: Mapping[str, type] = MappingProxyType(
    {
        "classifier": ClassifierMixin,
        "regressor": RegressorMixin,
        "transformer": TransformerMixin,
    }
)
# The command line and the web pages hold no estimators, and load servers.
_NOT_SEARCHED = frozenset({"apps"})


def all_estimators(type_filter: str | None = None) -> list[tuple[str, type[Any]]]:
    """Find every public estimator of the package.

    Looks through the ``__all__`` of each public package below `skecg`, and so imports
    them all, torch included. Abstract classes are left out.

    Parameters
    ----------
    type_filter : {"classifier", "regressor", "transformer"} or None, default=None
        Which kind to return; None means all of them.

    Returns
    -------
    list of (str, type)
        Names and classes, in the order of their names.

    Raises
    ------
    ValueError
        If `type_filter` is not one of the kinds.

    See Also
    --------
    sklearn.utils.discovery.all_estimators : The same for scikit-learn itself.

    Examples
    --------
    >>> from skecg.discovery import all_estimators
    >>> [name for name, _ in all_estimators("transformer")][0]
    'BackboneFeatures'
    """
    if type_filter is not None and type_filter not in _KINDS:
        raise ValueError(
            f"type_filter must be one of {sorted(_KINDS)} or None, got {type_filter!r}."
        )
    kind = BaseEstimator if type_filter is None else _KINDS[type_filter]
    found = {cls.__name__: cls for cls in _estimators() if issubclass(cls, kind)}
    return sorted(found.items())


def _estimators() -> Iterator[type]:
    for info in pkgutil.iter_modules(skecg.__path__):
        if info.name.startswith("_") or info.name in _NOT_SEARCHED:
            continue
        module = importlib.import_module(f"skecg.{info.name}")
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if _is_estimator(thing):
                yield thing


def _is_estimator(thing: object) -> bool:
    return (
        inspect.isclass(thing)
        and issubclass(thing, BaseEstimator)
        and thing.__module__.startswith("skecg.")
        and not inspect.isabstract(thing)
    )
