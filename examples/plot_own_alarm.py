"""
An alarm of your own
====================

What is an alarm on one ward is none on the next. Here are the limits of one ward, and a
rule that the package does not have: a rhythm that is irregular from beat to beat, as in
atrial fibrillation.
"""

# %%
# The limits of a ward
# --------------------
# Each rule is a small frozen object with its limits. Stricter ones mean more alarms,
# and more of them for nothing.
from skecg.monitoring import (
    Asystole,
    ExtremeBradycardia,
    ExtremeTachycardia,
    SignalLost,
    VentricularFlutter,
    VentricularRun,
)

ward = (
    Asystole(seconds=3.0),
    ExtremeBradycardia(per_minute=50.0, back_at=55.0),
    ExtremeTachycardia(per_minute=120.0, n_beats=9, back_at=110.0),
    VentricularRun(n_beats=3),
    VentricularFlutter(begin=0.3, end=0.1),
    SignalLost(seconds=1.0),
)

# %%
# A rule of your own
# ------------------
# ``judge`` is asked every second. It sees the readings of many patients at once, a row
# each: the times of their last beats, which of them are ventricular, and so on. It says
# of each patient whether it is so, whether it is over, and since when; in between, an
# alarm stays what it is. It remembers nothing, so that it is easily tested.
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from skecg.monitoring import Readings, Rule, Verdict


@dataclass(frozen=True)
class Irregular(Rule):
    """Beats that come at no regular distance.

    Parameters
    ----------
    spread : float, default=0.15
        Median change from one RR interval to the next, as a share of their median.
    """

    spread: float = 0.15
    kind: ClassVar[str] = "irregular"
    ends_as: ClassVar[str] = "irregular"

    def judge(self, readings: Readings) -> Verdict:
        """Say of each patient whether the rhythm is irregular."""
        beats = readings.beats[:, -15:]
        intervals = np.diff(beats, axis=1)
        change = np.median(np.abs(np.diff(intervals, axis=1)), axis=1)
        found = change / np.median(intervals, axis=1)  # NaN with too few beats
        active, over = found > self.spread, found < 0.5 * self.spread
        sure = np.clip(np.nan_to_num(found) / self.spread / 2, 0, 1)
        return Verdict(active, over, beats[:, 0], found, sure)


# %%
# A rule by itself: one patient with a beat every second, one with none regular.
steady = np.arange(15.0)
nothing = np.zeros(2)
readings = Readings(
    now=np.full(2, 15.0),
    beats=np.stack([steady, steady + np.tile([0.0, 0.3, -0.2], 5)]),
    ventricular=np.zeros((2, 15), dtype=bool),
    doubtful=np.zeros((2, 15), dtype=bool),
    present=np.full(2, 15.0),
    missing=nothing,
    waves=nothing,
)
print(Irregular().judge(readings).active)

# %%
# On real records
# ---------------
# Two minutes each: 100 is regular, 201 and 203 are in atrial fibrillation for most of
# the time. The first lead only, which is what rules look at.
from skecg.datasets import load_mitbih_sample
from skecg.monitoring import DEFAULT_RULES, StreamMonitor, replay

sample = load_mitbih_sample()
rate = sample.sampling_rate
rows = {name: sample.record.tolist().index(name) for name in ("100", "201", "203")}
for name, row in rows.items():
    for told, rules in {"default": DEFAULT_RULES, "ward": (*ward, Irregular())}.items():
        monitor = StreamMonitor(sampling_rate=rate, rules=rules)
        events = monitor.watch(replay(sample.data[row, 0], sampling_rate=rate))
        begun = [event for event in events if event.phase == "begin"]
        kinds = [f"{event.kind} at {event.time:.0f} s" for event in begun]
        print(f"{name} {told:8}", ", ".join(kinds) or "no alarm")

# %%
# What the rule goes by: the distance from each beat to the next.
import matplotlib.pyplot as plt

from skecg.signal.rpeaks import detect_rpeaks

figure, axes = plt.subplots(3, figsize=(8, 4.5), sharex=True, layout="constrained")
for ax, (name, row) in zip(axes, rows.items(), strict=True):
    times = detect_rpeaks(sample.data[row, 0], sampling_rate=rate) / rate
    ax.plot(times[1:], np.diff(times), ".-", lw=0.6)
    ax.set(title=name, ylim=(0, 2), ylabel="RR (s)")
_ = axes[-1].set_xlabel("time (s)")

# %%
# Three records show how a rule is written. How often its alarm is right is a question
# for many, with rhythms that experts have marked, and the limit is chosen on others.
