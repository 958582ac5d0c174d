"""Parts that the networks on pictures share.

A picture comes as ``(n, n_channels, height, width)`` with 0 for black and 1 for white.
"""

from abc import ABC, abstractmethod

import torch
from torch import nn
from torch.nn import functional


def pad_with_white(x: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Append white rows below and columns on the right.

    Parameters
    ----------
    x : Tensor of shape (n, n_channels, height, width)
        Pictures, 1 for white.
    size : tuple of two ints
        Height and width wanted, not less than those of `x`.

    Returns
    -------
    Tensor of shape (n, n_channels, size[0], size[1])
        `x` itself if it has the size.
    """
    below, right = size[0] - x.shape[-2], size[1] - x.shape[-1]
    if below == right == 0:
        return x
    return functional.pad(x, (0, right, 0, below), value=1.0)


def whole_patches(size: tuple[int, int], patch: tuple[int, int]) -> tuple[int, int]:
    """Return the size that whole patches have.

    Parameters
    ----------
    size : tuple of two ints
        Height and width of a picture, in pixels.
    patch : tuple of two ints
        Those of a patch.

    Returns
    -------
    tuple of two ints

    Examples
    --------
    >>> from skecg.nn.image_blocks import whole_patches
    >>> whole_patches((182, 256), (8, 8))
    (184, 256)
    """
    return (
        -(-size[0] // patch[0]) * patch[0],
        -(-size[1] // patch[1]) * patch[1],
    )


class ImageNetwork(nn.Module, ABC):
    """Base of the networks on pictures: a body that makes features, then a head.

    A subclass sets `head` and writes `forward_features`.

    Parameters
    ----------
    padded_size : tuple of two ints
        Height and width that pictures are brought to with white, below and on the
        right: a network has a smallest picture, or takes whole patches only.

    Attributes
    ----------
    head : nn.Module
        Turns features into logits.
    """

    head: nn.Module

    def __init__(self, padded_size: tuple[int, int]) -> None:
        super().__init__()
        self.padded_size = padded_size

    @abstractmethod
    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        """Turn pictures into features; every subclass has its own.

        Parameters
        ----------
        x : Tensor of shape (n, n_channels, padded_height, padded_width)
            Pictures.

        Returns
        -------
        Tensor of shape (n, ...)
            What the head takes.
        """

    def forward_body(self, x: torch.Tensor) -> torch.Tensor:
        """Turn pictures into features; the first half of `forward`.

        Parameters
        ----------
        x : Tensor of shape (n, n_channels, height, width)
            Pictures, not padded yet.

        Returns
        -------
        Tensor of shape (n, ...)
        """
        return self.forward_features(pad_with_white(x, self.padded_size))

    def forward_head(self, features: torch.Tensor) -> torch.Tensor:
        """Turn features into logits; the second half of `forward`.

        Parameters
        ----------
        features : Tensor of shape (n, ...)
            What `forward_body` returned, perhaps long ago.

        Returns
        -------
        Tensor of shape (n, n_classes)
        """
        return self.head(features)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Turn pictures into logits.

        Parameters
        ----------
        x : Tensor of shape (n, n_channels, height, width)
            Pictures, 0 for black and 1 for white.

        Returns
        -------
        Tensor of shape (n, n_classes)
            One logit per class.
        """
        return self.forward_head(self.forward_body(x))
