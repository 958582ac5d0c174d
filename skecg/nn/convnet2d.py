"""Plain convolutional networks for pictures."""

from itertools import pairwise

import torch
from torch import nn

from skecg.nn.blocks import DenseHead
from skecg.nn.image_blocks import ImageNetwork
from skecg.nn.registry import register_network

_KERNEL = 3
_WIDTHS = (32, 64, 64)


@register_network("convnet_small", kind="image")
class ConvNetSmall2d(ImageNetwork):
    """Small 2-D network: stages of convolution and pooling, then two dense layers.

    Meant for pictures of about 128 x 128 in grey; takes any. Each convolution of 3 x 3
    is followed by batch normalisation (if wanted), ReLU and max-pooling by two.

    Parameters
    ----------
    n_channels : int
        1 for pictures in grey, 3 in colour.
    height, width : int
        Of a picture, in pixels; fewer than ``2**n_stages`` are padded with white.
    n_classes : int
        Logits that come out.
    n_stages : int, default=3
        How many stages; each halves height and width.
    n_filters : int, default=16
        Channels of the first convolution; each further one has twice as many.
    n_hidden : int, default=64
        Units of the hidden dense layer.
    batch_norm : bool, default=False
        Normalise after each convolution.
    dropout : float, default=0.25
        Share of what goes into each dense layer that is left out while training.

    Attributes
    ----------
    padded_size : tuple of two ints
        Height and width after padding.

    Raises
    ------
    ValueError
        If `n_stages` is below 1.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn import ConvNetSmall2d
    >>> net = ConvNetSmall2d(n_channels=1, height=128, width=128, n_classes=2)
    >>> net(torch.ones(3, 1, 128, 128)).shape
    torch.Size([3, 2])
    """

    def __init__(
        self,
        n_channels: int,
        height: int,
        width: int,
        n_classes: int,
        *,
        n_stages: int = 3,
        n_filters: int = 16,
        n_hidden: int = 64,
        batch_norm: bool = False,
        dropout: float = 0.25,
    ) -> None:
        if n_stages < 1:
            raise ValueError(f"n_stages must be at least 1, got {n_stages!r}.")
        super().__init__(_at_least(height, width, 2**n_stages))
        channels = [n_channels, *(n_filters * 2**k for k in range(n_stages))]
        self.body = nn.Sequential(
            *(
                layer
                for n_in, n_out in pairwise(channels)
                for layer in (
                    *_convolution(n_in, n_out, batch_norm=batch_norm),
                    nn.MaxPool2d(2),
                )
            ),
            nn.Flatten(),
            nn.Dropout(dropout),
        )
        n_features = channels[-1] * _pixels_after(self.padded_size, n_stages)
        self.head = DenseHead(n_features, (n_hidden,), n_classes, dropout)
        self.to(memory_format=torch.channels_last)

    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        """Turn pictures into features.

        Parameters
        ----------
        x : Tensor of shape (n, n_channels, padded_height, padded_width)
            Pictures.

        Returns
        -------
        Tensor of shape (n, n_features)
            What the head takes.
        """
        return self.body(x)


@register_network("convnet", kind="image")
class ConvNet2d(ImageNetwork):
    """Plain 2-D network: convolutions of 32, 64 and 64 filters, a dense layer of 64.

    Meant for pictures of about 224 x 224 in colour; takes any. Convolutions are of
    3 x 3 pixels, with ReLU; max-pooling by two stands between them.

    Parameters
    ----------
    n_channels : int
        1 for pictures in grey, 3 in colour.
    height, width : int
        Of a picture, in pixels; fewer than 4 are padded with white.
    n_classes : int
        Logits that come out.
    n_hidden : int, default=64
        Units of the hidden dense layer.
    batch_norm : bool, default=False
        Normalise after each convolution.
    dropout : float, default=0.0
        Share of units of the hidden layer that is left out while training.

    Attributes
    ----------
    padded_size : tuple of two ints
        Height and width after padding.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn import ConvNet2d
    >>> net = ConvNet2d(n_channels=3, height=224, width=224, n_classes=4)
    >>> net(torch.ones(1, 3, 224, 224)).shape
    torch.Size([1, 4])
    """

    def __init__(
        self,
        n_channels: int,
        height: int,
        width: int,
        n_classes: int,
        *,
        n_hidden: int = 64,
        batch_norm: bool = False,
        dropout: float = 0.0,
    ) -> None:
        n_pools = len(_WIDTHS) - 1
        super().__init__(_at_least(height, width, 2**n_pools))
        layers: list[nn.Module] = []
        for n_in, n_out in pairwise([n_channels, *_WIDTHS]):
            layers += [nn.MaxPool2d(2)] if layers else []
            layers += _convolution(n_in, n_out, batch_norm=batch_norm)
        self.body = nn.Sequential(*layers, nn.Flatten())
        n_features = _WIDTHS[-1] * _pixels_after(self.padded_size, n_pools)
        self.head = DenseHead(n_features, (n_hidden,), n_classes, dropout)
        self.to(memory_format=torch.channels_last)

    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        """Turn pictures into features.

        Parameters
        ----------
        x : Tensor of shape (n, n_channels, padded_height, padded_width)
            Pictures.

        Returns
        -------
        Tensor of shape (n, n_features)
            What the head takes.
        """
        return self.body(x)


def _convolution(n_in: int, n_out: int, *, batch_norm: bool) -> list[nn.Module]:
    # A bias before batch normalisation would be subtracted again.
    conv = nn.Conv2d(n_in, n_out, _KERNEL, padding=_KERNEL // 2, bias=not batch_norm)
    norm = [nn.BatchNorm2d(n_out)] if batch_norm else []
    return [conv, *norm, nn.ReLU()]


def _at_least(height: int, width: int, least: int) -> tuple[int, int]:
    return max(height, least), max(width, least)


def _pixels_after(size: tuple[int, int], n_pools: int) -> int:
    return (size[0] // 2**n_pools) * (size[1] // 2**n_pools)
