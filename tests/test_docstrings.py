"""What is public is documented, by numpydoc's own checks."""

import dataclasses
import importlib
import inspect
import pkgutil

import pytest
from numpydoc.validate import validate

import skecg

NOT_CHECKED = {
    "ES01",  # an extended summary, where there is more to say
    "EX01",  # an example, where it teaches; doctest runs them
    "RT03",  # `self`, or a named array, needs no sentence of its own
    "SA01",  # See Also, where there is a twin
    "SA04",  # and a twin named with its module needs no description
    "GL08",  # told by ruff, which knows what is inherited
}


def _modules():
    for info in pkgutil.walk_packages(skecg.__path__, prefix="skecg."):
        if not any(part.startswith("_") for part in info.name.split(".")):
            yield info.name, importlib.import_module(info.name)


def _is_public(name, thing, home):
    defined_in = getattr(thing, "__module__", "") or ""
    return callable(thing) and defined_in.startswith(home) and not name.startswith("_")


def _public_names():
    """Yield the path and the object of every public class, method and function."""
    for path, module in _modules():
        # Without a list of names, what a module defines itself is public.
        home = "skecg." if hasattr(module, "__all__") else path
        for name in getattr(module, "__all__", vars(module)):
            thing = getattr(module, name)
            if not _is_public(name, thing, home):
                continue
            yield f"{path}.{name}", thing
            # What scikit-learn puts into a class, it documents.
            for method, member in vars(thing).items() if inspect.isclass(thing) else ():
                if _is_public(method, member, "skecg."):
                    yield f"{path}.{name}.{method}", member


PUBLIC = {thing: path for path, thing in _public_names()}


def _is_record(thing):
    """Whether its fields are documented as attributes, and so are its parameters."""
    return dataclasses.is_dataclass(thing) or hasattr(thing, "_fields")


@pytest.mark.parametrize(("thing", "path"), PUBLIC.items(), ids=PUBLIC.values())
def test_docstring(thing, path):
    not_checked = NOT_CHECKED | {"PR01"} if _is_record(thing) else NOT_CHECKED
    errors = [
        error for error in validate(path)["errors"] if error[0] not in not_checked
    ]
    assert errors == []
