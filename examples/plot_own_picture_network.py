"""
A network of your own for pictures
==================================

A vision transformer in thirty lines, out of the parts in the package. It is trained on
drawn printouts, and a heat map shows which patches it went by.
"""

# %%
# The parts
# ---------
# The frame pads pictures with white to whole patches. ``PatchEmbedding`` makes a token
# of each patch and says where it lies, ``TransformerBlock`` lets tokens look at each
# other. Their mean is what the head takes, ``PictureNorm`` first: means over hundreds
# of tokens differ little from picture to picture. ``map_layer`` and ``tokens_to_map``
# are for heat maps: behind which layer to look, and where its tokens lay.
import torch
from torch import nn

from skecg.nn import register_network
from skecg.nn.blocks import DenseHead
from skecg.nn.image_blocks import ImageNetwork, whole_patches
from skecg.nn.vit import PatchEmbedding, PictureNorm, TokensToMap, TransformerBlock


@register_network("one-look", kind="image")
class OneLook(ImageNetwork):
    """A vision transformer with one block of attention.

    Parameters
    ----------
    n_channels, height, width, n_classes : int
        Shape of a picture, and how many classes there are.
    patch : int, default=8
        Side of a patch, in pixels.
    n_features : int, default=32
        Numbers of a token.
    """

    def __init__(
        self,
        n_channels: int,
        height: int,
        width: int,
        n_classes: int,
        *,
        patch: int = 8,
        n_features: int = 32,
    ) -> None:
        size = whole_patches((height, width), (patch, patch))
        super().__init__(size)
        self.body = nn.Sequential(
            PatchEmbedding(n_channels, size, patch, n_features),
            TransformerBlock(n_features, n_heads=2, n_hidden=64, dropout=0.1),
        )
        self.map_layer = "body.1.norm1"
        self.tokens_to_map = TokensToMap(size[0] // patch, size[1] // patch)
        self.head = nn.Sequential(
            PictureNorm(n_features), DenseHead(n_features, (32,), n_classes)
        )

    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        """Turn pictures (n, n_channels, height, width) into (n, n_features)."""
        return self.body(x).mean(dim=1)


# %%
# Printouts to learn from
# -----------------------
# Drawn rhythm strips; in half of them the T wave points down.
import numpy as np

from skecg.datasets import make_ecg
from skecg.preprocessing import ECGRenderer

ecg = make_ecg(
    240, sampling_rate=125.0, duration=4.0, inverted_t=0.5, noise=0.02, random_state=0
)
draw = ECGRenderer(sampling_rate=125.0, layout="rows", size=(60, 200), style="plain")
X = draw.fit_transform(ecg.data)
y = np.where(ecg.inverted_t, "inverted T", "upright T")
learn, test = slice(0, 160), slice(160, 240)

# %%
# Beside the others
# -----------------
# By its name it goes wherever ``"convnet_small"`` goes, and its parameters are those of
# the constructor.
from skecg.classifiers import ImageClassifier

models = {}
for name in ("convnet_small", "one-look"):
    models[name] = ImageClassifier(
        name, max_epochs=8, batch_size=16, lr=3e-3, random_state=0
    ).fit(X[learn], y[learn])
    n_weights = sum(each.numel() for each in models[name].net_.module_.parameters())
    right = models[name].score(X[test], y[test])
    print(f"{name:10} {n_weights:7} weights, {right:.1%} of 80 pictures right")

# %%
# Which patches
# -------------
# Tokens are laid out as their patches lay, so that evidence is drawn where it was.
from skecg.inspection import GradCAMDisplay

_ = GradCAMDisplay.from_estimator(
    models["one-look"], X[160:164], y=y[160:164], n_columns=2
)
