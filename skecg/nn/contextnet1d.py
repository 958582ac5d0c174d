"""A small residual network that weighs a beat's context beside its shape."""

import torch
from torch import nn

from skecg.nn.blocks import (
    NormedBlock1d,
    SignalNetwork,
    as_rows,
    channels_last,
    pad_to,
    row_conv,
)
from skecg.nn.context import ContextHead
from skecg.nn.registry import register_network


@register_network("contextnet1d")
class ContextNet1d(SignalNetwork):
    """Residual 1-D network with a dense branch of its own for the context columns.

    A convolution of stride two and three residual blocks with batch normalisation and
    pooling; mean and maximum over time of what is left go to the head. There the
    context columns are scaled by what training has seen of them, pass a dense layer of
    their own, and join. Made for `skecg.signal.patient.patient_beats`, which bring some
    sixty columns; without context it is a plain residual network.

    Parameters
    ----------
    n_leads : int
        Leads of a record.
    n_times : int
        Samples of a record; fewer than `min_times` are padded with zeros.
    n_classes : int
        Logits that come out.
    n_context : int, default=0
        Context columns.
    n_filters : int, default=24
        Channels of every convolution but those of the last block, which has a third
        more.
    kernel_size : int, default=5
        Length of the filters of the blocks in samples, odd; those of the first layer
        are two longer.
    n_hidden : int, default=32
        Units of the dense layer before the logits.
    dropout : float, default=0.3
        Share of the units left out before each dense layer of the head in training.

    Attributes
    ----------
    min_times : int
        The shortest input that is not padded, in samples.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn import ContextNet1d
    >>> net = ContextNet1d(n_leads=4, n_times=140, n_classes=5, n_context=61)
    >>> net(torch.zeros(3, 4, 140), torch.zeros(3, 61)).shape
    torch.Size([3, 5])
    """

    min_times = 16

    def __init__(
        self,
        n_leads: int,
        n_times: int,
        n_classes: int,
        *,
        n_context: int = 0,
        n_filters: int = 24,
        kernel_size: int = 5,
        n_hidden: int = 32,
        dropout: float = 0.3,
    ) -> None:
        super().__init__()
        n_last = n_filters + n_filters // 3
        self.stem = nn.Sequential(
            row_conv(n_leads, n_filters, kernel_size + 2),
            nn.AvgPool2d((1, 2)),
            nn.BatchNorm2d(n_filters),
            nn.ReLU(),
        )
        self.blocks = nn.Sequential(
            NormedBlock1d(n_filters, n_filters, kernel_size),
            nn.MaxPool2d((1, 2)),
            NormedBlock1d(n_filters, n_filters, kernel_size),
            nn.MaxPool2d((1, 2)),
            NormedBlock1d(n_filters, n_last, kernel_size),
        )
        self.head = ContextHead(2 * n_last, n_context, n_hidden, n_classes, dropout)
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
            Mean and maximum over time of each channel; context columns aside.
        """
        maps = self.stem(channels_last(as_rows(pad_to(x, self.min_times))))
        maps = self.blocks(maps).flatten(2)
        return torch.cat((maps.mean(2), maps.amax(2)), dim=1)
