"""The residual network of Kachuee et al. for single heartbeats."""

import torch
from torch import nn

from skecg.nn.blocks import (
    DenseHead,
    ResidualBlock1d,
    SignalNetwork,
    as_rows,
    channels_last,
    pad_to,
    row_conv,
)
from skecg.nn.registry import register_network


@register_network("resnet1d")
class ResNet1d(SignalNetwork):
    """Residual 1-D network: a convolution, five residual blocks, two dense layers.

    As Kachuee et al. [1]_ describe it: 32 filters of 5 samples throughout, max-pooling
    of 5 by 2 after each block, and dense layers of 32 units. Convolutions are padded
    with zeros so that any length works (the published one is not padded).

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
    n_filters : int, default=32
        Channels of every convolution.
    kernel_size : int, default=5
        Length of every filter in samples, odd.
    n_blocks : int, default=5
        Residual blocks; each halves the time axis.
    n_hidden : int, default=32
        Units of each of the two dense layers.

    Attributes
    ----------
    min_times : int
        The shortest input that is not padded, in samples.

    References
    ----------
    .. [1] Kachuee M., Fazeli S., Sarrafzadeh M. (2018). ECG heartbeat classification:
       a deep transferable representation. IEEE International Conference on Healthcare
       Informatics. :doi:`10.1109/ICHI.2018.00092`

    Examples
    --------
    >>> import torch
    >>> from skecg.nn import ResNet1d
    >>> net = ResNet1d(n_leads=1, n_times=187, n_classes=5)
    >>> net(torch.zeros(3, 1, 187)).shape
    torch.Size([3, 5])
    """

    def __init__(
        self,
        n_leads: int,
        n_times: int,
        n_classes: int,
        *,
        n_context: int = 0,
        n_filters: int = 32,
        kernel_size: int = 5,
        n_blocks: int = 5,
        n_hidden: int = 32,
    ) -> None:
        super().__init__()
        self.min_times = _shortest(n_blocks)
        self.stem = row_conv(n_leads, n_filters, kernel_size)
        self.blocks = nn.Sequential(
            *(ResidualBlock1d(n_filters, kernel_size) for _ in range(n_blocks))
        )
        n_left = _length_after(max(n_times, self.min_times), n_blocks)
        self.head = DenseHead(
            n_filters * n_left + n_context, (n_hidden, n_hidden), n_classes
        )
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
        maps = self.stem(as_rows(pad_to(x, self.min_times)))
        return self.blocks(channels_last(maps)).flatten(1)


def _length_after(n_times: int, n_blocks: int) -> int:
    for _ in range(n_blocks):
        n_times = (n_times - 5) // 2 + 1
    return n_times


def _shortest(n_blocks: int) -> int:
    n_times = 1
    for _ in range(n_blocks):
        n_times = 2 * (n_times - 1) + 5
    return n_times
