import pytest
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
