"""
Where on the page does a network look?
======================================

A network is trained on pictures of ECGs that differ in one lead alone. The place is
known, so it can be measured whether a map of the evidence falls on it.
"""

# %%
# Pictures with a known finding
# -----------------------------
# Records are drawn by the computer, six leads of each. In half of them the ST segment
# of V2 is raised, by up to 0.3 mV. So this tests the maps, not cardiology.
import numpy as np

from skecg.datasets import make_ecg
from skecg.imaging.paper import render_ecg

RATE = 125.0
LAYOUT = (("I", "V1"), ("II", "V2"), ("III", "V3"))
rng = np.random.default_rng(0)
ecg = make_ecg(
    240, sampling_rate=RATE, duration=5.0, n_leads=12, noise=0.02, random_state=0
)
names = ecg.lead_names[0].tolist()
raised = np.arange(240) % 2 == 1
rise = np.where(raised, rng.uniform(0, 0.3, size=240), 0)  # mV
bump = np.r_[np.ones(20), np.linspace(1, 0, 20)]
for signal, ends, height in zip(
    ecg.data[:, names.index("V2")], ecg.offsets["qrs"], rise, strict=True
):
    for end in ends[ends >= 0].astype(int):
        part = signal[end : end + bump.size]
        part += height * bump[: part.size]

pages = [
    render_ecg(
        record,
        sampling_rate=RATE,
        layout=LAYOUT,
        duration=5.0,
        size=(320, 520),
        lead_names=names,
        return_layout=True,
    )
    for record in ecg.data
]
X, y = np.array([page for page, _ in pages]), np.where(raised, "raised", "level")
strips = pages[0][1].strips

# %%
# A look at the data comes first.
from skecg.inspection import SamplesDisplay

SamplesDisplay.from_data(X, y, n_per_class=2)

# %%
# Train
# -----
# On 160 of them, made small; the others are held out.
from sklearn.pipeline import make_pipeline

from skecg.classifiers import ImageClassifier
from skecg.preprocessing import ImageResizer

train, test = np.arange(160), np.arange(160, 240)
model = make_pipeline(
    ImageResizer((64, 104)),
    ImageClassifier(
        network_params={"batch_norm": True, "n_filters": 8},
        max_epochs=10,
        batch_size=16,
        lr=5e-3,
        random_state=0,
    ),
)
model.fit(X[train], y[train])
print(f"accuracy on pictures held out: {model.score(X[test], y[test]):.3f}")

# %%
# What it gets wrong
# ------------------
# The surest errors first. What it missed are the smallest rises.
from skecg.inspection import PredictionsDisplay

errors = PredictionsDisplay.from_estimator(model, X[test], y[test], n_shown=6)
print("rises shown, in mV:", np.round(rise[test][errors.index], 2))

# %%
# Where the evidence lies
# -----------------------
# The map is laid over the picture as it was before it was made small.
from skecg.inspection import GradCAMDisplay

clear = test[rise[test] > 0.2][:4]
GradCAMDisplay.from_estimator(
    model, X[clear], y=y[clear], at="input", method="hires_cam", n_columns=2
)

# %%
# Measured
# --------
# How much of the map lies in the box of each lead, by what its share of the page is:
# 1 is chance. Grad-CAM weighs each channel once for the whole page, which suits dense
# layers badly; HiResCAM weighs every place by itself.
from skecg.inspection import grad_cam

found = test[raised[test] & (rise[test] > 0.2)]
for method in ("grad_cam", "hires_cam"):
    maps = grad_cam(model, X[found], target="raised", at="input", method=method)
    share = {}
    for strip in strips:
        box = maps[:, strip.top : strip.bottom, strip.left : strip.right]
        area = box[0].size / maps[0].size
        share[strip.lead] = float(box.sum() / maps.sum() / area)
    print(method, {lead: round(ratio, 1) for lead, ratio in share.items()})

# %%
# The same model can put a folder of scans in order: `skecg.screening.screen` returns a
# :class:`~skecg.screening.ScreeningResult`. Look at maps of what it calls urgent.
