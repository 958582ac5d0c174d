from importlib.resources import files

import numpy as np
import pytest

from skecg.datasets import load_ptb_sample
from skecg.datasets._ptb_facts import STANDARD_LEADS
from skecg.signal.rpeaks import detect_rpeaks

FOLDER = files("skecg.datasets") / "data" / "ptbdb"


@pytest.fixture(scope="module")
def sample():
    return load_ptb_sample()


def test_fourteen_persons_and_twelve_leads_are_there(sample):
    assert sample.data.shape == (14, 12, 10_000)
    assert sample.data.dtype == np.float32
    assert sample.sampling_rate == 1000.0
    assert {tuple(names) for names in sample.lead_names.tolist()} == {STANDARD_LEADS}
    assert len(set(sample.groups.tolist())) == 14
    assert all(
        record.startswith(f"{patient}/")
        for record, patient in zip(sample.record, sample.groups, strict=True)
    )


def test_half_of_them_are_healthy(sample):
    labels, counts = np.unique(sample.target, return_counts=True)
    assert labels.tolist() == ["healthy", "infarction"]
    assert counts.tolist() == [7, 7]
    said = dict(zip(sample.diagnosis.tolist(), sample.target.tolist(), strict=True))
    assert said == {"Healthy control": "healthy", "Myocardial infarction": "infarction"}


def test_the_ages_that_the_texts_tell(sample):
    mean = {label: sample.age[sample.target == label].mean() for label in sample.target}
    assert mean["infarction"] == pytest.approx(60.0)
    assert mean["healthy"] == pytest.approx(51.3, abs=0.05)
    assert (sample.sex == "female").sum() == 2


def test_samples_are_whole_steps_of_millivolts(sample):
    steps = np.rint(sample.data.astype(np.float64) * 200)
    np.testing.assert_array_equal(sample.data, (steps / 200).astype(np.float32))
    swing = np.ptp(sample.data, axis=-1)
    assert swing.min() > 0.3
    assert swing.max() < 6


def test_limb_leads_belong_together(sample):
    # Einthoven and Goldberger, up to three roundings to 5 uV.
    one, two, three, right, left, foot = np.moveaxis(sample.data[:, :6], 1, 0)
    for told, derived in (
        (three, two - one),
        (right, -(one + two) / 2),
        (left, one - two / 2),
        (foot, two - one / 2),
    ):
        np.testing.assert_allclose(told, derived, atol=0.011)


def test_everybody_has_a_heartbeat(sample):
    for signal in sample.data[:, 1]:
        beats = detect_rpeaks(signal, sampling_rate=sample.sampling_rate)
        assert 8 <= len(beats) <= 20


def test_every_call_gives_fresh_arrays(sample):
    again = load_ptb_sample()
    for name in ("data", "target", "diagnosis", "groups", "record", "age", "sex"):
        np.testing.assert_array_equal(again[name], sample[name])
        assert again[name].flags.writeable, name
        assert not np.shares_memory(again[name], sample[name]), name


def test_the_file_is_small_and_holds_no_pickle():
    path = FOLDER / "records.npz"
    assert len(path.read_bytes()) <= 1_000_000
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        assert all(archive[name].dtype.kind in "ifU" for name in archive.files)


def test_origin_and_licence_are_told(sample):
    for said in ("10.1515/bmte.1995.40.s1.317", "PhysioNet", "ODC-By", "5 uV"):
        assert said in sample.DESCR
    licence = (FOLDER / "LICENSE-ODC-By-1.0.txt").read_text(encoding="utf-8")
    assert licence.startswith("# ODC Attribution License (ODC-By)")
