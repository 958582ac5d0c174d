"""
When to stop
============

Whether a network still learns, or only learns by heart, is seen on patients who are set
aside from its training. And a training that was killed goes on where it was.
"""

# %%
# Who is set aside
# ----------------
# ``valid_split=0.2`` sets patients aside inside ``fit``, as long as it is told
# ``groups``. :class:`~skecg.model_selection.GroupValidSplit` is how: of many ways to
# share out the patients it takes the one that comes nearest to a fifth of every class.
import numpy as np

from skecg.datasets import load_heartbeats
from skecg.model_selection import GroupValidSplit

beats = load_heartbeats()
kept = np.flatnonzero(np.isin(beats.target, ["N", "S", "V"]))[::3]
X, y, groups = beats.data[kept], beats.target[kept], beats.groups[kept]
learn, aside = next(GroupValidSplit(0.2, random_state=0).split(X, y, groups))
for label in "NSV":
    print(
        f"{label}: {np.mean(y[aside] == label) * 100:.0f} % of the beats set aside,",
        f"{np.mean(y[learn] == label) * 100:.0f} % of the others",
    )
print("patients in both:", len(set(groups[learn]) & set(groups[aside])))

# %%
# Stop early
# ----------
# skorch's ``EarlyStopping`` watches macro-F1 on the patients set aside, and takes back
# the weights of the best epoch. A constant rate is the one that goes with it: a
# schedule counts on the epochs to come.
import tempfile

from skorch.callbacks import EarlyStopping

from skecg.classifiers import Checkpoint, SignalClassifier

folder = tempfile.TemporaryDirectory()
network = SignalClassifier(
    "convnet1d",
    lr_schedule="constant",
    lr=2e-3,
    batch_size=32,
    max_epochs=12,
    class_weight="sqrt",
    valid_split=0.2,
    callbacks=[
        EarlyStopping(
            "valid_macro_f1", patience=4, lower_is_better=False, load_best=True
        ),
        Checkpoint(folder.name),
    ],
    random_state=0,
)
network.fit(X, y, groups=groups)
best = max(network.history_, key=lambda epoch: epoch["valid_macro_f1"])
print(f"{len(network.history_)} epochs, the best was {best['epoch']}")

# %%
# Curves
# ------
# The loss of the patients who are learnt from goes on falling. That of the patients set
# aside goes up and down and gains little: they are few, and what is learnt by heart is
# of no use to them.
import matplotlib.pyplot as plt

from skecg.inspection import HistoryDisplay

figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
for ax, measure in zip(axes, ("loss", "accuracy"), strict=True):
    HistoryDisplay.from_estimator(network, measure=measure, ax=ax)
    ax.axvline(best["epoch"], color="0.6", ls=":")

# %%
# Killed, and on again
# --------------------
# :class:`~skecg.classifiers.Checkpoint` has kept every epoch. The same call with the
# same rows and seed reads what is there and trains the rest; here nothing is left to
# train, and the answer is the same.
from time import perf_counter

before, start = network.predict_proba(X[:100]), perf_counter()
again = network.fit(X, y, groups=groups)
print(f"{perf_counter() - start:.1f} s")
print("the same:", np.array_equal(before, again.predict_proba(X[:100])))
folder.cleanup()

# %%
# What the patients set aside say is too kind, since they chose the epoch. Figures come
# from patients who had no part in it.
