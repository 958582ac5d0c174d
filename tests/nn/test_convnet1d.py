import pytest
from torch import nn

from skecg.nn import ConvNet1d


def count(network: nn.Module, kind: type[nn.Module]) -> int:
    return sum(isinstance(layer, kind) for layer in network.modules())


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_has_four_convolutions_and_four_dense_layers(batch_norm, dropout):
    network = ConvNet1d(1, 187, 5, batch_norm=batch_norm, dropout=dropout)
    assert count(network, nn.Conv2d) == 4
    assert count(network, nn.Linear) == 4
    assert count(network, nn.BatchNorm2d) == (4 if batch_norm else 0)
    assert count(network, nn.Dropout) == (3 if dropout else 0)
