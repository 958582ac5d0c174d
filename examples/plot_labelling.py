"""
Two persons label the same pictures
===================================

What a model learns is what somebody said. Here two persons label the printouts inside
the package, one of them with slips; then it is measured how far they agree, and folders
for training and testing are built. ``skecg label`` does the same in the browser.
"""

# %%
# One after the other
# -------------------
# A session is one person's way through a folder. Each decision is on the disk before
# the next file comes, and the next session goes on behind the last one. The true
# classes stand in for the eyes of the persons.
import tempfile
from pathlib import Path

import numpy as np

from skecg.datasets import load_ecg_images
from skecg.labelling import LabelSession

scans = load_ecg_images()
truth = dict(zip(scans.groups, scans.target == "Normal", strict=True))
folder = Path(scans.paths[0]).parents[1]
rest = tempfile.TemporaryDirectory()
labels = Path(rest.name) / "labels.jsonl"
rng = np.random.default_rng(0)


def label_all(name: str, slips: int) -> LabelSession:
    """Label every file; of `slips` of them, the other class is given."""
    session = LabelSession(folder, name, ["Normal", "Abnormal"], labels=labels)
    wrong = rng.choice(len(session.items), slips, replace=False)
    while (place := session.next_index()) is not None:
        look = session.look(place)
        is_normal = truth[look.item.name] != (place in wrong)
        session.decide(look, "label", "Normal" if is_normal else "Abnormal")
    return session


anna, ben = label_all("anna", slips=0), label_all("ben", slips=3)
print(anna.progress())
print(labels.read_text().splitlines()[1])

# %%
# How far they agree
# ------------------
# Three quarters of the files are abnormal, so even two persons who guess agree often.
# Cohen's kappa takes off what chance would give.
from skecg.labelling import measure_agreement

[found] = measure_agreement(anna.store)
print(f"{found.observed:.1%} alike on {found.n_files} files, kappa {found.kappa:.2f}")

# %%
# Where they do not
# -----------------
# The disagreements are what to talk about.
import matplotlib.pyplot as plt

from skecg.imaging.decode import read_image

both = [anna.store.decisions("anna"), anna.store.decisions("ben")]
apart = [
    item for item in anna.items if len({one[item.name].label for one in both}) == 2
]
figure, axes = plt.subplots(1, len(apart), figsize=(9, 2.4), layout="constrained")
for ax, item in zip(axes, apart, strict=True):
    ax.imshow(read_image(item.path))
    ax.set_axis_off()
    said = ", ".join(
        f"{one[item.name].annotator}: {one[item.name].label}" for one in both
    )
    ax.set_title(f"{item.path.name}\n{said}", fontsize="small")

# %%
# Folders to learn from
# ---------------------
# Files on which they differ are left out, and listed. Near copies of one picture would
# stay on one side of the split; here all pictures differ.
from skecg.datasets import read_image_folder
from skecg.labelling import export_labels

made = export_labels(
    anna.store,
    anna.items,
    Path(rest.name) / "made",
    test_share=0.25,
    conflicts="leave out",
)
print("training:", made.training)
print("test:    ", made.test)
for file, reason in made.left_out:
    print("left out:", file, "-", reason)

pictures = read_image_folder(made.folder)
for name in ("train", "test"):
    print(name, np.unique(pictures.target[pictures.subset == name], return_counts=True))

# %%
# Patients are not known here. Where they are, ``patients`` keeps whole patients on one
# side; without, a test on such folders may be too good.
rest.cleanup()

# %%
# What a rule or a model would say of a file, and labels made elsewhere:
# :ref:`sphx_glr_auto_examples_plot_label_suggestions.py`.
