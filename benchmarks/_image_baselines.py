"""Hand-made models of pictures: what networks must be better than.

Each takes the pictures once, so that what does not depend on others of them is computed
once, and returns a function that learns from some and answers for others. Whatever is
chosen is chosen inside the training part.
"""

from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from benchmarks._image_files import ImageFiles
from skecg.classifiers import TWaveThresholdClassifier
from skecg.features import HOGFeatures, TWaveIntensity
from skecg.preprocessing import ImageResizer

SIZES = ((128, 218), (182, 256))
CELLS = ((8, 8), (16, 16))
WIDTHS = (0.25, 1.0)  # of the radial kernel, in the number of blocks
STRENGTHS = [10.0, 100.0, 1000.0]
WEIGHTS = [None, "balanced"]
INNER_FOLDS = 4
INNER_SCORE = "f1_macro"


class Answer(NamedTuple):
    """What a model says of the pictures held out.

    Attributes
    ----------
    labels : ndarray of str of shape (n_test,)
        Their classes.
    chosen : dict
        What was chosen, or learnt, from the training part.
    """

    labels: np.ndarray
    chosen: dict[str, Any]


Answerer = Callable[[np.ndarray, np.ndarray, int], Answer]
"""Takes the indices of the training and of the test part and a seed."""
Model = Callable[[ImageFiles], Answerer]


def majority(files: ImageFiles) -> Answerer:
    """Return the model that always says the commonest class."""

    def answer(train: np.ndarray, test: np.ndarray, _seed: int) -> Answer:
        model = DummyClassifier().fit(train[:, None], files.target[train])
        return Answer(model.predict(test[:, None]), {})

    return answer


def heuristic(files: ImageFiles) -> Answerer:
    """Return the rule of thumb: three thresholds, learnt."""
    X = TWaveIntensity().fit_transform(files.paths)

    def answer(train: np.ndarray, test: np.ndarray, _seed: int) -> Answer:
        model = TWaveThresholdClassifier(normal_label="Normal")
        model.fit(X[train], files.target[train])
        learnt = {
            name: getattr(model, f"{name}_") for name in ("mean", "maximum", "std")
        }
        return Answer(model.predict(X[test]), learnt)

    return answer


def band_intensities(files: ImageFiles) -> Answerer:
    """Return a logistic regression on the features of the rule of thumb."""
    X = TWaveIntensity().fit_transform(files.paths)

    def answer(train: np.ndarray, test: np.ndarray, seed: int) -> Answer:
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
        grid = {
            "logisticregression__C": [0.1, 1.0, 10.0, 100.0],
            "logisticregression__class_weight": WEIGHTS,
        }
        search = inner_search(model, grid, seed)
        search.fit(X[train], files.target[train], groups=files.groups[train])
        return Answer(search.predict(X[test]), search.best_params_)

    return answer


def hog_svm(files: ImageFiles) -> Answerer:
    """Return a support vector machine on histograms of oriented gradients.

    It sees pictures through products of two of them only, so these are computed once:
    none holds anything of a third picture.
    """
    kernels = _kernels(files)

    def answer(train: np.ndarray, test: np.ndarray, seed: int) -> Answer:
        y, groups = files.target[train], files.groups[train]
        found = {}
        for name, kernel in kernels.items():
            grid = {"C": STRENGTHS, "class_weight": WEIGHTS}
            search = inner_search(SVC(kernel="precomputed"), grid, seed)
            found[name] = search.fit(kernel[np.ix_(train, train)], y, groups=groups)
        best = max(found, key=lambda name: found[name].best_score_)
        labels = found[best].predict(kernels[best][np.ix_(test, train)])
        return Answer(labels, {"features": best, **found[best].best_params_})

    return answer


def _kernels(files: ImageFiles) -> dict[str, np.ndarray]:
    kernels = {}
    for size, cell in product(SIZES, CELLS):
        steps = make_pipeline(ImageResizer(size), HOGFeatures(cell=cell))
        X = steps.fit_transform(files.paths)
        inner = (X @ X.T).astype(np.float64)
        n_blocks = X.shape[1] // (4 * 9)
        square = np.diag(inner)
        apart = np.maximum(square[:, None] + square - 2 * inner, 0)
        name = f"{size[0]}x{size[1]}, cells of {cell[0]}"
        kernels[f"{name}, linear"] = inner / n_blocks
        for width in WIDTHS:
            radial = np.exp(-apart / (width * n_blocks))
            kernels[f"{name}, radial {width:g}"] = radial
    return kernels


def inner_search(model: Any, grid: dict[str, list[Any]], seed: int) -> GridSearchCV:
    """Return the search that chooses inside a training part.

    Parameters
    ----------
    model : estimator
        What is fitted.
    grid : dict of list
        What is tried.
    seed : int
        Of the inner folds.

    Returns
    -------
    GridSearchCV
    """
    cv = StratifiedGroupKFold(INNER_FOLDS, shuffle=True, random_state=seed)
    return GridSearchCV(model, grid, cv=cv, scoring=INNER_SCORE)


FOUR_CLASSES: dict[str, Model] = {
    "majority": majority,
    "band_intensities": band_intensities,
    "hog_svm": hog_svm,
}
TWO_CLASSES: dict[str, Model] = {
    "majority": majority,
    "heuristic": heuristic,
    "hog_svm": hog_svm,
}
