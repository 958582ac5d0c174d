"""Devices, seeds and logits."""

import numpy as np
import pytest
import torch
from torch import nn

from skecg.classifiers._batches import TensorSet
from skecg.classifiers._engine import (
    draw_seed,
    predict_logits,
    resolve_device,
    seeded,
)
from skecg.nn import get_network, list_networks

CPU = torch.device("cpu")


def test_seed_is_the_int_or_drawn():
    assert draw_seed(7) == 7
    first, second = np.random.RandomState(0), np.random.RandomState(0)
    assert draw_seed(first) == draw_seed(second)
    assert draw_seed(first) != draw_seed(np.random.RandomState(1))
    assert draw_seed(None) != draw_seed(None)


def test_seeded_block_is_repeatable_and_leaves_no_trace():
    before = torch.random.get_rng_state()
    with seeded(3, CPU):
        first = torch.rand(4)
    assert torch.equal(torch.random.get_rng_state(), before)
    with seeded(3, CPU):
        assert torch.equal(torch.rand(4), first)


def test_devices_by_name():
    assert resolve_device("cpu") == CPU
    assert resolve_device("auto").type in {"cpu", "cuda"}
    with pytest.raises(ValueError, match="got 'gpu'"):
        resolve_device("gpu")


@pytest.fixture
def threads(request):
    """Let torch compute on some threads, and on as many as before afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("threads", [1, 2], indirect=True)
@pytest.mark.parametrize("name", list_networks("signal"))
def test_logits_do_not_depend_on_the_company(name):
    torch.manual_seed(0)
    module = get_network(name)(1, 187, 5)
    X = np.random.default_rng(0).normal(size=(20, 187)).astype(np.float32)
    together = predict_logits(module, TensorSet.from_arrays(X, None, device=CPU))
    for n_rows in (1, 2, 3, 7, 8, 9, 13):
        rows = TensorSet.from_arrays(X[:n_rows], None, device=CPU)
        np.testing.assert_array_equal(predict_logits(module, rows), together[:n_rows])
    some = predict_logits(
        module, TensorSet.from_arrays(X, None, device=CPU), batch_size=9
    )
    np.testing.assert_array_equal(some, together)


def test_predicting_is_done_in_evaluation_mode():
    module = nn.Sequential(nn.Flatten(), nn.Dropout(0.9))
    rows = TensorSet.from_arrays(np.ones((10, 4)), None, device=CPU)
    np.testing.assert_array_equal(predict_logits(module, rows), np.ones((10, 4)))
