"""What is public is documented, by numpydoc's own checks."""

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


def _public_names():
    for path, module in _modules():
        names = getattr(module, "__all__", None) or vars(module)
        for name in names:
            thing = getattr(module, name)
            ours = getattr(thing, "__module__", "").startswith("skecg.")
            if not (callable(thing) and ours) or name.startswith("_"):
                continue
            yield f"{path}.{name}"
            if inspect.isclass(thing):
                yield from (
                    f"{path}.{name}.{method}"
                    for method, member in vars(thing).items()
                    if not method.startswith("_") and inspect.isroutine(member)
                )


@pytest.mark.parametrize("name", sorted(set(_public_names())))
def test_docstring(name):
    errors = [
        error for error in validate(name)["errors"] if error[0] not in NOT_CHECKED
    ]
    assert errors == []
