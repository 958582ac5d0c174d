"""Classical rivals of the networks, as pipelines on `_rival_beats`.

Class weights, penalty and what boosting sees were chosen by cross-validation inside
DS1: by patient, and the penalty for shuffled beats on shuffled beats of DS1.
"""

from collections.abc import Callable
from functools import partial
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils.class_weight import compute_sample_weight

from benchmarks._rival_beats import (
    AROUND_AND_CONTEXT,
    DIFFERENCE,
    KACHUEE,
    N_CONTEXT,
    R_PEAK,
)
from skecg.features import RhythmFeatures, TWaveFeatures
from skecg.signal.kachuee import KACHUEE_RATE

N_KERNELS = 2_500  # MiniRocket makes 29 features with each of its 84 kernels
PENALTY = {"beats": 0.1, "ds1-cv": 1e-3, "patients": 1e-3}  # scikit-learn's C
N_ITERATIONS = 200
N_COMPONENTS = 30


class Rival(NamedTuple):
    """A classifier, in words and for a seed."""

    description: str
    build: Callable[[int], Pipeline]
    balance: float = 0.0  # the power of balanced weights: 0.5 is `class_weight="sqrt"`
    is_random: bool = True  # whether another seed gives another classifier


def minirocket(seed: int, *, penalty: float) -> Pipeline:
    """Return random convolutions of the Kachuee beat into logistic regression."""
    from aeon.transformations.collection.convolution_based import MiniRocket

    transform = MiniRocket(n_kernels=N_KERNELS, random_state=seed, n_jobs=1)
    linear = LogisticRegression(C=penalty, max_iter=N_ITERATIONS)
    samples = FunctionTransformer(itemgetter(np.s_[:, KACHUEE]))
    # 100,000 rows of float32 are 1 GB: they are scaled in place.
    return make_pipeline(samples, transform, StandardScaler(copy=False), linear)


def boosting(seed: int) -> Pipeline:
    """Return beat features into histogram gradient boosting."""
    options = {"sampling_rate": KACHUEE_RATE, "context": N_CONTEXT}
    measured = make_union(
        RhythmFeatures(**options), TWaveFeatures(r_peak=R_PEAK, **options)
    )
    features = make_column_transformer(
        (measured, AROUND_AND_CONTEXT),
        (PCA(N_COMPONENTS, random_state=seed), DIFFERENCE),
    )
    trees = HistGradientBoostingClassifier(early_stopping=False, random_state=seed)
    return make_pipeline(features, trees)


def fit(rival: Rival, seed: int, data: np.ndarray, target: np.ndarray) -> Pipeline:
    """Fit to beats weighted as the rival asks."""
    model = rival.build(seed)
    weights = compute_sample_weight("balanced", target) ** rival.balance
    last = model.steps[-1][0]
    return model.fit(data, target, **{f"{last}__sample_weight": weights})


def warm_up(data: np.ndarray, target: np.ndarray) -> None:
    """Compile MiniRocket, which takes longer than to fit it."""
    _, first = np.unique(target, return_index=True)
    fit(rivals_for("beats")["minirocket"], 0, data[first], target[first])


def rivals_for(split: str) -> dict[str, Rival]:
    """Return the rivals under a protocol."""
    penalty = PENALTY[split]
    return {
        "minirocket": Rival(
            f"MiniRocket (aeon, {N_KERNELS:,} kernels) on the 187 samples, "
            f"standardised, logistic regression (C={penalty:g}, {N_ITERATIONS} "
            "iterations at most)",
            partial(minirocket, penalty=penalty),
        ),
        "boosting": Rival(
            "HistGradientBoostingClassifier on RhythmFeatures, TWaveFeatures and "
            f"{N_COMPONENTS} principal components of the difference to the record's "
            "median beat, weighted by the square roots of balanced class weights",
            boosting,
            balance=0.5,
            is_random=False,
        ),
    }
