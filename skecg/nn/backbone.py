"""Networks that others have designed, by the names that timm and torchvision give."""

import difflib
from collections import OrderedDict
from collections.abc import Mapping
from itertools import chain
from typing import Any, Literal

import torch
from torch import nn
from torch.func import functional_call

from skecg.nn.blocks import DenseHead
from skecg.nn.image_blocks import ImageNetwork, whole_patches
from skecg.nn.vit import TokensToMap

HeadKind = Literal["average", "flatten"]

_LEAST = 32  # pixels a side: the usual ones halve a picture five times
# What torchvision's weights were trained with; timm's say it themselves.
_IMAGENET: dict[str, tuple[float, ...]] = {
    "mean": (0.485, 0.456, 0.406),
    "std": (0.229, 0.224, 0.225),
}


class PixelScale(nn.Module):
    """Colours as the weights were trained on them, grey as three equal colours.

    Without weights of others, mean 0 and standard deviation 1 leave pixels as they are.
    Both go with the weights, in the state of the module.
    """

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(3, 1, 1))
        self.register_buffer("std", torch.ones(3, 1, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scale pictures.

        Parameters
        ----------
        x : Tensor of shape (n, 1 or 3, height, width)
            Pictures from 0 to 1.

        Returns
        -------
        Tensor of shape (n, 3, height, width)
        """
        return (x - self.mean) / self.std


class NamedLayers(nn.Sequential):
    """Layers under the names that they had; published weights find them by these.

    Parameters
    ----------
    layers : nn.Sequential
        The `features` of a network that puts everything before its head there.
    """

    def __init__(self, layers: nn.Sequential) -> None:
        super().__init__(OrderedDict(layers.named_children()))


class Backbone(ImageNetwork):
    """A body that timm or torchvision knows by name, under a head of dense layers.

    It starts from drawn weights and downloads nothing.

    Parameters
    ----------
    n_channels : int
        1 for pictures in grey, which become three equal colours, or 3 in colour.
    height, width : int
        Of a picture, in pixels; fewer than 32 are padded with white, and what cuts
        pictures into patches gets whole ones.
    n_classes : int
        Logits that come out.
    architecture : str
        Name of the body, such as "resnet50". timm's comes first; of torchvision are
        taken those with `features`, such as "squeezenet1_0".
    head : {"average", "flatten"}, default="average"
        Whether the dense layers get the mean of each feature map, or all of its points:
        then they depend on the size of the pictures.
    head_units : int, default=256
        Units of the hidden dense layer; 0 for none.
    dropout : float, default=0.0
        Share of the hidden units that is left out while training.

    Attributes
    ----------
    padded_size : tuple of two ints
        Height and width after padding.
    map_layer : str
        The layer that Grad-CAM looks at.
    tokens_to_map : nn.Module
        Lays the tokens of a vision transformer out as the patches lay; gives feature
        maps back as they are.

    Raises
    ------
    ValueError
        If neither knows the name, `head` is neither of the two, or the body does not
        answer with feature maps.

    Examples
    --------
    >>> import torch
    >>> from skecg.nn import Backbone
    >>> net = Backbone(1, 64, 64, 4, architecture="resnet18", head="flatten")
    >>> net(torch.ones(2, 1, 64, 64)).shape
    torch.Size([2, 4])
    """

    def __init__(
        self,
        n_channels: int,
        height: int,
        width: int,
        n_classes: int,
        *,
        architecture: str,
        head: HeadKind = "average",
        head_units: int = 256,
        dropout: float = 0.0,
    ) -> None:
        if head not in ("average", "flatten"):
            raise ValueError(f"head must be 'average' or 'flatten', got {head!r}.")
        body, size, published_scale = _build(architecture, (height, width))
        super().__init__(size)
        del n_channels  # grey becomes three equal colours, so that any weights fit
        self.published_scale = published_scale
        self.scale = PixelScale()
        self.body = body
        self.tokens_to_map = _to_maps(body, size)
        has_tokens = isinstance(self.tokens_to_map, TokensToMap)
        # Behind the last attention, tokens no longer know where they were.
        self.map_layer = "body"
        if has_tokens:
            n_blocks = len(list(body.get_submodule("blocks").children()))
            self.map_layer = f"body.blocks.{n_blocks - 1}.norm1"
        self.pool = nn.AdaptiveAvgPool2d(1) if head == "average" else nn.Identity()
        n_features = self._count_features()
        hidden = (head_units,) if head_units else ()
        self.head = DenseHead(n_features, hidden, n_classes, dropout)

    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        """Turn pictures into features.

        Parameters
        ----------
        x : Tensor of shape (n, 1 or 3, padded_height, padded_width)
            Pictures.

        Returns
        -------
        Tensor of shape (n, n_features)
            What the head takes.
        """
        return self.pool(self.tokens_to_map(self.body(self.scale(x)))).flatten(1)

    def own_names(
        self,
        published: dict[str, torch.Tensor],
        scale: Mapping[str, tuple[float, ...]] | None = None,
    ) -> dict[str, torch.Tensor]:
        """Return weights that others have published, by the names they have here.

        Parameters
        ----------
        published : dict of Tensor
            As torchvision or timm name them. What belongs to the head that was
            published is left out.
        scale : mapping of str to tuple of floats or None, default=None
            ``mean`` and ``std`` of the colours that they were trained on; None takes
            those of the weights that are the default of the architecture.

        Returns
        -------
        dict of Tensor
            With the mean and standard deviation that belong to them. Places of a vision
            transformer's tokens are interpolated where pictures have another size.
        """
        prefix = "features." if isinstance(self.body, NamedLayers) else ""
        known = set(self.body.state_dict())
        named = {
            f"body.{name.removeprefix(prefix)}": tensor
            for name, tensor in published.items()
            if name.startswith(prefix) and name.removeprefix(prefix) in known
        }
        if "body.pos_embed" in named:
            named["body.pos_embed"] = self._resized(named["body.pos_embed"])
        for what, numbers in (scale or self.published_scale).items():
            named[f"scale.{what}"] = torch.tensor(numbers).reshape(3, 1, 1)
        return named

    def _resized(self, places: torch.Tensor) -> torch.Tensor:
        # As timm does it for pictures of another size than those of the weights.
        own = self.body.get_parameter("pos_embed")
        laid_out = isinstance(self.tokens_to_map, TokensToMap)
        if places.shape == own.shape or places.ndim != 3 or not laid_out:
            return places
        from timm.layers import resample_abs_pos_embed

        grid = list(self.tokens_to_map.grid)  # type: ignore[arg-type]
        n_others = own.shape[1] - grid[0] * grid[1]
        return resample_abs_pos_embed(places, grid, num_prefix_tokens=n_others)

    def _count_features(self) -> int:
        # Read off a picture that has a size only: that takes no memory.
        training = self.training
        self.eval()
        tensors = chain(self.body.named_parameters(), self.body.named_buffers())
        sizes = {name: tensor.to("meta") for name, tensor in tensors}
        picture = torch.empty(1, 3, *self.padded_size, device="meta")
        with torch.no_grad():
            maps = self.tokens_to_map(functional_call(self.body, sizes, (picture,)))
            if maps.ndim != 4 or getattr(self.body, "output_fmt", "NCHW") == "NHWC":
                raise ValueError(
                    f"{type(self.body).__name__} does not answer with feature maps of "
                    "shape (n, n_channels, height, width), which the head needs."
                )
            n_features = self.pool(maps).flatten(1).shape[1]
        self.train(training)
        return n_features


def check_architecture(name: str, others: list[str]) -> None:
    """Raise if no body has a name.

    Parameters
    ----------
    name : str
        To look for among timm's and torchvision's.
    others : list of str
        Names of other networks, for the text of the error.

    Raises
    ------
    ValueError
        If there is none; the text names the nearest.
    """
    import timm
    from torchvision import models

    if timm.is_model(name) or name in models.list_models(module=models):
        return
    known = [*others, *timm.list_models(), *models.list_models(module=models)]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise ValueError(
        f"No image network is called {name!r}; there are {others} and the back-bones "
        f"that timm.list_models() and torchvision.models.list_models() name.{hint}"
    )


def _build(
    name: str, size: tuple[int, int]
) -> tuple[nn.Module, tuple[int, int], dict[str, tuple[float, ...]]]:
    # The body, the size it wants pictures padded to, and the mean and standard
    # deviation of the weights that are published for it.
    import timm
    from torchvision import models

    check_architecture(name, [])
    size = (max(size[0], _LEAST), max(size[1], _LEAST))
    if not timm.is_model(name):
        body = _features_of(models.get_model(name, weights=None), name)
        return body, size, _IMAGENET
    patch = _patch_size(name)
    if patch is not None:
        size = whole_patches(size, patch)
    options: dict[str, Any] = {} if patch is None else {"img_size": size}
    whole: Any = timm.create_model(
        name,
        pretrained=False,
        num_classes=0,
        global_pool="",
        **options,
    )
    has_features = isinstance(getattr(whole, "features", None), nn.Sequential)
    body = _features_of(whole, name) if has_features else whole
    published = whole.default_cfg
    return body, size, {key: published.get(key, _IMAGENET[key]) for key in _IMAGENET}


def _patch_size(name: str) -> tuple[int, int] | None:
    # None for a body that takes any size.
    import timm

    with torch.device("meta"):  # no memory and no random numbers
        whole: Any = timm.create_model(name, pretrained=False)
    if not whole.default_cfg.get("fixed_input_size", False):
        return None
    if not hasattr(whole, "num_prefix_tokens"):
        raise ValueError(
            f"The body of {name!r} takes pictures of one size only, and answers with "
            "no tokens that could be laid out. Use a convolutional one, or a plain "
            "vision transformer."
        )
    return whole.patch_embed.patch_size


def _features_of(whole: nn.Module, name: str) -> nn.Module:
    features = getattr(whole, "features", None)
    if not isinstance(features, nn.Sequential):
        raise ValueError(
            f"The body of {name!r} has no `features` to put a head on. Use a name that "
            "timm.list_models() gives."
        )
    return NamedLayers(features)


def _to_maps(body: Any, size: tuple[int, int]) -> nn.Module:
    if not hasattr(body, "num_prefix_tokens"):
        return nn.Identity()
    patch = body.patch_embed.patch_size
    grid = size[0] // patch[0], size[1] // patch[1]
    return TokensToMap(*grid, body.num_prefix_tokens)
