"""
Fine-tuning a back-bone in two stages
=====================================

A network that has seen many drawn ECGs goes on to two dozen real printouts: first a new
head alone, then the last layers of the body too, with small steps.
"""

# %%
# Weights from somewhere else
# ---------------------------
# Usually somebody else has made them: ``weights="imagenet"`` downloads those that are
# published for a back-bone. Nothing is downloaded here. Drawings of synthetic records
# stand in, of which there are as many as we like, and their labels are certain.
import tempfile
from pathlib import Path

import numpy as np
import torch

from skecg.classifiers import ImageClassifier
from skecg.datasets import make_ecg
from skecg.preprocessing import ECGRenderer

RATE, SIZE, EACH = 250.0, (96, 160), 80
kinds = {"regular": {}, "ectopic": {"ectopic": 0.4}, "inverted T": {"inverted_t": 1.0}}
rng = np.random.default_rng(0)
made = [
    make_ecg(
        EACH,
        sampling_rate=RATE,
        n_leads=12,
        heart_rate=rng.uniform(50, 100, EACH),
        random_state=rng,
        **options,
    )
    for options in kinds.values()
]
draw = ECGRenderer(
    sampling_rate=RATE, size=SIZE, style="grey", lead_names=list(made[0].lead_names[0])
)
drawings = draw.fit_transform(np.concatenate([each.data for each in made]))
labels = np.repeat(list(kinds), EACH)

# %%
# The smallest residual network that timm has learns to tell them apart. What it has
# learnt goes into a file, tensors only.
source = ImageClassifier(
    "test_resnet", max_epochs=4, batch_size=16, lr=3e-3, random_state=0
)
source.fit(drawings, labels)
print(f"{source.history_[-1]['train_accuracy']:.0%} of the drawings by the last epoch")
folder = tempfile.TemporaryDirectory()
file = Path(folder.name) / "drawings.pth"
torch.save(source.net_.module_.state_dict(), file)

# %%
# Printouts
# ---------
# Six of each of four classes, brought to the size of the drawings.
from skecg.datasets import load_ecg_images
from skecg.preprocessing import ImageResizer

printouts = load_ecg_images()
X = ImageResizer(SIZE).fit_transform(printouts.data)
y = printouts.target

# %%
# Two stages
# ----------
# A new head makes wild steps at first, and would spoil the body if that learnt too. So
# the head's two layers begin alone; from epoch 31 on the last block of the body learns
# with them, by RMSprop at a rate of 1e-5. While the body rests, it is run once, and
# what it made of each picture is kept, so these epochs take next to no time.
from skecg.classifiers import Stage, StagedUnfreezing

HEAD, BLOCK = 2, 6  # layers with parameters
fine_tuned = ImageClassifier(
    "test_resnet",
    weights=file,
    max_epochs=40,
    batch_size=8,
    optimizer="adam",
    lr_schedule="constant",
    random_state=0,
)
stages = [Stage(1, HEAD), Stage(31, HEAD + BLOCK, lr=1e-5, optimizer="rmsprop")]
settings = {
    "head, body drawn": {"weights": None, "trainable_layers": HEAD},
    "head only": {"trainable_layers": HEAD},
    "head and last block": {"trainable_layers": HEAD + BLOCK, "fine_tune_lr": 1e-4},
    "two stages": {"callbacks": [StagedUnfreezing(stages)]},
}

# %%
# Each of them in three folds, with a third of the pictures held out:
from sklearn.base import clone
from sklearn.model_selection import StratifiedGroupKFold, cross_validate

folds = StratifiedGroupKFold(3, shuffle=True, random_state=0)
fitted = {}
for name, setting in settings.items():
    model = clone(fine_tuned).set_params(**setting)
    scores = cross_validate(
        model, X, y, groups=printouts.groups, cv=folds, return_estimator=True
    )
    fitted[name] = scores["estimator"]
    accuracy, seconds = scores["test_score"], scores["fit_time"].mean()
    print(f"{name:>20}: {accuracy.mean():.2f} ± {accuracy.std():.2f}, {seconds:.1f} s")
folder.cleanup()

# %%
# Curves
# ------
# The dotted line is where the second stage begins. The batch normalisation of the block
# then goes by the eight pictures of a batch instead of the drawings: hence the unrest.
import matplotlib.pyplot as plt

from skecg.inspection import HistoryDisplay

figure, ax = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
for name in ("head only", "two stages"):
    HistoryDisplay.from_estimator(fitted[name], name=name, ax=ax)

# %%
# Guessing gives 0.25, and nothing here is reliably better: sixteen pictures to learn
# from, eight to measure on, and a body that has only seen drawings. The page shows how
# it is done, not that it pays. That is to be measured on hundreds of pictures, beside
# training from scratch.
