from collections import Counter
from hashlib import sha256
from importlib.resources import files

import numpy as np
import pytest

from skecg.datasets import load_heartbeats, load_mitbih_sample
from skecg.datasets._mitbih_facts import PACED, RECORDS
from skecg.signal.aami import AAMI_CLASSES, to_aami
from skecg.signal.patient import patient_columns
from skecg.signal.rhythm import CONTEXT_COLUMNS

FOLDER = files("skecg.datasets") / "data" / "mitbih"


@pytest.fixture(scope="module")
def sample():
    return load_mitbih_sample()


@pytest.fixture(scope="module")
def heartbeats():
    return load_heartbeats(context=True)


def test_all_records_of_47_patients_are_there(sample):
    assert tuple(sample.record) == RECORDS
    assert len(np.unique(sample.groups)) == 47
    assert len(sample.annotations) == 48
    assert sample.data.shape == (48, 2, 15_000)
    assert sample.data.dtype == np.float32
    assert sample.sampling_rate == 125.0


def test_the_first_lead_is_mlii_but_in_102_and_104(sample):
    first = dict(zip(sample.record.tolist(), sample.lead_names[:, 0], strict=True))
    assert {record for record, lead in first.items() if lead != "MLII"} == {
        "102",
        "104",
    }
    assert sample.lead_names[RECORDS.index("102")].tolist() == ["V5", "V2"]
    assert sample.lead_names[RECORDS.index("114")].tolist() == ["MLII", "V5"]


def test_samples_are_whole_steps_of_5_microvolts(sample):
    steps = np.rint(sample.data.astype(np.float64) * 200)
    np.testing.assert_array_equal(sample.data, (steps / 200).astype(np.float32))
    # 11 bits over 10 mV; resampling overshoots a little at steps and clipped peaks.
    assert np.abs(sample.data).max() < 6.0
    assert (sample.data.std(axis=-1) > 0.05).all()


def test_annotations_are_beats_inside_the_excerpt(sample):
    for beats in sample.annotations:
        assert beats.sample.dtype == np.int64
        assert len(beats.sample) == len(beats.symbol)
        assert np.all(np.diff(beats.sample) > 0)
        assert beats.sample[0] >= 0
        assert beats.sample[-1] < 15_000
        assert "" not in to_aami(beats.symbol)


def test_annotations_stand_on_the_qrs_complexes(sample):
    # The steepest slope of a beat's surroundings is close to its annotation.
    for signal, beats in zip(sample.data[:, 0], sample.annotations, strict=True):
        slope = np.abs(np.diff(signal))
        inside = beats.sample[(beats.sample > 40) & (beats.sample < 14_900)]
        near = np.array([slope[at - 15 : at + 15].max() for at in inside])
        far = np.array([np.median(slope[at - 40 : at + 40]) for at in inside])
        assert np.median(near / far) > 3


def test_every_class_is_in_several_patients(sample):
    label = [to_aami(beats.symbol) for beats in sample.annotations]
    patients = {
        name: {
            group
            for group, labels in zip(sample.groups.tolist(), label, strict=True)
            if name in labels
        }
        for name in AAMI_CLASSES
    }
    # Q is rare by nature: 15 beats in the database outside the four paced records.
    least = {"N": 40, "S": 20, "V": 30, "F": 10, "Q": 3 + len(PACED)}
    for name in AAMI_CLASSES:
        assert len(patients[name]) >= least[name], name
    totals = Counter(np.concatenate(label).tolist())
    assert min(totals.values()) >= 100


def test_every_call_gives_fresh_arrays(sample):
    again = load_mitbih_sample()
    np.testing.assert_array_equal(again.data, sample.data)
    for name in ("data", "lead_names", "groups", "record", "start"):
        assert again[name].flags.writeable, name
        assert not np.shares_memory(again[name], sample[name]), name
    assert not np.shares_memory(
        again.annotations[0].sample, sample.annotations[0].sample
    )


def test_the_file_is_small_and_holds_no_pickle():
    path = FOLDER / "excerpts.npz"
    assert len(path.read_bytes()) <= 3_000_000
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        assert all(archive[name].dtype.kind in "ifU" for name in archive.files)


def test_origin_and_licence_are_told(sample):
    for said in ("10.1109/51.932724", "PhysioNet", "ODC-By", "202"):
        assert said in sample.DESCR
    licence = (FOLDER / "LICENSE-ODC-By-1.0.txt").read_text(encoding="utf-8")
    assert licence.startswith("# ODC Attribution License (ODC-By)")


def test_heartbeats_and_dropped_are_all_annotated_beats(sample, heartbeats):
    n_annotated = sum(beats.sample.size for beats in sample.annotations)
    assert len(heartbeats.data) + len(heartbeats.dropped) == n_annotated
    # A beat is lost at the end of its excerpt only: two or three of a fast rhythm.
    assert all(beat.sample_index > 14_700 for beat in heartbeats.dropped)
    assert len(heartbeats.dropped) < 2 * len(RECORDS)
    assert set(heartbeats.target.tolist()) == set(AAMI_CLASSES)
    for name in (
        "target",
        "groups",
        "record",
        "symbol",
        "lead",
        "sample_index",
        "time",
    ):
        assert len(heartbeats[name]) == len(heartbeats.data), name


def test_heartbeats_are_kachuee_beats_of_the_first_lead(sample, heartbeats):
    beats = heartbeats.data[:, :187]
    assert heartbeats.data.dtype == np.float32
    assert beats.min() == 0.0
    assert beats.max() == 1.0
    at = int(np.flatnonzero(heartbeats.record == "100")[0])
    assert heartbeats.sample_index[at] == sample.annotations[0].sample[0]
    start = heartbeats.sample_index[at]
    window = sample.data[0, 0, :1250]
    scaled = (sample.data[0, 0, start : start + 50] - window.min()) / np.ptp(window)
    np.testing.assert_allclose(beats[at, :50], scaled, atol=1e-6)


def test_context_is_finite_and_only_appended(heartbeats):
    plain = load_heartbeats()
    assert plain.context_names == ()
    assert heartbeats.context_names == CONTEXT_COLUMNS
    assert heartbeats.data.shape == (len(plain.data), 187 + len(CONTEXT_COLUMNS))
    np.testing.assert_array_equal(heartbeats.data[:, :187], plain.data)
    assert np.isfinite(heartbeats.data).all()
    X, y = load_heartbeats(return_X_y=True)
    np.testing.assert_array_equal(X, plain.data)
    np.testing.assert_array_equal(y, plain.target)


def test_201_and_202_share_a_group(heartbeats):
    for record in ("201", "202"):
        assert set(heartbeats.groups[heartbeats.record == record].tolist()) == {"201"}


def test_the_hash_is_of_the_packaged_file(sample, heartbeats):
    wanted = sha256((FOLDER / "excerpts.npz").read_bytes()).hexdigest()
    assert sample.sha256 == heartbeats.sha256 == wanted


@pytest.mark.parametrize("n_leads", [1, 2])
def test_beats_beside_their_patients_own(n_leads):
    beats = load_heartbeats(beats="patient", n_leads=n_leads)
    names = patient_columns(n_leads)
    assert beats.context_names == names
    assert beats.data.shape == (len(beats.target), 2 * n_leads, 150 + len(names))
    assert beats.dropped == []
    assert np.isfinite(beats.data).all()
    classic = load_heartbeats()
    at = (classic.record[0], int(classic.sample_index[0]))
    assert (beats.record[0], int(beats.sample_index[0])) == at
    premature = beats.data[
        beats.target == "S", 0, names.index("rr_prev_60s") - len(names)
    ]
    assert np.median(premature) < -0.1


def test_only_patient_beats_have_two_leads():
    with pytest.raises(ValueError, match="'kachuee' are cut from one lead"):
        load_heartbeats(n_leads=2)


def test_another_form_of_beats_is_refused():
    with pytest.raises(ValueError, match="beats must be one of"):
        load_heartbeats(beats="centered")
