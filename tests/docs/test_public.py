"""The API reference is complete."""

import importlib
import importlib.util
from pathlib import Path

import pytest

import skecg

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def public():
    spec = importlib.util.spec_from_file_location("_public", ROOT / "docs/_public.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def in_reference():
    """Modules that api.rst hands to autosummary; those below them follow."""
    lines = (ROOT / "docs/api.rst").read_text(encoding="utf-8").splitlines()
    return {line.strip() for line in lines if line.startswith("   skecg")}


def test_every_public_module_is_in_the_reference(public):
    """autosummary goes down into packages without `__all__`, and into no others."""
    listed = in_reference()
    missing = [
        path
        for path in public.public_modules()[1:]
        if path not in listed
        and not (has_no_all(path) and path.rpartition(".")[0] in listed)
        and own_names(public, path)
    ]
    assert missing == []


def has_no_all(path):
    package = importlib.import_module(path.rpartition(".")[0])
    return not hasattr(package, "__all__")


def own_names(public, path):
    elsewhere = public.told_elsewhere().get(path, [])
    found = (each.rpartition(".") for each, _ in public.public_names())
    return [
        name for module, _, name in found if module == path and name not in elsewhere
    ]


def test_the_reference_is_made_by_autosummary_alone():
    text = (ROOT / "docs/api.rst").read_text(encoding="utf-8")
    assert text.count(".. autosummary::") == text.count(":recursive:")
    assert ".. auto" not in text.replace(".. autosummary::", "")


def test_a_name_without_a_page_is_told(public):
    everything = dict(public.public_names())
    assert public.without_page(everything) == []
    rest = everything.keys() - {"skecg.features.HOGFeatures"}
    assert public.without_page(rest) == ["skecg.features.HOGFeatures"]


def test_a_name_that_has_a_page_elsewhere_is_not_missed(public):
    everything = dict(public.public_names())
    assert "skecg.save" in everything
    assert public.without_page(everything.keys() - {"skecg.save"}) == []


def test_constants_from_private_files_have_a_text(public):
    found = public.exported_constants()
    assert found["skecg.imaging.paper"].keys() >= {"LAYOUTS", "STYLES"}
    assert all(text for package in found.values() for text in package.values())


def test_a_package_tells_for_its_modules(public):
    found = public.told_elsewhere()
    assert "ViT" in found["skecg.nn.vit"]
    assert "save" not in found.get("skecg.persistence", [])


def test_public_names_are_those_of_all(public):
    names = {path for path, _ in public.public_names()}
    assert "skecg.preprocessing.BeatSegmenter" in names
    assert "skecg.signal.rpeaks.detect_rpeaks" in names
    assert "skecg.signal.rpeaks.np" not in names
    assert not any("._" in name for name in names)
    assert skecg.signal not in dict(public.public_names()).values()
