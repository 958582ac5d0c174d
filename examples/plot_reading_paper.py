"""
From paper back to signals
==========================

Many ECGs are there on paper only. Their traces can be followed, so that rhythm and
waves are measured as on any record. Here it is checked against what was printed.
"""

# %%
# Paper whose signal is known
# ---------------------------
# Records of the PTB database, drawn as printouts of twelve leads. The layout tells
# where each lead lies: one strip each.
import matplotlib.pyplot as plt
import numpy as np

from skecg.datasets import load_ptb_sample
from skecg.preprocessing import BaselineRemover, ECGRenderer

ptb = load_ptb_sample()
rate = ptb.sampling_rate
level = BaselineRemover(sampling_rate=rate).fit_transform(ptb.data)
printer = ECGRenderer(sampling_rate=rate, size=(850, 1100))
pages = printer.fit_transform(level)
strips = printer.layout_.strips

# %%
# Paper, grid, trace
# ------------------
# The grid is cut out of the sheet, its lines are taken away so that the ink is left,
# and the ink is followed from left to right: heights above a baseline, in pixels.
from skecg.imaging.regions import find_grid
from skecg.imaging.tracing import follow_traces
from skecg.preprocessing import GridCropper, GridRemover

print(find_grid(pages[0]))
paper = GridCropper().fit_transform(pages[:1])
ink = GridRemover().fit_transform(paper)[0]
traces = follow_traces(paper[0], n_rows=4)
figure, axes = plt.subplots(1, 3, figsize=(9, 2.2), layout="constrained")
shown = slice(traces.baselines[0] - 90, traces.baselines[1] + 60), slice(0, 300)
for ax, picture in zip(axes, (paper[0], ink, ink), strict=True):
    ax.imshow(picture[shown], cmap="gray", alpha=0.4 if ax is axes[-1] else 1)
    ax.set_axis_off()
for height, row in zip(traces.heights[:2], traces.baselines[:2], strict=True):
    axes[-1].plot(row - shown[0].start - height[:300], "tab:red", lw=0.9)

# %%
# Read
# ----
# ``TraceReader`` does all of it and knows the scales: millivolts out of pixels, each
# lead where it was printed, NaN elsewhere. Row 12 is the rhythm strip, lead II in full.
from skecg.preprocessing import TraceReader

width = pages.shape[2]
columns = (strips[0].left / width, strips[-1].right / width)
reader = TraceReader(sampling_rate=250.0, columns=columns)
records = reader.fit_transform(pages)
lead = ptb.lead_names[0].tolist().index(strips[-1].lead)
printed = level[:, lead, : 10 * round(rate) : round(rate / 250.0)]
read = records[:, 12, : printed.shape[1]]

seconds = np.arange(printed.shape[1]) / 250.0
figure, ax = plt.subplots(figsize=(9, 2.8), layout="constrained")
ax.plot(seconds, printed[0], "0.6", lw=2.5, label="printed")
ax.plot(seconds, read[0], "tab:red", lw=0.9, label="read")
ax.set(xlim=(0, 4), xlabel="seconds", ylabel="mV")
_ = figure.legend(loc="outside upper center", ncols=2, frameon=False)

# %%
# How well
# --------
# Over all fourteen records: the correlation of what was printed and what was read, and
# the heart rate of both.
from skecg.features import RhythmFeatures

both = np.isfinite(read)
fits = [
    np.corrcoef(a[ok], b[ok])[0, 1]
    for a, b, ok in zip(printed, read, both, strict=True)
]
print(f"correlation: median {np.median(fits):.3f}, lowest {min(fits):.3f}")
rhythm = RhythmFeatures(sampling_rate=250.0)
column = rhythm.fit(read).get_feature_names_out().tolist().index("heart_rate")
rates = [rhythm.transform(rows)[:, column] for rows in (printed, read)]
print(
    f"heart rate: off by {np.nanmax(np.abs(rates[0] - rates[1])):.1f} a minute at most"
)

# %%
# Real printouts
# --------------
# The same on a printout of a hospital, at half its size, one that reads well: on others
# names of leads and the bars between them are taken for beats. There is no truth to
# compare with, but that the beats stand where they should can be seen. They are looked
# for on all leads together, since the trace of a single one is coarse.
from skecg.datasets import load_ecg_images
from skecg.signal.rpeaks import detect_rpeaks

scan = load_ecg_images().data[10]
from_scan = TraceReader(sampling_rate=250.0, columns=(0.04, 0.973))
record = from_scan.fit_transform([scan])[0]
(peaks,) = detect_rpeaks(record[None], sampling_rate=250.0, leads="fused")
figure, (top, bottom) = plt.subplots(
    2, 1, figsize=(9, 6.5), height_ratios=(3, 1), layout="constrained"
)
top.imshow(scan)
top.set_axis_off()
bottom.plot(np.arange(record.shape[1]) / 250.0, record[12], "0.3", lw=0.9)
bottom.plot(peaks / 250.0, record[12, peaks], "v")
_ = bottom.set(xlabel="seconds", ylabel="mV", xlim=(0, 10))
