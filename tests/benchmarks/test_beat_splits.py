"""Each protocol keeps apart what it says it keeps apart."""

import numpy as np
import pytest
from sklearn.utils import Bunch

from benchmarks._beat_splits import N_FOLDS, PROTOCOLS, folds, records_of
from skecg.datasets._mitbih_facts import DS1, DS2, RECORDS, patient_of


def beats_of(records):
    """Return ten beats of each record, one in five of them V."""
    record = np.repeat(np.array(records), 10)
    return Bunch(
        data=np.zeros((record.size, 2)),
        target=np.tile(["N", "N", "V", "N", "N"], record.size // 5),
        record=record,
        groups=np.array([patient_of(one) for one in record]),
    )


def test_no_record_is_read_that_takes_no_part():
    assert set(records_of("ds1-cv")) == set(DS1)
    assert set(records_of("patients")) == {*DS1, *DS2}
    assert records_of("beats") == RECORDS


def test_folds_inside_ds1_share_no_patient_and_test_every_beat_once():
    beats = beats_of(DS1)
    parts = folds(beats, "ds1-cv", 0)
    assert len(parts) == N_FOLDS
    for train, test in parts:
        assert not set(beats.groups[train]) & set(beats.groups[test])
    tested = np.concatenate([test for _, test in parts])
    np.testing.assert_array_equal(np.sort(tested), np.arange(beats.record.size))


def test_across_patients_ds1_trains_and_ds2_tests():
    beats = beats_of(RECORDS)
    ((train, test),) = folds(beats, "patients", 0)
    assert set(beats.record[train]) == set(DS1)
    assert set(beats.record[test]) == set(DS2)


def test_shuffled_beats_are_shared_out_by_class():
    beats = beats_of(RECORDS)
    ((train, test),) = folds(beats, "beats", 0)
    assert len(test) == 96
    assert np.count_nonzero(beats.target[test] == "V") == 19
    assert not set(train) & set(test)


@pytest.mark.parametrize("split", ["beats", "ds1-cv"])
def test_another_seed_is_another_split(split):
    beats = beats_of(DS1)
    same, again, other = (folds(beats, split, seed)[0][1] for seed in (0, 0, 1))
    np.testing.assert_array_equal(same, again)
    assert set(same) != set(other)


def test_every_protocol_is_described():
    assert set(PROTOCOLS) == {"beats", "patients", "ds1-cv"}
