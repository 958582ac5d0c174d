"""The tool that gathered the packaged PTB records still makes them."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.utils import Bunch

from skecg.datasets._ptb_sample import _ARCHIVE

TOOL = Path(__file__).resolve().parents[2] / "tools" / "make_ptb_sample.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("make_ptb_sample", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_samples_are_stored_as_differences_of_steps(tool):
    ptb = Bunch(
        data=np.array([[[0.0, 0.0051, -0.0124, -0.0126]]], dtype=np.float32),
        sampling_rate=1000.0,
        lead_names=np.array([["I"]]),
        record=np.array(["patient001/s0010_re_10s"]),
        diagnosis=np.array(["n/a"]),
        age=np.array([np.nan]),
        sex=np.array([""]),
    )
    packed = tool.pack(ptb)
    assert packed["differences"].tolist() == [[[0, 1, -3, -1]]]  # steps 0, 1, -2, -3
    assert packed["record"].tolist() == ["patient001/s0010_re"]


def test_the_tool_makes_the_shipped_file(tool, shared_data, tmp_path):
    folder = shared_data / "ptbdb_10s"
    if not folder.is_dir():
        pytest.skip(f"needs excerpts of the PTB database in {folder}")
    out = tmp_path / "records.npz"
    options = ["--source", str(folder), "--out", str(out)]
    result = CliRunner().invoke(tool.main, options, catch_exceptions=False)
    assert result.exit_code == 0
    assert out.read_bytes() == _ARCHIVE.read_bytes()
