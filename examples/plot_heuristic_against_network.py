"""
A rule of thumb against a network
=================================

A rule with three thresholds, histograms of gradients, measures of the T wave and a
network: all are estimators, so one ``cross_validate`` holds them against each other on
the same patients.
"""

# %%
# The task
# --------
# Normal beats and ventricular ones, thinned out. Rows are curves; what wants pictures
# draws them itself, as the first step of its pipeline.
import numpy as np

from skecg.datasets import load_heartbeats
from skecg.imaging.paper import render_beats

beats = load_heartbeats()
normal, ventricular = (np.flatnonzero(beats.target == name) for name in "NV")
kept = np.concatenate([normal[::10], ventricular[::3]])
X, y, groups = beats.data[kept], beats.target[kept], beats.groups[kept]
drawing = {"sampling_rate": beats.sampling_rate, "size": (48, 48), "limits": (0, 1)}
print(f"{sum(y == 'N')} N, {sum(y == 'V')} V of {np.unique(groups).size} patients")

# %%
# The rivals
# ----------
# The rule comes from systems that look at pictures: where the rows in the middle, in
# which the T wave may lie, are dark on average, have a light spot or vary much, the
# picture is abnormal. :class:`~skecg.classifiers.TWaveThresholdClassifier` learns its
# three thresholds. Next to it stand a model that answers "N" to everything, two sets
# of hand-made features, and a small network.
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skecg.classifiers import ImageClassifier, TWaveThresholdClassifier
from skecg.features import HOGFeatures, TWaveFeatures, TWaveIntensity

draw = FunctionTransformer(render_beats, kw_args=drawing)
fair = {"class_weight": "balanced"}
models = {
    "always N": DummyClassifier(strategy="most_frequent"),
    "rule of thumb": make_pipeline(
        draw, TWaveIntensity(), TWaveThresholdClassifier(normal_label="N")
    ),
    "gradients": make_pipeline(
        draw,
        HOGFeatures(cell=(8, 8)),
        StandardScaler(),
        LogisticRegression(C=0.01, max_iter=1000, **fair),
    ),
    "T wave": make_pipeline(
        TWaveFeatures(sampling_rate=beats.sampling_rate, r_peak=0.0),
        HistGradientBoostingClassifier(max_iter=30, random_state=0, **fair),
    ),
    "network": make_pipeline(
        draw,
        ImageClassifier(
            "convnet_small",
            network_params={"n_filters": 8, "batch_norm": True},
            max_epochs=4,
            lr=4e-3,
            random_state=0,
            **fair,
        ),
    ),
}

# %%
# One comparison
# --------------
# The same four folds of whole patients for all. Accuracy flatters whoever says "N";
# balanced accuracy, the mean over both classes of what was found, does not: 0.5 is
# chance.
from sklearn.model_selection import (
    StratifiedGroupKFold,
    cross_val_predict,
    cross_validate,
)

folds = StratifiedGroupKFold(4, shuffle=True, random_state=0)
measures = ("accuracy", "balanced_accuracy")
print(f"{'':14}{'accuracy':>16}{'balanced':>16}{'fit (s)':>9}")
for name, model in models.items():
    scores = cross_validate(model, X, y, groups=groups, cv=folds, scoring=measures)
    cells = [scores[f"test_{measure}"] for measure in measures]
    row = "".join(f"{one.mean():9.3f} ± {one.std():.2f}" for one in cells)
    print(f"{name:14}{row}{scores['fit_time'].mean():9.2f}")

# %%
# What each gets wrong
# --------------------
# Each row is scaled to the beats of its class.
import matplotlib.pyplot as plt

from skecg.inspection import ConfusionDisplay

figure, axes = plt.subplots(1, 2, figsize=(7, 3.2), layout="constrained")
for ax, name in zip(axes, ("rule of thumb", "network"), strict=True):
    predicted = cross_val_predict(models[name], X, y, groups=groups, cv=folds)
    ConfusionDisplay.from_predictions(y, predicted, labels=["N", "V"], ax=ax)
    ax.set_title(name)

# %%
# Put the dull models into every table. The rule is quick and can be read, and on
# patients held out it is no better than a coin: it looks at where ink lies, not at what
# a T wave is. Gradients do as well as the network here, and measures of the T wave,
# which need no picture at all, nearly so.
