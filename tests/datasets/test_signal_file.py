"""Single records from files, and where their files may lie."""

import numpy as np
import pytest

from skecg.datasets._signal_file import (
    draw_signal_file,
    files_of,
    read_signal_file,
    sha256_of_record,
)
from skecg.exceptions import DataFileError


def write_wfdb(folder, signal, names, rate=250):
    wfdb = pytest.importorskip("wfdb")
    n_leads = len(names)
    wfdb.wrsamp(
        "r",
        fs=rate,
        units=["mV"] * n_leads,
        sig_name=names,
        p_signal=signal.T,
        fmt=["16"] * n_leads,
        write_dir=str(folder),
    )
    return folder / "r.hea"


@pytest.fixture
def signal():
    return np.sin(np.arange(1000) / 20) * [[1.0], [0.5]]


def test_a_wfdb_record(tmp_path, signal):
    path = write_wfdb(tmp_path, signal, ["MLII", "V1"])
    record = read_signal_file(path)
    np.testing.assert_allclose(record.data, signal, atol=1e-3)
    assert (record.sampling_rate, record.lead_names) == (250.0, ("MLII", "V1"))
    assert [one.name for one in files_of(path)] == ["r.hea", "r.dat"]


def test_a_table(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("I, II\n0.1,0.2\n0.3,-0.4\n")
    record = read_signal_file(path, sampling_rate=100)
    np.testing.assert_array_equal(record.data, [[0.1, 0.3], [0.2, -0.4]])
    assert record.lead_names == ("I", "II")
    with pytest.raises(DataFileError, match="must have a column 'time'"):
        read_signal_file(path)


def test_a_table_with_times_tells_its_rate_itself(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("time,ECG II\n0,0.1\n0.01,\n0.02,0.3\n")
    for rate in (None, 250.0):
        record = read_signal_file(path, sampling_rate=rate)
        np.testing.assert_array_equal(record.data, [[0.1, np.nan, 0.3]])
        assert record.lead_names == ("II",)
        assert record.sampling_rate == pytest.approx(100)


@pytest.mark.parametrize(
    "text",
    ["", "I,II\n", "I\n1\n", "I,II\n1,2\n3\n", "I\n1\nx\n", "\xff"],
)
def test_a_table_that_is_none_is_named(tmp_path, text):
    path = tmp_path / "r.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(DataFileError, match=r"r\.csv"):
        read_signal_file(path, sampling_rate=100)


@pytest.mark.parametrize("how", ["path", "absolute", "link"])
def test_only_files_beside_the_header_are_read(tmp_path, signal, how):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    write_wfdb(outside, signal, ["I", "II"])
    text = (outside / "r.hea").read_text()
    if how == "link":
        (inside / "r.dat").symlink_to(outside / "r.dat")
    else:
        name = "../out/r.dat" if how == "path" else str(outside / "r.dat")
        text = text.replace("r.dat", name)
    (inside / "r.hea").write_text(text)
    for read in (read_signal_file, files_of, sha256_of_record):
        with pytest.raises((DataFileError, FileNotFoundError)):
            read(inside / "r.hea")


def test_the_hash_is_of_all_files(tmp_path, signal):
    path = write_wfdb(tmp_path, signal, ["I", "II"])
    before = sha256_of_record(path)
    path.write_text(path.read_text() + "# a note\n")
    assert sha256_of_record(path) != before


@pytest.mark.parametrize("n_leads", [1, 3, 15])
def test_what_is_drawn_has_a_row_for_each_lead(tmp_path, n_leads):
    rng = np.random.default_rng(0)
    text = ",".join(f"lead{n}" for n in range(n_leads)) + "\n"
    rows = rng.normal(size=(300, n_leads))
    text += "\n".join(",".join(map(str, row)) for row in rows)
    (tmp_path / "r.csv").write_text(text)
    picture = draw_signal_file(read_signal_file(tmp_path / "r.csv", sampling_rate=100))
    assert picture.shape == (max(300, 140 * min(n_leads, 12)), 1100, 3)


def test_the_standard_leads_are_drawn_as_a_printout(tmp_path):
    names = ["I", "II", "III", "aVR", "aVL", "aVF", *(f"V{n}" for n in range(1, 7))]
    rows = "\n".join(",".join(["0.1"] * 12) for _ in range(300))
    (tmp_path / "r.csv").write_text(",".join(names) + "\n" + rows)
    picture = draw_signal_file(read_signal_file(tmp_path / "r.csv", sampling_rate=100))
    assert picture.shape == (850, 1100, 3)


def test_a_table_with_a_huge_field_is_named(tmp_path):
    path = tmp_path / "deep.csv"
    path.write_text("[" * 200_000)
    with pytest.raises(DataFileError, match=r"deep\.csv is no table of numbers"):
        read_signal_file(path)
