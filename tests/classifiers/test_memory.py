"""Memory that runs out."""

import numpy as np
import pytest
import torch
from torch import nn

from skecg.classifiers import SignalClassifier
from skecg.classifiers._batches import TensorSet
from skecg.classifiers._memory import explain_memory_errors
from skecg.classifiers._predicting import predict_logits

CPU = torch.device("cpu")


class Greedy(nn.Module):
    """Takes no more than `most` rows at a time, as a small device would."""

    def __init__(self, n_leads=1, n_times=64, n_classes=2, *, most=40):
        super().__init__()
        self.head = nn.Linear(n_leads * n_times, n_classes)
        self.most = most
        self.seen = []

    def forward(self, x):
        self.seen.append(len(x))
        if len(x) > self.most:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate")
        return self.head(x.flatten(1))


def rows(n=100):
    X = np.random.default_rng(0).normal(size=(n, 64)).astype(np.float32)
    return TensorSet.from_arrays(X, None, device=CPU)


def test_predicting_takes_fewer_rows_until_they_fit():
    module = Greedy(most=40)
    logits = predict_logits(module, rows())
    with torch.inference_mode():
        np.testing.assert_allclose(logits, module.head(rows().signals[:, 0]), atol=1e-6)
    assert module.seen[0] > 40
    assert module.seen[-1] <= 40


def test_predicting_says_so_if_nothing_fits():
    with pytest.raises(MemoryError, match=r"'cpu' has no memory left\. Not even"):
        predict_logits(Greedy(most=0), rows())


def test_fit_says_which_batch_size_to_lower(waves):
    X, y, _ = waves
    model = SignalClassifier(Greedy, batch_size=48, max_epochs=1)
    with pytest.raises(MemoryError, match="Lower batch_size=48") as caught:
        model.fit(X, y)
    assert isinstance(caught.value.__cause__, torch.cuda.OutOfMemoryError)
    model.set_params(batch_size=40).fit(X, y)


def test_memory_of_the_cpu_is_named_too():
    with (
        pytest.raises(MemoryError, match="Take less"),
        explain_memory_errors(CPU, "Take less."),
    ):
        torch.empty(2**50)


def test_other_errors_pass():
    with (
        pytest.raises(RuntimeError, match="shape"),
        explain_memory_errors(CPU, "Take less."),
    ):
        raise RuntimeError("shape")
