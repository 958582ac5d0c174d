import sys

import numpy as np
import pytest

from skecg.datasets._wfdb import read_annotations, read_header, read_leads
from skecg.exceptions import DataFileError, DataFileNotFoundError

STEP = 1 / 200  # mV: the records are written with 200 steps per mV


@pytest.mark.parametrize("form", ["212", "16", "80"])
def test_signals_come_back_in_millivolts(write_record, tmp_path, form):
    # Format 80 has no rule of ours for its size, and only 8 bits: 0.6 mV at most.
    peaks = write_record(heights=(0.5, 0.25), form=form)
    header = read_header(tmp_path, "100")
    assert header.lead_names == ("MLII", "V5")
    assert (header.sampling_rate, header.n_times) == (360.0, 14400)
    signal = read_leads(header)
    assert signal.shape == (2, 14400)
    np.testing.assert_allclose(signal[0, peaks] - signal[1, peaks], 0.25, atol=STEP)
    np.testing.assert_array_equal(read_leads(header, [1])[0], signal[1])


def test_other_units_become_millivolts(write_record, tmp_path):
    write_record(units="V", heights=(1.0, 0.5))
    signal = read_leads(read_header(tmp_path, "100"))
    assert signal.max() == pytest.approx(1000.0, rel=0.15)  # on a wave of 0.1
    write_record(units="mmHg")
    with pytest.raises(DataFileError, match=r"100\.hea gives a lead in 'mmHg'"):
        read_leads(read_header(tmp_path, "100"))


def test_annotations_come_back(write_record, tmp_path):
    peaks = write_record(symbols="NVAF/" * 9 + "NNNN")
    annotations = read_annotations(tmp_path, "100")
    np.testing.assert_array_equal(annotations.sample, peaks)
    assert annotations.symbol[:5].tolist() == list("NVAF/")


def test_annotations_far_apart(write_record, tmp_path):
    # Beyond 1023 samples the format writes a word that skips.
    write_record(at=[5, 5000, 14399])
    assert read_annotations(tmp_path, "100").sample.tolist() == [5, 5000, 14399]


@pytest.mark.parametrize("ending", ["hea", "dat", "atr"])
def test_a_missing_file_is_named(write_record, tmp_path, ending):
    write_record()
    (tmp_path / f"100.{ending}").unlink()
    with pytest.raises(DataFileNotFoundError, match=rf"100\.{ending}"):
        _read_all(tmp_path)


def _read_all(folder, record="100"):
    header = read_header(folder, record)
    return header, read_leads(header), read_annotations(folder, record)


@pytest.mark.parametrize("ending", ["hea", "dat", "atr"])
@pytest.mark.parametrize("keep", [0.0, 0.3, 0.5, 0.9])
def test_a_truncated_file_is_named(write_record, tmp_path, cut_file, ending, keep):
    write_record()
    path = cut_file(tmp_path / f"100.{ending}", keep)
    with pytest.raises(DataFileError, match=rf"100\.{ending} is truncated or damaged"):
        _read_all(tmp_path)
    assert path.exists()


def test_an_annotation_file_is_refused_wherever_it_is_cut(mitdb, tmp_path):
    # This one begins with a note whose padding looks like the end marker.
    whole = (mitdb / "100.atr").read_bytes()
    path = tmp_path / "100.atr"
    for n_bytes in [*range(40), len(whole) // 2, *range(len(whole) - 9, len(whole))]:
        path.write_bytes(whole[:n_bytes])
        with pytest.raises(DataFileError, match=r"100\.atr is truncated"):
            read_annotations(tmp_path, "100")
    path.write_bytes(whole)
    assert read_annotations(tmp_path, "100").sample.size == 2274


def test_a_header_is_refused_wherever_a_lead_is_lost(mitdb, tmp_path, cut_file):
    whole = (mitdb / "100.hea").read_bytes()
    for ending in ("hea", "dat"):
        (tmp_path / f"100.{ending}").write_bytes((mitdb / f"100.{ending}").read_bytes())
    last_lead_ends = whole.index(b"V5") + 2
    for n_bytes in range(last_lead_ends + 1):
        cut_file(tmp_path / "100.hea", max(n_bytes, 2) if n_bytes else 0)
        with pytest.raises(DataFileError, match=r"100\.hea"):
            read_header(tmp_path, "100")
        (tmp_path / "100.hea").write_bytes(whole)


def test_changed_samples_are_noticed(write_record, tmp_path):
    write_record()
    path = tmp_path / "100.dat"
    content = bytearray(path.read_bytes())
    content[300] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataFileError, match=r"100\.dat .*do not add up"):
        _read_all(tmp_path)


@pytest.mark.parametrize("line", ["100 0 360 650000\n", "100 2 360 0\n", "100 2 360\n"])
def test_an_empty_record_is_named(write_record, tmp_path, line):
    write_record()
    path = tmp_path / "100.hea"
    leads = path.read_text().split("\n", 1)[1] if line.startswith("100 2") else ""
    path.write_text(line + leads)
    with pytest.raises(DataFileError, match=r"100\.hea describes an empty record"):
        read_header(tmp_path, "100")


def test_several_segments_are_refused(tmp_path):
    (tmp_path / "100.hea").write_text("100/2 2 360 200\n100_1 100\n100_2 100\n")
    with pytest.raises(DataFileError, match=r"100\.hea .* several segments"):
        read_header(tmp_path, "100")


def test_without_wfdb_the_extra_is_named(write_record, tmp_path, monkeypatch):
    write_record()
    monkeypatch.setitem(sys.modules, "wfdb", None)
    with pytest.raises(ImportError, match=r"pip install skecg\[io\]"):
        read_header(tmp_path, "100")


@pytest.mark.parametrize("rate", ["0", "-360", "nan", "inf", "1e3", "x", "0/5(3)"])
def test_a_rate_that_cannot_be_is_refused_by_file(write_record, tmp_path, rate):
    # Of most of these wfdb makes 250 Hz, its default.
    write_record()
    path = tmp_path / "100.hea"
    path.write_text(path.read_text().replace("100 2 360 ", f"100 2 {rate} ", 1))
    with pytest.raises(DataFileError, match=r"100\.hea is .* as the rate in Hz"):
        read_header(tmp_path, "100")


@pytest.mark.parametrize("rate", ["360.0", "360/360(0)"])
def test_a_rate_may_be_written_otherwise(write_record, tmp_path, rate):
    write_record()
    path = tmp_path / "100.hea"
    lines = path.read_text().replace("100 2 360 ", f"100 2 {rate} ", 1)
    path.write_text("# a comment\n" + lines)
    assert read_header(tmp_path, "100").sampling_rate == 360.0


def test_a_header_of_other_bytes_is_refused_by_file(write_record, tmp_path):
    write_record()
    (tmp_path / "100.hea").write_bytes(bytes(range(128, 256)) + b"\n")
    with pytest.raises(DataFileError, match=r"100\.hea is truncated or damaged"):
        read_header(tmp_path, "100")
