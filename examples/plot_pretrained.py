"""
Trained models in the box
=========================

What do the models that come with the package say of patients that they have never seen?
A record beat by beat, a record that comes from elsewhere, and a printout.
"""

# %%
# A record, beat by beat
# ----------------------
# The model has learnt from the 22 records of MIT-BIH's DS1. Record 200 is of DS2, and
# two minutes of it are inside the package. The model finds the beats, sets each beside
# the usual beat and the rhythm of its record, and calls it N (normal), S (from above
# the ventricles), V (from the ventricles), F (a fusion) or Q. The rate has to be said:
# a record does not tell it.
import matplotlib.pyplot as plt
import numpy as np

import skecg
from skecg.datasets import load_mitbih_sample

sample = load_mitbih_sample()
rate = sample.sampling_rate
model = skecg.load_pretrained("heartbeats", sampling_rate=rate)
row = np.flatnonzero(sample.record == "200")[0]
record = sample.data[row, 0]
beats = model.predict_beats(record[np.newaxis])

start, stop = 20.0, 30.0
seconds = np.arange(record.size) / rate
shown = (seconds >= start) & (seconds < stop)
figure, ax = plt.subplots(figsize=(8, 3), layout="constrained")
ax.plot(seconds[shown], record[shown], color="0.3", linewidth=0.8)
colors = {"N": "tab:blue", "S": "tab:green", "V": "tab:red", "F": "tab:purple"}
for time, label in zip(beats.time, beats.label, strict=True):
    if start <= time < stop:
        ax.text(time, 2.1, label, color=colors.get(label, "k"), ha="center")
ax.set(xlabel="time (s)", ylabel="mV", title="record 200, as the model reads it")
ax.set_ylim(top=2.5)

# %%
# How good is that?
# -----------------
# All two minutes of DS2 inside the package, against the experts. A beat is found if
# one lies within 150 ms. These stretches were chosen for their rare classes, so their
# figures are no figures of the database; those stand on the model's card.
from skecg.datasets import load_heartbeats
from skecg.model_selection import InterPatientSplit

heartbeats = load_heartbeats()
_, test = next(
    InterPatientSplit().split(
        heartbeats.data, heartbeats.target, record=heartbeats.record
    )
)
unseen = np.unique(heartbeats.record[test])
counts = {label: [0, 0] for label in "NSVF"}
for name in unseen:
    found = model.predict_beats(sample.data[sample.record == name, 0])
    expert = heartbeats.record == name
    for time, label in zip(
        heartbeats.time[expert], heartbeats.target[expert], strict=True
    ):
        if label in counts:
            near = np.abs(found.time - time)
            right = near.min() < 0.15 and found.label[near.argmin()] == label
            counts[label][0] += right
            counts[label][1] += 1
for label, (right, all_of_them) in counts.items():
    print(f"{label}: {right} of {all_of_them} called so")

# %%
# What the card says
# ------------------
# Every file carries what it was trained on, how good it was and where it fails. It is
# read without building the model.
from skecg.persistence import read_manifest
from skecg.pretrained import pretrained_path

card = read_manifest(pretrained_path("heartbeats"))["card"]
for name, figure in card["figures"].items():
    if name.startswith("DS2"):
        print(f"{name}: {figure}")
print(card["failures"])

# %%
# A record from elsewhere
# -----------------------
# The same record in microvolts, upside down, and eight seconds of it. A network answers
# all the same; the warning is what tells that the answer is worth less.
import warnings

changed = {
    "in microvolts": 1000 * record,
    "upside down": -record,
    "eight seconds": record[: round(8 * rate)],
}
for what, signal in changed.items():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.predict_beats(signal[np.newaxis])
    print(f"{what}: {[str(one.message) for one in caught]}")

# %%
# A printout
# ----------
# The printouts inside the package took no part in the training either. They are from
# the same printer and hospital as those that did, and nobody knows whether a patient of
# theirs is among those: on pictures of another layout it was not tested.
from skecg.datasets import load_ecg_images

pictures = load_ecg_images()
reader = skecg.load_pretrained("ecg-images")
answers = reader.predict_proba(pictures.paths)
figure, axes = plt.subplots(2, 2, figsize=(8, 5.4), layout="constrained")
for ax, at in zip(axes.ravel(), (0, 6, 12, 18), strict=True):
    ax.imshow(pictures.data[at])
    said = reader.classes_[answers[at].argmax()]
    ax.set_title(f"{pictures.target[at]}\ncalled {said} ({answers[at].max():.0%})")
    ax.set_axis_off()
right = reader.classes_[answers.argmax(axis=1)] == pictures.target
print(f"{right.sum()} of {right.size} called as the hospital did")
