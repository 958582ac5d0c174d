"""A plain convolutional network for single heartbeats."""

from itertools import pairwise

import torch
from torch import nn

from skecg.nn.blocks import (
    DenseHead,
    RowPool,
    SignalNetwork,
    as_rows,
    channels_last,
    pad_to,
    row_conv,
)
from skecg.nn.registry import register_network

_WIDTHS = (1, 2, 4, 4)  # of the four convolutions, in units of n_filters
_POOL = 2


@register_network("convnet1d")
class ConvNet1d(SignalNetwork):
    """Plain 1-D network: four convolutions, four dense layers.

    Each convolution is followed by batch normalisation (if wanted), ReLU and
    max-pooling by two; the last feature map is averaged in time.

    Parameters
    ----------
    n_leads : int
        Leads of a record.
    n_times : int
        Samples of a record; fewer than `min_times` are padded with zeros.
    n_classes : int
        Logits that come out.
    n_context : int, default=0
        Context columns that join the features before the dense layers.
    n_filters : int, default=16
        Channels of the first convolution; the others have two, four and four times
        as many.
    kernel_size : int, default=7
        Length of every filter in samples, odd.
    n_hidden : int, default=64
        Units of the first dense layer; the next two have half and a quarter.
    batch_norm : bool, default=True
        Normalise after each convolution.
    dropout : float, default=0.0
        Share of units left out after each hidden dense layer while training.

    Attributes
    ----------
    min_times : int
        The shortest input that is not padded, in samples.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn import ConvNet1d
    >>> net = ConvNet1d(n_leads=2, n_times=250, n_classes=3, dropout=0.2)
    >>> net(torch.zeros(4, 2, 250)).shape
    torch.Size([4, 3])
    """

    min_times = _POOL ** len(_WIDTHS)

    def __init__(
        self,
        n_leads: int,
        n_times: int,
        n_classes: int,
        *,
        n_context: int = 0,
        n_filters: int = 16,
        kernel_size: int = 7,
        n_hidden: int = 64,
        batch_norm: bool = True,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        del n_times  # averaged away: the parameters do not depend on it
        channels = [n_leads, *(n_filters * width for width in _WIDTHS)]
        self.body = nn.Sequential(
            *(
                _stage(n_in, n_out, kernel_size, batch_norm=batch_norm)
                for n_in, n_out in pairwise(channels)
            )
        )
        hidden = (n_hidden, max(n_hidden // 2, 1), max(n_hidden // 4, 1))
        self.head = DenseHead(channels[-1] + n_context, hidden, n_classes, dropout)
        self.to(memory_format=torch.channels_last)

    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        """Turn signals into features.

        Parameters
        ----------
        x : Tensor of shape (n, n_leads, n_times)
            Signals.

        Returns
        -------
        Tensor of shape (n, n_features)
            What the head takes, context columns aside.
        """
        maps = channels_last(as_rows(pad_to(x, self.min_times)))
        return self.body(maps).mean(dim=(-2, -1))


def _stage(
    n_in: int, n_out: int, kernel_size: int, *, batch_norm: bool
) -> nn.Sequential:
    # A bias before batch normalisation would be subtracted again.
    conv = row_conv(n_in, n_out, kernel_size, bias=not batch_norm)
    norm = [nn.BatchNorm2d(n_out)] if batch_norm else []
    return nn.Sequential(conv, *norm, nn.ReLU(), RowPool(_POOL, stride=_POOL))
