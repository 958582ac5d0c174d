"""Records of four kinds of files: the same samples, and errors that name the file."""

import sys
import warnings

import numpy as np
import pytest

from record_files import RATE, known_leads, write_dicom, write_edf, write_wfdb
from skecg.datasets import read_record
from skecg.datasets._read_record import files_of_record, is_record_file
from skecg.exceptions import DataFileError, DataFileNotFoundError

DATA, _ = known_leads(4.0)


def write_csv(path, data, names):
    lines = [",".join(["time", *names])]
    for index, row in enumerate(np.asarray(data).T):
        lines.append(",".join([f"{index / RATE:.6f}", *(f"{v:.6f}" for v in row)]))
    path.write_text("\n".join(lines))
    return path


def written(kind, folder, data=DATA, names=("I", "II")):
    if kind == "hea":
        return write_wfdb(folder, "one", data, names)
    writer = {"edf": write_edf, "dcm": write_dicom, "csv": write_csv}[kind]
    return writer(folder / f"one.{kind}", data, names)


KINDS = ("hea", "edf", "dcm", "csv")


@pytest.mark.parametrize("kind", KINDS)
def test_samples_and_names_come_back(tmp_path, kind):
    record = read_record(written(kind, tmp_path))
    np.testing.assert_allclose(record.data, DATA, atol=1e-3)
    assert record.lead_names.tolist() == ["I", "II"]
    assert record.sampling_rate == pytest.approx(RATE)
    assert record.record == "one"


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_wanted_lead_that_is_there_comes_first(tmp_path, kind):
    path = written(kind, tmp_path, names=("Lead V1", "ECG ii"))
    one = read_record(path, lead=["MLII", "II", "V1"])
    assert one.lead_names.tolist() == ["II"]
    np.testing.assert_allclose(one.data, DATA[1:], atol=1e-3)
    both = read_record(path, lead="II", n_leads=2)
    assert both.lead_names.tolist() == ["II", "V1"]
    np.testing.assert_allclose(both.data, DATA[::-1], atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_lead_and_too_few_leads_are_told(tmp_path, kind):
    path = written(kind, tmp_path)
    told = rf"one\.{kind} has none of the leads 'V5'.*'I', 'II'"
    with pytest.raises(DataFileError, match=told):
        read_record(path, lead="V5")
    with pytest.raises(DataFileError, match=r"has 2 lead\(s\).*where 3 are"):
        read_record(path, lead="I", n_leads=3)


@pytest.mark.parametrize("kind", ["hea", "edf", "dcm"])
def test_a_file_that_was_cut_anywhere_is_named(tmp_path, kind):
    path = written(kind, tmp_path)
    content = path.read_bytes()
    for cut in range(0, len(content) - 1, max(len(content) // 60, 1)):
        path.write_bytes(content[:cut])
        with warnings.catch_warnings():  # pydicom and edfio warn of what they see
            warnings.simplefilter("ignore")
            with pytest.raises(DataFileError, match=rf"one\.{kind}"):
                read_record(path)


def test_a_cut_signal_file_is_named(tmp_path):
    path = written("hea", tmp_path)
    signals = tmp_path / "one.dat"
    signals.write_bytes(signals.read_bytes()[:-1])
    with pytest.raises(DataFileError, match=r"one\.dat is truncated or damaged"):
        read_record(path)
    signals.unlink()
    with pytest.raises(DataFileNotFoundError, match=r"one\.dat"):
        read_record(path)


@pytest.mark.parametrize("kind", ["hea", "edf"])
def test_other_units_become_millivolts(tmp_path, kind):
    if kind == "hea":
        path = write_wfdb(tmp_path, "one", DATA * 1000, ["I", "II"], units="uV")
    else:
        path = tmp_path / "one.edf"
        write_edf(path, [DATA[0] / 1000, DATA[1]], ["I", "II"], units=["V", "mV"])
    atol = 0.7 if kind == "edf" else 1e-3  # 16 bits over 40 V
    np.testing.assert_allclose(read_record(path).data, DATA, atol=atol)


def test_of_a_sleep_study_the_ecg_is_read(tmp_path):
    slow = DATA[0, ::5]
    path = write_edf(
        tmp_path / "night.edf",
        [DATA[0], slow, DATA[0], DATA[1]],
        ["EEG Fpz-Cz", "ECG", "SpO2", "ECG II"],
        rates=[RATE, RATE / 5, RATE, RATE],
        units=["uV", "mV", "%", "mV"],
    )
    assert read_record(path, lead="II").lead_names.tolist() == ["II"]
    alone = read_record(path)  # those at the rate of the first
    assert (alone.lead_names.tolist(), alone.sampling_rate) == (["ECG"], RATE / 5)


@pytest.mark.parametrize("kind", ["hea", "edf", "dcm"])
def test_what_is_no_voltage_is_told(tmp_path, kind):
    path = tmp_path / f"one.{kind}"
    if kind == "hea":
        write_wfdb(tmp_path, "one", DATA, ["I", "II"], units="mmHg")
    elif kind == "edf":
        write_edf(path, DATA, ["I", "II"], units="mmHg")
    else:
        write_dicom(path, DATA, ["I", "II"], unit="mm[Hg]")
    with pytest.raises(DataFileError, match=r"one\..*(in|not in|no lead).* volts"):
        read_record(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "must have a column 'time'"),
        ("I,II\n1,2\n3,4", "must have a column 'time'"),
        ("time,I\n0,1", "1 samples"),
        ("time,I\n0,1\n0.1,one", "no table of numbers"),
        ("time,I\n0,1\n0.1", "no table of numbers"),
        ("time,I\n0,1\n0.1,1\n0.9,1", "evenly spaced"),
        ("time,I\n0,1\n,1\n0.2,1", "evenly spaced"),
    ],
)
def test_a_table_that_is_none_is_told(tmp_path, text, told):
    path = tmp_path / "one.csv"
    path.write_text(text)
    with pytest.raises(DataFileError, match=told):
        read_record(path)


def test_an_empty_cell_is_a_missing_sample(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("time,I\n0,1\n0.004,\n0.008,3\n")
    np.testing.assert_array_equal(read_record(path).data, [[1, np.nan, 3]])


def test_foreign_and_lost_files_are_told(tmp_path):
    (tmp_path / "one.xml").write_text("<ecg/>")
    with pytest.raises(DataFileError, match=r"must end in \.hea, \.edf"):
        read_record(tmp_path / "one.xml")
    with pytest.raises(DataFileNotFoundError, match=r"lost\.edf"):
        read_record(tmp_path / "lost.edf")


@pytest.mark.parametrize(
    ("kind", "package"), [("hea", "wfdb"), ("edf", "edfio"), ("dcm", "pydicom")]
)
def test_an_absent_package_is_named_with_its_extra(
    tmp_path, monkeypatch, kind, package
):
    path = written(kind, tmp_path)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf"needs the {package} package.*skecg\[io\]"):
        read_record(path)


def test_the_files_of_a_record_are_listed_without_reading_them(tmp_path):
    path = written("hea", tmp_path)
    assert files_of_record(path) == [path, tmp_path / "one.dat"]
    assert files_of_record(tmp_path / "a.edf") == [tmp_path / "a.edf"]
    assert files_of_record(tmp_path / "lost.hea") == [tmp_path / "lost.hea"]
    assert is_record_file("a.HEA")
    assert not is_record_file("a.csv")
