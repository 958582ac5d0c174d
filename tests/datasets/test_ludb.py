import numpy as np
import pytest

from skecg.datasets import load_ludb_sample, read_ludb
from skecg.exceptions import DataFileError, DataFileNotFoundError

LEADS = ["i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6"]


@pytest.fixture
def write_ludb(tmp_path):
    """Write a record as PhysioNet has them, in the folder data."""
    wfdb = pytest.importorskip("wfdb", reason="needs wfdb: pip install skecg[io]")
    folder = tmp_path / "data"

    def write(record="1", *, symbols="(p)(N)(t)", marked="ii", rate=500, n_times=5000):
        folder.mkdir(exist_ok=True)
        signal = np.linspace(0, 1, n_times)[:, None] * np.linspace(0.1, 1, 12)
        wfdb.wrsamp(
            record,
            fs=rate,
            units=["mV"] * 12,
            sig_name=LEADS,
            p_signal=signal,
            fmt=["16"] * 12,
            adc_gain=[1000.0] * 12,
            baseline=[0] * 12,
            comments=["<age>: 51", "<diagnoses>:", "Rhythm: Sinus rhythm.", "Paced. "],
            write_dir=str(folder),
        )
        sample = 100 * np.arange(1, len(symbols) + 1)
        wfdb.wrann(record, marked, sample, symbol=list(symbols), write_dir=str(folder))
        return signal.T

    return write


def test_records_with_the_marks_of_a_lead(write_ludb, tmp_path):
    signal = write_ludb("2")
    write_ludb("10")
    write_ludb("2", symbols="(N)", marked="avf")
    bunch = read_ludb(tmp_path)
    assert bunch.record.tolist() == ["2", "10"]  # by number, not by letters
    assert bunch.data.shape == (2, 12, 5000)
    assert bunch.data.dtype == np.float32
    np.testing.assert_allclose(bunch.data[0], signal, atol=1e-3)
    assert bunch.lead_names[0, :4].tolist() == ["I", "II", "III", "aVR"]
    assert bunch.sampling_rate == 500.0
    waves = bunch.annotations[0]
    assert [wave.tolist() for wave in waves] == [
        *([[100, 200, 300]], [[400, 500, 600]], [[700, 800, 900]])
    ]
    assert bunch.diagnoses.tolist() == ["Rhythm: Sinus rhythm; Paced"] * 2
    (other,) = read_ludb(tmp_path / "data", lead="aVF", records=["2"]).annotations
    assert other.qrs.tolist() == [[100, 200, 300]]
    assert other.p.shape == other.t.shape == (0, 3)


@pytest.mark.parametrize(
    ("symbols", "peaks"),
    [
        ("N)(N)", [400]),
        ("(N)N()(N)", [200, 800]),
        ("(N", []),
        ("((NN))", []),
        ("()(N)", [400]),
    ],
)
def test_a_wave_without_all_its_marks_has_no_row(write_ludb, tmp_path, symbols, peaks):
    write_ludb(symbols=symbols)
    (waves,) = read_ludb(tmp_path).annotations
    assert waves.qrs[:, 1].tolist() == peaks
    assert waves.qrs.dtype == np.int64


def test_the_hash_is_of_the_files_read(write_ludb, tmp_path):
    write_ludb()
    first = read_ludb(tmp_path).sha256
    write_ludb("2")
    assert read_ludb(tmp_path, records=["1"]).sha256 == first
    assert read_ludb(tmp_path).sha256 != first


@pytest.mark.parametrize("ending", ["hea", "dat", "ii"])
def test_no_half_read_results(write_ludb, tmp_path, cut_file, ending):
    write_ludb("1")
    write_ludb("2")
    path = cut_file(tmp_path / "data" / f"2.{ending}", 0.5)
    with pytest.raises(DataFileError, match=rf"2\.{ending} is truncated"):
        read_ludb(tmp_path)
    path.unlink()
    with pytest.raises(DataFileNotFoundError, match=rf"2\.{ending}"):
        read_ludb(tmp_path, records=["1", "2"])


def test_a_last_comment_may_lack_its_line_end(write_ludb, tmp_path):
    write_ludb()
    path = tmp_path / "data" / "1.hea"
    path.write_bytes(path.read_bytes().rstrip())
    assert read_ludb(tmp_path).diagnoses.tolist() == ["Rhythm: Sinus rhythm; Paced"]


def test_a_record_unlike_the_others_is_named(write_ludb, tmp_path):
    write_ludb("1")
    write_ludb("2", n_times=4000)
    with pytest.raises(DataFileError, match=r"2\.hea differs from .*1\.hea in rate"):
        read_ludb(tmp_path)


@pytest.mark.parametrize(
    ("option", "error", "message"),
    [
        ({"lead": "MLII"}, ValueError, "lead must be one of I, II"),
        ({"records": "1"}, TypeError, r"records must be a list .*\['1'\]\?"),
        ({"records": ["0"]}, ValueError, "'1' to '200'; got '0'"),
        ({"records": []}, ValueError, "got none"),
        ({"records": ["1", "1"]}, ValueError, "more than once"),
    ],
)
def test_options_that_cannot_be(write_ludb, tmp_path, option, error, message):
    write_ludb()
    with pytest.raises(error, match=message):
        read_ludb(tmp_path, **option)


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(DataFileNotFoundError, match=r"No record .* fetch_ludb"):
        read_ludb(tmp_path)


def test_the_sample_is_what_the_database_says(shared_data):
    folder = shared_data / "ludb"
    if not folder.is_dir():
        pytest.skip(f"needs the Lobachevsky database in {folder}")
    sample = load_ludb_sample()
    bunch = read_ludb(folder, records=sample.record.tolist())
    columns = [bunch.lead_names[0].tolist().index(x) for x in sample.lead_names[0]]
    np.testing.assert_allclose(bunch.data[:, columns], sample.data, atol=6e-4)
    for read, stored in zip(bunch.annotations, sample.annotations, strict=True):
        for one, other in zip(read, stored, strict=True):
            np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(bunch.diagnoses, sample.diagnoses)
    np.testing.assert_array_equal(bunch.for_tuning, sample.for_tuning)
