"""A small vision transformer."""

import math

import torch
from torch import nn
from torch.nn import functional

from skecg.nn.blocks import DenseHead
from skecg.nn.image_blocks import ImageNetwork, whole_patches
from skecg.nn.registry import register_network


class PatchEmbedding(nn.Module):
    """Patches of a picture as tokens that know their place.

    At first, white paper is nothing but its place, told by sines over rows and columns;
    ink is rare and counts the more. Both are learnt from there.

    Parameters
    ----------
    n_channels : int
        Of a picture.
    size : tuple of two ints
        Height and width of a picture, whole patches.
    patch_size : int
        Pixels a side.
    n_features : int
        Numbers of a token.
    """

    def __init__(
        self, n_channels: int, size: tuple[int, int], patch_size: int, n_features: int
    ) -> None:
        super().__init__()
        grid = size[0] // patch_size, size[1] // patch_size
        self.place = nn.Parameter(0.5 * sines(grid, n_features))
        self.project = nn.Conv2d(n_channels, n_features, patch_size, stride=patch_size)
        spread = 2 / math.sqrt(n_channels * patch_size**2)
        nn.init.normal_(self.project.weight, std=spread)
        white = self.project.weight.detach().sum(dim=(1, 2, 3))
        self.project.bias = nn.Parameter(-white)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Cut pictures into tokens.

        Parameters
        ----------
        x : Tensor of shape (n, n_channels, size[0], size[1])
            Pictures.

        Returns
        -------
        Tensor of shape (n, n_tokens, n_features)
        """
        return self.project(x).flatten(2).transpose(1, 2) + self.place


def sines(grid: tuple[int, int], n_features: int) -> torch.Tensor:
    """Tell places by sines and cosines of several wavelengths.

    Parameters
    ----------
    grid : tuple of two ints
        Rows and columns.
    n_features : int
        Numbers for each place; a quarter of them are sines over the rows.

    Returns
    -------
    Tensor of shape (1, rows * columns, n_features)
        From -1 to 1. The shortest wave is six places long, the longest two hundred.
    """
    n_waves = math.ceil(n_features / 4)
    pace = 32.0 ** -torch.linspace(0, 1, n_waves)
    rows, columns = (torch.arange(n)[:, None] * pace for n in grid)
    down = torch.cat([rows.sin(), rows.cos()], dim=1)[:, None]
    across = torch.cat([columns.sin(), columns.cos()], dim=1)[None]
    both = torch.cat([down.expand(*grid, -1), across.expand(*grid, -1)], dim=2)
    return both[..., :n_features].reshape(1, -1, n_features)


class TransformerBlock(nn.Module):
    """Self-attention and two dense layers, each normalised first and with a skip.

    Such is the block of the vision transformer [1]_.

    Parameters
    ----------
    n_features : int
        Numbers of a token.
    n_heads : int
        Heads of the attention; divides `n_features`.
    n_hidden : int
        Units between the two dense layers.
    dropout : float
        Share of the numbers added to a token that is left out while training.

    References
    ----------
    .. [1] Dosovitskiy A. et al. (2021). An image is worth 16x16 words: transformers for
       image recognition at scale. ICLR. https://arxiv.org/abs/2010.11929
    """

    def __init__(
        self, n_features: int, n_heads: int, n_hidden: int, dropout: float
    ) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.norm1 = nn.LayerNorm(n_features)
        self.qkv = nn.Linear(n_features, 3 * n_features)
        self.mix = nn.Linear(n_features, n_features)
        self.norm2 = nn.LayerNorm(n_features)
        self.dense1 = nn.Linear(n_features, n_hidden)
        self.dense2 = nn.Linear(n_hidden, n_features)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Let tokens look at each other.

        Parameters
        ----------
        x : Tensor of shape (n, n_tokens, n_features)
            Tokens.

        Returns
        -------
        Tensor of the same shape
        """
        x = x + self.dropout(self._attend(self.norm1(x)))
        hidden = functional.gelu(self.dense1(self.norm2(x)))
        return x + self.dropout(self.dense2(hidden))

    def _attend(self, x: torch.Tensor) -> torch.Tensor:
        n, n_tokens, n_features = x.shape
        qkv = self.qkv(x).reshape(n, n_tokens, 3, self.n_heads, -1)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value)
        return self.mix(seen.transpose(1, 2).reshape(n, n_tokens, n_features))


class PictureNorm(nn.BatchNorm1d):
    """Features of pictures, each brought to mean 0 and deviation 1.

    Means over hundreds of tokens differ little from picture to picture, and a head
    would learn of these differences slowly.

    Parameters
    ----------
    n_features : int
        Of a picture.
    """

    def __init__(self, n_features: int) -> None:
        super().__init__(n_features, affine=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Subtract the mean, divide by the deviation.

        Parameters
        ----------
        x : Tensor of shape (n, n_features)
            While training, the mean and deviation are those of these pictures; of a
            single one, and afterwards, those of the batches before.

        Returns
        -------
        Tensor of the same shape
        """
        if not self.training or len(x) == 1:
            return functional.batch_norm(
                x, self.running_mean, self.running_var, eps=self.eps
            )
        # The first batches count as they come, so that a short training is enough.
        seen = self.num_batches_tracked
        self.momentum = max(0.1, 1 / (1 + (0 if seen is None else int(seen))))
        return super().forward(x)


class TokensToMap(nn.Module):
    """Tokens laid out again as they lay in the picture.

    Parameters
    ----------
    n_rows, n_columns : int
        Patches.
    n_before : int, default=0
        Tokens in front of those of the patches, which have no place and are left out.
    """

    def __init__(self, n_rows: int, n_columns: int, n_before: int = 0) -> None:
        super().__init__()
        self.grid = n_rows, n_columns
        self.n_before = n_before

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Lay tokens out.

        Parameters
        ----------
        x : Tensor of shape (n, n_before + n_rows * n_columns, n_features)
            Tokens.

        Returns
        -------
        Tensor of shape (n, n_features, n_rows, n_columns)
        """
        return x[:, self.n_before :].transpose(1, 2).unflatten(2, self.grid)


@register_network("vit", kind="image")
class ViT(ImageNetwork):
    """Small vision transformer on 8 x 8 patches.

    Meant for pictures of 182 x 256 [1]_; takes any, padded with white to whole patches.
    The tokens of the last block are averaged; there is no class token. The head brings
    these means to one scale first, see `PictureNorm`.

    Parameters
    ----------
    n_channels : int
        1 for pictures in grey, 3 in colour.
    height, width : int
        Of a picture, in pixels. Another size needs other weights.
    n_classes : int
        Logits that come out.
    patch_size : int, default=8
        Side of a patch, in pixels.
    n_features : int, default=128
        Numbers of a token.
    n_blocks : int, default=6
        Blocks of attention and dense layers.
    n_heads : int, default=4
        Heads of the attention; divides `n_features`.
    dropout : float, default=0.1
        Share of what a block adds that is left out while training.

    Attributes
    ----------
    padded_size : tuple of two ints
        Height and width after padding.
    map_layer : str
        The layer that Grad-CAM looks at, in front of the first attention: behind it,
        tokens know of other patches than their own.
    tokens_to_map : nn.Module
        Lays the tokens of a layer out as the patches lay.

    Raises
    ------
    ValueError
        If `n_heads` does not divide `n_features`.

    References
    ----------
    .. [1] Dosovitskiy A. et al. (2021). An image is worth 16x16 words: transformers for
       image recognition at scale. ICLR. https://arxiv.org/abs/2010.11929

    Examples
    --------
    >>> import torch
    >>> from skecg.nn import ViT
    >>> net = ViT(n_channels=1, height=182, width=256, n_classes=4, n_blocks=2)
    >>> net.padded_size, net(torch.ones(1, 1, 182, 256)).shape
    ((184, 256), torch.Size([1, 4]))
    """

    def __init__(
        self,
        n_channels: int,
        height: int,
        width: int,
        n_classes: int,
        *,
        patch_size: int = 8,
        n_features: int = 128,
        n_blocks: int = 6,
        n_heads: int = 4,
        dropout: float = 0.1,
    ) -> None:
        if n_features % n_heads:
            raise ValueError(
                f"n_heads must divide n_features, got n_heads={n_heads} and "
                f"n_features={n_features}."
            )
        size = whole_patches((height, width), (patch_size, patch_size))
        super().__init__(size)
        self.body = nn.Sequential()
        self.body.add_module(
            "patches", PatchEmbedding(n_channels, size, patch_size, n_features)
        )
        for index in range(n_blocks):
            block = TransformerBlock(n_features, n_heads, 2 * n_features, dropout)
            self.body.add_module(f"block{index}", block)
        self.body.add_module("norm", nn.LayerNorm(n_features))
        self.map_layer = "body.block0.norm1"
        self.tokens_to_map = TokensToMap(size[0] // patch_size, size[1] // patch_size)
        self.head = nn.Sequential(
            PictureNorm(n_features), DenseHead(n_features, (), n_classes)
        )

    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        """Turn pictures into features.

        Parameters
        ----------
        x : Tensor of shape (n, n_channels, padded_height, padded_width)
            Pictures.

        Returns
        -------
        Tensor of shape (n, n_features)
            What the head takes.
        """
        return self.body(x).mean(dim=1)
