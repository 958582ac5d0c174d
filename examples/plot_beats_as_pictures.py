"""
Beats as pictures
=================

Does a network know a heartbeat better when it sees a picture of it? The same beats as
curves and as pictures, for a network of one dimension and one of two, on the same
patients held out.
"""

# %%
# The idea
# --------
# Jun et al. (2018, :arxiv:`1804.06812`) drew every beat of the MIT-BIH database as a
# grey picture, and taught a network for pictures to tell kinds of beats apart. They
# report an accuracy of 99.05 % in ten folds of shuffled beats, where beats of one
# patient are on both sides: of the ventricular escape beats, one of their kinds, all
# but one are in record 207, and no other patient could have taught them. Here whole
# patients are held out, so their figure and those below answer different questions. And
# these are three classes, in two minutes of each record, thinned out.
import matplotlib.pyplot as plt
import numpy as np

from skecg.datasets import load_heartbeats
from skecg.imaging.paper import render_beats

beats = load_heartbeats()
kept = np.flatnonzero(np.isin(beats.target, ["N", "S", "V"]))[::5]
X, y, groups = beats.data[kept], beats.target[kept], beats.groups[kept]
print({str(name): int((y == name).sum()) for name in np.unique(y)}, "beats")

drawing = {"sampling_rate": beats.sampling_rate, "size": (48, 48), "limits": (0, 1)}
shown = np.concatenate([np.flatnonzero(y == name)[10:90:30] for name in "NSV"])
figure, axes = plt.subplots(2, 9, figsize=(11, 2.9), layout="constrained")
for (top, bottom), row, picture in zip(
    axes.T, shown, render_beats(X[shown], **drawing), strict=True
):
    top.plot(X[row], lw=1, color="black")
    top.set(ylim=(0, 1), title=y[row])
    bottom.imshow(picture, cmap="gray", vmin=0, vmax=255)
    for ax in (top, bottom):
        ax.set(xticks=[], yticks=[])

# %%
# Two networks
# ------------
# Both are plain stacks of convolutions with batch normalisation. A pass over the curves
# takes about half the time of one over the pictures, so there are twice as many, and
# both networks end about equally at home with the patients that they learn from.
# Drawing is a step of the pipeline: both take the same rows.
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skecg.classifiers import ImageClassifier, SignalClassifier

learning = {"lr": 4e-3, "class_weight": "sqrt", "random_state": 0}
models = {
    "curve": SignalClassifier("convnet1d", max_epochs=12, **learning),
    "picture": make_pipeline(
        FunctionTransformer(render_beats, kw_args=drawing),
        ImageClassifier(
            "convnet_small",
            network_params={"n_filters": 8, "batch_norm": True},
            max_epochs=6,
            **learning,
        ),
    ),
}

# %%
# The same patients held out
# --------------------------
# The folds are the same for both, so they can be compared fold by fold.
from sklearn.model_selection import StratifiedGroupKFold, cross_validate

folds = StratifiedGroupKFold(4, shuffle=True, random_state=0)
scores = {
    name: cross_validate(
        model,
        X,
        y,
        groups=groups,
        cv=folds,
        scoring={"accuracy": "accuracy", "macro-F1": "f1_macro"},
        return_train_score=True,
    )
    for name, model in models.items()
}
parts = {"train": "patients learnt from", "test": "patients held out"}
for name, score in scores.items():
    print(f"{name}, {score['fit_time'].sum():.0f} s")
    for part, text in parts.items():
        for measure in ("accuracy", "macro-F1"):
            each = score[f"{part}_{measure}"]
            print(f"  {measure:9} {text:21} {each.mean():.3f} ± {each.std():.3f}")

# %%
# Fold by fold
# ------------
# A picture of a beat holds nothing that the curve does not. Between the two networks
# lies less than between one fold and another, and much less than between the patients
# that they have met and those they have not.
figure, ax = plt.subplots(figsize=(5.5, 3.4), layout="constrained")
for (part, text), color in zip(parts.items(), ("tab:gray", "tab:blue"), strict=True):
    paired = np.array([score[f"{part}_macro-F1"] for score in scores.values()])
    lines = ax.plot([*scores], paired, "o-", color=color, lw=1)
    lines[0].set_label(text)
ax.set(ylabel="macro-F1", ylim=(0, 1))
ax.margins(x=0.3)
_ = figure.legend(loc="outside upper center", ncols=2, frameon=False)
