"""Augmentation that moves pictures in their plane."""

from dataclasses import dataclass

import torch
from torch.nn import functional

from skecg.nn.augmentation._base import between, check_pictures, even


@dataclass(frozen=True)
class RandomAffine:
    """Turn, move, zoom and shear each picture, in one resampling of the batch.

    What comes in from beyond the rim is white paper. Each strength is drawn evenly
    between nothing and its most, to either side. A picture is sheared first, then
    zoomed and turned about its middle, then moved. Nothing is ever mirrored.

    Parameters
    ----------
    rotation : float, default=0.0
        The largest angle, in degrees; above zero is counter-clockwise. An angle stays
        what it is where height and width differ.
    shift : float, default=0.0
        The farthest move, as a share of the height and, drawn on its own, of the width.
    zoom : float, default=0.0
        How far the factor may be from 1, at most 0.9: 0.2 draws it from 0.8 to 1.2. It
        is the same for both directions.
    shear : float, default=0.0
        How far upright lines lean, in degrees, at most 45; above zero is to the right.
        Level lines stay level.

    Notes
    -----
    Values between pixels are interpolated linearly. With all strengths at zero the
    batch itself is returned.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn.augmentation import RandomAffine
    >>> pictures = torch.ones(4, 1, 182, 256)
    >>> pictures[:, :, 91] = 0.0  # a level line
    >>> turned = RandomAffine(rotation=20.0, zoom=0.2)(pictures)
    >>> turned.shape, float(turned.max())
    (torch.Size([4, 1, 182, 256]), 1.0)
    """

    rotation: float = 0.0
    shift: float = 0.0
    zoom: float = 0.0
    shear: float = 0.0

    def __post_init__(self) -> None:
        """Check the parameters."""
        between(0, 180, self.rotation, name="rotation")
        between(0, 1, self.shift, name="shift")
        between(0, 0.9, self.zoom, name="zoom")
        between(0, 45, self.shear, name="shear")

    def __call__(
        self, x: torch.Tensor, sampling_rate: float | None = None
    ) -> torch.Tensor:
        """Move a batch of pictures."""
        check_pictures(self, x)
        if not any((self.rotation, self.shift, self.zoom, self.shear)):
            return x
        draw = even(x, (5, len(x)))
        back = way_back(
            rotation=self.rotation * draw[0],
            shift=self.shift * draw[1:3],
            factor=1 + self.zoom * draw[3],
            shear=self.shear * draw[4],
            aspect=x.shape[-1] / x.shape[-2],
        )
        grid = functional.affine_grid(back, list(x.shape), align_corners=False)
        # Of the ink: what lies outside is zero, none.
        ink = functional.grid_sample(1 - x, grid, align_corners=False)
        return (1 - ink).clamp_(0, 1)


def way_back(
    *,
    rotation: torch.Tensor,
    shift: torch.Tensor,
    factor: torch.Tensor,
    shear: torch.Tensor,
    aspect: float,
) -> torch.Tensor:
    """Return where the points of changed pictures were before.

    Parameters
    ----------
    rotation, shear : Tensor of shape (n,)
        Angles, in degrees.
    shift : Tensor of shape (2, n)
        Down and to the right, as shares of height and width.
    factor : Tensor of shape (n,)
        Of the zoom.
    aspect : float
        Width by height.

    Returns
    -------
    Tensor of shape (n, 2, 3)
        As `torch.nn.functional.affine_grid` takes it: of (x, y, 1), where a picture
        goes from -1 to 1 in both directions.
    """
    angle, lean = torch.deg2rad(rotation), torch.tan(torch.deg2rad(shear))
    cos, sin = torch.cos(angle) / factor, torch.sin(angle) / factor
    # The way there, in pixels, x to the right and y down, is
    # factor * [[cos, sin], [-sin, cos]] @ [[1, -lean], [0, 1]]. This is its inverse,
    # where a unit of x is `aspect` times as long as one of y.
    rows = [
        torch.stack([cos + lean * sin, (lean * cos - sin) / aspect], dim=1),
        torch.stack([sin * aspect, cos], dim=1),
    ]
    turn = torch.stack(rows, dim=1)
    moved = 2 * shift.flip(0).T[..., None]  # a picture is two units long
    return torch.cat([turn, -turn @ moved], dim=2)
