"""
A first pipeline
================

Measure heartbeats, classify them, and see how well that goes on patients that the model
has never met: a scikit-learn pipeline, and a report in the terms of ANSI/AAMI EC57.
"""

# %%
# Heartbeats
# ----------
# The package carries two minutes of each of the 48 records of the MIT-BIH Arrhythmia
# Database. ``load_heartbeats`` cuts them into beats of 187 samples. With
# ``context=True`` the RR intervals around each beat stand behind its samples: whether a
# beat came early cannot be seen in the beat itself.
import numpy as np

from skecg.datasets import load_heartbeats

beats = load_heartbeats(context=True)
n_context = len(beats.context_names)
print(f"{len(beats.data)} beats of {len(np.unique(beats.groups))} patients")
print("context:", ", ".join(beats.context_names))

# %%
# Features and a classifier
# -------------------------
# One extractor passes the rhythm on, the other measures the T wave. These beats begin
# at their R-peak, which is what ``r_peak=0.0`` says. Gradient boosting takes the
# columns side by side, missing values too, where a T wave cannot be measured. Three
# beats of four are normal, hence ``class_weight="balanced"``.
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline, make_union

from skecg.features import RhythmFeatures, TWaveFeatures

rate = beats.sampling_rate
model = make_pipeline(
    make_union(
        RhythmFeatures(sampling_rate=rate, context=n_context),
        TWaveFeatures(sampling_rate=rate, context=n_context, r_peak=0.0),
    ),
    HistGradientBoostingClassifier(
        max_iter=30, max_leaf_nodes=15, class_weight="balanced", random_state=0
    ),
)

# %%
# Every patient is held out once
# ------------------------------
# ``groups`` names the patient of each beat, and ``StratifiedGroupKFold`` never divides
# a patient between the training and the test part.
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
predicted = cross_val_predict(
    model, beats.data, beats.target, groups=beats.groups, cv=folds
)

# %%
# How well
# --------
# Se is the share of a class that was found, +P the share of the alarms that were right.
# Beats of one record resemble each other, so the intervals come from drawing whole
# records, and where few records hold a class they are wide.
from skecg.model_selection import aami_report

print(aami_report(beats.target, predicted, record=beats.record))

# %%
# The same as a picture, each row scaled to the beats of its class.
from sklearn.metrics import ConfusionMatrixDisplay

display = ConfusionMatrixDisplay.from_predictions(
    beats.target, predicted, labels=list("NSVFQ"), normalize="true", values_format=".2f"
)
display.ax_.set_title("Whole patients held out")

# %%
# For a folder or a table of yours all of this is settled in one call:
# :ref:`sphx_glr_auto_examples_plot_train_and_export.py`.
