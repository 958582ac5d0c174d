"""
What does a network look at?
============================

A network is trained on heartbeats; Grad-CAM then shows which part of a beat speaks for
the class that it names.
"""

# %%
# Train
# -----
# Two out of three patients, two classes: normal beats and ventricular ones.
import numpy as np
from sklearn.model_selection import GroupShuffleSplit

from skecg.classifiers import SignalClassifier
from skecg.datasets import load_heartbeats

beats = load_heartbeats()
kept = np.isin(beats.target, ["N", "V"])
X, y, groups = beats.data[kept], beats.target[kept], beats.groups[kept]
split = GroupShuffleSplit(n_splits=1, test_size=1 / 3, random_state=0)
train, test = next(split.split(X, y, groups))
network = SignalClassifier(max_epochs=4, class_weight="sqrt", random_state=0)
network.fit(X[train], y[train])
print(f"accuracy on patients held out: {network.score(X[test], y[test]):.3f}")

# %%
# Where the evidence lies
# -----------------------
# Beats of patients that the network has not seen. Each begins at its R-peak and reaches
# beyond the next one; behind that stand zeros. The colour is the share of the row's
# strongest evidence for the class that was predicted.
from skecg.inspection import GradCAMDisplay

chosen = np.concatenate([test[y[test] == name][[0, 40]] for name in "NV"])
GradCAMDisplay.from_estimator(
    network, X[chosen], y=y[chosen], sampling_rate=beats.sampling_rate
)

# %%
# Over many beats
# ---------------
# One map is an anecdote. The mean over a class tells more: here, how much of the
# evidence lies in the QRS complex, the T wave and behind it.
from skecg.inspection import grad_cam

rate = beats.sampling_rate
parts = {"QRS": (0, 0.1), "T": (0.1, 0.5), "behind T": (0.5, 187 / rate)}
for name in "NV":
    rows = test[y[test] == name][:200]
    evidence = grad_cam(network, X[rows], target=name).sum(axis=0)
    shares = {
        part: evidence[round(a * rate) : round(b * rate)].sum() / evidence.sum()
        for part, (a, b) in parts.items()
    }
    print(name, {part: f"{share:.0%}" for part, share in shares.items()})

# %%
# What becomes of a beat from layer to layer shows
# :ref:`sphx_glr_auto_examples_plot_layers.py`.
