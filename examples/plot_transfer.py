"""
How many layers should learn?
=============================

A network that has learnt heartbeats of the MIT-BIH database starts on another task,
healthy or infarction, on the PTB database. How many of its layers learn anew is a
parameter, so the question is one search.
"""

# %%
# A network for heartbeats
# ------------------------
# Both databases are cut in the same way: lead II or the one nearest to it, 125 Hz, from
# 0.3 s before the R-peak to 0.6 s after it.
import numpy as np

from skecg.classifiers import SignalClassifier
from skecg.datasets import load_mitbih_sample, load_ptb_sample
from skecg.signal.beats import extract_beats
from skecg.signal.resampling import resample
from skecg.signal.scaling import scale

RATE = 125.0
mitbih = load_mitbih_sample()
beats = extract_beats(
    mitbih.data[:, 0],
    [marks[0] for marks in mitbih.annotations],
    sampling_rate=RATE,
    target=[marks[1] for marks in mitbih.annotations],
)
source = SignalClassifier("resnet1d", sampling_rate=RATE, max_epochs=3, random_state=0)
source.fit(scale(beats.data), beats.target)

# %%
# Another task
# ------------
# Ten seconds of fourteen persons: seven are healthy, seven had an infarction. A beat
# takes the diagnosis of its person.
ptb = load_ptb_sample()
lead = [name.lower() for name in ptb.lead_names[0]].index("ii")
records = resample(ptb.data[:, lead], sampling_rate=ptb.sampling_rate, target_rate=RATE)
ptb_beats = extract_beats(
    records, sampling_rate=RATE, target=ptb.target, groups=ptb.groups
)
X, y, groups = scale(ptb_beats.data), ptb_beats.target, ptb_beats.groups
print({str(label): int((y == label).sum()) for label in np.unique(y)}, "beats")

# %%
# One search
# ----------
# ``FrozenEstimator`` keeps what was learnt through every clone. Persons, not beats, are
# held out, and with fourteen of them every figure is rough.
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold

transfer = SignalClassifier(
    "resnet1d",
    sampling_rate=RATE,
    weights=FrozenEstimator(source),
    max_epochs=8,
    batch_size=16,
    random_state=0,
)
search = GridSearchCV(
    transfer,
    {"trainable_layers": [1, 3, 5, 9, "all"]},
    cv=StratifiedGroupKFold(7),
    refit=False,
).fit(X, y, groups=groups)
layers = [str(n) for n in search.param_grid["trainable_layers"]]
mean, spread = (search.cv_results_[f"{k}_test_score"] for k in ("mean", "std"))
for name, score, error in zip(layers, mean, spread, strict=True):
    print(f"{name:>3} layers learn: accuracy {score:.2f} ± {error:.2f}")

# %%
# Beside no transfer at all
# -------------------------
from sklearn.model_selection import cross_val_score

scratch = cross_val_score(
    SignalClassifier(
        "resnet1d", sampling_rate=RATE, max_epochs=8, batch_size=16, random_state=0
    ),
    X,
    y,
    groups=groups,
    cv=StratifiedGroupKFold(7),
)

import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
ax.errorbar(layers, mean, yerr=spread, marker="o", capsize=3, label="transfer")
ax.axhline(scratch.mean(), ls="--", color="0.4", label="all layers from scratch")
ax.set(xlabel="layers that learn", ylabel="accuracy, persons held out", ylim=(0, 1))
_ = ax.legend(frameon=False, loc="lower right")

# %%
# The bars reach farther than anything that could be told apart: fourteen persons are
# enough to show how the question is put, and not to answer it.
