"""
A beat on its way through the layers
====================================

A network turns a beat into a class step by step. Here the steps are drawn, and it is
measured after which of them the classes lie apart, on patients held out.
"""

# %%
# A network
# ---------
# :class:`~skecg.nn.ResNet1d`, the residual network of Kachuee et al. (2018), with two
# classes and two out of three patients to learn from.
import numpy as np
from sklearn.model_selection import GroupShuffleSplit

from skecg.classifiers import SignalClassifier
from skecg.datasets import load_heartbeats

beats = load_heartbeats()
kept = np.isin(beats.target, ["N", "V"])
X, y, groups = beats.data[kept], beats.target[kept], beats.groups[kept]
split = GroupShuffleSplit(n_splits=1, test_size=1 / 3, random_state=0)
train, test = next(split.split(X, y, groups))
network = SignalClassifier(
    "resnet1d", max_epochs=4, class_weight="sqrt", random_state=0
)
network.fit(X[train], y[train])

# %%
# What the first layer looks for
# ------------------------------
# Each line is a filter of five samples, 40 ms. Some are slopes, some are bumps, and
# many are of no shape that has a name.
import matplotlib.pyplot as plt

from skecg.inspection import filters

figure, axes = plt.subplots(2, 8, figsize=(9, 2.4), sharey=True, layout="constrained")
for ax, weights in zip(axes.flat, filters(network)[:, 0], strict=False):
    ax.axhline(0, color="0.8", lw=0.8)
    ax.plot(weights, "o-", ms=3)
    ax.set(xticks=[], yticks=[])

# %%
# One beat, layer by layer
# ------------------------
# A ventricular beat of a patient that the network has not seen. Red is above zero, blue
# below; each line of a picture is one channel. Time runs to the right and becomes
# coarser from block to block, until dense layers have no time at all.
from skecg.inspection import ActivationsDisplay

chosen = test[y[test] == "V"][40]
ActivationsDisplay.from_estimator(network, X[chosen])

# %%
# Where the classes come apart
# ----------------------------
# The output of each layer, averaged over time, goes to a logistic regression: fitted on
# some of the training patients' beats, asked about the patients held out. The more
# clearly it tells the classes apart, the more of the work is done.
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skecg.inspection import layer_activations


def pooled(rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return the mean over time of what each layer makes of some beats."""
    found = layer_activations(network, X[rows])
    return {
        name: values.mean(axis=tuple(range(2, values.ndim)))
        for name, values in found.items()
    }


some, asked = train[::8], test[::4]
before, after = pooled(some), pooled(asked)
scores = {}
for name in before:
    probe = make_pipeline(
        StandardScaler(), LogisticRegression(max_iter=1000, class_weight="balanced")
    ).fit(before[name], y[some])
    found = probe.predict(after[name])
    scores[name] = np.mean([np.mean(found[y[asked] == k] == k) for k in "NV"])

figure, ax = plt.subplots(figsize=(8, 3.6), layout="constrained")
ax.plot(list(scores), list(scores.values()), "o-")
ax.set(ylabel="balanced accuracy", ylim=(0.5, 1))
ax.tick_params(axis="x", rotation=60)
plt.setp(ax.get_xticklabels(), ha="right", rotation_mode="anchor", fontsize=8)

# %%
# A few patients hold most of the ventricular beats, so small steps of this curve mean
# nothing. What speaks for a class *in time* is another question, and another example:
# :ref:`sphx_glr_auto_examples_plot_grad_cam.py`.
