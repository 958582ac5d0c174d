"""
A model of printouts watches a stream
=====================================

A classifier that knows ECGs on paper only can watch a signal too: the last ten seconds
are drawn, every five seconds, and the class is told when it has changed.
"""

# %%
# A model of printouts
# --------------------
# It learns to tell T waves that point up from those that point down, on strips of ten
# seconds, drawn.
import numpy as np

from skecg.classifiers import ImageClassifier
from skecg.datasets import make_ecg
from skecg.preprocessing import ECGRenderer

rate = 125.0
ecg = make_ecg(
    120, sampling_rate=rate, duration=10.0, inverted_t=0.5, noise=0.02, random_state=0
)
y = np.where(ecg.inverted_t, "T inverted", "T upright")
renderer = ECGRenderer(sampling_rate=rate, layout="rows", size=(60, 300), style="plain")
model = ImageClassifier(
    "convnet_small", max_epochs=8, batch_size=16, lr=2e-3, random_state=0
).fit(renderer.fit_transform(ecg.data), y)

# %%
# A patient whose T waves change
# ------------------------------
# Upright for a minute, then inverted for a minute, as in ischaemia that comes and goes;
# and upright again.
parts = [
    make_ecg(
        1,
        sampling_rate=rate,
        duration=60.0,
        inverted_t=inverted,
        noise=0.02,
        heart_rate=70,
        random_state=7,
    ).data[0]
    for inverted in (0.0, 1.0, 0.0)
]
signal = np.concatenate(parts)

# %%
# Watched
# -------
# ``DrawnWindows`` draws as the printouts were drawn that the model has learnt from. One
# odd window is no news: ``ClassChange`` wants three in a row, sure enough on average.
# Alarms are switched off here, with ``rules=()``.
from skecg.monitoring import ClassChange, DrawnWindows, StreamMonitor, replay

monitor = StreamMonitor(
    DrawnWindows(model, renderer),
    sampling_rate=rate,
    window=10.0,
    step=5.0,
    change=ClassChange(n_windows=3, least=0.6),
    rules=(),
)
events = list(monitor.watch(replay(signal, sampling_rate=rate)))
for event in events:
    print(f"{event.time:5.0f} s  {event.label}, {event.confidence:.2f} sure")

# %%
# What each window got, and when the change was told. It costs three steps: as many as
# are wanted in a row.
import matplotlib.pyplot as plt

from skecg.monitoring import cut_windows

windows = cut_windows(signal, sampling_rate=rate, window=10.0, step=5.0)
inverted = DrawnWindows(model, renderer).predict_proba(windows)[:, 0]
figure, ax = plt.subplots(figsize=(8, 2.8), layout="constrained")
ax.plot(10 + 5 * np.arange(len(inverted)), inverted, "o-", label="of each window")
ax.axvspan(60, 120, color="0.92", label="T waves are inverted")
for event in events:
    ax.axvline(event.time, color="tab:red", ls="--")
ax.set(xlabel="time (s)", ylabel="probability of inverted", ylim=(-0.05, 1.05))
figure.legend(loc="outside upper center", ncols=2, frameon=False)
