"""
ECG paper from signals
======================

Draw real records as printouts, find the R-peaks in the picture again, and see what is
left of it on a bad photograph.
"""

# %%
# A printout
# ----------
# Twelve leads of ten seconds, in the layout that most clinics use. An amplifier's
# offset and wander are taken away first: 0 mV is drawn on the baseline.
import matplotlib.pyplot as plt
import numpy as np

from skecg.datasets import load_ptb_sample
from skecg.imaging.paper import render_ecg
from skecg.signal.filters import remove_baseline

sample = load_ptb_sample()
rate = sample.sampling_rate
row = np.flatnonzero(sample.target == "infarction")[2]
record = remove_baseline(sample.data[row], sampling_rate=rate)
picture, where = render_ecg(record, sampling_rate=rate, return_layout=True)


def show(picture: np.ndarray, title: str) -> plt.Axes:
    """Show a picture at its own size."""
    height, width = picture.shape[:2]
    figure = plt.figure(figsize=(width / 100, height / 100 + 0.4))
    ax = figure.add_axes((0, 0, 1, height / (height + 40)))
    ax.imshow(picture, cmap="gray", vmin=0, vmax=255)
    ax.set_axis_off()
    ax.set_title(title)
    return ax


show(picture, f"{sample.target[row]}: {where.px_per_mm:g} pixels to a millimetre")

# %%
# Back from the picture to the signal
# -----------------------------------
# The layout says where seconds and millivolts lie. So whatever is known of the signal
# is known of the picture: here the R-peaks of the rhythm strip, and the box of a lead.
from skecg.signal.rpeaks import detect_rpeaks

rhythm = where.strips[-1]
peaks = detect_rpeaks(record[1], sampling_rate=rate)  # lead II
columns = rhythm.origin + peaks / rate * where.px_per_second
rows = rhythm.baseline - record[1, peaks] * where.px_per_mv
v2 = next(strip for strip in where.strips if strip.lead == "V2")

ax = show(picture, "R-peaks of the rhythm strip, and the box of V2")
ax.plot(columns, rows, "o", color="tab:blue", fillstyle="none")
ax.add_patch(
    plt.Rectangle(
        (v2.left, v2.top), v2.right - v2.left, v2.bottom - v2.top, fill=False, lw=2
    )
)

# %%
# Other papers
# ------------
# Records of any leads go into rows. Faster paper spreads the complexes. Colours are a
# name such as "blue", or your own: here yellowed paper, brown lines and a thick pen.
from skecg.datasets import load_mitbih_sample
from skecg.imaging.paper import PaperStyle

monitor = load_mitbih_sample()
bigeminy = np.flatnonzero(monitor.record == "119")[0]
strips = render_ecg(
    monitor.data[bigeminy],
    sampling_rate=monitor.sampling_rate,
    lead_names=monitor.lead_names[bigeminy],
    layout="rows",
    speed=50.0,
    size=(420, 1100),
    style=PaperStyle(
        paper=(250, 240, 205),
        fine=(232, 205, 160),
        heavy=(205, 160, 110),
        ink=(45, 45, 70),
        pen=0.6,
    ),
)
show(strips, "two leads of a monitor, 50 mm/s")

# %%
# On a photograph
# ---------------
# ``Damage`` says how bad it may be, the seed how it falls out. With the picture comes
# the matrix by which the points of the clean one can be followed.
from skecg.imaging.damage import Damage, damage_picture, map_points

careless = Damage(rotation=6.0, perspective=0.03, shadow=0.6, blur=1.5)
photo = damage_picture(picture, damage=careless, random_state=2)
moved = map_points(np.column_stack([rows, columns]), photo.matrix)
ax = show(photo.picture, "the same R-peaks, after some damage")
ax.plot(moved[:, 1], moved[:, 0], "o", color="tab:blue", fillstyle="none")

# %%
# Many at once
# ------------
# As a step of a pipeline, and small, as a network wants them.
from sklearn.pipeline import make_pipeline

from skecg.preprocessing import BaselineRemover, ECGRenderer

draw = make_pipeline(
    BaselineRemover(sampling_rate=rate),
    ECGRenderer(sampling_rate=rate, size=(182, 256), style="grey"),
)
pictures = draw.fit_transform(sample.data[4:10])
figure, axes = plt.subplots(2, 3, figsize=(11, 5.5), layout="constrained")
for ax, one, label in zip(axes.flat, pictures, sample.target[4:10], strict=True):
    ax.imshow(one, cmap="gray", vmin=0, vmax=255)
    ax.set(title=label, xticks=[], yticks=[])
