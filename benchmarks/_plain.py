"""The package's networks as one writes them by hand, with `nn.Conv1d`."""

from itertools import pairwise

import torch
from torch import nn

from skecg.nn import ConvNet1d, ResNet1d


class PlainBlock(nn.Module):
    """The residual block of Kachuee et al."""

    def __init__(self, n_filters: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(n_filters, n_filters, 5, padding=2)
        self.conv2 = nn.Conv1d(n_filters, n_filters, 5, padding=2)
        self.pool = nn.MaxPool1d(5, stride=2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Transform and halve the time axis."""
        out = self.conv2(torch.relu(self.conv1(x)))
        return self.pool(torch.relu(out + x))


class PlainResNet(nn.Module):
    """`resnet1d` with its defaults, for 187 samples."""

    def __init__(self, n_classes: int) -> None:
        super().__init__()
        self.stem = nn.Conv1d(1, 32, 5, padding=2)
        self.blocks = nn.Sequential(*(PlainBlock(32) for _ in range(5)))
        self.head = nn.Sequential(
            *(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU()),
            nn.Linear(32, n_classes),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Turn signals into logits."""
        return self.head(self.blocks(self.stem(x)).flatten(1))


class PlainConvNet(nn.Module):
    """`convnet1d` with its defaults."""

    def __init__(self, n_classes: int) -> None:
        super().__init__()
        widths = [1, 16, 32, 64, 64]
        self.body = nn.Sequential(*(_stage(*pair) for pair in pairwise(widths)))
        self.head = nn.Sequential(
            *(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU()),
            *(nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, n_classes)),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Turn signals into logits."""
        return self.head(self.body(x).mean(dim=-1))


def plain_twin(network: nn.Module, n_classes: int) -> nn.Module:
    """Return the hand-written network with the weights of one of the package's."""
    kinds = {ResNet1d: PlainResNet, ConvNet1d: PlainConvNet}
    twin = kinds[type(network)](n_classes)
    theirs = network.state_dict().values()
    own = twin.state_dict()
    pairs = zip(own.items(), theirs, strict=True)
    twin.load_state_dict({k: had.reshape(has.shape) for (k, has), had in pairs})
    return twin


def _stage(n_in: int, n_out: int) -> nn.Sequential:
    conv = nn.Conv1d(n_in, n_out, 7, padding=3, bias=False)
    return nn.Sequential(conv, nn.BatchNorm1d(n_out), nn.ReLU(), nn.MaxPool1d(2))
