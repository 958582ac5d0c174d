"""Tensors that are numbers."""

import pytest
import torch

from skecg.nn._finite import not_finite


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_the_first_that_is_none_is_named(number):
    tensors = {
        "a": torch.zeros(3),
        "b": torch.tensor([0.0, number]),
        "c": torch.ones(1),
    }
    assert not_finite(tensors) == "b"


def test_whole_numbers_are_finite():
    assert not_finite({"a": torch.arange(3), "b": torch.zeros(0)}) is None
