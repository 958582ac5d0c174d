"""
R-peaks in noise
================

How many heartbeats does a detector still find when an electrode moves? Real records,
real noise added in known doses, the experts' annotations, and four detectors.
"""

# %%
# A record and a noise
# --------------------
# The package carries two minutes of each MIT-BIH record and a minute of the noise that
# moving electrodes make, which holds no heartbeat. Brought to one rate, one can be
# added to the other in any dose. Noise of this kind is the hardest: it has the shape
# and the frequencies of QRS complexes, and no filter takes it away.
import numpy as np

from skecg.datasets import load_mitbih_sample, load_noise_sample
from skecg.signal.resampling import resample

sample = load_mitbih_sample()
rate = sample.sampling_rate
recorded = load_noise_sample()
noise = resample(
    recorded.data[0], sampling_rate=recorded.sampling_rate, target_rate=rate
)
noise = np.resize(noise, sample.data.shape[-1])  # twice the same minute


def add_noise(record: np.ndarray, ratio: float) -> np.ndarray:
    """Add noise that has so many decibels less power than the record."""
    scale = record.std() / noise.std() / 10 ** (ratio / 20)
    return record + scale * noise


# %%
# What a detector sees
# --------------------
# Ten seconds of one record as they are, with a quarter as much noise as signal (6 dB),
# and with as much (0 dB). Dots are what the default detector found, ticks at the bottom
# what the experts marked.
import matplotlib.pyplot as plt

from skecg.signal.rpeaks import detect_rpeaks

row = np.flatnonzero(sample.record == "103")[0]
shown = slice(round(30 * rate), round(40 * rate))
seconds = np.arange(sample.data.shape[-1]) / rate
marks = sample.annotations[row].sample

figure, axes = plt.subplots(3, sharex=True, figsize=(8, 5), layout="constrained")
for ax, ratio in zip(axes, (np.inf, 6, 0), strict=True):
    signal = add_noise(sample.data[row, 0], ratio)
    found = detect_rpeaks(signal, sampling_rate=rate)
    found = found[(found >= shown.start) & (found < shown.stop)]
    ax.plot(seconds[shown], signal[shown], color="0.4", linewidth=0.8)
    ax.plot(seconds[found], signal[found], "o", markersize=4)
    inside = marks[(marks >= shown.start) & (marks < shown.stop)]
    ax.plot(
        seconds[inside],
        np.zeros(inside.size),
        "|",
        color="tab:red",
        clip_on=False,
        transform=ax.get_xaxis_transform(),
        markersize=10,
    )
    name = "as recorded" if np.isinf(ratio) else f"{ratio} dB"
    ax.set(title=name, ylabel="mV")
axes[-1].set_xlabel("time (s)")

# %%
# Four detectors, scored
# ----------------------
# A detection within 100 ms of an expert's mark counts, each mark once, and all records
# are pooled. The first seconds do not count, in which detectors find their level.
# Protocols of the literature have names, such as "ec57". ``method`` takes the names of
# neurokit2's detectors and any function of a signal and its rate.
from skecg.signal.scoring import Protocol, score_rpeaks, total_scores

protocol = Protocol(tolerance=0.1, skipped=5.0)  # seconds
rows = np.arange(0, len(sample.data), 4)
ratios = (24, 12, 6, 0)
methods = ("skecg", "neurokit", "rodrigues2021", "pantompkins1985")
f1 = {}
for method in methods:
    for ratio in ratios:
        scores = [
            score_rpeaks(
                sample.annotations[row].sample,
                detect_rpeaks(
                    add_noise(sample.data[row, 0], ratio),
                    sampling_rate=rate,
                    method=method,
                ),
                sampling_rate=rate,
                protocol=protocol,
            )
            for row in rows
        ]
        f1[method, ratio] = total_scores(scores).f1

print("F1 at           ", *(f"{ratio:>5} dB" for ratio in ratios))
for method in methods:
    print(f"{method:16}", *(f"{f1[method, ratio]:6.3f}  " for ratio in ratios))

# %%
# These are excerpts of a quarter of the records. What detectors do on whole databases,
# under every protocol in use, stands in ``benchmarks/RESULTS.md``.
figure, ax = plt.subplots(figsize=(6, 3), layout="constrained")
for method in methods:
    ax.plot(ratios, [f1[method, ratio] for ratio in ratios], "o-", label=method)
ax.invert_xaxis()
ax.set(xlabel="signal over noise (dB)", ylabel="F1", ylim=(0.85, 1.005))
figure.legend(loc="outside right upper", frameon=False)
