"""Every registered network: shapes, gradients, lengths, context."""

import pytest
import torch

from skecg.nn import get_network, list_networks

signal_networks = pytest.mark.parametrize("name", list_networks("signal"))


def build(name: str, n_leads: int = 2, n_times: int = 187, **params: object):
    torch.manual_seed(0)
    return get_network(name)(n_leads, n_times, 5, **params)


@signal_networks
@pytest.mark.parametrize("n_times", [1, 2, 50, 125, 187, 1000])
def test_any_length_gives_finite_logits(name, n_times):
    network = build(name, n_times=n_times)
    logits = network(torch.randn(3, 2, n_times))
    assert logits.shape == (3, 5)
    assert torch.isfinite(logits).all()


@signal_networks
@pytest.mark.parametrize("n_context", [0, 4])
def test_every_parameter_gets_a_gradient(name, n_context):
    network = build(name, n_context=n_context)
    context = torch.randn(8, n_context) if n_context else None
    network(torch.randn(8, 2, 187), context).square().sum().backward()
    for label, parameter in network.named_parameters():
        assert parameter.grad is not None, label
        assert torch.isfinite(parameter.grad).all(), label
        assert parameter.grad.abs().sum() > 0, label


@signal_networks
def test_context_changes_the_answer(name):
    network = build(name, n_context=3).eval()
    x = torch.randn(4, 2, 187)
    first = network(x, torch.zeros(4, 3))
    assert not torch.allclose(first, network(x, torch.ones(4, 3)))


@signal_networks
def test_short_input_is_padded_with_zeros(name):
    n_times = 20
    network = build(name, n_times=n_times).eval()
    x = torch.randn(4, 2, n_times)
    padded = torch.nn.functional.pad(x, (0, max(network.min_times - n_times, 0)))
    torch.testing.assert_close(network(x), network(padded))


@signal_networks
def test_state_goes_from_one_to_another(name):
    first = build(name).eval()
    second = get_network(name)(2, 187, 5).eval()
    second.load_state_dict(first.state_dict())
    x = torch.randn(4, 2, 187)
    torch.testing.assert_close(first(x), second(x))


@signal_networks
def test_even_kernel_is_refused(name):
    with pytest.raises(ValueError, match="odd"):
        build(name, kernel_size=4)
