"""Pipelines from the files of printouts to their classes, out of public parts.

What a picture gives is measured first, picture by picture: that can be done once, for
it holds nothing of other pictures. Everything that learns stands in `learner`, which is
fitted on each training part alone.
"""

import os
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from benchmarks._image_baselines import (
    WEIGHTS,
    Answer,
    Answerer,
    Model,
    inner_search,
)
from benchmarks._image_files import ImageFiles
from skecg.features import BackboneFeatures, RhythmFeatures, TWaveFeatures
from skecg.preprocessing import BeatSegmenter, GridRemover, TraceReader

COLUMNS = (0.04, 0.973)  # where the traces of this printer begin and end
RATE = 250.0
LAYER = "5"  # of SqueezeNet: strokes and corners
OUTLIERS = 3.0  # standard deviations; what is farther is brought there
Blocks = dict[str, float]
"""Kinds of measurements and what they weigh in the distance of two pictures."""

TRACES: Blocks = {"waves": 1.0}
EVERYTHING: Blocks = {"network": 1.0, "waves": 2.0, "beats": 0.5, "rhythm": 0.5}
GRID: dict[str, list[Any]] = {
    "svc__C": [0.3, 1.0, 3.0, 10.0, 100.0],
    "svc__gamma": [0.1, 0.3, 0.6],
    "svc__class_weight": WEIGHTS,
}


class Measured(NamedTuple):
    """Numbers of each picture.

    Attributes
    ----------
    X : ndarray of shape (n_images, n_features)
        Side by side, NaN where something could not be measured.
    columns : dict of slice
        Which of them are of which kind.
    """

    X: np.ndarray
    columns: dict[str, slice]


def steps(weights: str | os.PathLike[str] | None = None) -> dict[str, Any]:
    """Return what measures records, and what measures pictures.

    Parameters
    ----------
    weights : str, os.PathLike or None
        Of SqueezeNet.

    Returns
    -------
    dict
        Transformers by the names of their blocks. All but "network" take records.
    """
    rate: dict[str, Any] = {"sampling_rate": RATE, "leads": "fused"}
    return {
        "waves": TWaveFeatures(**rate, measures="all"),
        "beats": make_pipeline(
            BeatSegmenter(**rate, window=(0.3, 0.5)), FunctionTransformer(_flat)
        ),
        "rhythm": RhythmFeatures(**rate),
        "network": make_pipeline(
            GridRemover(), BackboneFeatures(weights=weights, layer=LAYER)
        ),
    }


def learner(columns: dict[str, slice], blocks: Blocks) -> Pipeline:
    """Return the classifier of measured pictures.

    Gaps are filled with the median of the training part, every column gets its mean and
    its spread, and each block the same share of the squared distance times its weight,
    however many columns it has.

    Parameters
    ----------
    columns : dict of slice
        Where the blocks stand.
    blocks : dict of float
        Their weights.

    Returns
    -------
    Pipeline
        Ending in a support vector machine, whose `gamma` counts the distance of two
        pictures as 2 on average.
    """
    total = sum(blocks.values())
    scaled = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(),
        FunctionTransformer(np.clip, kw_args={"a_min": -OUTLIERS, "a_max": OUTLIERS}),
    )
    shares = {
        name: np.sqrt(weight / total / (columns[name].stop - columns[name].start))
        for name, weight in blocks.items()
    }
    transformers = [(name, scaled, columns[name]) for name in blocks]
    return make_pipeline(
        ColumnTransformer(transformers, transformer_weights=shares), SVC()
    )


def measure(files: ImageFiles, blocks: Blocks, weights: str | None) -> Measured:
    """Measure pictures, kind by kind.

    Parameters
    ----------
    files : ImageFiles
        Where they are.
    blocks : dict of float
        Which kinds.
    weights : str or None
        Of SqueezeNet.

    Returns
    -------
    Measured
    """
    parts, columns, stop = [], {}, 0
    for name in blocks:
        parts.append(_block(name, tuple(files.paths), weights))
        start, stop = stop, stop + parts[-1].shape[1]
        columns[name] = slice(start, stop)
    return Measured(np.hstack(parts), columns)


def svm(blocks: Blocks, weights: str | None = None) -> Model:
    """Return a support vector machine on blocks of measurements.

    Parameters
    ----------
    blocks : dict of float
        Kinds of measurements and their weights.
    weights : str or None
        Of SqueezeNet.

    Returns
    -------
    callable
        Takes the pictures.
    """

    def prepared(files: ImageFiles) -> Answerer:
        X, columns = measure(files, blocks, weights)
        return _answerer(X, files, learner(columns, blocks), GRID)

    return prepared


def network_logistic(weights: str) -> Model:
    """Return a logistic regression on SqueezeNet alone, as it sees the coloured paper.

    Parameters
    ----------
    weights : str
        Of SqueezeNet.

    Returns
    -------
    callable
        Takes the pictures.
    """
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    grid = {
        "logisticregression__C": [1e-3, 1e-2, 0.1, 1.0],
        "logisticregression__class_weight": WEIGHTS,
    }

    def prepared(files: ImageFiles) -> Answerer:
        X = BackboneFeatures(weights=weights).fit_transform(files.paths)
        return _answerer(X, files, model, grid)

    return prepared


def _answerer(
    X: np.ndarray, files: ImageFiles, model: Any, grid: dict[str, list[Any]]
) -> Answerer:
    def answer(train: np.ndarray, test: np.ndarray, seed: int) -> Answer:
        chosen = inner_search(model, grid, seed)
        chosen.fit(X[train], files.target[train], groups=files.groups[train])
        told = {**chosen.best_params_, "inner_score": float(chosen.best_score_)}
        return Answer(chosen.predict(X[test]), told)

    return answer


@cache
def _block(name: str, paths: tuple[str, ...], weights: str | None) -> np.ndarray:
    seen = list(paths) if name == "network" else _records(paths)
    return steps(weights)[name].fit_transform(seen)


@cache
def _records(paths: tuple[str, ...]) -> np.ndarray:
    reader = TraceReader(sampling_rate=RATE, columns=COLUMNS)
    return reader.fit_transform(list(paths))


def _flat(beats: np.ndarray) -> np.ndarray:
    # Every fourth sample: a printout of this size holds no more.
    return beats[..., ::4].reshape(len(beats), -1)
