"""A small network on pictures that knows nothing beforehand."""

from typing import Any

import numpy as np

from benchmarks._image_baselines import Answer, Answerer
from benchmarks._image_files import ImageFiles
from skecg.classifiers import ImageClassifier
from skecg.preprocessing import ImageResizer

SIZE = (128, 128)
# Settled beforehand, and not tried on these pictures: nothing is chosen.
SETTINGS: dict[str, Any] = {
    "network": "convnet_small",
    "network_params": {"batch_norm": True},
    "max_epochs": 15,
    "batch_size": 16,
    "class_weight": "sqrt",
}


def convnet_small(files: ImageFiles) -> Answerer:
    """Return the network, trained from scratch on each training part."""
    X = ImageResizer(SIZE).fit_transform(files.paths)

    def answer(train: np.ndarray, test: np.ndarray, seed: int) -> Answer:
        model = ImageClassifier(**SETTINGS, random_state=seed)
        model.fit(X[train], files.target[train], groups=files.groups[train])
        return Answer(model.predict(X[test]), {})

    return answer
