"""
Patients held out, or beats shuffled?
=====================================

One model, one data set, two ways to split it. Shuffling beats lets the model meet its
test patients during training, and the difference between the two figures is what it
gains by that.
"""

# %%
# The model
# ---------
# The nearest neighbours of a beat vote on its class. They make the point well: whoever
# may look up beats of the same person has nothing else to learn.
import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from skecg.datasets import load_heartbeats

beats = load_heartbeats()
model = KNeighborsClassifier(n_neighbors=3)

# %%
# Two splits
# ----------
# ``StratifiedKFold`` deals beats out at random, as most published tables do. Of nearly
# every test beat there are neighbours from the same two minutes in the training part.
# ``StratifiedGroupKFold`` deals out patients.
from sklearn.model_selection import (
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_val_predict,
)

by_beat = StratifiedKFold(5, shuffle=True, random_state=0)
by_patient = StratifiedGroupKFold(5, shuffle=True, random_state=0)
splits = {
    "beats shuffled": by_beat.split(beats.data, beats.target),
    "patients held out": by_patient.split(beats.data, beats.target, beats.groups),
}
predicted = {
    name: cross_val_predict(model, beats.data, beats.target, cv=folds)
    for name, folds in splits.items()
}

# %%
# Two reports
# -----------
# The intervals come from drawing whole records again and again.
from skecg.model_selection import aami_report

reports = {
    name: aami_report(beats.target, guess, record=beats.record)
    for name, guess in predicted.items()
}
for name, report in reports.items():
    print(f"{name}\n{report}\n")

# %%
# Class by class
# --------------
# The share of each class that is found. What the shuffled split adds was not learnt of
# the disease, and will not be there for the next patient.
import matplotlib.pyplot as plt

labels = reports["beats shuffled"].labels
places = np.arange(len(labels))
figure, ax = plt.subplots(figsize=(6, 3), layout="constrained")
for shift, (name, report) in zip((-0.2, 0.2), reports.items(), strict=True):
    ax.bar(places + shift, report.sensitivity, width=0.38, label=name)
ax.set_xticks(places, labels)
ax.set(xlabel="class", ylabel="sensitivity", ylim=(0, 1))
figure.legend(loc="outside upper center", ncols=2, frameon=False)

# %%
# In one call
# -----------
# ``compare_splits`` does this for any number of estimators. The gap between the two
# macro-F1 has an interval of its own.
import textwrap

from skecg.reporting import compare_splits

found = compare_splits(
    {"nearest neighbours": model},
    beats.data,
    beats.target,
    groups=beats.groups,
    record=beats.record,
)
print(textwrap.fill(found.gap_sentence(), 80))
gap = found.gap("nearest neighbours")
print(f"gap {gap.value:.2f}, 95 % interval {gap.low:.2f} to {gap.high:.2f}")

# %%
# On a page
# ---------
# The figures of both splits, a picture beside them, and what should be known of the
# data: one HTML file that can be mailed. Each row has the predictions too, so that
# whatever else is of interest can be measured.
import io

from skecg.reporting import ReportFigure, render_page

for row in found.rows:
    print(f"{row.split:9} {row.report.accuracy:.1%} right, {row.known:.0%} known")
drawn = io.BytesIO()
figure.savefig(drawn, format="png")
section = ReportFigure(
    "What is found", "Sensitivity, class by class.", {"bars": drawn.getvalue()}
)
page = render_page(
    found, title="Two splits", intro="Nearest neighbours.", figures=[section]
)
print(f"{len(page) / 1024:.0f} kB")

# %%
# The split that the literature has for this database is
# :class:`~skecg.model_selection.InterPatientSplit`: 22 records to train, 22 to test.
