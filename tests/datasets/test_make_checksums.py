"""The tool that packed the checksums still makes the shipped files."""

import importlib.util
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

TOOL = Path(__file__).resolve().parents[2] / "tools" / "make_checksums.py"
SHIPPED = files("skecg.datasets") / "data" / "checksums"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("make_checksums", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_only_what_is_needed_is_kept_in_order(tool, tmp_path):
    (tmp_path / "SHA256SUMS.txt").write_text(
        f"{'b' * 64} 2.dat\n{'c' * 64} index.htm\n{'a' * 64} 1.dat\n"
    )
    sums = tool.list_checksums(tmp_path, r"\d\.dat")
    assert list(sums.items()) == [("1.dat", "a" * 64), ("2.dat", "b" * 64)]
    packed = tool.pack(sums)
    assert packed["name"].tolist() == ["1.dat", "2.dat"]
    assert packed["sha256"].tolist() == [[0xAA] * 32, [0xBB] * 32]


def test_without_a_list_the_files_are_taken(tool, tmp_path):
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "1.dat").write_bytes(b"")
    sums = tool.list_checksums(tmp_path, r"p/\d\.dat")
    assert list(sums) == ["p/1.dat"]
    assert sums["p/1.dat"].startswith("e3b0c442")


def test_the_tool_makes_the_shipped_files(tool, shared_data, tmp_path):
    for name in ("mitdb", "ludb", "ptbdb"):
        if not (shared_data / name).is_dir():
            pytest.skip(f"needs {name} in {shared_data}")
    options = ["--source", str(shared_data), "--out", str(tmp_path)]
    assert CliRunner().invoke(tool.main, options, catch_exceptions=False).exit_code == 0
    for name in ("mitdb", "ludb", "ptbdb"):
        made = (tmp_path / f"{name}.npz").read_bytes()
        assert made == (SHIPPED / f"{name}.npz").read_bytes(), name
