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
source = SignalClassifier("convnet1d", sampling_rate=RATE, max_epochs=3, random_state=0)
source.fit(scale(beats.data), beats.target)

# %%
# Another task
# ------------
# Ten seconds of fourteen persons: seven are healthy, seven had an infarction. A beat
# takes the diagnosis of its person, and has lead II first of its twelve.
ptb = load_ptb_sample()
order = [1, 0, *range(2, 12)]
print(ptb.lead_names[0][order].tolist())
records = resample(
    ptb.data[:, order], sampling_rate=ptb.sampling_rate, target_rate=RATE
)
ptb_beats = extract_beats(
    records, sampling_rate=RATE, target=ptb.target, groups=ptb.groups
)
X, y, groups = scale(ptb_beats.data), ptb_beats.target, ptb_beats.groups
print({str(label): int((y == label).sum()) for label in np.unique(y)}, "beats")

# %%
# One search
# ----------
# ``FrozenEstimator`` keeps what was learnt through every clone, and another number of
# classes replaces the last layer. Persons, not beats, are held out. The second part of
# the grid forgets the weights: training from scratch, beside the rest.
#
# The source knows a single lead. With twelve, ``lead_adapt="mean"`` says that each of
# them is looked at with the filters of that one, and all layers may then learn to tell
# them apart.
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold

transfer = SignalClassifier(
    "convnet1d",
    sampling_rate=RATE,
    weights=FrozenEstimator(source),
    lead_adapt="mean",
    max_epochs=8,
    batch_size=32,
    random_state=0,
)
layers = [1, 4, 8, "all"]
searches = {
    name: GridSearchCV(
        transfer,
        [{"trainable_layers": layers}, {"weights": [None]}],
        cv=StratifiedGroupKFold(4),
        refit=False,
    ).fit(rows, y, groups=groups)
    for name, rows in {"1 lead": X[:, 0], "12 leads": X}.items()
}

# %%
# Table and curve
# ---------------
scores = {
    name: [search.cv_results_[f"{what}_test_score"] for what in ("mean", "std")]
    for name, search in searches.items()
}
print("accuracy on persons held out, mean ± spread over four folds")
for k, setting in enumerate([*layers, "scratch"]):
    cells = (f"{mean[k]:.2f} ± {std[k]:.2f}" for mean, std in scores.values())
    print(f"{setting:>8}", *cells, sep="   ")

# %%
import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
places = np.arange(len(layers))
for k, (name, (mean, std)) in enumerate(scores.items()):
    x = places + 0.08 * (k - 0.5)  # side by side, so that no bar hides another
    ax.errorbar(x, mean[:-1], yerr=std[:-1], marker="o", capsize=3, label=name)
    ax.axhline(mean[-1], ls=":", color=f"C{k}", label=f"{name}, from scratch")
ax.set_xticks(places, map(str, layers))
ax.set(xlabel="layers that learn", ylabel="accuracy, persons held out", ylim=(0, 1))
_ = figure.legend(frameon=False, ncols=2, loc="outside upper center")

# %%
# The bars reach farther than most of what they tell apart: fourteen persons are enough
# to show how the question is put, and not to answer it.
# ``python -m benchmarks.ptb_transfer --data DIR --mitdb DIR`` puts it to the database,
# or to the part of it that is at hand.
