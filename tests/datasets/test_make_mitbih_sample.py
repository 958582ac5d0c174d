"""The tool that made the packaged excerpts still makes them."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from skecg.datasets._sample import _read_archive

TOOL = Path(__file__).resolve().parents[2] / "tools" / "make_mitbih_sample.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("make_mitbih_sample", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_window_holds_the_rare_class(tool):
    time = np.arange(0, 600, 0.8)
    label = np.full(time.size, "N")
    label[(time > 400) & (time < 410)] = "V"
    start = tool.best_start(time, label, duration=600.0)
    assert start <= 400
    assert start + tool.SECONDS >= 410
    # Nothing rare: all windows of a regular rhythm hold 150 beats, the first is taken.
    assert tool.best_start(time, np.full(time.size, "N"), duration=600.0) == 0


def test_a_few_of_a_rare_class_outweigh_many_of_a_common_one(tool):
    time = np.arange(0, 600, 1.0)
    label = np.full(time.size, "N")
    label[20:40] = "V"
    label[500:504] = "V"
    label[504:508] = "F"
    assert tool.best_start(time, label, duration=600.0) + tool.SECONDS > 507


def test_a_record_of_known_beats(tool, write_record, tmp_path):
    peaks = write_record(seconds=130, leads=("V5", "MLII"), heights=(0.5, 1.5))
    excerpt = tool.cut_excerpt(tmp_path, "100")
    assert excerpt.lead_names == ("MLII", "V5")
    assert excerpt.steps.shape == (2, 15_000)
    assert excerpt.steps.dtype == np.int16
    expected = np.rint((peaks / 360 - excerpt.start) * 125).astype(int)
    inside = (expected >= 0) & (expected < 15_000)
    np.testing.assert_array_equal(excerpt.sample, expected[inside])
    at_peaks = excerpt.steps[:, excerpt.sample] / 200
    np.testing.assert_allclose(at_peaks[0], 1.5, atol=0.4)
    np.testing.assert_allclose(at_peaks[1], 0.5, atol=0.25)


# Plain, swapped leads, no MLII, second recording of a patient, many classes.
CHOSEN = ["100", "114", "104", "202", "208"]


def test_the_tool_makes_the_shipped_file(tool, mitdb, tmp_path):
    out, again = tmp_path / "excerpts.npz", tmp_path / "again.npz"
    records = [word for record in CHOSEN for word in ("--record", record)]
    for path in (out, again):
        options = ["--source", str(mitdb), "--out", str(path), *records]
        result = CliRunner().invoke(tool.main, options, catch_exceptions=False)
        assert result.exit_code == 0
    assert out.read_bytes() == again.read_bytes()
    assert "208    652    65     0    78    51     0" in result.output
    _assert_shipped(out)


def _assert_shipped(out):
    shipped = _read_archive()
    row = [shipped["record"].tolist().index(record) for record in CHOSEN]
    with np.load(out, allow_pickle=False) as made:
        for name in ("record", "lead_names", "start", "n_beats"):
            np.testing.assert_array_equal(made[name], shipped[name][row])
        # Another build of scipy may round a sample to the neighbouring step.
        steps = np.cumsum(made["differences"], axis=-1, dtype=np.int32)
        expected = np.cumsum(shipped["differences"][row], axis=-1, dtype=np.int32)
        np.testing.assert_allclose(steps, expected, atol=1)
        ends = np.cumsum(shipped["n_beats"])[:-1]
        for name in ("beat_sample", "beat_symbol"):
            parts = np.split(shipped[name], ends)
            np.testing.assert_array_equal(
                made[name], np.concatenate([parts[index] for index in row])
            )
