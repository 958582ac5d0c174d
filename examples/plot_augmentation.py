"""
Copies that differ as recordings do
===================================

Electrodes sit elsewhere, amplifiers differ, the patient breathes. A network that sees
its training beats a little different each time does not rely on what a second recording
would not show. Here are the changes, one by one, and what they are worth.
"""

# %%
# One beat, changed
# -----------------
# An augmentation is a function of a batch of shape (n, n_leads, n_times). In grey the
# beat in two leads as it is, in colour six draws. What measures time is told the rate.
import matplotlib.pyplot as plt
import numpy as np
import torch

from skecg.datasets import load_mitbih_sample
from skecg.nn.augmentation import (
    LeadDropout,
    Noise,
    Scale,
    Shift,
    Stretch,
    TimeMask,
    Wander,
)
from skecg.signal.beats import extract_beats

sample = load_mitbih_sample()
rate = sample.sampling_rate
cut = extract_beats(sample.data[:1], [sample.annotations[0].sample], sampling_rate=rate)
beat = torch.from_numpy(cut.data[:1]).float()
changes = {
    "Scale": Scale(),
    "Shift": Shift(0.05),
    "Stretch": Stretch(),
    "Wander": Wander(),
    "Noise": Noise(),
    "TimeMask": TimeMask(),
    "LeadDropout": LeadDropout(0.5),
}
torch.manual_seed(0)
figure, axes = plt.subplots(2, 7, figsize=(11, 3.4), sharey="row", layout="constrained")
for (top, bottom), (name, change) in zip(axes.T, changes.items(), strict=True):
    drawn = change(beat.repeat(6, 1, 1), rate).numpy()
    top.set_title(name, fontsize="medium")
    for ax, lead, copies in zip(
        (top, bottom), beat[0], drawn.swapaxes(0, 1), strict=True
    ):
        ax.plot(copies.T, lw=0.8)
        ax.plot(lead, color="0.4", lw=1.5)
        ax.set(xticks=[], yticks=[])

# %%
# None of them turns a beat round: played backwards, it is no beat.
# :class:`~skecg.nn.augmentation.MixUp` is of another kind. It lays two beats over each
# other, and asks for both of their classes in the same proportion.

# %%
# What they are worth
# -------------------
# In the training batches only, drawn anew in each epoch; what is predicted is left
# alone. Patients are held out.
from sklearn.model_selection import StratifiedGroupKFold, cross_validate

from skecg.classifiers import SignalClassifier
from skecg.datasets import load_heartbeats
from skecg.nn.augmentation import MixUp

beats = load_heartbeats()
kept = np.flatnonzero(np.isin(beats.target, ["N", "S", "V"]))[::6]
X, y, groups = beats.data[kept], beats.target[kept], beats.groups[kept]
sets = {
    "none": None,
    "amplitude": [Scale(), Wander(), Noise()],
    "time": [Shift(0.02), Stretch()],
    "mixup": [MixUp(alpha=0.2)],
}
folds = StratifiedGroupKFold(3, shuffle=True, random_state=0)
print(f"{'':10}{'patients learnt from':>22}{'patients held out':>20}")
for name, augment in sets.items():
    network = SignalClassifier(
        "convnet1d",
        sampling_rate=beats.sampling_rate,
        augment=augment,
        class_weight="sqrt",
        max_epochs=8,
        batch_size=32,
        lr=4e-3,
        random_state=0,
    )
    scores = cross_validate(
        network,
        X,
        y,
        groups=groups,
        cv=folds,
        scoring="f1_macro",
        return_train_score=True,
    )
    cells = [scores[f"{part}_score"] for part in ("train", "test")]
    row = "".join(f"{cell.mean():12.3f} ± {cell.std():.3f}" for cell in cells)
    print(f"{name:10}{row}")

# %%
# Macro-F1 over three folds. Augmentation takes from what is learnt by heart; whether it
# gives to patients held out is another matter, and within the spread here. It is a
# parameter: search for it inside the training part. Pictures have changes of their own,
# :ref:`sphx_glr_auto_examples_plot_picture_search.py` tries them.
