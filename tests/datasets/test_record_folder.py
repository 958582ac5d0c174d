"""Records whose beats are cut where they are found, with the classes of the marks."""

import numpy as np
import pytest

from skecg.datasets import read_record_folder
from skecg.exceptions import DataFileError, DataFileNotFoundError, LeadWarning
from skecg.preprocessing import BeatSegmenter

RATE = 360  # of the fixture's records


def test_beats_are_those_of_a_segmenter_and_classes_those_of_the_marks(
    write_record, tmp_path
):
    peaks = write_record("x1", symbols="NV" * 24 + "N")
    beats = read_record_folder(tmp_path, window=(0.2, 0.4))
    assert beats.data.shape == (peaks.size, round(0.2 * 125) + round(0.4 * 125))
    assert beats.target.tolist() == list("NV" * 24 + "N")
    assert np.abs(beats.time - peaks / RATE).max() <= 0.01
    assert (beats.n_marked, beats.n_missed, beats.n_surplus) == (peaks.size, 0, 0)
    cut = BeatSegmenter(sampling_rate=125.0, window=(0.2, 0.4))
    again = cut.fit(beats.excerpts).segment(beats.excerpts)
    assert np.allclose(beats.data, again.data)
    assert beats.sampling_rate == 125.0


def test_marks_off_the_peak_give_their_class_and_others_count(write_record, tmp_path):
    peaks = np.arange(288, 40 * RATE, 288)
    marks = np.concatenate([peaks[:-1] + 20, [peaks[-1] - 110]])  # the last too far
    symbols = ["V", *["N"] * (peaks.size - 1)]
    write_record("x1", at=marks, symbols=symbols)
    beats = read_record_folder(tmp_path)
    assert beats.target.tolist() == symbols[:-1]
    assert (beats.n_missed, beats.n_surplus) == (1, 1)


def test_what_is_no_beat_is_left_out(write_record, tmp_path):
    write_record("x1", symbols=["+", "~", *["N"] * 47])
    beats = read_record_folder(tmp_path)
    assert len(beats.target) == beats.n_marked == 47


def test_patients_are_records_but_for_one(write_record, tmp_path):
    for record in ("201", "202", "x9"):
        write_record(record, seconds=10)
    beats = read_record_folder(tmp_path)
    assert dict(zip(beats.record.tolist(), beats.groups.tolist(), strict=True)) == {
        "201": "201",
        "202": "201",
        "x9": "x9",
    }
    assert beats.records.tolist() == ["201", "202", "x9"]
    assert len(beats.excerpts) == 3


def test_the_lead_is_found_by_name(write_record, tmp_path):
    write_record("a", leads=("MLII", "V5"), seconds=10)
    write_record("b", leads=("V5", "MLII"), heights=(0.5, 1.5), seconds=10)
    beats = read_record_folder(tmp_path)
    assert beats.lead == "MLII"
    assert beats.data.max(axis=1).min() > 1  # mV, in both
    low = read_record_folder(tmp_path, lead="V5")
    assert low.data.max() < 0.7 * beats.data.max()
    write_record("c", leads=("V1", "V2"), seconds=10)
    with pytest.warns(LeadWarning, match=r"1 of 3 records have no lead MLII.*c \(V1\)"):
        read_record_folder(tmp_path)
    with pytest.raises(ValueError, match="No record has a lead 'aVL'"):
        read_record_folder(tmp_path, lead="aVL")


@pytest.mark.parametrize("what", ["cut", "no marks", "no beats", "header"])
def test_a_record_that_cannot_be_used(what, write_record, tmp_path):
    write_record("good", seconds=10)
    write_record("poor", seconds=10, symbols=["~"] * 12 if what == "no beats" else None)
    if what == "cut":
        (tmp_path / "poor.dat").write_bytes(b"short")
    if what == "no marks":
        (tmp_path / "poor.atr").unlink()
    if what == "header":
        (tmp_path / "poor.hea").write_text("poor")
    with pytest.raises((DataFileError, DataFileNotFoundError), match="poor"):
        read_record_folder(tmp_path)
    beats = read_record_folder(tmp_path, on_error="skip")
    assert set(beats.record.tolist()) == {"good"}
    assert beats.skipped[0].path == str(tmp_path / "poor.hea")
    (tmp_path / "good.hea").unlink()
    with pytest.raises(DataFileError, match="None of the 1 records"):
        read_record_folder(tmp_path, on_error="skip")


def test_several_leads_by_number_or_name(write_record, tmp_path):
    write_record("a", leads=("V5", "MLII"), heights=(0.5, 1.5), seconds=10)
    write_record("b", leads=("V5", "MLII"), heights=(0.5, 1.5), seconds=10)
    one = read_record_folder(tmp_path, lead="MLII")
    two = read_record_folder(tmp_path, lead="MLII", n_leads=2)
    assert two.data.shape == (len(one.data), 2, one.data.shape[1])
    np.testing.assert_array_equal(two.data[:, 0], one.data)
    named = read_record_folder(tmp_path, lead=["MLII", "V5"])
    np.testing.assert_array_equal(named.data, two.data)
    assert (named.lead, named.n_leads) == ("MLII, V5", 2)
    assert two.excerpts.shape == (2, 2, one.excerpts.shape[1])
    again = BeatSegmenter(sampling_rate=125.0, window=two.window).fit(two.excerpts)
    assert np.allclose(again.segment(two.excerpts).data, two.data)


def test_a_record_without_enough_leads_is_named_or_left_out(write_record, tmp_path):
    write_record("a", leads=("MLII", "V5"), seconds=10)
    write_record("b", leads=("MLII",), heights=(1.0,), seconds=10)
    write_record("c", leads=("MLII", "V1"), seconds=10)
    with pytest.raises(DataFileError, match=r"b\.hea has no 2 leads; it has MLII"):
        read_record_folder(tmp_path, n_leads=2)
    two = read_record_folder(tmp_path, n_leads=2, on_error="skip")
    assert two.records.tolist() == ["a", "c"]
    named = read_record_folder(tmp_path, lead=("V5", "MLII"), on_error="skip")
    assert named.records.tolist() == ["a"]
    assert "has no lead V5" in named.skipped[1].reason
    for wrong in ({"n_leads": 0}, {"lead": ("V5", "MLII"), "n_leads": 3}):
        with pytest.raises(ValueError, match="n_leads must be"):
            read_record_folder(tmp_path, **wrong)
    with pytest.raises(ValueError, match="which must differ"):
        read_record_folder(tmp_path, lead=("V5", "V5"))


def test_the_hash_is_of_the_files(write_record, tmp_path):
    write_record("a", seconds=10)
    one = read_record_folder(tmp_path).sha256
    assert read_record_folder(tmp_path, sampling_rate=100.0).sha256 == one
    write_record("a", seconds=11)
    assert read_record_folder(tmp_path).sha256 != one


def test_what_is_asked_for_wrongly(tmp_path):
    with pytest.raises(DataFileNotFoundError, match=r"no WFDB header"):
        read_record_folder(tmp_path)
    with pytest.raises(DataFileNotFoundError, match="does not exist"):
        read_record_folder(tmp_path / "lost")
    for options in ({"on_error": "warn"}, {"symbols": "x"}, {"sampling_rate": 0.0}):
        with pytest.raises(ValueError, match=next(iter(options))):
            read_record_folder(tmp_path, **options)
