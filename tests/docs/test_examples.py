"""Every public class is seen at work in the gallery, in code and not in words alone.

What counts as at work:

* A class that is given to something or built, as estimators, transformers, displays,
  callbacks, networks, augmentations and rules are, stands in the code of an example by
  its name.
* So do errors and warnings: where they are caught, or asked for.
* What functions hand out, a named tuple or a dataclass, need not be named. An example
  calls the function that returns it, or takes it from an object of another such class.

Names in comments, in text and in import lines do not count.
"""

import ast
import dataclasses
import importlib
import importlib.util
import inspect
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("plot_*.py"))
MOST_LINES = 130


@pytest.fixture(scope="module")
def public():
    spec = importlib.util.spec_from_file_location("_public", ROOT / "docs/_public.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def classes(public):
    return {cls for cls in public.public_classes() if cls.__module__[:5] == "skecg"}


def used_of_package(tree):
    """Objects of the package that code names outside of its import lines."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "skecg":
            module = importlib.import_module(node.module)
            for alias in node.names:
                if (name := alias.asname or alias.name) in names:
                    found[name] = getattr(module, alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "skecg" and "skecg" in names:
                    found["skecg"] = importlib.import_module("skecg")
    return list(found.values())


def is_container(cls):
    return hasattr(cls, "_fields") or dataclasses.is_dataclass(cls)


def words(annotations):
    return set(re.findall(r"\w+", " ".join(map(str, annotations))))


def members(cls):
    """Return the annotation of each field, attribute and result of a method."""
    found = {}
    for base in reversed(inspect.getmro(cls)):
        found.update(inspect.get_annotations(base))
        for name, member in vars(base).items():
            function = getattr(member, "fget", None) or getattr(
                member, "__func__", member
            )
            if inspect.isfunction(function):
                found[name] = inspect.get_annotations(function).get("return", "")
    return found


def handed_out(thing, attributes):
    """Names of classes that code may get from what it uses."""
    if inspect.ismodule(thing):
        functions = [getattr(thing, name, None) for name in attributes]
        return set().union(*(handed_out(each, ()) for each in functions if each))
    if inspect.isclass(thing):
        taken = {*attributes, "__iter__"}
        return words(kind for name, kind in members(thing).items() if name in taken)
    if callable(thing):
        return words([inspect.get_annotations(thing).get("return", "")])
    return set()


def seen_in(text, classes):
    """Classes that are at work in an example."""
    tree = ast.parse(text)
    attributes = {each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute)}
    waiting, seen = used_of_package(tree), set()
    by_name = {cls.__name__: cls for cls in classes if is_container(cls)}
    while waiting:
        thing = waiting.pop()
        if inspect.isclass(thing):
            seen.add(thing)
        got = handed_out(thing, attributes)
        waiting += {by_name[name] for name in got & by_name.keys()} - seen
    return seen


def test_every_public_class_is_at_work_in_an_example(public, classes):
    seen = set().union(
        *(seen_in(path.read_text(encoding="utf-8"), classes) for path in EXAMPLES)
    )
    paths = public.public_classes()
    assert sorted(paths[cls] for cls in classes - seen) == []
