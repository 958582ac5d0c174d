"""How the network of the packaged model "ecg-images" is chosen and trained.

None of the pictures inside the package takes part, nor a near copy of one: they are
what the model can be tested on where nothing else is at hand.
"""

import os
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from joblib import Memory
from scipy.optimize import minimize_scalar
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline, make_pipeline

from benchmarks._image_files import ImageFiles, read_folder
from benchmarks._record import say
from skecg.classifiers import ImageClassifier
from skecg.datasets import load_ecg_images
from skecg.imaging.decode import read_image
from skecg.imaging.duplicates import group_duplicates
from skecg.imaging.hashes import perceptual_hash
from skecg.nn.augmentation import picture_augmentation
from skecg.preprocessing import ImageResizer

SIZE = (160, 224)  # smaller than elsewhere, for the sake of time
FOLDS = 4
SEED = 0
_COMMON: dict[str, Any] = {
    "network": "squeezenet1_0",
    "network_params": {"head_units": 0},
    "class_weight": "sqrt",
    "batch_size": 8,
    "random_state": SEED,
}
CANDIDATES: dict[str, dict[str, Any]] = {
    "body frozen": {"trainable_layers": 1, "max_epochs": 40, "lr": 3e-3},
    "body frozen, longer": {
        "trainable_layers": 1,
        "max_epochs": 400,
        "batch_size": 64,
        "lr": 1e-2,
    },
    "16 of 26 layers learn": {
        "trainable_layers": 16,
        "max_epochs": 5,
        "lr": 5e-4,
        "augment": picture_augmentation("scan"),
    },
}
"""The one with the highest macro-F1 over the folds is trained on all. The second was
added when the figures of the first were known."""


class Pictures(NamedTuple):
    """Printouts to train on.

    Attributes
    ----------
    files : ImageFiles
        Those left; `groups` holds near copies together.
    left_out : int
        Pictures inside the package, and near copies of them.
    """

    files: ImageFiles
    left_out: int


def read_pictures(folder: str) -> Pictures:
    """Read a folder of printouts without those inside the package and their copies."""
    files = read_folder(folder)
    packaged = load_ecg_images().paths.tolist()
    paths = [*map(str, files.paths), *packaged]
    hashes = np.stack([perceptual_hash(read_image(path)) for path in paths])
    groups = group_duplicates(hashes).groups
    own, theirs = groups[: len(files.paths)], groups[len(files.paths) :]
    names = {os.path.basename(path) for path in packaged}  # noqa: PTH119 - a text
    free = ~np.isin(own, theirs)
    free &= np.array([path.name not in names for path in files.paths])
    kept = np.flatnonzero(free)
    return Pictures(
        ImageFiles(
            [files.paths[at] for at in kept],
            files.target[kept],
            own[kept],
            files.sha256,
        ),
        int((~free).sum()),
    )


def model_of(settings: dict[str, Any], weights: str) -> Pipeline:
    """Return the unfitted pipeline of a candidate."""
    classifier = ImageClassifier(**(_COMMON | settings), weights=weights)
    return make_pipeline(ImageResizer(SIZE), classifier)


def cross_validated(
    name: str, files: ImageFiles, weights: str, memory: Memory
) -> np.ndarray:
    """Return the probabilities that each picture gets from the fold without it."""
    fold: Callable[..., np.ndarray] = memory.cache(_answers)
    paths = list(map(str, files.paths))
    classes = np.unique(files.target)
    told = np.empty((len(paths), len(classes)))
    cv = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for train, test in cv.split(paths, files.target, files.groups):
        told[test] = fold(
            CANDIDATES[name],
            weights,
            [paths[at] for at in train],
            files.target[train],
            [paths[at] for at in test],
        )
        right = classes[told[test].argmax(axis=1)] == files.target[test]
        say(f"{name}: {right.mean():.3f} of a fold")
    return told


def _answers(
    settings: dict[str, Any],
    weights: str,
    train: list[str],
    target: np.ndarray,
    test: list[str],
) -> np.ndarray:
    return model_of(settings, weights).fit(train, target).predict_proba(test)


def temperature_of(probabilities: np.ndarray, target: np.ndarray) -> float:
    """Return what logits are divided by so that held-out pictures are likeliest."""
    logits = np.log(np.clip(probabilities, 1e-12, None))
    found = minimize_scalar(
        lambda t: log_loss(target, softened(logits, np.exp(t))),
        bounds=(-2, 3),
        method="bounded",
    )
    return float(np.exp(found.x))


def softened(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Return the probabilities of logits at a temperature."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
