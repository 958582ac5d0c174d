import pytest

from skecg.datasets._mitbih_facts import (
    DS1,
    DS2,
    PACED,
    RECORDS,
    check_records,
    patient_of,
)


def test_the_sets_share_no_record_and_make_up_the_database():
    assert (len(DS1), len(DS2), len(PACED), len(RECORDS)) == (22, 22, 4, 48)
    assert set(DS1) | set(DS2) | set(PACED) == set(RECORDS)
    assert list(RECORDS) == sorted(RECORDS)


def test_47_patients_gave_48_records():
    assert len({patient_of(record) for record in RECORDS}) == 47
    assert patient_of("202") == patient_of("201") == "201"
    assert "201" in DS1
    assert "202" in DS2


def test_facts_agree_with_the_database(mitdb):
    assert tuple((mitdb / "RECORDS").read_text().split()) == RECORDS
    assert "from the same analog tape as record 201" in (
        mitdb / "202.hea"
    ).read_text().replace("\n# ", " ")


@pytest.mark.parametrize(
    ("records", "error", "message"),
    [
        ("100", TypeError, r"must be a list of ids, got '100'"),
        (["100", "110"], ValueError, r"100, 101.*; got '110'"),
        ([], ValueError, "Leave it out for all"),
        (["100", "101", "100"], ValueError, "'100' more than once"),
    ],
)
def test_records_that_cannot_be(records, error, message):
    with pytest.raises(error, match=message):
        check_records(records)


def test_patient_of_an_unknown_record():
    with pytest.raises(ValueError, match="got '999'"):
        patient_of("999")
