"""Parts that the networks share.

Signals are convolved as pictures of height one whose channels are last in memory: on a
CPU, torch trains such a network in two thirds of the time of the same one built of
`Conv1d`, or less.
"""

from abc import ABC, abstractmethod

import torch
from torch import nn
from torch.nn import functional


def pad_to(x: torch.Tensor, n_times: int) -> torch.Tensor:
    """Append zeros until the last axis has at least `n_times` samples.

    Networks that halve the time axis several times have a shortest input; shorter ones
    are padded here, so that a network takes signals of any length.

    Parameters
    ----------
    x : Tensor of shape (..., n)
        Signals.
    n_times : int
        The least length wanted.

    Returns
    -------
    Tensor of shape (..., max(n, n_times))
        `x` itself if it is long enough.
    """
    missing = n_times - x.shape[-1]
    return functional.pad(x, (0, missing)) if missing > 0 else x


def as_rows(x: torch.Tensor) -> torch.Tensor:
    """Turn signals into pictures of height one.

    Parameters
    ----------
    x : Tensor of shape (n, n_leads, n_times)
        Signals.

    Returns
    -------
    Tensor of shape (n, n_leads, 1, n_times)
    """
    return x.unsqueeze(2)


def channels_last(x: torch.Tensor) -> torch.Tensor:
    """Bring the channels together in memory; shape and values stay.

    Parameters
    ----------
    x : Tensor of shape (n, n_channels, 1, n_times)
        Feature maps.

    Returns
    -------
    Tensor of the same shape
    """
    return x.contiguous(memory_format=torch.channels_last)


def row_conv(
    n_in: int, n_out: int, kernel_size: int, *, bias: bool = True
) -> nn.Conv2d:
    """Return a convolution along time that keeps the length.

    Parameters
    ----------
    n_in, n_out : int
        Channels.
    kernel_size : int
        In samples, odd.
    bias : bool, default=True
        Whether it adds one.

    Returns
    -------
    nn.Conv2d
        Padded with zeros.

    Raises
    ------
    ValueError
        If `kernel_size` is even: the length could not stay.
    """
    if kernel_size % 2 == 0:
        raise ValueError(f"kernel_size must be odd, got {kernel_size}.")
    return nn.Conv2d(
        n_in, n_out, (1, kernel_size), padding=(0, kernel_size // 2), bias=bias
    )


class RowPool(nn.MaxPool2d):
    """Max-pooling along time.

    Where no gradient is wanted, on a CPU, it is the largest of a few slices: the same
    values in a third of the time, because nobody asks which sample was the largest.

    Parameters
    ----------
    n_samples : int
        Length of the window.
    stride : int
        Samples from one window to the next.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn.blocks import RowPool
    >>> RowPool(3, stride=2)(torch.arange(7.0).reshape(1, 1, 1, 7))
    tensor([[[[2., 4., 6.]]]])
    """

    def __init__(self, n_samples: int, stride: int) -> None:
        super().__init__((1, n_samples), stride=(1, stride))
        self.n_samples = n_samples
        self.step = stride

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Keep the largest of each window.

        Parameters
        ----------
        x : Tensor of shape (n, n_channels, 1, n_times)
            Feature maps.

        Returns
        -------
        Tensor of shape (n, n_channels, 1, (n_times - n_samples) // stride + 1)
        """
        if torch.is_grad_enabled() or x.device.type != "cpu":
            return super().forward(x)
        span = x.shape[-1] - self.n_samples + 1
        taps = [x[..., i : i + span : self.step] for i in range(self.n_samples)]
        largest = taps[0].clone()
        for tap in taps[1:]:
            torch.maximum(largest, tap, out=largest)
        return largest


class ResidualBlock1d(nn.Module):
    """Two convolutions with a skip around them, ReLU, max-pooling of 5 by 2.

    Parameters
    ----------
    n_filters : int
        Channels in and out.
    kernel_size : int
        Odd, in samples; zero-padded so that the length stays until the pooling.
    """

    def __init__(self, n_filters: int, kernel_size: int) -> None:
        super().__init__()
        self.conv1 = row_conv(n_filters, n_filters, kernel_size)
        self.conv2 = row_conv(n_filters, n_filters, kernel_size)
        self.pool = RowPool(5, stride=2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Transform and halve the time axis.

        Parameters
        ----------
        x : Tensor of shape (n, n_filters, 1, n_times)
            Feature maps.

        Returns
        -------
        Tensor of shape (n, n_filters, 1, (n_times - 5) // 2 + 1)
        """
        # In place where no gradient is wanted: the maps then stay in the cache.
        in_place = not torch.is_grad_enabled()
        out = self.conv2(functional.relu(self.conv1(x), inplace=in_place))
        out = out.add_(x) if in_place else out + x
        return self.pool(functional.relu(out, inplace=in_place))


class DenseHead(nn.Sequential):
    """Dense layers with ReLU between them, after features and context columns.

    Parameters
    ----------
    n_inputs : int
        Features and context columns together.
    n_hidden : tuple of int
        Units of each hidden layer.
    n_classes : int
        Logits that come out.
    dropout : float, default=0.0
        Share of units left out after each hidden layer while training.
    """

    def __init__(
        self,
        n_inputs: int,
        n_hidden: tuple[int, ...],
        n_classes: int,
        dropout: float = 0.0,
    ) -> None:
        layers: list[nn.Module] = []
        for n_units in n_hidden:
            layers += [nn.Linear(n_inputs, n_units), nn.ReLU()]
            if dropout:
                layers.append(nn.Dropout(dropout))
            n_inputs = n_units
        super().__init__(*layers, nn.Linear(n_inputs, n_classes))


class NormedBlock1d(nn.Module):
    """Two convolutions with batch normalisation and a skip around them, then ReLU.

    Parameters
    ----------
    n_in, n_out : int
        Channels; where they differ, the skip is a convolution of length one.
    kernel_size : int
        Odd, in samples; zero-padded so that the length stays.
    """

    def __init__(self, n_in: int, n_out: int, kernel_size: int) -> None:
        super().__init__()
        self.conv1 = row_conv(n_in, n_out, kernel_size, bias=False)
        self.norm1 = nn.BatchNorm2d(n_out)
        self.conv2 = row_conv(n_out, n_out, kernel_size, bias=False)
        self.norm2 = nn.BatchNorm2d(n_out)
        same = n_in == n_out
        self.skip = nn.Identity() if same else row_conv(n_in, n_out, 1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Transform.

        Parameters
        ----------
        x : Tensor of shape (n, n_in, 1, n_times)
            Feature maps.

        Returns
        -------
        Tensor of shape (n, n_out, 1, n_times)
        """
        out = functional.relu(self.norm1(self.conv1(x)))
        return functional.relu(self.norm2(self.conv2(out)) + self.skip(x))


def with_context(features: torch.Tensor, context: torch.Tensor | None) -> torch.Tensor:
    """Put the context columns behind the features.

    Parameters
    ----------
    features : Tensor of shape (n, n_features)
        What the body made of the signal.
    context : Tensor of shape (n, n_context) or None
        Named columns that came with it; None for none.

    Returns
    -------
    Tensor of shape (n, n_features + n_context)
    """
    return features if context is None else torch.cat((features, context), dim=1)


class SignalNetwork(nn.Module, ABC):
    """Base of the networks on signals: a body that makes features, then a head.

    A subclass sets `head` and writes `forward_features`.

    Attributes
    ----------
    head : nn.Module
        Turns features, and context columns behind them, into logits.
    """

    head: nn.Module

    def __init__(self) -> None:
        super().__init__()

    @abstractmethod
    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        """Turn signals into features; every subclass has its own.

        Parameters
        ----------
        x : Tensor of shape (n, n_leads, n_times)
            Signals.

        Returns
        -------
        Tensor of shape (n, n_features)
            What the head takes, context columns aside.
        """

    def forward_body(self, x: torch.Tensor) -> torch.Tensor:
        """Turn signals into features; the first half of `forward`.

        Parameters
        ----------
        x : Tensor of shape (n, n_leads, n_times)
            Signals.

        Returns
        -------
        Tensor of shape (n, n_features)
        """
        return self.forward_features(x)

    def forward_head(
        self, features: torch.Tensor, context: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Turn features into logits; the second half of `forward`.

        Parameters
        ----------
        features : Tensor of shape (n, n_features)
            What `forward_body` returned, perhaps long ago.
        context : Tensor of shape (n, n_context) or None, default=None
            Context columns.

        Returns
        -------
        Tensor of shape (n, n_classes)
        """
        return self.head(with_context(features, context))

    def forward(
        self, x: torch.Tensor, context: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Turn signals into logits.

        Parameters
        ----------
        x : Tensor of shape (n, n_leads, n_times)
            Signals.
        context : Tensor of shape (n, n_context) or None, default=None
            Context columns, for a network with `n_context` above 0.

        Returns
        -------
        Tensor of shape (n, n_classes)
            One logit per class.
        """
        return self.forward_head(self.forward_body(x), context)
