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
import textwrap
from pathlib import Path
from typing import get_args

import pytest

import skecg

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
    """Objects of the package that code uses: import lines alone do not."""
    loaded = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    bound = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "skecg":
            module = importlib.import_module(node.module)
            for alias in node.names:
                bound[alias.asname or alias.name] = getattr(module, alias.name)
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
            bound |= {"skecg": skecg} if "skecg" in names else {}
    used = [thing for name, thing in bound.items() if name in loaded]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = bound.get(node.value.id)
            if inspect.ismodule(module):
                used.append(getattr(module, node.attr))
    return used


def is_container(cls):
    return hasattr(cls, "_fields") or dataclasses.is_dataclass(cls)


def classes_in(annotation, by_name):
    """Classes that an annotation speaks of, list[Event] of Event."""
    if isinstance(annotation, str):
        names = re.findall(r"\w+", annotation)
        return set().union(*(by_name.get(name, ()) for name in names))
    if inspect.isclass(annotation) and not get_args(annotation):
        return {annotation}
    return set().union(*(classes_in(one, by_name) for one in get_args(annotation)))


def members(cls):
    """Return the annotation of each field, attribute and result of a method."""
    found = {}
    for base in reversed(inspect.getmro(cls)):
        found |= inspect.get_annotations(base)
        if base.__module__.startswith("skecg."):
            found |= set_on_self(base)
        for name, member in vars(base).items():
            function = getattr(member, "fget", getattr(member, "__func__", member))
            if inspect.isfunction(function):
                found[name] = inspect.get_annotations(function).get("return", "")
    return found


def set_on_self(cls):
    """Annotations in methods, as in ``self.bad: list[BadLine] = []``."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    return {
        node.target.attr: ast.unparse(node.annotation)
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Attribute)
    }


def handed_out(thing, attributes, by_name):
    """Classes of what code may get from a class or function that it uses."""
    if inspect.isclass(thing):
        taken = attributes | {"__iter__", "__call__"}
        kinds = [kind for name, kind in members(thing).items() if name in taken]
    elif inspect.isroutine(thing):
        kinds = [inspect.get_annotations(thing).get("return", "")]
    else:
        kinds = []
    return set().union(*(classes_in(kind, by_name) for kind in kinds))


def seen_in(text, classes):
    """Classes that are at work in an example."""
    tree = ast.parse(text)
    attributes = {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
    by_name = {}
    for cls in classes:
        by_name.setdefault(cls.__name__, set()).add(cls)
    waiting, seen = used_of_package(tree), set()
    while waiting:
        thing = waiting.pop()
        if inspect.isclass(thing):
            seen.add(thing)
        got = handed_out(thing, attributes, by_name) & classes - seen
        waiting += [cls for cls in got if is_container(cls)]
    return seen


def test_every_public_class_is_at_work_in_an_example(public, classes):
    seen = set().union(
        *(seen_in(path.read_text(encoding="utf-8"), classes) for path in EXAMPLES)
    )
    paths = public.public_classes()
    assert sorted(paths[cls] for cls in classes - seen) == []


EXAMPLE = """
from skecg.monitoring import Asystole, StreamMonitor
from skecg.classifiers import SignalClassifier

#: Asystole and SignalClassifier are only named here.
monitor = StreamMonitor(sampling_rate=250)
{line}
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", {"StreamMonitor"}),
        ("monitor.watch([])", {"StreamMonitor", "Event"}),
        ("rule = Asystole()", {"StreamMonitor", "Asystole"}),
        ("text = 'SignalClassifier'", {"StreamMonitor"}),
        ("import skecg", {"StreamMonitor"}),
        ("from skecg import exceptions", {"StreamMonitor"}),
        (
            "from skecg import exceptions\nexceptions.LeadWarning",
            {"StreamMonitor", "LeadWarning"},
        ),
    ],
)
def test_what_counts_as_used(line, expected, classes):
    seen = seen_in(EXAMPLE.format(line=line), classes)
    assert {cls.__name__ for cls in seen & classes} == expected


def test_a_class_that_is_only_linked_is_missed(classes):
    text = "# A :class:`~skecg.monitoring.Asystole` is one.\nfound = 1\n"
    assert seen_in(text, classes) == set()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_short_and_in_the_order(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
    order = ast.parse((ROOT / "docs/_order.py").read_text(encoding="utf-8"))
    lessons = ast.literal_eval(order.body[1].value)
    assert path.stem.removeprefix("plot_") in lessons
