"""
How sure must a machine be to answer?
=====================================

A network looks at printouts, learns how far to believe itself, and leaves to a person
what it is not sure of. Research use, not a medical device.
"""

# %%
# Printouts with a known finding
# ------------------------------
# Drawn by the computer: in half of them the ST segment of lead II is raised, by up to
# 0.3 mV. The smallest rises cannot be told from none.
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from skecg.datasets import make_ecg
from skecg.imaging.paper import render_ecg

RATE = 125.0
ecg = make_ecg(300, sampling_rate=RATE, duration=4.0, noise=0.02, random_state=0)
y = np.where(np.arange(300) % 2, "raised", "level")
rng = np.random.default_rng(0)
rise = np.where(y == "raised", rng.uniform(0, 0.3, size=300), 0)  # mV
bump = np.r_[np.ones(20), np.linspace(1, 0, 20)]
place = tempfile.TemporaryDirectory()
folder = Path(place.name)
for index, (signal, ends) in enumerate(zip(ecg.data, ecg.offsets["qrs"], strict=True)):
    for end in ends[ends >= 0].astype(int):
        part = signal[end : end + bump.size]
        part += rise[index] * bump[: part.size]
    page = render_ecg(
        signal,
        sampling_rate=RATE,
        layout=(("II",),),
        lead_names=["II"],
        duration=4.0,
        size=(120, 400),
    )
    Image.fromarray(page).save(folder / f"{index:03}.png")
paths = np.array(sorted(map(str, folder.glob("*.png"))))

# %%
# Train, then learn how far to believe it
# ---------------------------------------
# On 160 of them. Sixty others set the temperature, which makes probabilities softer or
# harder, and the confidence below which a person must look.
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline

from skecg.classifiers import ImageClassifier
from skecg.preprocessing import ImageResizer
from skecg.screening import choose_refer_below

train, valid, test = np.split(np.arange(300), [160, 220])
network = make_pipeline(
    ImageResizer((48, 160)),
    ImageClassifier(
        network_params={"batch_norm": True, "n_filters": 8},
        max_epochs=10,
        batch_size=16,
        lr=5e-3,
        random_state=0,
    ),
).fit(paths[train], y[train])
model = CalibratedClassifierCV(FrozenEstimator(network), method="temperature", cv=2)
model.fit(paths[valid], y[valid])
refer_below = choose_refer_below(
    y[valid], model.predict_proba(paths[valid]), classes=model.classes_, coverage=0.75
)
print(f"a person looks below a confidence of {refer_below:.2f}")

# %%
# A folder as it comes
# --------------------
# Eighty printouts that nobody has seen, one of them cut off on its way.
from skecg.reporting import write_screening_report
from skecg.screening import screen

(folder / "299.png").write_bytes(Path(paths[299]).read_bytes()[:900])
result = screen(
    model,
    paths[test],
    folder / "scans.csv",
    urgency=["raised"],
    refer_below=refer_below,
)
page = write_screening_report(result, folder / "scans.html", estimator=model)
print(dict(result.outcomes), f"{page.name}: {page.stat().st_size / 1024:.0f} kB")

# %%
# Was it right to be sure?
# ------------------------
rows = [(int(Path(row["path"]).stem), row) for row in result.rows()]
sure = [row["class"] == y[index] for index, row in rows if row["class"]]
left = [rise[i] for i, row in rows if row["outcome"] == "uncertain: refer"]
print(f"{np.mean(sure):.0%} of {len(sure)} answers are right")
print(f"mean rise of those that are left to a person: {np.mean(left):.2f} mV")

# %%
# Where it looked
# ---------------
# The most urgent ones; on the page, each of the first hundred has such a picture.
from skecg.inspection import GradCAMDisplay

first = [index for index, _ in rows][:4]
GradCAMDisplay.from_estimator(
    model, paths[first], y=y[first], at="input", method="hires_cam", n_columns=2
)
place.cleanup()

# %%
# Files that come one by one, to a page or a program of yours:
# :ref:`sphx_glr_auto_examples_plot_desk.py`.
