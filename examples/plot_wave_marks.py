"""
Where do the waves begin and end?
=================================

P, QRS and T of real heartbeats, as cardiologists marked them and as ``delineate`` does,
among them T waves that point down. How far apart are the two?
"""

# %%
# Beats and marks
# ---------------
# The package carries twenty records of the Lobachevsky database, whose lead II experts
# have marked wave by wave. The ten records from 76 on were not used to tune anything,
# so these are the ones to look at. The R-peaks are our own too. Each
# :class:`~skecg.signal.waves.Delineation` has :class:`~skecg.signal.waves.WaveMarks`
# for P, QRS and T: onset, peak and offset, beat by beat.
import numpy as np

from skecg.datasets import load_ludb_sample
from skecg.signal.rpeaks import detect_rpeaks
from skecg.signal.waves import delineate

sample = load_ludb_sample()
rate = sample.sampling_rate
rows = np.flatnonzero(~sample.for_tuning)
waves = {}
for row in rows:
    lead = sample.data[row, 0]
    waves[row] = delineate(
        lead, detect_rpeaks(lead, sampling_rate=rate), sampling_rate=rate
    )

# %%
# T waves of every shape
# ----------------------
# Each beat has a ``t_shape``: upright, inverted, or biphasic in one of two orders, and
# an empty name where there is no T wave to be seen.
for row in rows:
    shapes, counts = np.unique(waves[row].t_shape, return_counts=True)
    told = ", ".join(
        f"{count} {shape or 'none'}"
        for shape, count in zip(shapes, counts, strict=True)
    )
    print(f"record {sample.record[row]:>3}: {told}")

# %%
# Beside the experts
# ------------------
# One beat of each of six records. Bars below the beat span the experts' P wave, QRS
# complex and T wave; bars above it are ours, and dots the peaks.
import matplotlib.pyplot as plt

COLORS = {"p": "tab:green", "qrs": "tab:blue", "t": "tab:red"}
figure, axes = plt.subplots(2, 3, figsize=(9, 5), layout="constrained")
for ax, row in zip(axes.flat, rows[:6], strict=True):
    lead, ours = sample.data[row, 0], waves[row]
    beat = ours.qrs.peak.size // 2
    centre = round(ours.qrs.peak[beat])
    part = slice(centre - round(0.35 * rate), centre + round(0.55 * rate))
    times = (np.arange(part.start, part.stop) - centre) / rate
    ax.plot(times, lead[part], color="0.4", linewidth=1)
    low, high = lead[part].min() - 0.06, lead[part].max() + 0.06
    for wave, color in COLORS.items():
        for onset, _, offset in getattr(sample.annotations[row], wave):
            if part.start <= onset and offset < part.stop:
                ax.hlines(
                    low, *np.subtract((onset, offset), centre) / rate, color, lw=4
                )
        marks = getattr(ours, wave)
        onset, peak, offset = (mark[beat] for mark in marks)
        if np.isfinite(peak):
            ax.hlines(high, *np.subtract((onset, offset), centre) / rate, color, lw=4)
            ax.plot((peak - centre) / rate, lead[round(peak)], "o", color=color)
    ax.set_title(f"{sample.record[row]}: T {ours.t_shape[beat]}", fontsize="medium")
    ax.set_yticks([])
for ax in axes[-1]:
    ax.set_xlabel("time from R (s)")

# %%
# How far apart
# -------------
# Each of the experts' marks is compared with the nearest of ours, and was missed if
# that is more than 150 ms away. Ours that are near none of theirs are extra; before
# their first QRS complex and behind their last nothing counts. Two experts do not agree
# to the millisecond either, least of all about the end of a T wave.
LIMIT = 0.15 * rate

print("mark         found  extra   error (ms)")
for wave in COLORS:
    for place, name in enumerate(("onset", "peak", "offset")):
        errors, n_marks, n_extra = [], 0, 0
        for row in rows:
            expert = sample.annotations[row]
            wanted = getattr(expert, wave)[:, place]
            found = getattr(getattr(waves[row], wave), name)
            apart = found[np.isfinite(found)] - wanted[:, None]  # one row for each mark
            distance = np.abs(apart)
            n_marks += wanted.size
            if wanted.size:
                nearest = apart[np.arange(wanted.size), distance.argmin(axis=1)]
                errors.extend(nearest[np.abs(nearest) <= LIMIT] * 1000 / rate)
            between = (found > expert.qrs[0, 0]) & (found < expert.qrs[-1, 2])
            alone = distance.min(axis=0, initial=np.inf) > LIMIT
            n_extra += np.sum(alone & between[np.isfinite(found)])
        error = f"{np.mean(errors):6.1f} +/- {np.std(errors):.1f}"
        print(f"{wave:5}{name:8}{len(errors) / n_marks:6.2f}{n_extra:7}  {error}")

# %%
# P waves are the hardest: they are small, and in atrial fibrillation (record 83) and
# flutter (103) there are none. Figures of the whole database stand in
# ``benchmarks/RESULTS.md``.
