"""Every registered image network: shapes, gradients, sizes."""

import pytest
import torch
from torch import nn

from instances import SMALLEST
from skecg.nn import get_network, list_networks

image_networks = pytest.mark.parametrize("name", list_networks("image"))
SIZE = (40, 56)


def build(name: str, n_channels: int = 1, size: tuple[int, int] = SIZE, **params):
    torch.manual_seed(0)
    return get_network(name, "image")(
        n_channels=n_channels,
        height=size[0],
        width=size[1],
        n_classes=5,
        **SMALLEST[name] | params,
    )


@image_networks
@pytest.mark.parametrize("n_channels", [1, 3])
@pytest.mark.parametrize("size", [(1, 1), (2, 9), (33, 18), (91, 128)])
def test_any_size_gives_finite_logits(name, n_channels, size):
    network = build(name, n_channels, size)
    logits = network(torch.rand(3, n_channels, *size))
    assert logits.shape == (3, 5)
    assert torch.isfinite(logits).all()


@image_networks
def test_every_parameter_gets_a_gradient(name):
    network = build(name)
    network(torch.rand(8, 1, *SIZE)).square().sum().backward()
    for label, parameter in network.named_parameters():
        assert parameter.grad is not None, label
        assert torch.isfinite(parameter.grad).all(), label
        assert parameter.grad.abs().sum() > 0, label


@image_networks
def test_a_small_picture_is_padded_with_white(name):
    network = build(name, size=(3, 5)).eval()
    height, width = network.padded_size
    x = torch.rand(4, 1, 3, 5)
    padded = torch.nn.functional.pad(x, (0, width - 5, 0, height - 3), value=1.0)
    torch.testing.assert_close(network(x), network(padded))
    assert not torch.allclose(network(x), network(torch.rand(4, 1, height, width)))


@image_networks
def test_state_goes_from_one_to_another(name):
    first, second = build(name).eval(), build(name).eval()
    for parameter in second.parameters():
        nn.init.constant_(parameter, 0.1)
    second.load_state_dict(first.state_dict())
    x = torch.rand(4, 1, *SIZE)
    torch.testing.assert_close(first(x), second(x))


@image_networks
def test_the_head_comes_last(name):
    network = build(name)
    names = [label for label, _ in network.named_parameters()]
    in_head = [label.startswith("head.") for label in names]
    assert in_head == sorted(in_head)
    assert any(in_head)
    assert list(network.parameters())[-1].shape == (5,)
