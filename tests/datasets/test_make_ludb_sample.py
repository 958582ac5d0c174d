"""The tool that gathered the packaged LUDB records still makes them."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from skecg.datasets._archive import read_archive
from skecg.datasets._ludb_sample import _FOLDER

TOOL = Path(__file__).resolve().parents[2] / "tools" / "make_ludb_sample.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("make_ludb_sample", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def write_marks(tmp_path):
    """Write marks of lead II into `tmp_path`."""
    wfdb = pytest.importorskip("wfdb", reason="needs wfdb: pip install skecg[io]")

    def write(symbols):
        sample = 100 * np.arange(1, len(symbols) + 1)
        wfdb.wrann("7", "ii", sample, symbol=list(symbols), write_dir=str(tmp_path))

    return write


def test_waves_are_told_by_their_peaks(tool, write_marks, tmp_path):
    write_marks("(N)(t)(p)(N)")
    waves = tool.read_waves(tmp_path, "7")
    np.testing.assert_array_equal(waves["p"], [[700, 800, 900]])
    np.testing.assert_array_equal(waves["t"], [[400, 500, 600]])
    np.testing.assert_array_equal(waves["qrs"], [[100, 200, 300], [1000, 1100, 1200]])


@pytest.mark.parametrize("symbols", ["(N", "N)(t)(", "(N)t)(p"])
def test_a_wave_without_all_its_marks_is_refused(tool, write_marks, tmp_path, symbols):
    write_marks(symbols)
    with pytest.raises(ValueError, match="record 7: a wave lacks"):
        tool.read_waves(tmp_path, "7")


def test_diagnoses_are_what_follows_their_heading(tool, tmp_path):
    text = (
        "7 1 500 9\n#<age>: 50\n#<diagnoses>:\n#Rhythm: Sinus rhythm.\n# Paced. \n#\n"
    )
    (tmp_path / "7.hea").write_text(text)
    assert tool.read_diagnoses(tmp_path, "7") == "Rhythm: Sinus rhythm; Paced"


def test_the_tool_makes_the_shipped_file(tool, shared_data, tmp_path):
    folder = shared_data / "ludb"
    if not folder.is_dir():
        pytest.skip(f"needs the Lobachevsky database in {folder}")
    out, again = tmp_path / "records.npz", tmp_path / "again.npz"
    for path in (out, again):
        options = ["--source", str(folder), "--out", str(path)]
        result = CliRunner().invoke(tool.main, options, catch_exceptions=False)
        assert result.exit_code == 0
    assert out.read_bytes() == again.read_bytes()
    made, shipped = read_archive(out), read_archive(_FOLDER / "records.npz")
    assert made.keys() == shipped.keys()
    for name, array in made.items():
        np.testing.assert_array_equal(array, shipped[name], err_msg=name)
