"""Augmentations that change the values of signals."""

import math
from dataclasses import dataclass

import torch

from skecg.nn.augmentation._base import (
    at_least,
    between,
    check_signals,
    even,
    rate_for,
    spread,
)


@dataclass(frozen=True)
class Scale:
    """Multiply each row by a factor, the same for all of its leads.

    Parameters
    ----------
    most : float, default=1.25
        The largest factor; the smallest is its inverse. Drawn evenly on a logarithmic
        scale.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn.augmentation import Scale
    >>> x = Scale(most=2.0)(torch.ones(100, 1, 5), None)
    >>> bool((x >= 0.5).all() and (x <= 2.0).all())
    True
    """

    most: float = 1.25

    def __post_init__(self) -> None:
        """Check the parameters."""
        at_least(1, self.most, name="most")

    def __call__(
        self, x: torch.Tensor, sampling_rate: float | None = None
    ) -> torch.Tensor:
        """Scale a batch."""
        check_signals(self, x)
        return x * torch.exp(even(x, (len(x), 1, 1)) * math.log(self.most))


@dataclass(frozen=True)
class Noise:
    """Add white noise, of a strength drawn for each row.

    Parameters
    ----------
    most : float, default=0.05
        The largest standard deviation, as a share of the row's own.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn.augmentation import Noise
    >>> Noise()(torch.zeros(2, 1, 50), None).abs().max()
    tensor(0.)
    """

    most: float = 0.05

    def __post_init__(self) -> None:
        """Check the parameters."""
        at_least(0, self.most, name="most")

    def __call__(
        self, x: torch.Tensor, sampling_rate: float | None = None
    ) -> torch.Tensor:
        """Add noise to a batch."""
        check_signals(self, x)
        strength = self.most * torch.rand(len(x), 1, 1, device=x.device, dtype=x.dtype)
        return x + strength * spread(x) * torch.randn_like(x)


@dataclass(frozen=True)
class Wander:
    """Add a slow sine wave, as breathing does.

    Parameters
    ----------
    most : float, default=0.2
        The largest amplitude, as a share of the row's standard deviation.
    frequency : tuple of float, default=(0.1, 0.5)
        Its range, in Hz.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn.augmentation import Wander
    >>> Wander()(torch.randn(2, 3, 50), 125.0).shape
    torch.Size([2, 3, 50])
    """

    most: float = 0.2
    frequency: tuple[float, float] = (0.1, 0.5)

    def __post_init__(self) -> None:
        """Check the parameters."""
        at_least(0, self.most, name="most")
        low, high = self.frequency
        if not 0 < low <= high:
            raise ValueError(
                "frequency must be (low, high) in Hz, 0 < low <= high, got "
                f"{self.frequency!r}."
            )

    def __call__(self, x: torch.Tensor, sampling_rate: float | None) -> torch.Tensor:
        """Add wander to a batch."""
        check_signals(self, x)
        shape = (len(x), x.shape[1], 1)  # electrodes move one by one
        low, high = self.frequency
        frequency = low + (high - low) * (even(x, shape) + 1) / 2
        phase = math.pi * even(x, shape)
        times = torch.arange(x.shape[-1], device=x.device, dtype=x.dtype)
        angle = 2 * math.pi * frequency * times / rate_for(self, sampling_rate) + phase
        return x + self.most * even(x, shape) * spread(x) * torch.sin(angle)


@dataclass(frozen=True)
class LeadDropout:
    """Set leads to zero, as if an electrode were off; one lead at least stays.

    Parameters
    ----------
    probability : float, default=0.1
        Of each lead.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn.augmentation import LeadDropout
    >>> x = LeadDropout(1.0)(torch.ones(4, 3, 5), None)
    >>> x.amax(dim=2).sum(dim=1)
    tensor([1., 1., 1., 1.])
    """

    probability: float = 0.1

    def __post_init__(self) -> None:
        """Check the parameters."""
        between(0, 1, self.probability, name="probability")

    def __call__(
        self, x: torch.Tensor, sampling_rate: float | None = None
    ) -> torch.Tensor:
        """Drop leads of a batch."""
        check_signals(self, x)
        draw = torch.rand(x.shape[:2], device=x.device)
        kept = draw >= self.probability
        kept.scatter_(1, draw.argmax(dim=1, keepdim=True), value=True)
        return x * kept[..., None]
