"""
A stream with alarms
====================

A monitor takes a signal as it comes in and tells what happens: alarms within seconds,
and the class of each window. How soon is each alarm?
"""

# %%
# Two minutes in which much happens
# ---------------------------------
# Synthetic, so that the onsets are known: sinus rhythm, a heart that stops, sinus
# rhythm, waves of ventricular fibrillation, a lead that falls off, and at last a heart
# that is much too fast.
import numpy as np

from skecg.datasets import make_ecg

rate = 250.0
rng = np.random.default_rng(0)


def sinus(seconds: float, per_minute: float, seed: int) -> np.ndarray:
    """Draw sinus rhythm."""
    ecg = make_ecg(
        1,
        sampling_rate=rate,
        duration=seconds,
        heart_rate=per_minute,
        random_state=seed,
    )
    return ecg.data[0]


def fibrillation(seconds: float) -> np.ndarray:
    """Draw a wave that wanders in frequency and height."""
    times = np.arange(round(seconds * rate)) / rate
    wander = 5 + 0.6 * np.sin(2 * np.pi * 0.4 * times)
    wave = 0.5 * np.sin(2 * np.pi * np.cumsum(wander) / rate)
    return wave * (1 + 0.3 * np.sin(2 * np.pi * 0.23 * times))


parts = [
    ("", sinus(25, 75, 1)),
    ("asystole", 0.01 * rng.standard_normal(round(9 * rate))),
    ("", sinus(20, 75, 2)),
    ("ventricular_flutter", fibrillation(12)),
    ("", sinus(18, 75, 3)),
    ("signal_lost", np.full(round(6 * rate), np.nan)),
    ("", sinus(12, 75, 4)),
    ("extreme_tachycardia", sinus(18, 165, 5)),
]
signal = np.concatenate([part for _, part in parts])
onsets, begin = {}, 0.0
for name, part in parts:
    onsets[name] = begin
    begin += part.size / rate

# %%
# Chunk by chunk
# --------------
# ``replay`` hands the record over as a source would, a quarter of a second at a time;
# with ``speed=1`` it would take two minutes for it. Each alarm begins once and ends
# once, and its id is the same whenever the same record is replayed.
from skecg.monitoring import StreamMonitor, replay

monitor = StreamMonitor(sampling_rate=rate)
events = list(monitor.watch(replay(signal, sampling_rate=rate)))
for event in events:
    since = "" if event.phase == "end" else f", since {event.onset:.1f} s"
    print(f"{event.time:6.1f} s  {event.kind} {event.phase}{since}")

# %%
# How soon
# --------
# From the onset in the signal to the alarm. The limit of the standard for monitors is
# 10 s for a heart that stands still, and so it is here for all of them.
for name, onset in onsets.items():
    for event in events:
        if event.kind == name and event.phase == "begin" and event.time >= onset:
            print(f"{name}: {event.time - onset:.1f} s")
            break

# %%
# The stream with its alarms, from when each was told to when it was over.
import matplotlib.pyplot as plt

times = np.arange(signal.size) / rate
figure, axes = plt.subplots(2, figsize=(9, 5), layout="constrained")
colours = {
    "asystole": "tab:blue",
    "ventricular_flutter": "tab:red",
    "extreme_tachycardia": "tab:orange",
    "signal_lost": "0.5",
}
for ax, (first, last) in zip(axes, [(0, 50), (50, 120)], strict=True):
    part = slice(round(first * rate), round(last * rate))
    ax.plot(times[part], signal[part], color="0.25", linewidth=0.6)
    ax.set(xlim=(first, last), ylim=(-1.3, 2.4), ylabel="mV")
    for number, event in enumerate(events):
        if event.phase != "begin" or not first <= event.time < last:
            continue
        ends = "signal_back" if event.kind == "signal_lost" else event.kind
        later = [e.time for e in events[number:] if (e.kind, e.phase) == (ends, "end")]
        until = min(later, default=times[-1])
        colour = colours[event.kind]
        ax.axvspan(event.time, min(until, last), color=colour, alpha=0.15)
        # Two that begin together are written below each other.
        level = 2.05 - 0.3 * (list(colours).index(event.kind) % 2)
        ax.text(event.time + 0.3, level, event.kind.replace("_", " "), color=colour)
axes[-1].set_xlabel("time (s)")
plt.show()

# %%
# Each alarm is a rule, and its limits are yours; so may be the rule itself:
# :ref:`sphx_glr_auto_examples_plot_own_alarm.py`. With a model the monitor says too
# when the class of a signal has changed:
# :ref:`sphx_glr_auto_examples_plot_stream_of_pictures.py`.
