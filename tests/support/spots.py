"""A network that soon knows where a spot is, and its pictures as files."""

from pathlib import Path

import numpy as np
from PIL import Image

from skecg.classifiers import ImageClassifier

N_IMAGES, SIZE = 48, 24


def make_spots() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return grey pictures with a spot in the upper half or the lower, y, groups."""
    rng = np.random.default_rng(0)
    X = rng.integers(180, 255, size=(N_IMAGES, SIZE, SIZE), dtype=np.uint8)
    y = np.where(np.arange(N_IMAGES) % 2, "lower", "upper")
    for image, label in zip(X, y, strict=True):
        row = rng.integers(0, 6) + (12 if label == "lower" else 0)
        column = rng.integers(0, 18)
        image[row : row + 6, column : column + 6] = 0
    return X, y, np.repeat(np.arange(8), 6)


def small(**params: object) -> ImageClassifier:
    """Return the network."""
    defaults = {
        "network_params": {"n_filters": 8, "dropout": 0.0},
        "max_epochs": 15,
        "batch_size": 8,
        "lr": 3e-3,
        "random_state": 0,
    }
    return ImageClassifier("convnet_small", **(defaults | params))


def folder_of(images: np.ndarray, path: Path) -> list[Path]:
    """Write pictures into a folder, and return their paths."""
    paths = [path / f"{index}.png" for index in range(len(images))]
    for file, image in zip(paths, images, strict=True):
        Image.fromarray(image).save(file)
    return paths
