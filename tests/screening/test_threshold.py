"""The confidence below which a file is referred, on data whose answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skecg.screening import choose_refer_below

CLASSES = ["MI", "normal"]
# Confidences 0.6, 0.7, 0.8, 0.9 for normal; wrong, right, wrong, right.
PROBABILITIES = [[0.4, 0.6], [0.3, 0.7], [0.2, 0.8], [0.1, 0.9]]
Y_TRUE = ["MI", "normal", "MI", "normal"]


@pytest.mark.parametrize(
    ("max_error", "answer"),
    [(0.5, 0.6), (0.49, 0.7), (1 / 3, 0.7), (0.3, 0.9), (0, 0.9)],
)
def test_as_few_as_possible_are_referred(max_error, answer):
    found = choose_refer_below(
        Y_TRUE, PROBABILITIES, classes=CLASSES, max_error=max_error
    )
    assert found == answer


@pytest.mark.parametrize(
    ("coverage", "answer"), [(1, 0.6), (0.76, 0.6), (0.75, 0.7), (0.25, 0.9), (0, 0.9)]
)
def test_as_many_as_asked_for_get_an_answer(coverage, answer):
    found = choose_refer_below(
        Y_TRUE, PROBABILITIES, classes=CLASSES, coverage=coverage
    )
    assert found == answer


def test_files_of_one_confidence_are_answered_together():
    tied = [[0.1, 0.9], [0.1, 0.9], [0.4, 0.6]]
    y_true = ["MI", "normal", "normal"]
    for limits, answer in (({"coverage": 0.2}, 0.9), ({"max_error": 0.4}, 0.6)):
        assert choose_refer_below(y_true, tied, classes=CLASSES, **limits) == answer


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 20)), min_size=1, max_size=30),
    st.floats(0, 1),
)
def test_what_was_chosen_keeps_to_it_and_the_next_lower_does_not(rows, max_error):
    y_true, share = np.array(rows).T
    p = np.column_stack([share, 20 - share]) / 20
    wrong, sure = p.argmax(axis=1) != y_true, p.max(axis=1)
    errors = {cut: wrong[sure >= cut].mean() for cut in np.unique(sure)}
    keeping = [cut for cut, error in errors.items() if error <= max_error]
    call = {"classes": [0, 1], "max_error": max_error}
    if keeping:
        assert choose_refer_below(y_true, p, **call) == min(keeping)
    else:
        with pytest.raises(ValueError, match="No confidence keeps to"):
            choose_refer_below(y_true, p, **call)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "Give either max_error or coverage"),
        ({"max_error": 0.1, "coverage": 0.5}, "Give either"),
        ({"max_error": 1.5}, "a share from 0 to 1"),
        ({"coverage": float("nan")}, "a share from 0 to 1"),
        ({"coverage": 1, "classes": ["MI"]}, r"shape \(n_files, 1\).*\(4, 2\)"),
        ({"coverage": 1, "probabilities": np.ones((3, 2))}, "inconsistent numbers"),
        ({"coverage": 1, "probabilities": np.full((4, 2), np.nan)}, "from 0 to 1"),
        ({"coverage": 1, "y_true": ["MI"] * 3 + ["AF"]}, r"holds \['AF'\]"),
    ],
)
def test_wrong_use_is_told(changes, message):
    call = {"y_true": Y_TRUE, "probabilities": PROBABILITIES, "classes": CLASSES}
    call |= changes
    with pytest.raises(ValueError, match=message):
        choose_refer_below(call.pop("y_true"), call.pop("probabilities"), **call)
