"""The opponents written by hand answer as the package's networks do."""

import pytest
import torch

from benchmarks._plain import plain_twin
from benchmarks._turns import take_turns
from skecg.nn import get_network


@pytest.mark.parametrize("name", ["resnet1d", "convnet1d"])
def test_the_twin_gives_the_same_logits(name):
    torch.manual_seed(0)
    network = get_network(name)(1, 187, 5)
    network(torch.randn(64, 1, 187))  # moves the running means of batch normalisation
    x = torch.randn(8, 1, 187)
    twin = plain_twin(network.eval(), 5).eval()
    torch.testing.assert_close(twin(x), network(x), atol=1e-5, rtol=1e-4)
    assert not any(isinstance(each, torch.nn.Conv2d) for each in twin.modules())


def prepare(name, factor):
    torch.randn(2)
    return lambda: sum(range(factor * {"short": 1, "long": 50}[name]))


def test_contestants_take_turns_in_processes_of_their_own():
    times = take_turns(prepare, ["short", "long"], 20_000, rounds=3, threads=1)
    assert {name: each.shape for name, each in times.wall.items()} == {
        "short": (3,),
        "long": (3,),
    }
    assert (times.cpu["long"] > times.cpu["short"]).all()
