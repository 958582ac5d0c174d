"""Augmentations that move samples in time, or hide them."""

import math
from dataclasses import dataclass

import torch
from torch.nn import functional

from skecg.nn.augmentation._base import at_least, check_signals, even, rate_for


@dataclass(frozen=True)
class Shift:
    """Move each row in time; its first or last sample is repeated at the gap.

    Parameters
    ----------
    most : float, default=0.02
        The farthest, in seconds, to either side.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn.augmentation import Shift
    >>> x = torch.arange(6.0).reshape(1, 1, 6)
    >>> Shift(most=0.0)(x, 100.0)
    tensor([[[0., 1., 2., 3., 4., 5.]]])
    """

    most: float = 0.02

    def __post_init__(self) -> None:
        """Check the parameters."""
        at_least(0, self.most, name="most")

    def __call__(self, x: torch.Tensor, sampling_rate: float | None) -> torch.Tensor:
        """Shift a batch."""
        check_signals(self, x)
        reach = round(self.most * rate_for(self, sampling_rate))
        steps = torch.randint(-reach, reach + 1, (len(x), 1, 1), device=x.device)
        times = torch.arange(x.shape[-1], device=x.device)
        wanted = (times - steps).clamp(0, x.shape[-1] - 1)
        return x.gather(2, wanted.expand_as(x))


@dataclass(frozen=True)
class Stretch:
    """Slow each row down or speed it up around its middle.

    Parameters
    ----------
    most : float, default=1.1
        The largest factor; the smallest is its inverse. What is missing at an end
        repeats the sample there.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn.augmentation import Stretch
    >>> Stretch()(torch.randn(2, 1, 50), None).shape
    torch.Size([2, 1, 50])
    """

    most: float = 1.1

    def __post_init__(self) -> None:
        """Check the parameters."""
        at_least(1, self.most, name="most")

    def __call__(
        self, x: torch.Tensor, sampling_rate: float | None = None
    ) -> torch.Tensor:
        """Stretch a batch."""
        check_signals(self, x)
        factor = torch.exp(even(x, (len(x), 1)) * math.log(self.most))
        places = torch.linspace(-1, 1, x.shape[-1], device=x.device, dtype=x.dtype)
        across = factor * places
        grid = torch.stack([across, torch.zeros_like(across)], dim=-1)[:, None]
        stretched = functional.grid_sample(
            x[:, :, None], grid, padding_mode="border", align_corners=True
        )
        return stretched[:, :, 0]


@dataclass(frozen=True)
class TimeMask:
    """Replace a stretch of each row by the row's mean.

    Parameters
    ----------
    longest : float, default=0.1
        The longest stretch, in seconds.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn.augmentation import TimeMask
    >>> x = torch.arange(100.0).reshape(1, 1, 100)
    >>> int((TimeMask(0.1)(x, 100.0) != x).sum()) <= 10
    True
    """

    longest: float = 0.1

    def __post_init__(self) -> None:
        """Check the parameters."""
        at_least(0, self.longest, name="longest")

    def __call__(self, x: torch.Tensor, sampling_rate: float | None) -> torch.Tensor:
        """Mask a batch."""
        check_signals(self, x)
        n_times = x.shape[-1]
        most = min(round(self.longest * rate_for(self, sampling_rate)), n_times)
        width = torch.randint(0, most + 1, (len(x), 1, 1), device=x.device)
        start = torch.rand(len(x), 1, 1, device=x.device) * (n_times - width + 1)
        times = torch.arange(n_times, device=x.device)
        first = start.long()
        masked = (times >= first) & (times < first + width)
        return torch.where(masked, x.mean(dim=2, keepdim=True), x)
