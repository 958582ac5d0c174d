"""What is built and installed: version, data files, command, size of files."""

import importlib.metadata
import importlib.resources
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import skecg

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "skecg"
LONGEST_FILE = 400  # lines


@pytest.fixture(scope="module")
def distributions(tmp_path_factory) -> tuple[set[str], set[str]]:
    """Names of the files in the wheel and in the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        in_sdist = {name.partition("/")[2] for name in archive.getnames()}
    return set(zipfile.ZipFile(wheel).namelist()), in_sdist


def _package_files() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_wheel_holds_the_package_with_its_data_and_nothing_else(distributions):
    wheel, _ = distributions
    files = {name for name in wheel if ".dist-info/" not in name}
    assert files == _package_files()
    assert "skecg/py.typed" in files
    assert any(name.startswith("skecg/datasets/data/") for name in files)
    assert sum(name.endswith(".skecg") for name in files) >= 3


def test_wheel_holds_all_licences(distributions):
    wheel, _ = distributions
    licences = [name for name in wheel if ".dist-info/licenses/" in name]
    assert any(name.endswith("licenses/LICENSE") for name in licences)
    assert any("pretrained/models/LICENSE-BSD-2" in name for name in licences)
    for sample in ("ecg_images", "ludb", "mitbih", "nstdb", "ptbdb"):
        folder = f"skecg/datasets/data/{sample}/"
        assert any(folder in name for name in licences), sample


def test_source_archive_can_be_tested_and_documented(distributions):
    _, sdist = distributions
    assert sdist >= _package_files()
    wanted = {"LICENSE", "README.md", "CHANGELOG.md", "Makefile", "pyproject.toml"}
    wanted |= {"CITATION.cff", "CONTRIBUTING.md"}
    assert sdist >= wanted | {"docs/conf.py", "tests/test_packaging.py"}
    assert not any(name.startswith((".venv", "demo-output")) for name in sdist)


def test_package_data_is_small_and_readable():
    data = importlib.resources.files("skecg") / "datasets" / "data"
    sizes = [len(path.read_bytes()) for path in _walk(data)]
    assert sizes
    assert sum(sizes) <= 3_000_000


def _walk(folder):
    for entry in folder.iterdir():
        yield from _walk(entry) if entry.is_dir() else [entry]


def test_installed_metadata_agrees_with_the_package():
    try:
        installed = importlib.metadata.metadata("skecg")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("skecg is not installed here, only importable (pip install -e .)")
    assert installed["Version"] == skecg.__version__
    assert installed["License-Expression"].startswith("BSD-3-Clause")


def test_the_command_is_there():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    module, _, function = project["scripts"]["skecg"].partition(":")
    command = getattr(importlib.import_module(module), function)
    assert "demo" in command.commands


def test_no_upper_cap_without_a_reason():
    for line in (ROOT / "pyproject.toml").read_text().splitlines():
        requirement, _, reason = line.partition("#")
        if '"' in requirement and "<" in requirement:
            assert reason.strip(), f"a cap with no reason beside it: {line.strip()}"


@pytest.mark.parametrize(
    "folder", ["skecg", "tests", "examples", "benchmarks", "tools"]
)
def test_files_are_short_enough_to_read_whole(folder):
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}
