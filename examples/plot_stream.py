"""
R-peaks of a signal that is still coming in
===========================================

A monitor cannot wait for the end of the record. A stream takes the signal chunk by
chunk and gives the R-peaks that the whole record would. How long does each take?
"""

# %%
# Chunk by chunk
# --------------
# Two minutes of a real record, a quarter of a second at a time. ``push`` returns the
# R-peaks that have become certain, counted from the first sample of the stream; most
# calls return none, and some return several.
import numpy as np

from skecg.datasets import load_mitbih_sample
from skecg.signal.streaming import LOOK_AHEAD, RPeakStream

sample = load_mitbih_sample()
rate = sample.sampling_rate
row = np.flatnonzero(sample.record == "119")[0]  # every few beats one comes early
signal = sample.data[row, 0]

stream = RPeakStream(rate)
length = round(0.25 * rate)
found, reported = [], []
for start in range(0, signal.size, length):
    chunk = signal[start : start + length]
    peaks = stream.push(chunk)
    found.extend(peaks)
    reported.extend([start + chunk.size] * peaks.size)
found.extend(stream.flush())  # the signal has ended: what was still uncertain
print(f"{len(found)} R-peaks, {len(found) - len(reported)} of them at the end")

# %%
# The same peaks
# --------------
# To the sample, and however the signal is cut into chunks.
from skecg.signal.rpeaks import detect_rpeaks

print(np.array_equal(found, detect_rpeaks(signal, sampling_rate=rate)))

# %%
# What it costs
# -------------
# Whether a hump is a heartbeat shows in the beats around it. So a peak comes late, but
# ``LOOK_AHEAD`` seconds after it at the latest.
found = np.array(found)
waited = (np.array(reported) - found[: len(reported)]) / rate
print(f"reported {waited.min():.1f} to {waited.max():.1f} s after the beat")
print(f"LOOK_AHEAD is {LOOK_AHEAD:.1f} s")

# %%
# The stream at three moments: what has come in, the R-peaks that are certain, and in
# grey the stretch that is still open.
import matplotlib.pyplot as plt

times = np.arange(signal.size) / rate
figure, axes = plt.subplots(3, sharex=True, figsize=(8, 5), layout="constrained")
for ax, now in zip(axes, (32, 36, 40), strict=True):
    heard = slice(round(20 * rate), round(now * rate))
    known = found[: len(reported)][np.array(reported) <= now * rate]
    known = known[known >= heard.start]
    ax.axvspan(now - LOOK_AHEAD, now, color="0.92")
    ax.plot(times[heard], signal[heard], color="0.4", linewidth=0.8)
    ax.plot(times[known], signal[known], "o", markersize=4)
    ax.set(title=f"after {now} s", ylabel="mV", xlim=(20, 40))
axes[-1].set_xlabel("time (s)")

# %%
# That is soon enough for heart rate, rhythm, alarms of arrhythmia and for storing beats
# as they come, and too late for a device that has to answer within the beat.

# %%
# Around such a stream stands a monitor:
# :ref:`sphx_glr_auto_examples_plot_monitoring.py`. Where it gets its samples
# from and where its events go:
# :ref:`sphx_glr_auto_examples_plot_stream_in_and_out.py`.
