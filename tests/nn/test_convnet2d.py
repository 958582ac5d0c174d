import pytest
import torch
from torch import nn

from skecg.nn import ConvNet2d, ConvNetSmall2d


def layers(network: nn.Module, kind: type[nn.Module]) -> list[nn.Module]:
    return [layer for layer in network.modules() if isinstance(layer, kind)]


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize(
    ("network", "size", "filters", "n_features"),
    [
        (ConvNetSmall2d, 128, [16, 32, 64], 64 * 16**2),
        (ConvNet2d, 224, [32, 64, 64], 64 * 56**2),
    ],
)
def test_has_the_layers_it_is_described_by(
    network, size, filters, n_features, batch_norm
):
    built = network(1, size, size, 4, batch_norm=batch_norm)
    convolutions = layers(built, nn.Conv2d)
    assert [each.out_channels for each in convolutions] == filters
    assert all(each.kernel_size == (3, 3) for each in convolutions)
    assert len(layers(built, nn.BatchNorm2d)) == (3 if batch_norm else 0)
    dense = layers(built, nn.Linear)
    assert [(each.in_features, each.out_features) for each in dense] == [
        (n_features, 64),
        (64, 4),
    ]


def test_dropout_is_the_share_asked_for():
    shares = {each.p for each in layers(ConvNetSmall2d(1, 8, 8, 2), nn.Dropout)}
    assert shares == {0.25}
    assert [each.p for each in layers(ConvNet2d(1, 8, 8, 2, dropout=0.4), nn.Dropout)]


@pytest.mark.parametrize("n_stages", [1, 2, 5])
def test_each_stage_halves_the_picture_and_doubles_the_filters(n_stages):
    built = ConvNetSmall2d(1, 96, 128, 4, n_stages=n_stages, n_filters=2).eval()
    filters = [each.out_channels for each in layers(built, nn.Conv2d)]
    assert filters == [2 * 2**stage for stage in range(n_stages)]
    assert len(layers(built, nn.MaxPool2d)) == n_stages
    left = (96 // 2**n_stages) * (128 // 2**n_stages)
    assert layers(built, nn.Linear)[0].in_features == filters[-1] * left
    assert built(torch.rand(2, 1, 96, 128)).shape == (2, 4)


def test_pictures_too_small_for_their_stages_are_padded():
    built = ConvNetSmall2d(1, 20, 40, 2, n_stages=5)
    assert built.padded_size == (32, 40)
    assert built(torch.rand(2, 1, 20, 40)).shape == (2, 2)


@pytest.mark.parametrize("n_stages", [0, -1])
def test_there_is_at_least_one_stage(n_stages):
    with pytest.raises(
        ValueError, match=f"n_stages must be at least 1, got {n_stages}"
    ):
        ConvNetSmall2d(1, 20, 40, 2, n_stages=n_stages)
