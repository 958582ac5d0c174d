"""The split DS1 -> DS2 by record."""

import pickle

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, check_cv, cross_validate

from skecg.datasets._mitbih_facts import DS1, DS2, PACED, RECORDS, patient_of
from skecg.model_selection import InterPatientSplit, check_group_leakage


@pytest.fixture
def beats():
    """Three beats of every record, numbered in the first column."""
    record = np.repeat(RECORDS, 3)
    X = np.column_stack([np.arange(len(record)), np.zeros(len(record))])
    y = np.tile(["N", "N", "V"], len(RECORDS))
    patients = np.array([patient_of(one) for one in record])
    return X, y, record, patients


def only_split(splitter, *args, **kwargs):
    splits = list(splitter.split(*args, **kwargs))
    assert len(splits) == splitter.get_n_splits() == 1
    return splits[0]


def test_halves_are_those_of_the_literature_and_hold_no_paced_record(beats):
    X, y, record, _ = beats
    train, test = only_split(InterPatientSplit(), X, y, record=record)
    assert set(record[train]) == set(DS1)
    assert set(record[test]) == set(DS2)
    assert len(set(DS1)) == len(set(DS2)) == 22
    assert not set(record[np.r_[train, test]]) & set(PACED)
    assert set(PACED) == {"102", "104", "107", "217"}


def test_every_row_of_a_record_is_taken_in_order(beats):
    X, y, record, _ = beats
    shuffled = np.random.default_rng(0).permutation(len(record))
    train, test = only_split(InterPatientSplit(), X, y, record=record[shuffled])
    assert len(train) == len(test) == 66
    assert (np.diff(train) > 0).all()
    assert (np.diff(test) > 0).all()


@pytest.mark.parametrize("as_type", [list, np.array, lambda ids: np.array(ids, object)])
@pytest.mark.parametrize("one_id", [str, int, np.int64, float])
def test_ids_may_be_text_or_numbers(as_type, one_id):
    record = as_type([one_id(name) for name in ("101", "100", "102")])
    train, test = only_split(InterPatientSplit(), np.zeros((3, 2)), record=record)
    assert train.tolist() == [0]
    assert test.tolist() == [1]


def test_strict_keeps_the_subject_of_201_and_202_on_one_side(beats):
    X, y, record, patients = beats
    train, test = only_split(InterPatientSplit(strict=True), X, y, record=record)
    assert set(record[train]) == {*DS1, "202"}
    assert set(record[test]) == set(DS2) - {"202"}
    check_group_leakage(train, test, patients)


def test_the_split_of_the_literature_leaks_exactly_that_subject(beats):
    X, y, record, patients = beats
    train, test = only_split(InterPatientSplit(), X, y, record=record)
    with pytest.raises(ValueError, match=r"1 patient\(s\) .*: '201'\."):
        check_group_leakage(train, test, patients)


def test_unknown_ids_are_refused_by_name():
    record = ["100", "101", "p7", "999"]
    with pytest.raises(ValueError, match=r"record must hold .*: '999', 'p7'"):
        only_split(InterPatientSplit(), np.zeros((4, 2)), record=record)


@pytest.mark.parametrize(
    ("record", "side", "missing"),
    [
        (["100", "103"], r"training part \(DS1\)", "101, 106"),
        (["101", "106", "102"], r"test part \(DS2\)", "100, 103"),
    ],
)
def test_an_empty_side_names_the_records_it_misses(record, side, missing):
    with pytest.raises(ValueError, match=f"{side} would be empty.*{missing}"):
        only_split(InterPatientSplit(), np.zeros((len(record), 2)), record=record)


def test_202_alone_is_no_test_part_under_strict():
    X, record = np.zeros((2, 2)), ["201", "202"]
    only_split(InterPatientSplit(), X, record=record)
    with pytest.raises(ValueError, match="test part"):
        only_split(InterPatientSplit(strict=True), X, record=record)


def test_records_are_required():
    with pytest.raises(ValueError, match="needs the record of every row"):
        only_split(InterPatientSplit(), np.zeros((2, 2)))


def test_lengths_must_match():
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        only_split(InterPatientSplit(), np.zeros((3, 2)), record=["100", "101"])


def test_a_missing_id_is_told_by_its_row():
    with pytest.raises(
        ValueError, match=r"record is missing .* in 1 rows, first in row 2"
    ):
        only_split(InterPatientSplit(), np.zeros((3, 2)), record=["100", "101", None])


def test_groups_hold_the_records_when_record_is_not_given(beats):
    X, y, record, patients = beats
    by_record = only_split(InterPatientSplit(), X, y, record=record, groups=patients)
    by_groups = only_split(InterPatientSplit(), X, y, groups=record)
    for one, other in zip(by_record, by_groups, strict=True):
        np.testing.assert_array_equal(one, other)


def test_behaves_like_a_splitter_of_sklearn():
    splitter = InterPatientSplit(strict=True)
    assert repr(splitter) == "InterPatientSplit(strict=True)"
    assert check_cv(splitter) is splitter
    assert pickle.loads(pickle.dumps(splitter)).strict


def test_it_requests_record_and_leaves_groups_alone():
    requests = InterPatientSplit().get_metadata_routing().split.requests
    assert requests == {"record": True}


@pytest.mark.usefixtures("routing")
def test_with_routing_the_splitter_gets_records_and_the_estimator_patients(
    beats, witness
):
    X, y, record, patients = beats
    scores = cross_validate(
        witness,
        X,
        y,
        cv=InterPatientSplit(),
        params={"record": record, "groups": patients},
        return_estimator=True,
        return_indices=True,
    )
    (fitted,) = scores["estimator"]
    assert set(record[fitted.rows_]) == set(DS1)
    np.testing.assert_array_equal(fitted.groups_, patients[fitted.rows_])
    assert set(record[scores["indices"]["test"][0]]) == set(DS2)


@pytest.mark.usefixtures("routing")
def test_with_routing_a_search_works(beats, witness):
    X, y, record, patients = beats
    search = GridSearchCV(
        witness, {"level": [1, 2]}, cv=InterPatientSplit(), refit=False
    )
    search.fit(X, y, record=record, groups=patients)
    assert search.n_splits_ == 1
    assert search.cv_results_["mean_test_score"] == pytest.approx([2 / 3, 2 / 3])


@pytest.mark.usefixtures("routing")
def test_with_routing_and_no_record_the_error_says_what_to_pass(beats, witness):
    X, y, _, patients = beats
    with pytest.raises(ValueError, match=r"params={'record': record}"):
        cross_validate(
            witness, X, y, cv=InterPatientSplit(), params={"groups": patients}
        )


def test_without_routing_groups_hold_the_records(beats, witness):
    X, y, record, _ = beats
    scores = cross_validate(
        witness, X, y, cv=InterPatientSplit(), groups=record, return_estimator=True
    )
    (fitted,) = scores["estimator"]
    assert set(record[fitted.rows_]) == set(DS1)
    assert fitted.groups_ is None


def test_without_routing_params_give_the_estimator_its_groups(beats, witness):
    X, y, record, patients = beats
    scores = cross_validate(
        witness,
        X,
        y,
        cv=InterPatientSplit(),
        groups=record,
        params={"groups": patients},
        return_estimator=True,
    )
    (fitted,) = scores["estimator"]
    np.testing.assert_array_equal(fitted.groups_, patients[fitted.rows_])


def test_without_routing_a_search_works(beats, witness):
    X, y, record, _ = beats
    search = GridSearchCV(
        witness, {"level": [1, 2]}, cv=InterPatientSplit(), refit=False
    )
    search.fit(X, y, groups=record)
    assert search.cv_results_["mean_test_score"] == pytest.approx([2 / 3, 2 / 3])


@pytest.mark.parametrize("strict", ["yes", 1, None])
def test_strict_is_a_bool(strict):
    with pytest.raises(TypeError, match=r"strict must be True .* or False"):
        InterPatientSplit(strict=strict)


def test_a_broken_number_is_no_record():
    with pytest.raises(ValueError, match=r"these are none: '101\.5'"):
        only_split(InterPatientSplit(), np.zeros((2, 2)), record=[100.0, 101.5])
