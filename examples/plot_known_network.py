"""
What a known network sees
=========================

A published network for photographs knows strokes and corners. Cut off in the middle it
describes printouts, and a small classical model learns the rest. First, though: is any
picture there twice?
"""

# %%
# Copies first
# ------------
# Collections of scans hold the same sheet twice, stored again or moved by a millimetre.
# Two dozen printouts, and a copy of the first that was made darker and smaller:
# both get into one group, for the splitter to keep together.
import numpy as np

from skecg.datasets import load_ecg_images
from skecg.imaging.duplicates import group_duplicates
from skecg.imaging.hashes import perceptual_hash
from skecg.imaging.resize import area_resize

printouts = load_ecg_images()
copy = area_resize(printouts.data[:1], (180, 308))[0] * 0.9
pictures = [*printouts.data, copy.astype(np.uint8)]
found = group_duplicates([perceptual_hash(picture) for picture in pictures])
print("groups of the first and the copy:", found.groups[[0, -1]])
print("pairs found:", [group.tolist() for group in found.near])

# %%
# A network, cut off
# ------------------
# What is published, and under which licence, is known without a download.
from skecg.nn import published_weights

for name in ("squeezenet1_0", "resnet18", "vgg16"):
    known = published_weights(name)
    print(f"{known.name:36} {known.licence:14} {known.size}")

# %%
# ``Backbone`` builds any body that timm or torchvision knows by name. It scales colours
# as its weights want them, and its layers keep their names, so that published weights
# find their place. By hand that is two modules; the weights of this one are drawn.
import torch
from torch import nn
from torchvision import models

from skecg.nn import Backbone, PooledBody
from skecg.nn.backbone import NamedLayers, PixelScale

theirs = models.squeezenet1_0(weights=None).eval()  # "DEFAULT" would be a download
known = Backbone(1, 96, 128, 4, architecture="squeezenet1_0").eval()
known.load_state_dict(known.own_names(theirs.state_dict()), strict=False)
by_hand = nn.Sequential(PixelScale(), NamedLayers(theirs.features))
by_hand[0].load_state_dict(known.scale.state_dict())
page = torch.rand(1, 1, 96, 128)
with torch.no_grad():
    same = torch.equal(known.body(known.scale(page)), by_hand(page))
print("the same maps:", same)

# %%
# ``PooledBody`` stops at a layer, here a quarter of the way, and pools its maps: 256
# numbers for each field of a grid.
cut_off = PooledBody("squeezenet1_0", 96, 128, layer="5", pool=(3, 4)).eval()
with torch.no_grad():
    print(tuple(cut_off(page).shape))

# %%
# As a step
# ---------
# Nothing is downloaded here, so the weights are drawn: the network sees *something*,
# as random filters do. With a file of published ones it is ``weights="FILE"``.
# ``pool=(3, 4)`` keeps where on the sheet something is, since each lead has its place.
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skecg.features import BackboneFeatures, HOGFeatures
from skecg.preprocessing import GridRemover, ImageResizer

descriptions = {
    "gradients": make_pipeline(ImageResizer(), HOGFeatures(cell=(16, 16))),
    "network, weights drawn": make_pipeline(
        GridRemover(),
        BackboneFeatures("squeezenet1_0", layer="5", pool=(3, 4), random_state=0),
        StandardScaler(),
    ),
}

# %%
# What it is worth
# ----------------
# Six pictures of each of four classes; guessing gives 6 of 24. So few pictures show how
# it is done, never how well.
from sklearn.metrics import accuracy_score

from skecg.inspection import PredictionsDisplay

folds = StratifiedGroupKFold(3, shuffle=True, random_state=0)
for name, description in descriptions.items():
    model = make_pipeline(description, SVC())
    predicted = cross_val_predict(
        model, printouts.data, printouts.target, groups=printouts.groups, cv=folds
    )
    right = accuracy_score(printouts.target, predicted, normalize=False)
    print(f"{name}: {right:.0f} of 24 right")
PredictionsDisplay.from_predictions(
    printouts.data, printouts.target, predicted, n_shown=6
)

# %%
# On 393 printouts of that hospital, with published weights, the table of the guide's
# page on pictures has the figures.
