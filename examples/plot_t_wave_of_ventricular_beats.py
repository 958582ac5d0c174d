"""
What is different about a ventricular beat?
===========================================

It begins in the wrong place and spreads slowly through the muscle, so its QRS complex
is wide. Repolarisation then runs another way too, and the T wave shows it. Here both
are measured, beat by beat, in the patients who have normal and ventricular beats.
"""

# %%
# From records to measures
# ------------------------
# Two minutes of each MIT-BIH record, with the experts' R-peaks and labels. The baseline
# is taken out first, for it would tilt areas. ``delineate`` finds the waves of every
# beat and ``measure_waves`` what a clinician reads off them: a named tuple with one
# array per measure, NaN where a beat lacks the wave.
import textwrap

import numpy as np

from skecg.datasets import load_mitbih_sample
from skecg.signal.aami import to_aami
from skecg.signal.filters import remove_baseline
from skecg.signal.measures import WaveMeasures, measure_waves
from skecg.signal.waves import delineate

sample = load_mitbih_sample()
rate = sample.sampling_rate
leads = remove_baseline(sample.data[:, 0], sampling_rate=rate)
measures = []
for lead, marks in zip(leads, sample.annotations, strict=True):
    waves = delineate(lead, marks.sample, sampling_rate=rate)
    measures.append(measure_waves(lead, marks.sample, waves, sampling_rate=rate))
labels = [to_aami(marks.symbol) for marks in sample.annotations]
print(textwrap.fill(", ".join(measures[0]._fields), 72))

# %%
# One patient
# -----------
# Two beats of record 119 with the marks of their QRS complex and T wave: a normal one,
# and a ventricular one whose T wave points against its QRS complex.
import matplotlib.pyplot as plt

row = np.flatnonzero(sample.record == "119")[0]
lead, rpeaks = leads[row], sample.annotations[row].sample
waves = delineate(lead, rpeaks, sampling_rate=rate)
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(8, 3), layout="constrained")
for ax, label in zip(axes, "NV", strict=True):
    beat = np.flatnonzero(labels[row] == label)[3]
    part = slice(rpeaks[beat] - round(0.3 * rate), rpeaks[beat] + round(0.7 * rate))
    ax.plot((np.arange(part.start, part.stop) - rpeaks[beat]) / rate, lead[part], "0.4")
    for marks, color in ((waves.qrs, "tab:blue"), (waves.t, "tab:red")):
        onset, peak, offset = (mark[beat] for mark in marks)
        if np.isfinite(peak):
            span = np.subtract((onset, offset), rpeaks[beat]) / rate
            ax.axvspan(*span, color=color, alpha=0.2, linewidth=0)
    ax.set(title=f"{label}: T {waves.t_shape[beat]}", xlabel="time from R (s)")
axes[0].set_ylabel("mV")

# %%
# All patients who have both
# --------------------------
# A line is a patient, and its ends are the medians of that patient's normal and
# ventricular beats. Comparing patients with themselves takes out what differs between
# patients, and a patient with many ectopic beats counts once.
from skecg.signal.averaging import nan_median


def along_qrs(measure: WaveMeasures) -> np.ndarray:
    """Return the height of T, negative where T points against its QRS complex."""
    return measure.t_peak_amplitude * np.sign(
        measure.r_amplitude + np.minimum(measure.q_amplitude, measure.s_amplitude)
    )


panels = {
    "QRS duration (s)": lambda measure: measure.qrs_duration,
    "QT interval (s)": lambda measure: measure.qt_interval,
    "T along QRS (mV)": along_qrs,
    "T width at half height (s)": lambda measure: measure.t_half_width,
}
both = [
    row
    for row in range(len(leads))
    if min(np.sum(labels[row] == "N"), np.sum(labels[row] == "V")) >= 5
]
figure, axes = plt.subplots(1, 4, figsize=(9, 3.2), layout="constrained")
for ax, (title, take) in zip(axes, panels.items(), strict=True):
    medians = [
        [nan_median(take(measures[row])[labels[row] == label], axis=0) for row in both]
        for label in "NV"
    ]
    ax.plot([0, 1], medians, "o-", color="0.6", markersize=3, linewidth=0.8)
    ax.plot([0, 1], nan_median(medians, axis=1), "o-", color="tab:red")
    ax.set_xticks([0, 1], ["N", "V"])
    ax.set_title(title, fontsize="medium")
axes[2].axhline(0, color="0.8", linewidth=0.8)
print(f"{len(both)} patients")

# %%
# In red the median patient. QRS is wider, and T points against it: its height along QRS
# is below zero.
