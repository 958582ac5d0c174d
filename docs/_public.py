"""Which names of the package are public, and which of them have no page."""

import importlib
import inspect
import pkgutil
from collections.abc import Collection, Iterator
from typing import Any

import skecg


def public_modules() -> list[str]:
    """Return the paths of all modules without an underscore, the package's first.

    Returns
    -------
    list of str
    """
    found = pkgutil.walk_packages(skecg.__path__, prefix="skecg.")
    paths = [info.name for info in found]
    return ["skecg", *(path for path in paths if "._" not in path)]


def public_names() -> Iterator[tuple[str, Any]]:
    """Yield the path and the object of what is public in each public module.

    Yields
    ------
    path : str
        ``module.name``.
    thing : object
        A member of the module's ``__all__``; where there is none, a class or function
        that the module defines itself. Modules are left out.
    """
    for path in public_modules():
        module = importlib.import_module(path)
        names = getattr(module, "__all__", None)
        for name in names or [name for name in vars(module) if name[0] != "_"]:
            thing = getattr(module, name)
            own = names or getattr(thing, "__module__", None) == path
            if not inspect.ismodule(thing) and name[0] != "_" and own:
                yield f"{path}.{name}", thing


def public_classes() -> dict[type, str]:
    """Return every public class and the shortest of its paths.

    Returns
    -------
    dict of type to str
    """
    paths = sorted(public_names(), key=lambda each: len(each[0]), reverse=True)
    return {thing: path for path, thing in paths if inspect.isclass(thing)}


def without_page(documented: Collection[str]) -> list[str]:
    """Return the public names that no page describes, under this path or another.

    Parameters
    ----------
    documented : collection of str
        Paths that have a page, or a place on one.

    Returns
    -------
    list of str
        Sorted.
    """
    found = dict(public_names())
    described = {id(thing) for path, thing in found.items() if path in documented}
    return sorted(path for path, thing in found.items() if id(thing) not in described)
