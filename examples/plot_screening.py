"""
Whom to look at first
=====================

A folder of records goes through a model, beat by beat. What comes out is a table and a
page, the most urgent first. Research use, not a medical device.
"""

# %%
# A classifier of beats
# ---------------------
# Normal and ventricular beats of some patients, to learn from. Those of others choose
# below which confidence a person must look: the least sure twentieth of their beats.
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from skecg.datasets import load_mitbih_sample
from skecg.screening import choose_refer_below
from skecg.signal.aami import to_aami
from skecg.signal.beats import extract_beats

sample = load_mitbih_sample()
rate, window = sample.sampling_rate, (0.3, 0.4)
rows = np.flatnonzero(sample.lead_names[:, 0] == "MLII")
beats = extract_beats(
    sample.data[rows, 0],
    [sample.annotations[row].sample for row in rows],
    sampling_rate=rate,
    window=window,
    target=[to_aami(sample.annotations[row].symbol) for row in rows],
)
told = np.isin(beats.target, ["N", "V"])
train = told & (beats.record < 20)
valid = told & (beats.record >= 20) & (beats.record < 32)
classifier = HistGradientBoostingClassifier(max_iter=60, random_state=0)
classifier.fit(beats.data[train], beats.target[train])
probabilities = classifier.predict_proba(beats.data[valid])
refer_below = choose_refer_below(
    beats.target[valid], probabilities, classes=classifier.classes_, coverage=0.95
)
print(f"a person looks below a confidence of {refer_below:.2f}")

# %%
# A folder of records
# -------------------
# The other patients' records become WFDB files, as a recorder writes them. One of them
# is damaged on its way.
import tempfile
from pathlib import Path

import wfdb

place = tempfile.TemporaryDirectory()
folder = Path(place.name)
for row in rows[32:]:
    wfdb.wrsamp(
        sample.record[row],
        rate,
        ["mV", "mV"],
        sample.lead_names[row].tolist(),
        p_signal=sample.data[row].T.astype(float),
        fmt=["16", "16"],
        write_dir=str(folder),
    )
torn = folder / f"{sample.record[rows[32]]}.dat"
torn.write_bytes(torn.read_bytes()[:4000])

# %%
# Screened
# --------
# Each record is as urgent as its most urgent class of beats that makes at least
# three of them. Broken off, the same call goes on where it was.
from sklearn.frozen import FrozenEstimator

from skecg.classifiers import BeatwiseClassifier
from skecg.preprocessing import BeatSegmenter
from skecg.screening import find_records, screen

model = BeatwiseClassifier(
    BeatSegmenter(sampling_rate=rate, window=window), FrozenEstimator(classifier)
).fit(sample.data[rows[:20], 0], ["N", "V"] * 10)
result = screen(
    model,
    find_records([folder]),
    folder / "ward.csv",
    refer_below=refer_below,
    min_beats=3,
)
for row in result.rows():
    name, kind = Path(row["path"]).stem, row["class"] or row["outcome"]
    print(f"{name}  {kind:16}  {row['beats(V)']:>3} of {row['beats']:>3} beats are V")

# %%
# A page for a browser
# --------------------
# One file, with the strips below, sort and filter, and what is known of the model.
from skecg.persistence import ModelCard
from skecg.reporting import write_screening_report

card = ModelCard(data="Twenty excerpts of MIT-BIH", failures="S, F and Q")
page = write_screening_report(result, folder / "ward.html", card=card)
print(f"{page.name}: {page.stat().st_size / 1024:.0f} kB")

# %%
# What made the first ones urgent
# -------------------------------
# Ten seconds of each, from the first ventricular beat on.
import matplotlib.pyplot as plt

first = [row for row in result.rows() if row["class"] == "V"][:3]
beats = result.beats_of(row["path"] for row in first)
figure, axes = plt.subplots(3, figsize=(9, 5), layout="constrained")
for ax, row in zip(axes, first, strict=True):
    signal = wfdb.rdrecord(row["path"].removesuffix(".hea")).p_signal[:, 0]
    found = beats[row["path"]]
    start = max(found.time[found.label == "V"][0] - 1, 0)
    ax.plot(np.arange(signal.size) / rate, signal, color="0.2", lw=0.8)
    for time in found.time[found.label == "V"]:
        ax.axvspan(time - 0.2, time + 0.35, color="#b3261e", alpha=0.2, lw=0)
    shown = signal[int(start * rate) : int((start + 10) * rate)]
    ax.set(xlim=(start, start + 10), ylim=(shown.min() - 0.1, shown.max() + 0.1))
    name = f"{Path(row['path']).stem}, lead {row['lead']}"
    ax.set(title=name, ylabel="mV")
axes[-1].set_xlabel("time (s)")
place.cleanup()
