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
# signals into features, ``head`` turns these into classes, and context columns (here
# the rhythm) come in with the features. This network looks through wide filters first,
# then through narrow ones. ``as_rows`` makes rows of pictures of the signals, which is
# faster on a CPU.
import torch
from torch import nn

from skecg.nn import register_network
from skecg.nn.blocks import (
    NormedBlock1d,
    ResidualBlock1d,
    RowPool,
    SignalNetwork,
    as_rows,
)
from skecg.nn.context import ContextHead, ContextScaler


@register_network("wide-then-narrow")
class WideThenNarrow(SignalNetwork):
    """Wide filters, narrow filters, the mean over time; the rhythm joins at the end.

    Parameters
    ----------
    n_leads, n_times, n_classes, n_context : int
        Shape of a record; how many classes and context columns there are.
    n_filters : int, default=16
        Channels of both blocks.
    """

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
            RowPool(8, stride=2),
            ResidualBlock1d(n_filters, 5),
        )
        self.head = ContextHead(n_filters, n_context, 32, n_classes, dropout=0.0)

    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        """Turn signals (n, n_leads, n_times) into features (n, n_filters)."""
        return self.body(as_rows(x)).flatten(2).mean(dim=2)


# %%
# Beside another
# --------------
# By its name it goes wherever ``"resnet1d"`` goes. Whole patients are held out.
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
for name in ("resnet1d", "wide-then-narrow"):
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
ax.set(xlabel="balanced accuracy, one dot a fold", xlim=(0, 1), ylim=(-0.5, 1.5))

# %%
# What it has learnt of the rhythm
# --------------------------------
# The head weighs the context columns in a branch of its own. First it brings them to
# one scale, which belongs to the weights: the mean of each column in the training part.
parts = network.fit(X, y).net_.module_.modules()
[scaler] = [part for part in parts if isinstance(part, ContextScaler)]
for column, mean in zip(beats.context_names, scaler.mean, strict=True):
    print(f"{column:18} {mean:.2f}")

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

card = ModelCard(data="MIT-BIH, every fifth beat of two minutes", protocol="none")
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "own.skecg"
    skecg.save(network, file, card=card)
    same = (skecg.load(file).predict(X) == network.predict(X)).all()
    print(f"{file.stat().st_size / 1000:.0f} kB, the same answers: {same}")

# %%
# Pictures have a frame of their own:
# :ref:`sphx_glr_auto_examples_plot_own_picture_network.py`.
