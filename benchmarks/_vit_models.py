"""The vision transformer on pictures: pre-trained on drawn printouts, and from scratch.

Each model takes the pictures once and returns a function that learns from some and
answers for others, as those of `_image_baselines` do.
"""

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks._image_baselines import INNER_FOLDS, Answer, Answerer, Model
from benchmarks._image_files import ImageFiles
from benchmarks._vit_pictures import SIZE
from benchmarks._vit_pretraining import classifier, features_of
from skecg.preprocessing import ImageResizer

STRENGTHS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]

# Chosen in the training part of seed 0's first fold, see `vit_choice`. From scratch too
# the body has a rate of its own: it starts from drawn weights.
RECIPE: dict[str, Any] = {"max_epochs": 10, "lr": 1e-2, "fine_tune_lr": 3e-4}
CHOSEN = "fine_tuned"  # there too, before what is frozen


def resized(files: ImageFiles) -> np.ndarray:
    """Return the pictures, made small by exact area means."""
    return ImageResizer(SIZE, method="area").fit_transform(files.paths)


def trained(weights: Path, settings: dict[str, Any]) -> Model:
    """Return the model that trains the network on each training part."""

    def model(files: ImageFiles) -> Answerer:
        X = resized(files)

        def answer(train: np.ndarray, test: np.ndarray, seed: int) -> Answer:
            fitted = classifier(seed, weights, **settings)
            fitted.fit(X[train], files.target[train])
            return Answer(fitted.predict(X[test]), {})

        return answer

    return model


def frozen(weights: Path, *, all_layers: bool = False) -> Model:
    """Return the model that leaves the network as it is, under a logistic regression.

    No picture changes what is computed of another, so features are computed once.

    Parameters
    ----------
    weights : Path
        Of the network.
    all_layers : bool, default=False
        Whether it sees the means over the tokens of each layer, side by side, or those
        of the last alone, which the head takes.
    """

    def model(files: ImageFiles) -> Answerer:
        means = features_of(weights, resized(files))
        X = means.reshape(len(means), -1) if all_layers else means[:, -1]

        def answer(train: np.ndarray, test: np.ndarray, seed: int) -> Answer:
            cv = StratifiedGroupKFold(INNER_FOLDS, shuffle=True, random_state=seed)
            steps = make_pipeline(StandardScaler(), LogisticRegression(max_iter=3000))
            grid = {"logisticregression__C": STRENGTHS}
            search = GridSearchCV(steps, grid, cv=cv, scoring="accuracy")
            search.fit(X[train], files.target[train], groups=files.groups[train])
            return Answer(search.predict(X[test]), search.best_params_)

        return answer

    return model
