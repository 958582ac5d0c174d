import numpy as np
import pytest

from skecg.datasets import read_ptb
from skecg.datasets._ptb_facts import LABELS, LEADS, STANDARD_LEADS, label_of
from skecg.exceptions import DataFileError, DataFileNotFoundError
from skecg.signal.resampling import resample

RATE = 1000
STEP = 1 / 2000  # mV


def ecg(n_leads, seconds, rate=RATE):
    """A slow wave, another amplitude in every lead."""
    time = np.arange(round(seconds * rate)) / rate
    return (1 + np.arange(n_leads))[:, None] / n_leads * np.sin(2 * np.pi * time)


@pytest.fixture
def write_ptb(tmp_path):
    """Write a record as PhysioNet has them and return its signal."""
    wfdb = pytest.importorskip("wfdb", reason="needs wfdb: pip install skecg[io]")

    def write(
        record="patient001/s0010_re",
        *,
        reason="Myocardial infarction",
        summary=("age: 81", "sex: female"),
        leads=LEADS,
        seconds=12,
        rate=RATE,
    ):
        folder = tmp_path / record.partition("/")[0]
        folder.mkdir(exist_ok=True)
        signal = ecg(len(leads), seconds, rate)
        comments = [*summary, "Diagnose:"]
        if reason is not None:
            comments.append(f"Reason for admission: {reason}")
        wfdb.wrsamp(
            record.partition("/")[2],
            fs=rate,
            units=["mV"] * len(leads),
            sig_name=[lead.lower() for lead in leads],
            p_signal=signal.T,
            fmt=["16"] * len(leads),
            adc_gain=[2000.0] * len(leads),
            baseline=[0] * len(leads),
            comments=comments,
            write_dir=str(folder),
        )
        return signal

    return write


def test_twelve_leads_of_ten_seconds_in_millivolts(write_ptb, tmp_path):
    signal = write_ptb()
    bunch = read_ptb(tmp_path)
    assert bunch.data.shape == (1, 12, 10_000)
    assert bunch.data.dtype == np.float32
    assert bunch.sampling_rate == 1000.0
    np.testing.assert_allclose(bunch.data[0], signal[:12, :10_000], atol=STEP)
    assert bunch.lead_names.tolist() == [list(STANDARD_LEADS)]
    assert bunch.record.tolist() == ["patient001/s0010_re"]
    assert bunch.groups.tolist() == ["patient001"]
    assert bunch.target.tolist() == ["infarction"]
    assert bunch.diagnosis.tolist() == ["Myocardial infarction"]
    assert bunch.age.tolist() == [81.0]
    assert bunch.sex.tolist() == ["female"]
    assert "ODC-By" in bunch.DESCR


def test_leads_are_chosen_by_number_or_name(write_ptb, tmp_path):
    signal = write_ptb()
    bunch = read_ptb(tmp_path, leads=15)
    np.testing.assert_allclose(bunch.data[0], signal[:, :10_000], atol=STEP)
    bunch = read_ptb(tmp_path, leads=["vz", "AVR", "I"])
    assert bunch.lead_names.tolist() == [["VZ", "aVR", "I"]]
    np.testing.assert_allclose(bunch.data[0], signal[[14, 3, 0], :10_000], atol=STEP)


def test_a_record_without_a_lead_is_named(write_ptb, tmp_path):
    write_ptb()
    write_ptb("patient002/s0015lre", leads=STANDARD_LEADS)
    assert read_ptb(tmp_path).data.shape == (2, 12, 10_000)
    with pytest.raises(ValueError, match=r"patient002/s0015lre has no lead VX, VY, VZ"):
        read_ptb(tmp_path, leads=15)


def test_the_part_that_is_kept(write_ptb, tmp_path):
    signal = write_ptb()
    bunch = read_ptb(tmp_path, start=1.5, duration=2.0)
    np.testing.assert_allclose(bunch.data[0], signal[:12, 1500:3500], atol=STEP)
    whole = read_ptb(tmp_path, start=0.0, duration=12.0)
    assert whole.data.shape == (1, 12, 12_000)
    with pytest.raises(ValueError, match=r"s0010_re lasts 12 s: start=3 and duration"):
        read_ptb(tmp_path, start=3.0)
    with pytest.raises(ValueError, match=r"duration=None leave no such part"):
        read_ptb(tmp_path, start=12.0, duration=None)


def test_whole_records_are_a_list(write_ptb, tmp_path):
    write_ptb(seconds=12)
    write_ptb("patient002/s0015lre", seconds=15)
    bunch = read_ptb(tmp_path, duration=None, start=1.0)
    assert isinstance(bunch.data, list)
    assert [record.shape for record in bunch.data] == [(12, 11_000), (12, 14_000)]


def test_records_are_resampled_before_they_are_cut(write_ptb, tmp_path):
    signal = write_ptb()
    bunch = read_ptb(tmp_path, target_rate=125.0, start=1.0, leads=["II"])
    assert bunch.sampling_rate == 125.0
    wanted = resample(signal[1], sampling_rate=1000.0, target_rate=125.0)
    np.testing.assert_allclose(bunch.data[0, 0], wanted[125:1375], atol=STEP)


@pytest.mark.parametrize("rate", [125.0, 128.37, 333.0, 360.0, 1000.0, 2500.0])
def test_all_of_a_record_can_be_asked_for_at_any_rate(write_ptb, tmp_path, rate):
    write_ptb(seconds=10)
    bunch = read_ptb(tmp_path, target_rate=rate, leads=["II"])
    assert bunch.data.shape == (1, 1, round(10 * rate))


def test_other_rates_need_a_common_one(write_ptb, tmp_path):
    write_ptb()
    write_ptb("patient002/s0015lre", rate=500)
    with pytest.raises(ValueError, match=r"\[500.0, 1000.0\] Hz: pass target_rate"):
        read_ptb(tmp_path)
    assert read_ptb(tmp_path, target_rate=250).data.shape == (2, 12, 2500)


@pytest.mark.parametrize(
    ("reason", "label"),
    [
        ("Healthy control", "healthy"),
        ("Heart failure (NYHA 2)", "cardiomyopathy"),
        ("Unstable angina", "other"),
        ("n/a", "unknown"),
        (None, "unknown"),
        ("Pericarditis", "pericarditis"),  # none of the database's: never lost
    ],
)
def test_the_class_is_the_reason_for_admission(write_ptb, tmp_path, reason, label):
    write_ptb(reason=reason)
    bunch = read_ptb(tmp_path)
    assert bunch.target.tolist() == [label]
    assert bunch.diagnosis.tolist() == [reason or ""]


def test_every_reason_has_a_class():
    assert set(LABELS.values()) == {
        *("healthy", "infarction", "cardiomyopathy", "block", "dysrhythmia"),
        *("hypertrophy", "valvular", "myocarditis", "other", "unknown"),
    }
    assert label_of(" myocardial INFARCTION ") == "infarction"


def test_what_the_header_does_not_say_is_missing(write_ptb, tmp_path):
    write_ptb(summary=("age: n/a", "sex: n/a"))
    write_ptb("patient002/s0015lre", summary=())
    bunch = read_ptb(tmp_path)
    assert np.isnan(bunch.age).all()
    assert bunch.sex.tolist() == ["", ""]


def test_the_first_of_two_lines_of_one_name_counts(write_ptb, tmp_path):
    write_ptb(summary=("age: 81", "age: 18", "sex: male"))
    assert read_ptb(tmp_path).age.tolist() == [81.0]


def test_a_diagnosis_cut_within_the_line_is_refused(write_ptb, tmp_path):
    write_ptb()
    path = tmp_path / "patient001" / "s0010_re.hea"
    path.write_bytes(path.read_bytes()[:-8])  # Myocardial inf
    with pytest.raises(DataFileError, match=r"s0010_re\.hea .* middle of a line"):
        read_ptb(tmp_path)


def test_records_are_read_in_the_order_asked_for(write_ptb, tmp_path):
    for record in ("patient002/s0015lre", "patient001/s0014lre", "patient001/s0010_re"):
        write_ptb(record)
    assert read_ptb(tmp_path).record.tolist() == [
        *("patient001/s0010_re", "patient001/s0014lre", "patient002/s0015lre")
    ]
    some = ["patient002/s0015lre", "patient001/s0010_re"]
    bunch = read_ptb(tmp_path, records=some)
    assert bunch.record.tolist() == some
    assert bunch.groups.tolist() == ["patient002", "patient001"]
    with pytest.raises(DataFileNotFoundError, match=r"Not among the 3 .*s0099_re"):
        read_ptb(tmp_path, records=["patient001/s0099_re"])


def test_a_patients_folder_alone(write_ptb, tmp_path, monkeypatch):
    write_ptb()
    monkeypatch.chdir(tmp_path / "patient001")
    for folder in (tmp_path / "patient001", "."):
        bunch = read_ptb(folder)
        assert bunch.record.tolist() == ["patient001/s0010_re"]
        assert bunch.groups.tolist() == ["patient001"]


def test_a_record_of_nobody_is_refused(write_ptb, tmp_path):
    write_ptb("records/s0010_re")
    with pytest.raises(ValueError, match=r"s0010_re\.hea is in no folder of a patient"):
        read_ptb(tmp_path)


def test_an_empty_or_missing_folder_is_named(tmp_path):
    with pytest.raises(DataFileNotFoundError, match=r"No record .* fetch_ptb"):
        read_ptb(tmp_path)
    with pytest.raises(DataFileNotFoundError, match="does not exist"):
        read_ptb(tmp_path / "nowhere")


@pytest.mark.parametrize("ending", ["hea", "dat"])
def test_no_half_read_results(write_ptb, tmp_path, cut_file, ending):
    write_ptb()
    write_ptb("patient002/s0015lre")
    path = cut_file(tmp_path / "patient002" / f"s0015lre.{ending}", 0.6)
    with pytest.raises(DataFileError, match=rf"s0015lre\.{ending} is truncated"):
        read_ptb(tmp_path)
    path.unlink()
    if ending == "dat":
        with pytest.raises(DataFileNotFoundError, match=r"s0015lre\.dat"):
            read_ptb(tmp_path)


def test_changed_samples_are_noticed(write_ptb, tmp_path):
    write_ptb()
    path = tmp_path / "patient001" / "s0010_re.dat"
    content = bytearray(path.read_bytes())
    content[300] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataFileError, match=r"s0010_re\.dat .*do not add up"):
        read_ptb(tmp_path)


def test_the_hash_is_of_the_files_read(write_ptb, tmp_path):
    write_ptb()
    first = read_ptb(tmp_path).sha256
    assert first == read_ptb(tmp_path, leads=["II"], duration=None).sha256
    write_ptb("patient002/s0015lre")
    assert first != read_ptb(tmp_path).sha256


@pytest.mark.parametrize(
    ("option", "error", "message"),
    [
        ({"leads": 3}, ValueError, "leads must be 12, 15 or a list"),
        ({"leads": "II"}, TypeError, r"leads must be a list .*\['II'\]\?"),
        ({"leads": []}, ValueError, "leads must be among I, II"),
        ({"leads": ["MLII"]}, ValueError, r"leads must be among .*MLII"),
        ({"leads": ["ii", "II"]}, ValueError, "more than once"),
        ({"start": -1.0}, ValueError, "start must be finite and not negative"),
        ({"start": np.nan}, ValueError, "start must be finite"),
        ({"start": "1"}, TypeError, "start must be a number"),
        ({"duration": 0.0}, ValueError, "duration must be finite and above 0"),
        ({"duration": np.inf}, ValueError, "duration must be finite"),
        ({"duration": True}, TypeError, "duration must be a number"),
        ({"duration": 1e-5}, ValueError, "leave no such part"),
        ({"target_rate": 0.0}, ValueError, "sampling_rate must be finite and above"),
        ({"records": "patient001/s0010_re"}, TypeError, "records must be a list"),
        ({"records": []}, ValueError, "got none"),
    ],
)
def test_options_that_cannot_be(write_ptb, tmp_path, option, error, message):
    write_ptb()
    with pytest.raises(error, match=message):
        read_ptb(tmp_path, **option)


def test_real_records_of_one_patient(shared_data):
    folder = shared_data / "ptbdb"
    if not folder.is_dir():
        pytest.skip(f"needs records of the PTB database in {folder}")
    bunch = read_ptb(folder, leads=15, duration=None, target_rate=125.0)
    lengths = [record.shape for record in bunch.data]
    assert lengths == [(15, 4800), (15, 14_400), (15, 14_400)]
    assert set(bunch.groups.tolist()) == {"patient001"}
    assert set(bunch.target.tolist()) == {"infarction"}
    assert bunch.sex.tolist() == ["female"] * 3


def test_real_excerpts(shared_data):
    folder = shared_data / "ptbdb_10s"
    if not folder.is_dir():
        pytest.skip(f"needs excerpts of the PTB database in {folder}")
    bunch = read_ptb(folder)
    assert bunch.data.shape == (62, 12, 10_000)
    assert np.isfinite(bunch.data).all()
    assert len(set(bunch.groups.tolist())) == 49
    labels, counts = np.unique(bunch.target, return_counts=True)
    assert dict(zip(labels.tolist(), counts.tolist(), strict=True)) == {
        "healthy": 27,
        "block": 14,
        "infarction": 8,
        "cardiomyopathy": 5,
        "hypertrophy": 5,
        "dysrhythmia": 1,
        "valvular": 1,
        "unknown": 1,
    }
    # Einthoven: lead III is II less I, up to the rounding to 1 uV.
    lead = bunch.data[:, :3]
    np.testing.assert_allclose(lead[:, 2], lead[:, 1] - lead[:, 0], atol=0.004)
