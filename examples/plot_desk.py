"""
Files that come one by one
==========================

Scans and records arrive over the day, and whoever hands one in wants to see what a
model says of it, and why. The page of ``skecg serve`` stands on this queue; so may
yours.
"""

# %%
# A desk for scans
# ----------------
# ``open_model`` opens the model inside the package that goes with what there is, or a
# file of yours, with what is known of it. A thread asks the model, so that handing in
# takes no time.
from pathlib import Path

from skecg.datasets import load_ecg_images
from skecg.screening import open_model
from skecg.screening.desk import Desk

scans = load_ecg_images()
model = open_model(paths=scans.paths[:1])
print("for records" if model.of_records else "for scans", "-", model.name[:8])
with Desk(model.estimator) as desk:
    tickets = [
        desk.hand_in(Path(path).name, Path(path).read_bytes())
        for path in scans.paths[:20:10]
    ]
    tickets.append(desk.hand_in("letter.png", b"no picture at all"))
    done = [desk.wait_for(ticket) for ticket in tickets]
for one in done:
    said = one.examined
    told = said.reason or f"{said.confidence:.0%} sure"
    print(f"{one.name}: {said.label or 'no class'}, {told}")

# %%
# What it went by
# ---------------
# With the class comes a heat map of the same size, to be multiplied with the scan. The
# second is from a patient who had an infarction before (PMI); that the model is sure of
# something else shows what its confidence is worth. Its card has the figures.
import io

import matplotlib.pyplot as plt

figure, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
for ax, one in zip(axes, done, strict=False):
    picture, heat = (
        plt.imread(io.BytesIO(png))[..., :3]
        for png in (one.examined.picture, one.examined.heat)
    )
    ax.imshow(picture * heat)
    ax.set_title(f"{one.name}: {one.examined.label}", fontsize="small")
    ax.set_axis_off()

# %%
# A desk for records
# ------------------
# A record lies in a folder of its own with all of its files. Of each comes back the
# lead that was looked at, with every beat: the model inside the package takes any lead
# and any length. It has never seen the patient of record 200.
import numpy as np
import wfdb

from skecg.datasets import load_mitbih_sample
from skecg.pretrained import pretrained_path
from skecg.screening.desk import DeskFullError

sample = load_mitbih_sample()
row = sample.record.tolist().index("200")
records = open_model(pretrained_path("heartbeats"))


def write_record(folder: Path) -> Path:
    """Write the first lead as WFDB files; return the header."""
    wfdb.wrsamp(
        "200",
        fs=int(sample.sampling_rate),
        units=["mV"],
        sig_name=[sample.lead_names[row, 0]],
        p_signal=sample.data[row, :1, :2500].T.astype(np.float64),
        fmt=["16"],
        write_dir=str(folder),
    )
    return folder / "200.hea"


with Desk(records.estimator, most_files=1) as desk:
    ticket = desk.hand_in_file("200", write_record(desk.place()))
    strip = desk.wait_for(ticket).examined.strip
    try:
        desk.hand_in_file("200 again", write_record(desk.place()))
    except DeskFullError as error:  # whoever hands in is told to come later
        print(error)

# %%
# N is normal, V ventricular: in this record one follows the other for long stretches.
figure, ax = plt.subplots(figsize=(9, 2.6), layout="constrained")
ax.plot(np.arange(strip.samples.size) / strip.sampling_rate, strip.samples, lw=0.8)
for beat in strip.beats:
    color = "C3" if beat.label == "V" else "0.4"
    ax.text(beat.time, 2, beat.label, color=color, ha="center")
_ = ax.set(title=f"lead {strip.lead}", xlabel="time (s)", ylabel="mV", ylim=(-3, 2.5))
