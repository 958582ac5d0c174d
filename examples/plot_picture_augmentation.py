"""
Printouts changed as scanners change them
=========================================

A sheet lies askew, the lamp is weak, the lens is out of focus. Copies that differ like
that teach a network what does not matter. Nothing is mirrored: a T wave comes after its
QRS complex, on paper too.
"""

# %%
# One printout, changed
# ---------------------
# An augmentation is a function of a batch of pictures, (n, n_channels, height, width)
# from 0 for black to 1 for white. Each row gets a draw of its own; three of each, with
# strengths that can be seen.
import matplotlib.pyplot as plt
import numpy as np
import torch

from skecg.datasets import load_ecg_images
from skecg.nn.augmentation import Blur, Brightness, RandomAffine
from skecg.preprocessing import ImageResizer

printouts = load_ecg_images()
X = ImageResizer((182, 256)).fit_transform(printouts.data)
pictures = torch.from_numpy(X)[:, None].float() / 255
changes = {
    "turned": RandomAffine(rotation=10.0),
    "moved, zoomed": RandomAffine(shift=0.1, zoom=0.2),
    "sheared": RandomAffine(shear=20.0),
    "lighter, darker": Brightness(0.4),
    "blurred": Blur(2.0),
}
torch.manual_seed(1)
figure, axes = plt.subplots(3, 5, figsize=(11, 5), layout="constrained")
for column, (name, change) in zip(axes.T, changes.items(), strict=True):
    column[0].set_title(name, fontsize="medium")
    for ax, one in zip(column, change(pictures[:1].repeat(3, 1, 1, 1)), strict=True):
        ax.imshow(one[0], cmap="gray", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])

# %%
# Two at once
# -----------
# ``MixUp`` lays pictures of two rows over each other and asks for both of their classes
# in the same proportion: its answer is a table of shares, no list of classes.
from skecg.nn.augmentation import MixUp

classes, y = np.unique(printouts.target, return_inverse=True)
rows = [0, 8, 16]
mixed = MixUp(alpha=1.0)(pictures[rows], torch.from_numpy(y[rows]), len(classes))
