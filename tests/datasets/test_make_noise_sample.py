"""The tool that cut the packaged noise still makes it."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from skecg.datasets._archive import read_archive
from skecg.datasets._noise_sample import _FOLDER

TOOL = Path(__file__).resolve().parents[2] / "tools" / "make_noise_sample.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("make_noise_sample", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def write_pair(tmp_path):
    """Write a clean record and one with known steps added; return the folders."""
    wfdb = pytest.importorskip("wfdb", reason="needs wfdb: pip install skecg[io]")

    def write(added):
        clean = np.tile(np.arange(300), (2, added.shape[1] // 300)).T
        for name, samples in (("118", clean), ("118e00", clean + added.T)):
            (tmp_path / name).mkdir()
            wfdb.wrsamp(
                name,
                fs=10,
                units=["mV"] * 2,
                sig_name=["MLII", "V1"],
                d_signal=samples.astype(np.int64),
                fmt=["16"] * 2,
                adc_gain=[200.0] * 2,
                baseline=[0] * 2,
                write_dir=str(tmp_path / name),
            )
        return tmp_path / "118e00", tmp_path / "118"

    return write


def test_what_was_added_comes_back_without_the_constant(tool, write_pair):
    rng = np.random.default_rng(0)
    added = np.full((2, 3600), -50)
    noise = rng.integers(-900, 900, (2, 600))
    added[:, 3000:] += noise  # 300 s at 10 Hz
    packed = tool.cut_noise(*write_pair(added))
    np.testing.assert_array_equal(np.cumsum(packed["differences"], axis=1), noise)
    assert packed["lead_names"].tolist() == ["MLII", "V1"]
    assert packed["sampling_rate"] == 10


def test_another_record_is_refused(tool, write_pair):
    added = np.zeros((2, 3600), dtype=int)
    added[0, 100] = 1
    with pytest.raises(ValueError, match="118e00 is not 118 with noise from 300 s on"):
        tool.cut_noise(*write_pair(added))


def test_the_tool_makes_the_shipped_file(tool, shared_data, mitdb, tmp_path):
    folder = shared_data / "nstdb"
    if not folder.is_dir():
        pytest.skip(f"needs the MIT-BIH Noise Stress Test Database in {folder}")
    out, again = tmp_path / "noise.npz", tmp_path / "again.npz"
    for path in (out, again):
        options = ["--noisy", str(folder), "--clean", str(mitdb), "--out", str(path)]
        result = CliRunner().invoke(tool.main, options, catch_exceptions=False)
        assert result.exit_code == 0
    assert out.read_bytes() == again.read_bytes()
    made, shipped = read_archive(out), read_archive(_FOLDER / "noise.npz")
    assert made.keys() == shipped.keys()
    for name, array in made.items():
        np.testing.assert_array_equal(array, shipped[name], err_msg=name)
