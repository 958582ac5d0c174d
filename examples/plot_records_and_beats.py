"""
From a record to its beats, three roads
=======================================

A record holds many beats, but a step of a scikit-learn pipeline answers one row with
one row. So beats are cut before the pipeline, inside it, or around it. Which road fits
depends on what carries the label.
"""

# %%
# Records with one label each
# ---------------------------
# Half a minute each of 44 records of MIT-BIH. The label is of the whole record: does it
# hold a ventricular beat? The four paced records are left out.
import numpy as np

from skecg.datasets import load_mitbih_sample
from skecg.signal.aami import to_aami

sample = load_mitbih_sample()
rate = sample.sampling_rate
seconds = 30
usable = ~np.isin(sample.record, ["102", "104", "107", "217"])
records = sample.data[usable, 0, : round(seconds * rate)]
groups = sample.groups[usable]
marks = [each for each, keep in zip(sample.annotations, usable, strict=True) if keep]
peaks = [each.sample[each.sample < records.shape[1]] for each in marks]
kinds = [to_aami(m.symbol)[: len(p)] for m, p in zip(marks, peaks, strict=True)]
y = np.array(["ventricular" if "V" in each else "none" for each in kinds])
counts = {str(label): int(sum(y == label)) for label in np.unique(y)}
print(f"{records.shape[0]} records of {records.shape[1]} samples, {counts}")

# %%
# Before the pipeline: each beat has a label
# ------------------------------------------
# Rows are beats, and label, patient, record and time stand beside each. Beats that
# reach over the edge are left out and listed.
from skecg.signal.beats import extract_beats

window = (0.3, 0.5)
beats = extract_beats(
    records, peaks, sampling_rate=rate, window=window, target=kinds, groups=groups
)
print(f"{len(beats.data)} beats, {len(beats.dropped)} left out at an edge")

# %%
# Inside: the typical beat decides
# --------------------------------
# ``BeatSegmenter`` finds the R-peaks itself and answers with the median beat. A single
# ectopic beat does not show in a median, so this is the wrong road for the question.
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skecg.preprocessing import BeatSegmenter, PatientBeatSegmenter

segmenter = BeatSegmenter(sampling_rate=rate, window=window)
forgiving = {"max_iter": 1000, "C": 0.1, "class_weight": "balanced"}
typical = make_pipeline(segmenter, LogisticRegression(**forgiving))

# %%
# Around: single beats decide
# ---------------------------
# ``BeatwiseClassifier`` cuts the beats, asks a classifier about each, and sums up per
# record. Here a record is as suspicious as its third most suspicious beat. In ``fit``
# each beat takes the label of its record, which is half wrong, and goes a long way.
from skecg.classifiers import BeatwiseClassifier


def third_worst(probability: np.ndarray) -> np.ndarray:
    """Return the probabilities of a record from those of its beats."""
    suspicious = np.sort(probability[:, 1])[-3:][0]
    return np.array([1 - suspicious, suspicious])


beatwise = BeatwiseClassifier(
    segmenter, LogisticRegression(**forgiving), aggregate=third_worst
)

# %%
# A beat is wide or early *for this patient*. ``PatientBeatSegmenter`` sets the median
# beat of its record beside each beat; what differs from it is what counts here.
from sklearn.preprocessing import FunctionTransformer


def from_median(beats: np.ndarray) -> np.ndarray:
    """Return how far beats are from the median beat of their record."""
    return np.abs(beats[:, 0] - beats[:, 1])


beside = BeatwiseClassifier(
    PatientBeatSegmenter(sampling_rate=rate, window=window),
    make_pipeline(FunctionTransformer(from_median), LogisticRegression(**forgiving)),
    aggregate=third_worst,
)

# %%
# All on patients held out
# ------------------------
from sklearn.model_selection import StratifiedGroupKFold, cross_val_score

folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
models = {"typical beat": typical, "single beats": beatwise, "beside": beside}
for name, model in models.items():
    scores = cross_val_score(
        model, records, y, groups=groups, cv=folds, scoring="roc_auc"
    )
    print(f"{name}: AUROC {scores.mean():.2f} ± {scores.std():.2f}")

# %%
# What the beats say
# ------------------
# ``predict_beats`` returns :class:`~skecg.classifiers.BeatPredictions`: the record,
# time, label and probabilities of every beat. One record, trained on all patients but
# this one:
import matplotlib.pyplot as plt

row = int(np.flatnonzero(sample.record[usable] == "119")[0])
others = groups != groups[row]
said = beatwise.fit(records[others], y[others]).predict_beats(records[[row]])
figure, (top, bottom) = plt.subplots(
    2, 1, figsize=(9, 4), sharex=True, layout="constrained"
)
top.plot(np.arange(records.shape[1]) / rate, records[row], "0.3", lw=0.8)
true = peaks[row][kinds[row] == "V"]
top.plot(true / rate, records[row, true], "v", color="tab:red", label="V, experts")
top.set(ylabel="mV", xlim=(0, seconds))
figure.legend(frameon=False, loc="outside upper right")
bottom.stem(said.time, said.probability[:, 1], basefmt=" ", markerfmt="o")
_ = bottom.set(ylabel="ventricular", xlabel="seconds", ylim=(0, 1))
