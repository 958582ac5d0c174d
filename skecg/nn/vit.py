"""A small vision transformer."""

import torch
from torch import nn
from torch.nn import functional

from skecg.nn.blocks import DenseHead
from skecg.nn.image_blocks import ImageNetwork, whole_patches
from skecg.nn.registry import register_network


class PatchEmbedding(nn.Module):
    """Patches of a picture as tokens that know their place.

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
        n_tokens = (size[0] // patch_size) * (size[1] // patch_size)
        self.place = nn.Parameter(torch.empty(1, n_tokens, n_features))
        nn.init.trunc_normal_(self.place, std=0.02)
        self.project = nn.Conv2d(n_channels, n_features, patch_size, stride=patch_size)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Cut pictures into tokens.

        Parameters
        ----------
        x : Tensor of shape (n, n_channels, *size)
            Pictures.

        Returns
        -------
        Tensor of shape (n, n_tokens, n_features)
        """
        return self.project(x).flatten(2).transpose(1, 2) + self.place


class TransformerBlock(nn.Module):
    """Self-attention and two dense layers, each normalised first and with a skip [1]_.

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
    The tokens of the last block are averaged; there is no class token.

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
        self.head = DenseHead(n_features, (), n_classes)

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
