from importlib.resources import files

import numpy as np
import pytest

from skecg.datasets import load_ludb_sample

FOLDER = files("skecg.datasets") / "data" / "ludb"


@pytest.fixture(scope="module")
def sample():
    return load_ludb_sample()


def test_twenty_patients_and_five_leads_are_there(sample):
    assert sample.data.shape == (20, 5, 5000)
    assert sample.data.dtype == np.float32
    assert sample.sampling_rate == 500.0
    assert len(set(sample.record.tolist())) == 20
    assert sample.groups.tolist() == sample.record.tolist()
    assert len(sample.annotations) == len(sample.diagnoses) == 20
    assert {tuple(names) for names in sample.lead_names.tolist()} == {
        ("II", "I", "V1", "V2", "V5")
    }


def test_half_of_the_records_are_for_tuning(sample):
    assert sample.for_tuning.sum() == 10
    np.testing.assert_array_equal(sample.for_tuning, sample.record.astype(int) <= 75)


def test_every_lead_has_a_range_of_one_in_whole_thousandths(sample):
    steps = np.rint(sample.data.astype(np.float64) * 1000)
    np.testing.assert_array_equal(sample.data, (steps / 1000).astype(np.float32))
    np.testing.assert_allclose(np.ptp(steps, axis=-1), 1000, atol=1)


def test_marks_of_a_wave_are_in_order_and_inside(sample):
    for waves in sample.annotations:
        for marks in waves:
            assert marks.dtype == np.int64
            assert marks.shape[1:] == (3,)
            assert (np.diff(marks, axis=1) > 0).all()  # onset, peak, offset
            assert (marks[1:, 0] > marks[:-1, 2]).all()  # one wave after the other
            assert (marks >= 0).all()
            assert (marks < 5000).all()
        assert len(waves.qrs) >= 5
        assert len(waves.qrs) - 2 <= len(waves.t) <= len(waves.qrs)
        assert len(waves.p) <= len(waves.qrs)


def test_waves_last_as_long_as_waves_do(sample):
    # Milliseconds, from generous textbook limits.
    for kind, least, most in (("p", 30, 200), ("qrs", 40, 250), ("t", 60, 450)):
        lengths = [
            np.diff(getattr(waves, kind)[:, ::2]).ravel()
            for waves in sample.annotations
        ]
        lengths = np.concatenate(lengths) * 1000 / sample.sampling_rate
        assert least < lengths.min(), kind
        assert lengths.max() < most, kind


def test_qrs_marks_stand_on_the_steepest_slopes_of_lead_two(sample):
    for signal, waves in zip(sample.data[:, 0], sample.annotations, strict=True):
        slope = np.abs(np.diff(signal))
        within = [slope[start:end].max() for start, _, end in waves.qrs]
        assert np.median(within) > 5 * np.median(slope)


def test_what_was_chosen_is_in_the_diagnoses(sample):
    said = dict(zip(sample.record.tolist(), sample.diagnoses.tolist(), strict=True))
    absent = {
        name
        for name, waves in zip(sample.record.tolist(), sample.annotations, strict=True)
        if not len(waves.p)
    }
    assert absent == {"35", "38", "74", "83", "90", "103"}
    for name in absent:
        assert any(word in said[name] for word in ("fibrillation", "flutter", "pacing"))
    assert all(text.startswith("Rhythm: ") for text in said.values())
    assert "Complete left bundle branch block" in said["24"]


def test_every_call_gives_fresh_arrays(sample):
    again = load_ludb_sample()
    np.testing.assert_array_equal(again.data, sample.data)
    for name in ("data", "lead_names", "groups", "record", "for_tuning", "diagnoses"):
        assert again[name].flags.writeable, name
        assert not np.shares_memory(again[name], sample[name]), name
    assert not np.shares_memory(again.groups, again.record)


def test_the_file_is_small_and_holds_no_pickle():
    path = FOLDER / "records.npz"
    assert len(path.read_bytes()) <= 400_000
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        assert all(archive[name].dtype.kind in "ifU" for name in archive.files)


def test_origin_and_licence_are_told(sample):
    for said in ("10.1109/ACCESS.2020.3029211", "PhysioNet", "ODC-By", "millivolts"):
        assert said in sample.DESCR
    licence = (FOLDER / "LICENSE-ODC-By-1.0.txt").read_text(encoding="utf-8")
    assert licence.startswith("# ODC Attribution License (ODC-By)")
