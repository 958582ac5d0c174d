"""
What typical beats look like
============================

Before a model is trained, look at what it is to tell apart: the five classes of
ANSI/AAMI EC57, and how much the beats of one class differ.
"""

# %%
# Five classes
# ------------
# Normal (N), supraventricular (S), ventricular (V), fusion of both (F), and paced or
# unclassifiable (Q). A panel shows the median beat of a class, the band that holds the
# middle 80 % of it at each instant, and a few real beats in grey. The beats begin at R
# and are scaled to [0, 1], the form of Kachuee et al. (2018).
from skecg.datasets import load_heartbeats
from skecg.inspection import BeatsDisplay

beats = load_heartbeats()
BeatsDisplay.from_data(
    beats.data,
    beats.target,
    labels=list("NSVFQ"),
    sampling_rate=beats.sampling_rate,
    amplitude_label="amplitude (scaled)",
)

# %%
# The bands overlap nearly everywhere: within a class, beats of different persons differ
# more than the classes do. And a supraventricular beat comes early but takes the normal
# path through the ventricles, so that often only the rhythm tells S from N.

# %%
# Your own records in this form
# -----------------------------
# A model that was trained on such beats wants yours cut and scaled in the same way.
from skecg.datasets import load_ptb_sample
from skecg.signal.kachuee import kachuee_beats

ptb = load_ptb_sample()
own = kachuee_beats(ptb.data[0, 1], sampling_rate=ptb.sampling_rate)
print(f"{len(own.beats)} beats of {own.beats.shape[1]} samples at 125 Hz,")
print(f"{(~own.kept).sum()} R-peaks gave none, being too near to the end")

# %%
# Before R too
# ------------
# Cut around R from the records themselves, beats keep their P wave, their millivolts
# and all leads. ``extract_beats`` takes the expert's annotations in place of a
# detector, and keeps label and patient beside each beat.
import numpy as np

from skecg.datasets import load_mitbih_sample
from skecg.signal.aami import to_aami
from skecg.signal.beats import extract_beats

sample = load_mitbih_sample()
cut = extract_beats(
    sample.data,
    [annotation.sample for annotation in sample.annotations],
    sampling_rate=sample.sampling_rate,
    window=(0.3, 0.5),
    target=[to_aami(annotation.symbol) for annotation in sample.annotations],
    groups=sample.groups,
)
print(f"{cut.data.shape[0]} beats of {cut.data.shape[1]} leads,")
print(f"{len(cut.dropped)} left out at the edge of their record")

# %%
# One person's beats
# ------------------
# Within one record a class is nearly one shape. That is why a model that has seen some
# of a person's beats knows the rest, and why beats of one person must not stand on both
# sides of a split.
one = np.flatnonzero(sample.record == "119")[0]
theirs = cut.record == one
BeatsDisplay.from_data(
    cut.data[theirs, 0],
    cut.target[theirs],
    sampling_rate=sample.sampling_rate,
    amplitude_label=f"{sample.lead_names[one, 0]} (mV)",
)
