import warnings
from collections import Counter

import numpy as np
import pytest

from skecg.datasets import read_mitbih
from skecg.datasets._mitbih_facts import DS1, DS2, PACED, RECORDS
from skecg.exceptions import DataFileError, DataFileNotFoundError, LeadWarning
from skecg.signal.aami import to_aami
from skecg.signal.patient import patient_columns

# Every annotated beat of the database, by reading and set.
ANNOTATED = {
    "literature": {
        DS1: {"N": 45_866, "S": 944, "V": 3_788, "F": 415, "Q": 8},
        DS2: {"N": 44_259, "S": 1_837, "V": 3_221, "F": 388, "Q": 7},
        PACED: {"N": 506, "V": 227, "Q": 8_028},
    },
    "bxb": {
        DS1: {"N": 45_834, "S": 976, "V": 3_788, "F": 415, "Q": 8},
        DS2: {"N": 44_046, "S": 2_050, "V": 3_221, "F": 388, "Q": 7},
        PACED: {"N": 506, "V": 227, "Q": 8_028},
    },
}


def test_kachuee_beats_begin_at_the_annotations(write_record, tmp_path):
    peaks = write_record()
    bunch = read_mitbih(tmp_path, records=["100"])
    # The last peak is 48 samples before the end; 1.2 T are 346.
    np.testing.assert_array_equal(bunch.sample_index, peaks[:-1])
    np.testing.assert_allclose(bunch.time, peaks[:-1] / 360)
    assert bunch.dropped == [("100", peaks[-1], "N")]
    assert bunch.data.shape == (48, 187)
    assert bunch.data.dtype == np.float32
    # A peak is the window's maximum, up to where it falls between samples of 8 ms.
    assert bunch.data[:, 0].min() > 0.7
    # T is 100 samples of 125 Hz: the next peak lies inside, behind 120 are zeros.
    assert bunch.data[:, 100].min() > 0.7
    assert not bunch.data[:, 120:].any()
    assert bunch.sampling_rate == 125.0


def test_centered_beats_hold_the_peak_in_millivolts(write_record, tmp_path):
    peaks = write_record()
    bunch = read_mitbih(tmp_path, records=["100"], beats="centered", window=(0.2, 0.4))
    assert bunch.data.shape == (49, 75)
    np.testing.assert_array_equal(bunch.sample_index, peaks)
    assert bunch.dropped == []
    assert set(bunch.data.argmax(axis=1).tolist()) == {25}
    # 1.5 mV on a wave of 0.1 mV; the spike of 22 ms loses some at 125 Hz.
    np.testing.assert_allclose(bunch.data[:, 25], 1.5, atol=0.4)


def test_leads_are_found_by_name(write_record, tmp_path):
    write_record("100", leads=("MLII", "V5"), heights=(1.5, 0.5))
    write_record("114", leads=("V5", "MLII"), heights=(0.5, 1.5))
    bunch = read_mitbih(tmp_path, records=["100", "114"], beats="centered")
    assert set(bunch.lead.tolist()) == {"MLII"}
    plain, swapped = (bunch.data[bunch.record == record] for record in ("100", "114"))
    np.testing.assert_array_equal(plain, swapped)
    other = read_mitbih(tmp_path, records=["114"], beats="centered", lead="V5")
    assert other.data.max() < 0.7 < swapped.max()


def test_a_record_without_the_lead_is_cut_from_its_first(write_record, tmp_path):
    write_record("100")
    write_record("102", leads=("V5", "V2"), heights=(0.5, 1.5))
    write_record("104", leads=("V5", "V2"))
    with pytest.warns(
        LeadWarning, match=r"2 of 3 .* MLII.*102 \(V5\), 104 \(V5\)"
    ) as got:
        bunch = read_mitbih(tmp_path, records=["100", "102", "104"], beats="centered")
    (ours,) = [one for one in got if one.category is LeadWarning]
    assert ours.filename == __file__
    assert set(bunch.lead[bunch.record == "102"].tolist()) == {"V5"}
    assert bunch.data[bunch.record == "102"].max() < 0.7


def test_a_lead_that_no_record_has(write_record, tmp_path):
    write_record()
    with pytest.raises(ValueError, match=r"lead must be one of \['MLII', 'V5'\].*'II'"):
        read_mitbih(tmp_path, records=["100"], lead="II")


def test_marks_that_are_no_beats_are_left_out(write_record, tmp_path):
    write_record(
        at=[10, 300, 600, 700, 900, 1200, 1300],
        symbols=["+", "N", "V", "~", "j", "!", "e"],
    )
    bunch = read_mitbih(tmp_path, records=["100"])
    assert bunch.symbol.tolist() == ["N", "V", "j", "e"]
    assert bunch.target.tolist() == ["N", "V", "N", "N"]
    assert bunch.dropped == []
    bxb = read_mitbih(tmp_path, records=["100"], symbols="bxb")
    assert bxb.target.tolist() == ["N", "V", "S", "S"]


def test_context_columns_stand_behind_the_samples(write_record, tmp_path):
    write_record(at=[300, 600, 960, 1200], symbols="NNVN")
    plain = read_mitbih(tmp_path, records=["100"])
    bunch = read_mitbih(tmp_path, records=["100"], context=True)
    n_context = len(bunch.context_names)
    np.testing.assert_array_equal(bunch.data[:, :-n_context], plain.data)
    columns = dict(zip(bunch.context_names, bunch.data[:, -n_context:].T, strict=True))
    np.testing.assert_allclose(
        columns["rr_prev"], [5 / 6, 5 / 6, 1.0, 2 / 3], rtol=1e-6
    )
    np.testing.assert_allclose(
        columns["rr_next"], [5 / 6, 1.0, 2 / 3, 2 / 3], rtol=1e-6
    )


def test_the_hash_is_of_the_files_read(write_record, tmp_path):
    write_record("100")
    write_record("101")
    first = read_mitbih(tmp_path, records=["100"])
    again = read_mitbih(tmp_path, records=["100"], beats="centered")
    assert len(first.sha256) == 64
    assert first.sha256 == again.sha256
    assert first.sha256 != read_mitbih(tmp_path, records=["100", "101"]).sha256


@pytest.mark.parametrize("ending", ["hea", "dat", "atr"])
def test_no_half_read_results(write_record, tmp_path, cut_file, ending):
    write_record("100")
    write_record("101")
    path = tmp_path / f"101.{ending}"
    cut_file(path, 0.6)
    with pytest.raises(DataFileError, match=rf"101\.{ending} is truncated"):
        read_mitbih(tmp_path, records=["100", "101"])
    path.unlink()
    with pytest.raises(DataFileNotFoundError, match=rf"101\.{ending}"):
        read_mitbih(tmp_path, records=["100", "101"])


@pytest.mark.parametrize("ending", ["hea", "dat", "atr"])
def test_truncated_copies_of_a_real_record(mitdb, tmp_path, cut_file, ending):
    for name in ("hea", "dat", "atr"):
        (tmp_path / f"100.{name}").write_bytes((mitdb / f"100.{name}").read_bytes())
    cut_file(tmp_path / f"100.{ending}", 0.5)
    with pytest.raises(DataFileError, match=rf"100\.{ending} is truncated"):
        read_mitbih(tmp_path, records=["100"])


def test_a_record_without_beats_is_named(write_record, tmp_path):
    write_record(at=[100, 700], symbols=["+", "~"])
    with pytest.raises(DataFileError, match=r"100\.atr marks no beat.*\['\+', '~'\]"):
        read_mitbih(tmp_path, records=["100"])


def test_annotations_of_another_record_are_refused(write_record, tmp_path):
    write_record(at=[100, 14_400])
    with pytest.raises(
        DataFileError, match=r"100\.atr does not belong .* 14400 samples"
    ):
        read_mitbih(tmp_path, records=["100"])


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DataFileNotFoundError, match=r"does not exist: .*elsewhere"):
        read_mitbih(tmp_path / "elsewhere")


def test_all_48_records_are_wanted_by_default(write_record, tmp_path):
    write_record("100")
    with pytest.raises(DataFileNotFoundError, match=r"101\.hea"):
        read_mitbih(tmp_path)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"beats": "middle"}, r"beats must be one of .*, got 'middle'"),
        ({"symbols": "aami"}, r"symbols must be one of \['literature', 'bxb'\]"),
        ({"records": ["999"]}, r"ids of the database, .*; got '999'"),
        ({"beats": "centered", "window": (0.0, 0.0)}, r"window must be"),
    ],
)
def test_options_that_cannot_be(write_record, tmp_path, option, message):
    write_record()
    with pytest.raises(ValueError, match=message):
        read_mitbih(tmp_path, **{"records": ["100"], **option})


def test_one_usable_record_is_enough(write_record, tmp_path):
    write_record("100")
    write_record("101", heights=(0.0, 0.0), at=[300])  # no interval, no T
    bunch = read_mitbih(tmp_path, records=["100", "101"])
    assert set(bunch.record.tolist()) == {"100"}
    assert [beat.record for beat in bunch.dropped] == ["100", "101"]


def test_record_114_has_its_leads_swapped(mitdb):
    with warnings.catch_warnings():
        warnings.simplefilter("error", LeadWarning)
        bunch = read_mitbih(mitdb, records=["114"], beats="centered")
    swapped = read_mitbih(mitdb, records=["114"], beats="centered", lead="V5")
    assert set(bunch.lead.tolist()) == {"MLII"}
    assert not np.array_equal(bunch.data, swapped.data)


@pytest.mark.slow
def test_the_full_database_has_the_annotated_beats(mitdb):
    with pytest.warns(LeadWarning, match=r"2 of 48 .* 102 \(V5\), 104 \(V5\)"):
        bunch = read_mitbih(mitdb, context=True)
    assert np.isfinite(bunch.data).all()
    assert len(np.unique(bunch.groups)) == 47
    assert tuple(np.unique(bunch.record)) == RECORDS
    lost = Counter(beat.record for beat in bunch.dropped)
    # The public Kaggle set of the same beats lost 48: the last one of each record.
    assert set(lost) <= set(RECORDS)
    assert len(bunch.dropped) < 60
    symbol = np.concatenate([bunch.symbol, [beat.symbol for beat in bunch.dropped]])
    record = np.concatenate([bunch.record, [beat.record for beat in bunch.dropped]])
    for mapping, sets in ANNOTATED.items():
        label = to_aami(symbol, mapping=mapping)
        for members, counts in sets.items():
            assert Counter(label[np.isin(record, members)].tolist()) == counts
    np.testing.assert_array_equal(bunch.target, to_aami(bunch.symbol))


@pytest.mark.parametrize("beats", ["kachuee", "centered"])
@pytest.mark.parametrize("window", [0.4, (0.4,), (-1.0, 0.8), (0.4, np.nan)])
def test_the_window_is_checked_for_both_forms(write_record, tmp_path, beats, window):
    write_record()
    with pytest.raises(ValueError, match="window must be two finite numbers"):
        read_mitbih(tmp_path, records=["100"], beats=beats, window=window)


@pytest.mark.parametrize("n_leads", [1, 2])
def test_patient_beats_come_from_as_many_leads(write_record, tmp_path, n_leads):
    peaks = write_record("100", leads=("V1", "MLII"), heights=(0.5, 1.5))
    bunch = read_mitbih(tmp_path, records=["100"], beats="patient", n_leads=n_leads)
    n_columns = len(bunch.context_names)
    assert bunch.context_names == patient_columns(n_leads)
    assert bunch.data.shape == (len(peaks), 2 * n_leads, 150 + n_columns)
    assert bunch.dropped == []
    assert set(bunch.lead.tolist()) == {"MLII"}
    assert np.ptp(bunch.data[:, 0, 35:65], axis=1).min() > 0.8
    at = bunch.context_names.index("log_rr_prev") - n_columns
    np.testing.assert_allclose(np.exp(bunch.data[:, 0, at]), 0.8, rtol=1e-3)


def test_a_record_of_too_few_leads_is_named(write_record, tmp_path):
    write_record("100", leads=("V1", "MLII"), heights=(0.5, 1.5))
    write_record("101", leads=("MLII",), heights=(1.5,))
    with pytest.raises(ValueError, match=r"Record 101 has 1 lead\(s\), got n_leads=2"):
        read_mitbih(tmp_path, records=["100", "101"], beats="patient", n_leads=2)


@pytest.mark.parametrize(
    ("beats", "n_leads", "told"),
    [
        ("patient", 3, "n_leads must be 1 or 2, got 3"),
        ("centered", 2, "'centered' are cut from one lead, got n_leads=2"),
    ],
)
def test_a_number_of_leads_that_no_beat_has(tmp_path, beats, n_leads, told):
    with pytest.raises(ValueError, match=told):
        read_mitbih(tmp_path, beats=beats, n_leads=n_leads)
