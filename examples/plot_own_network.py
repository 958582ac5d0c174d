"""
A network of your own
=====================

A class of torch with a fixed constructor is a network like any other: it can be
searched, cross-validated and kept in a file. Its parts may come from the package.
"""

# %%
# The parts
# ---------
# :class:`~skecg.nn.blocks.SignalNetwork` is the frame: ``forward_features`` turns
# signals into features, ``head`` turns these into classes, and context columns join in
# between. This network looks through wide filters first, then through narrow ones.
# ``row_conv`` and ``as_rows`` compute on rows of pictures, which is faster on a CPU.
import torch
from torch import nn

from skecg.nn import register_network
from skecg.nn.blocks import DenseHead, NormedBlock1d, SignalNetwork, as_rows, pad_to


@register_network("wide-then-narrow")
class WideThenNarrow(SignalNetwork):
    """Two normed blocks, the mean over time, and two dense layers.

    Parameters
    ----------
    n_leads, n_times, n_classes : int
        Shape of a record, and how many classes there are.
    n_context : int, default=0
        Context columns.
    n_filters : int, default=16
        Channels of the first block; the second has twice as many.
    """

    min_times = 32  # shorter beats are padded with zeros

    def __init__(
        self,
        n_leads: int,
        n_times: int,  # the mean over time takes any length
        n_classes: int,
        *,
        n_context: int = 0,
        n_filters: int = 16,
    ) -> None:
        super().__init__()
        self.body = nn.Sequential(
            NormedBlock1d(n_leads, n_filters, 15),
            NormedBlock1d(n_filters, 2 * n_filters, 5),
        )
        self.head = DenseHead(2 * n_filters + n_context, (32,), n_classes)

    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        """Turn signals (n, n_leads, n_times) into features (n, 2 * n_filters)."""
        return self.body(as_rows(pad_to(x, self.min_times))).flatten(2).mean(dim=2)


# %%
# Beside the others
# -----------------
# By its name it goes wherever ``"resnet1d"`` goes. Whole patients are held out, and
# the folds are the same for all.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, cross_validate

from skecg.classifiers import SignalClassifier
from skecg.datasets import load_heartbeats

beats = load_heartbeats(context=True)
kept = np.flatnonzero(np.isin(beats.target, ["N", "S", "V"]))[::5]
X, y, groups = beats.data[kept], beats.target[kept], beats.groups[kept]
folds = StratifiedGroupKFold(3, shuffle=True, random_state=0)
figure, ax = plt.subplots(figsize=(6, 1.8), layout="constrained")
for name in ("convnet1d", "wide-then-narrow"):
    network = SignalClassifier(
        name,
        context=len(beats.context_names),
        class_weight="sqrt",
        max_epochs=5,
        batch_size=32,
        lr=4e-3,
        random_state=0,
    )
    scores = cross_validate(
        network, X, y, groups=groups, cv=folds, scoring="balanced_accuracy"
    )
    found, seconds = scores["test_score"], scores["fit_time"].mean()
    print(f"{name:18} {found.mean():.3f} ± {found.std():.3f}, {seconds:.1f} s")
    ax.plot(found, [name] * found.size, "o")
ax.set(xlabel="balanced accuracy, one dot a fold", xlim=(0, 1))
ax.margins(y=0.4)

# %%
# Kept in a file
# --------------
# A file holds the network's name and its weights, no code. Whoever loads it must have
# registered the class too. :class:`~skecg.persistence.ModelCard` says where it comes
# from.
import tempfile
from pathlib import Path

import skecg
from skecg.persistence import ModelCard

network.fit(X, y)
card = ModelCard(data="MIT-BIH, every fifth beat of two minutes", protocol="none")
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "own.skecg"
    skecg.save(network, file, card=card)
    same = (skecg.load(file).predict(X) == network.predict(X)).all()
    print(f"{file.stat().st_size / 1000:.0f} kB, the same answers: {same}")

# %%
# What else there is to build from: :class:`~skecg.nn.blocks.ResidualBlock1d` and
# :class:`~skecg.nn.blocks.RowPool`, of which :class:`~skecg.nn.ResNet1d` is made;
# :class:`~skecg.nn.ConvNet1d`, which is made of the blocks used here;
# :class:`~skecg.nn.context.ContextHead` with its
# :class:`~skecg.nn.context.ContextScaler`, by which
# :class:`~skecg.nn.ContextNet1d` weighs the rhythm in a branch of its own; and for
# pictures :class:`~skecg.nn.image_blocks.ImageNetwork`, the frame of
# :class:`~skecg.nn.ConvNet2d` and :class:`~skecg.nn.ConvNetSmall2d`.
