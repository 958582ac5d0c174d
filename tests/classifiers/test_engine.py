"""Devices and seeds."""

import numpy as np
import pytest
import torch

from skecg.classifiers._engine import draw_seed, resolve_device, seeded

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


def test_a_gpu_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert resolve_device("auto") == CPU
    with pytest.raises(ValueError, match=r"device='cuda:0'.*no CUDA.*device='auto'"):
        resolve_device("cuda:0")
