"""No patient on both sides."""

import numpy as np
import pytest

from skecg.model_selection import check_group_leakage

PATIENTS = np.array(["a", "a", "b", "b", "c"])


@pytest.mark.parametrize(
    ("train", "test"),
    [([0, 1], [2, 3, 4]), ([], [0]), (PATIENTS == "a", PATIENTS == "c")],
)
def test_clean_splits_pass(train, test):
    assert check_group_leakage(train, test, PATIENTS) is None


def test_leaking_patients_are_named():
    with pytest.raises(ValueError, match=r"2 patient\(s\) .*: 'a', 'b'\."):
        check_group_leakage([0, 2, 4], [1, 3], PATIENTS)


def test_a_long_list_is_cut():
    groups = np.arange(15)
    with pytest.raises(ValueError, match="9 and 5 more"):
        check_group_leakage(groups, groups, groups.repeat(1))


def test_ids_of_mixed_type_are_named_too():
    groups = np.array([1, "x", 1, "x"], dtype=object)
    with pytest.raises(ValueError, match="1, 'x'"):
        check_group_leakage([0, 1], [2, 3], groups)
