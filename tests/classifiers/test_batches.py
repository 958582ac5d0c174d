"""Data sets as whole tensors, and their batches."""

import numpy as np
import torch

from skecg.classifiers._batches import IndexBatches, TensorSet

CPU = torch.device("cpu")


def rows(n_rows: int = 10, n_context: int = 0) -> TensorSet:
    signals = np.arange(n_rows * 3, dtype=np.float64).reshape(n_rows, 3)
    context = np.ones((n_rows, n_context)) if n_context else None
    return TensorSet.from_arrays(signals, context, np.arange(n_rows), device=CPU)


def test_one_lead_gets_an_axis_and_types_are_torch_s():
    data = rows()
    assert data.signals.shape == (10, 1, 3)
    assert data.signals.dtype == torch.float32
    assert data.codes.dtype == torch.int64


def test_read_only_and_reversed_arrays_are_taken():
    array = np.zeros((4, 2, 3), dtype=np.float32)
    array.flags.writeable = False
    assert TensorSet.from_arrays(array[::-1], None, device=CPU).signals.shape == (
        4,
        2,
        3,
    )


def test_context_comes_by_name():
    inputs, codes = rows(n_context=2)[torch.tensor([1, 3])]
    assert set(inputs) == {"x", "context"}
    assert inputs["context"].shape == (2, 2)
    assert codes.tolist() == [1, 3]


def test_batches_cover_every_row_once_in_order():
    batches = IndexBatches(rows(), batch_size=4)
    seen = [codes.tolist() for _, codes in batches]
    assert seen == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert len(batches) == 3


def test_shuffled_batches_cover_every_row_once_and_keep_pairs():
    torch.manual_seed(0)
    batches = IndexBatches(rows(100), batch_size=7, shuffle=True)
    first, second = (
        [torch.cat(column) for column in zip(*batches, strict=True)] for _ in range(2)
    )
    for signals, codes in (first, second):
        assert sorted(codes.tolist()) == list(range(100))
        assert torch.equal(signals[:, 0, 0], 3.0 * codes)
    assert not torch.equal(first[1], second[1])
