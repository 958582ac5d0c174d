"""What an augmentation is, and what they share."""

from collections.abc import Callable

import torch

Augmentation = Callable[[torch.Tensor, float | None], torch.Tensor]
"""A function of a batch, (n, n_leads, n_times) or pictures (n, n_channels, height,
width) from 0 to 1, which it must not write to, and of the sampling rate in Hz, None for
pictures or where it is not known; it returns a batch of that shape."""


def even(x: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    """Draw numbers evenly from -1 to 1, of the type and device of `x`."""
    return 2 * torch.rand(shape, device=x.device, dtype=x.dtype) - 1


def spread(x: torch.Tensor) -> torch.Tensor:
    """Return the standard deviation of each lead of each row."""
    return x.std(dim=2, keepdim=True, correction=0)


def rate_for(augmentation: object, sampling_rate: float | None) -> float:
    """Return the rate, or raise a ValueError where it is needed and not known."""
    if sampling_rate is None:
        raise ValueError(
            f"{type(augmentation).__name__} measures time and needs the sampling_rate, "
            "got None. Give the classifier the sampling_rate of its signals."
        )
    return sampling_rate


def at_least(low: float, value: float, *, name: str) -> None:
    """Raise a ValueError if a parameter is below what it must be."""
    if not value >= low:
        raise ValueError(f"{name} must be at least {low:g}, got {value!r}.")


def between(low: float, high: float, value: float, *, name: str) -> None:
    """Raise a ValueError if a parameter is out of its range, ends included."""
    if not low <= value <= high:
        raise ValueError(f"{name} must lie in [{low:g}, {high:g}], got {value!r}.")


def check_signals(augmentation: object, x: torch.Tensor) -> None:
    """Raise a ValueError if a batch is none of signals."""
    if x.ndim != 3 or not x.is_floating_point():
        raise ValueError(
            f"{type(augmentation).__name__} changes signals, floats of shape (n, "
            f"n_leads, n_times), got {_described(x)}. For pictures there are "
            "RandomAffine, Brightness and Blur."
        )


def check_pictures(augmentation: object, x: torch.Tensor) -> None:
    """Raise a ValueError if a batch is none of pictures."""
    if x.ndim != 4 or not x.is_floating_point():
        raise ValueError(
            f"{type(augmentation).__name__} changes pictures, floats from 0 to 1 of "
            f"shape (n, n_channels, height, width), got {_described(x)}. For signals "
            "there are Scale, Shift, Noise and others; divide uint8 by 255."
        )


def _described(x: torch.Tensor) -> str:
    return f"{x.dtype} of shape {tuple(x.shape)}"
