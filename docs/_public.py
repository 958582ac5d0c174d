"""Which names of the package are public, which have no page, and what constants are."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Collection, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import skecg


def public_modules() -> list[str]:
    """Return the paths of all modules without an underscore, the package's first.

    The command line and the pages in a browser are used, not called: `skecg.apps` is
    left out.

    Returns
    -------
    list of str
    """
    found = pkgutil.walk_packages(skecg.__path__, prefix="skecg.")
    paths = [info.name for info in found]
    hidden = ("._", "skecg.apps")
    kept = [path for path in paths if not any(part in path for part in hidden)]
    return ["skecg", *kept]


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
        for name in names or vars(module):
            thing = getattr(module, name)
            is_own = names or _is_defined_in(thing, path)
            if is_own and name[0] != "_" and not inspect.ismodule(thing):
                yield f"{path}.{name}", thing


def _is_defined_in(thing: Any, path: str) -> bool:
    is_code = inspect.isclass(thing) or inspect.isfunction(thing)
    return is_code and thing.__module__ == path


def public_classes() -> dict[type, str]:
    """Return every public class and the shortest of its paths.

    Returns
    -------
    dict of type to str
    """
    paths = sorted(public_names(), key=lambda each: len(each[0]), reverse=True)
    return {thing: path for path, thing in paths if inspect.isclass(thing)}


def told_elsewhere() -> dict[str, list[str]]:
    """Return what a module need not tell, because the package around it does.

    Returns
    -------
    dict of str to list of str
        Names of each module, such as ``ViT`` of ``skecg.nn.vit``.
    """
    found = dict(public_names())
    elsewhere: dict[str, list[str]] = {}
    for path, thing in found.items():
        module, _, name = path.rpartition(".")
        package = module.rpartition(".")[0]
        above = f"{package}.{name}"
        if package != "skecg" and above in found and found[above] is thing:
            elsewhere.setdefault(module, []).append(name)
    return elsewhere


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


def exported_constants() -> dict[str, dict[str, str]]:
    """Return the constants that packages export from private files, with their text.

    autosummary sees those alone that a module assigns itself.

    Returns
    -------
    dict of str to dict of str to str
        By package and name: the string below the assignment.
    """
    found: dict[str, dict[str, str]] = {}
    for path, thing in public_names():
        package, _, name = path.rpartition(".")
        if not inspect.isclass(thing) and not inspect.isroutine(thing):
            folder = Path(importlib.import_module(package).__file__ or "").parent
            found.setdefault(package, {})[name] = _text_below(name, folder)
    return found


def _text_below(name: str, folder: Path) -> str:
    # A package may also hand on what all packages share.
    above = Path(skecg.__file__ or "").parent
    for path in (*sorted(folder.glob("*.py")), *sorted(above.glob("_*.py"))):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        for assignment, text in pairwise(body):
            if name in _targets(assignment) and isinstance(text, ast.Expr):
                return str(ast.literal_eval(text.value))
    return ""


def _targets(node: ast.stmt) -> list[str]:
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    return [each.id for each in targets if isinstance(each, ast.Name)]
