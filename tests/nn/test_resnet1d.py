import torch
from torch import nn

from skecg.nn import ResNet1d


def test_has_the_size_of_the_published_network():
    # 32 filters of 5, five blocks, dense layers of 32: lengths 187 92 44 20 8 2.
    network = ResNet1d(n_leads=1, n_times=187, n_classes=5)
    stem = 1 * 32 * 5 + 32
    blocks = 5 * 2 * (32 * 32 * 5 + 32)
    head = (64 * 32 + 32) + (32 * 32 + 32) + (32 * 5 + 5)
    n_parameters = sum(parameter.numel() for parameter in network.parameters())
    assert n_parameters == stem + blocks + head == 55_013


def test_skip_carries_the_signal_when_the_convolutions_are_silent():
    network = ResNet1d(1, 187, 3)
    for block in network.blocks:
        for conv in (block.conv1, block.conv2):
            nn.init.zeros_(conv.weight)
            nn.init.zeros_(conv.bias)
    x = torch.randn(2, 1, 187)
    expected = network.stem(x.unsqueeze(2)).squeeze(2)
    for _ in range(5):
        expected = nn.functional.max_pool1d(expected.relu(), 5, stride=2)
    torch.testing.assert_close(network.forward_features(x), expected.flatten(1))


def test_shortest_input_leaves_one_sample():
    network = ResNet1d(1, 10, 2)
    assert network.min_times == 125
    assert network.forward_features(torch.zeros(1, 1, 10)).shape == (1, 32)
