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
# ``MixUp`` lays the pictures of two rows over each other and asks for both of their
# classes in the same proportion. It draws who is laid over whom, and how much each
# picture keeps of itself; the estimators do the rest.
from skecg.nn.augmentation import MixUp

few = pictures[::6]
names = printouts.target[::6]
partner, share = MixUp(alpha=1.0).draw(len(few), few.device)
kept = share.reshape(-1, 1, 1, 1)
mixed = kept * few + (1 - kept) * few[partner]
figure, axes = plt.subplots(1, len(few), figsize=(11, 2.3), layout="constrained")
for row, ax in enumerate(axes):
    ax.imshow(mixed[row, 0], cmap="gray", vmin=0, vmax=1)
    other = names[partner[row]]
    ax.set(xticks=[], yticks=[])
    ax.set_title(
        f"{share[row]:.0%} {names[row]}\n{1 - share[row]:.0%} {other}", fontsize="small"
    )

# %%
# In a training
# -------------
# Sets that go together have names. Batches of the training are changed, anew in each
# epoch, and what is predicted is left alone.
from skecg.classifiers import ImageClassifier
from skecg.nn.augmentation import picture_augmentation

network = ImageClassifier(
    "convnet_small",
    augment=[*picture_augmentation("scan"), MixUp()],
    max_epochs=4,
    batch_size=8,
    random_state=0,
).fit(X, printouts.target)
losses = [epoch["train_loss"] for epoch in network.history_]
print("loss of each epoch:", *(f"{loss:.2f}" for loss in losses))

# %%
# Whether it helps is a question for patients held out:
# :ref:`sphx_glr_auto_examples_plot_picture_search.py` asks it. Signals have changes of
# their own, :ref:`sphx_glr_auto_examples_plot_augmentation.py`.
