"""Augmentations that change the shades of pictures."""

import math
from dataclasses import dataclass

import torch
from torch.nn import functional

from skecg.nn.augmentation._base import between, check_pictures, even

_REACH = 3  # standard deviations that a blur looks to either side
_SHARP = 1e-3  # pixels; less blur than this is none


@dataclass(frozen=True)
class Brightness:
    """Make each picture lighter or darker, by one factor for all of its pixels.

    Parameters
    ----------
    most : float, default=0.2
        How far the factor may be from 1, at most 1. What would be lighter than white
        is white, as on a photograph that was exposed too long.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn.augmentation import Brightness
    >>> x = Brightness(0.2)(torch.full((100, 1, 8, 8), 0.5))
    >>> bool((x >= 0.4).all() and (x <= 0.6).all())
    True
    """

    most: float = 0.2

    def __post_init__(self) -> None:
        """Check the parameters."""
        between(0, 1, self.most, name="most")

    def __call__(
        self, x: torch.Tensor, sampling_rate: float | None = None
    ) -> torch.Tensor:
        """Change the brightness of a batch of pictures."""
        check_pictures(self, x)
        if not self.most:
            return x
        factor = 1 + self.most * even(x, (len(x), 1, 1, 1))
        return (x * factor).clamp_(0, 1)


@dataclass(frozen=True)
class Blur:
    """Blur each picture with a Gaussian of a width of its own.

    Parameters
    ----------
    most : float, default=1.0
        The largest standard deviation, in pixels, at most 100; drawn evenly from zero.
        What lies beyond the rim is like the rim.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn.augmentation import Blur
    >>> dot = torch.ones(1, 1, 15, 15)
    >>> dot[..., 7, 7] = 0.0
    >>> blurred = Blur(1.0)(dot)
    >>> float((1 - blurred).sum().round(decimals=3))  # there is as much ink as before
    1.0
    """

    most: float = 1.0

    def __post_init__(self) -> None:
        """Check the parameters."""
        between(0, 100, self.most, name="most")

    def __call__(
        self, x: torch.Tensor, sampling_rate: float | None = None
    ) -> torch.Tensor:
        """Blur a batch of pictures."""
        check_pictures(self, x)
        if not self.most:
            return x
        sigma = self.most * (even(x, (len(x), 1)) + 1) / 2
        reach = math.ceil(_REACH * self.most)
        places = torch.arange(-reach, reach + 1, device=x.device, dtype=x.dtype)
        bell = -0.5 * (places / sigma.clamp_min(_SHARP)) ** 2
        return blur_rows_and_columns(x, torch.softmax(bell, dim=1))


def blur_rows_and_columns(x: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Return pictures after a separable filter, one for each.

    Parameters
    ----------
    x : Tensor of shape (n, n_channels, height, width)
        Pictures, 1 for white.
    weights : Tensor of shape (n, 2 * reach + 1)
        They sum to 1.

    Returns
    -------
    Tensor of shape (n, n_channels, height, width)
        White stays exactly white.
    """
    n, n_channels, height, width = x.shape
    reach = weights.shape[1] // 2
    # Every picture is a group of its own in one long row of channels.
    ink = functional.pad(1 - x, (reach,) * 4, mode="replicate")
    ink = ink.reshape(1, n * n_channels, height + 2 * reach, width + 2 * reach)
    bell = weights.repeat_interleave(n_channels, dim=0)[:, None]
    ink = functional.conv2d(ink, bell[:, :, None, :], groups=n * n_channels)
    ink = functional.conv2d(ink, bell[..., None], groups=n * n_channels)
    return (1 - ink).clamp_(0, 1).reshape(x.shape)
