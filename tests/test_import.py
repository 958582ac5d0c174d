"""`import skecg` is cheap, and every module is there once it is named."""

import importlib
import pkgutil
import subprocess
import sys
import time

import pytest

import skecg

HEAVY = ("numpy", "scipy", "sklearn", "torch", "matplotlib", "pandas", "neurokit2")

FUNCTIONS = {
    "export_onnx": "skecg.export",
    "load": "skecg.persistence",
    "load_pretrained": "skecg.pretrained",
    "save": "skecg.persistence",
}
MODULES = {*skecg.__all__} - {*FUNCTIONS, "__version__"}


def _run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_import_loads_nothing_heavy():
    code = f"import skecg, sys; print([m for m in {HEAVY} if m in sys.modules])"
    assert _run(code) == "[]"


def test_import_takes_less_than_a_tenth_of_a_second():
    def seconds(code):
        start = time.perf_counter()
        _run(code)
        return time.perf_counter() - start

    # The fastest of several pairs: the machine's other work only ever adds time.
    bare = min(seconds("pass") for _ in range(5))
    with_skecg = min(seconds("import skecg") for _ in range(5))
    assert with_skecg - bare < 0.1


def test_every_public_module_is_listed():
    on_disk = {
        info.name
        for info in pkgutil.iter_modules(skecg.__path__)
        if not info.name.startswith("_")
    }
    # `apps` is the command line: it is run, not imported.
    assert on_disk - {"apps"} == MODULES


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_is_imported_when_it_is_named(name):
    assert skecg.__getattr__(name) is sys.modules[f"skecg.{name}"]
    assert name in dir(skecg)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_comes_from_its_module(name):
    module = importlib.import_module(FUNCTIONS[name])
    assert skecg.__getattr__(name) is getattr(module, name)
    assert name in dir(skecg)


def test_an_unknown_name_is_refused_and_the_known_ones_are_told():
    with pytest.raises(AttributeError, match=r"no attribute 'wizardry'.*features"):
        _ = skecg.wizardry


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("skecg.signal.filters", ("sklearn", "torch", "matplotlib", "neurokit2")),
        ("skecg.imaging.paper", ("sklearn", "torch", "matplotlib", "PIL")),
        ("skecg.imaging.resize", ("sklearn", "torch", "matplotlib", "neurokit2")),
        ("skecg.imaging.decode", ("sklearn", "torch", "matplotlib", "numba")),
        ("skecg.nn", ("sklearn", "skorch", "matplotlib", "neurokit2")),
        ("skecg.datasets", ("torch", "matplotlib", "wfdb", "neurokit2")),
        ("skecg.preprocessing", ("torch", "matplotlib", "neurokit2")),
        ("skecg.features", ("torch", "matplotlib", "neurokit2")),
        ("skecg.model_selection", ("torch", "matplotlib", "neurokit2")),
        ("skecg.classifiers", ("matplotlib", "neurokit2")),
        ("skecg.inspection", ("matplotlib",)),
        ("skecg.labelling", ("torch", "matplotlib", "wfdb", "neurokit2")),
        ("skecg.apps.web", ("numpy", "sklearn", "torch", "matplotlib")),
        ("skecg.apps.cli", ("numpy", "sklearn", "torch", "matplotlib")),
    ],
)
def test_a_module_loads_no_more_than_it_needs(module, absent):
    code = f"import {module}, sys; print([m for m in {absent} if m in sys.modules])"
    assert _run(code) == "[]"
