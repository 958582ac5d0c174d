"""What a layer of a back-bone says of pictures, place by place or all over."""

import difflib
from typing import Any, Literal

import torch
from torch import nn

from skecg.nn.backbone import Backbone
from skecg.nn.image_blocks import pad_with_white

Pool = Literal["average", "max"] | tuple[int, int]
"""All over a picture, or the average of each field of a grid of rows and columns."""


class _Reached(Exception):  # noqa: N818 - no error: it ends a pass early
    """Carries what a layer gave out of the pass, past the layers behind it.

    A pass has its own, so one module serves several threads.
    """

    def __init__(self, output: torch.Tensor) -> None:
        super().__init__()
        self.output = output


class PooledBody(nn.Module):
    """The body of a back-bone up to one of its layers, and the pooling of its maps.

    Parameters
    ----------
    architecture : str
        Name of the body, see `Backbone`.
    height, width : int
        Of a picture, in pixels.
    layer : str or None, default=None
        Dotted name of a layer inside the body, such as "5" or "layer3.1"; the layers
        behind it are not computed. None is the end of the body.
    pool : {"average", "max"} or tuple of two ints, default="average"
        What becomes of each map: its mean, its maximum, or the means of a grid of
        fields, (rows, columns), which keep where on the picture something is.

    Attributes
    ----------
    network : Backbone
        With the body, and a head that is not used.

    Raises
    ------
    ValueError
        If no body or no layer has that name, or `pool` is none of the three.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn import PooledBody
    >>> body = PooledBody("squeezenet1_0", 64, 96, layer="5", pool=(2, 3)).eval()
    >>> with torch.no_grad():
    ...     body(torch.ones(1, 3, 64, 96)).shape
    torch.Size([1, 256, 2, 3])
    """

    def __init__(
        self,
        architecture: str,
        height: int,
        width: int,
        *,
        layer: str | None = None,
        pool: Pool = "average",
    ) -> None:
        super().__init__()
        self.network = Backbone(
            3, height, width, 1, architecture=architecture, head_units=0
        )
        self.pool = _pooling(pool)
        self.has_layer = layer is not None
        if layer is not None:
            _find(self.network.body, layer).register_forward_hook(_leave)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Turn pictures into pooled maps.

        Parameters
        ----------
        x : Tensor of shape (n, 1 or 3, height, width)
            Pictures, 0 for black and 1 for white.

        Returns
        -------
        Tensor of shape (n, n_maps, rows, columns)
            One row and one column where all of a map is pooled.
        """
        x = self.network.scale(pad_with_white(x, self.network.padded_size))
        maps = self._maps(x)
        if maps.ndim == 3:  # tokens
            maps = self.network.tokens_to_map(maps)
        if maps.ndim != 4:
            raise ValueError(
                "The layer does not answer with feature maps of shape (n, n_maps, "
                f"height, width), but with {tuple(maps.shape)}. Take another layer, or "
                "layer=None."
            )
        return self.pool(maps)

    def load_tensors(self, tensors: dict[str, torch.Tensor]) -> None:
        """Take the weights of the body, and the scale of colours that belongs to them.

        Parameters
        ----------
        tensors : dict of Tensor
            The state of a `Backbone`, or weights as torchvision or timm publish them.

        Raises
        ------
        ValueError
            If a tensor of the body is not there, or has another shape.
        """
        own = self.network.state_dict()
        if not tensors.keys() & own.keys():
            tensors = self.network.own_names(tensors)
        wanted = [name for name in own if not name.startswith("head.")]
        misfits = [
            name
            for name in wanted
            if name not in tensors or tensors[name].shape != own[name].shape
        ]
        if misfits:
            raise ValueError(
                f"The weights do not fit the body: {misfits[0]} and {len(misfits) - 1} "
                "more tensors are not there or have other shapes. Name the "
                "architecture that the weights were trained with."
            )
        self.network.load_state_dict({n: tensors[n] for n in wanted}, strict=False)

    def _maps(self, x: torch.Tensor) -> torch.Tensor:
        if not self.has_layer:
            return self.network.body(x)
        try:
            self.network.body(x)
        except _Reached as reached:
            return reached.output
        raise ValueError("The layer is not used when the body runs; take another.")


def _leave(_layer: nn.Module, _inputs: Any, output: torch.Tensor) -> None:
    raise _Reached(output)


def _find(body: nn.Module, name: str) -> nn.Module:
    layers = dict(body.named_modules())
    layers.pop("")
    if name not in layers:
        close = difflib.get_close_matches(name, layers, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        told = ", ".join(name for name, _ in body.named_children())
        raise ValueError(
            f"The body has no layer {name!r}. Its parts are {told}; parts of parts "
            f"are named with a dot.{hint}"
        )
    return layers[name]


def _pooling(pool: Any) -> nn.Module:
    if isinstance(pool, str) and pool in ("average", "max"):
        return nn.AdaptiveAvgPool2d(1) if pool == "average" else nn.AdaptiveMaxPool2d(1)
    fits = isinstance(pool, tuple | list) and len(pool) == 2
    if not (fits and all(isinstance(n, int) and n > 0 for n in pool)):
        raise ValueError(
            "pool must be 'average', 'max' or the rows and columns of a grid, such as "
            f"(3, 4); got {pool!r}."
        )
    return nn.AdaptiveAvgPool2d(tuple(pool))
