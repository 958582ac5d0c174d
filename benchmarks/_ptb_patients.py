"""Healthy or not, for patients that nobody has trained on; and how sure that is."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks._ptb import LAYERS, learner
from skecg.classifiers import BeatwiseClassifier
from skecg.model_selection.bootstrap import percentile_interval
from skecg.nn.augmentation import LeadDropout, Noise, Scale, Shift, Stretch, Wander

MEMBERS = 3  # networks whose probabilities are averaged
AUGMENT = (Scale(1.3), Shift(), Noise(0.1), Wander(), Stretch(), LeadDropout(0.2))
FOLDS, INNER_FOLDS = 5, 3
N_BOOTSTRAPS = 2000


class Answers(NamedTuple):
    """What one seed's folds say of patients held out.

    Attributes
    ----------
    probability : ndarray of shape (n_records,)
        Of not being healthy, each from the fold that held its patient out.
    by_fold : list of float
        AUROC of each fold by itself.
    chosen : list of dict
        What the search inside the training part chose in each fold.
    inner : dict of str to float
        AUROC inside the training parts by setting, mean over the folds.
    """

    probability: np.ndarray
    by_fold: list[float]
    chosen: list[dict[str, Any]]
    inner: dict[str, float]


def network_search(source: FrozenEstimator | None, seed: int) -> GridSearchCV:
    """Return the search inside a training part: how many layers learn.

    Without a source every layer learns from its draw, and the search is over the rate
    instead.
    """
    network = learner(source, seed, AUGMENT)
    grid: dict[str, list[Any]] = {"classifier__trainable_layers": list(LAYERS)}
    if source is None:
        grid = {"classifier__lr": [1e-3, 3e-3]}
    return _search(BeatwiseClassifier(None, network), grid, seed)


def measures_search(kind: str, seed: int) -> GridSearchCV:
    """Return the same for classical models of the measures of every lead's waves."""
    if kind == "boosting":
        boosting = HistGradientBoostingClassifier(random_state=seed)
        return _search(boosting, {"min_samples_leaf": [3, 10]}, seed)
    linear = make_pipeline(
        SimpleImputer(keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(max_iter=5000),
    )
    # A tie goes to the first: to the answers that differ most between records.
    strengths = [1.0, 0.1, 0.01, 0.001]
    return _search(linear, {"logisticregression__C": strengths}, seed)


def _search(
    estimator: BaseEstimator, grid: dict[str, list[Any]], seed: int
) -> GridSearchCV:
    cv = StratifiedGroupKFold(INNER_FOLDS, shuffle=True, random_state=seed)
    return GridSearchCV(estimator, grid, cv=cv, scoring="roc_auc", refit=False)


def hold_out(
    search: GridSearchCV,
    X: np.ndarray,
    y: np.ndarray,
    patient: np.ndarray,
    seed: int,
) -> Answers:
    """Hold every patient out once; choose inside the rest, fit that, and ask it."""
    outer = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    probability, by_fold, chosen, inner = np.empty(len(y)), [], [], []
    for train, test in outer.split(X, y, patient):
        found = clone(search).fit(X[train], y[train], groups=patient[train])
        answers = [
            member.fit(X[train], y[train]).predict_proba(X[test])[:, _sick(member)]
            for member in _members(search.estimator, found, seed)
        ]
        probability[test] = np.mean(answers, axis=0)
        by_fold.append(float(roc_auc_score(y[test] != "healthy", probability[test])))
        chosen.append(_short(_best(found)))
        inner.append(found.cv_results_["mean_test_score"])
    settings = [str(_short(one)) for one in found.cv_results_["params"]]
    means = dict(zip(settings, np.mean(inner, axis=0).tolist(), strict=True))
    return Answers(probability, by_fold, chosen, means)


def _members(
    estimator: BaseEstimator, found: GridSearchCV, seed: int
) -> list[BaseEstimator]:
    best = clone(estimator).set_params(**_best(found))
    if not isinstance(estimator, BeatwiseClassifier):
        return [best]
    seeds = [{"classifier__random_state": 100 * seed + k} for k in range(MEMBERS)]
    return [clone(best).set_params(**one) for one in seeds]


def _best(found: GridSearchCV) -> dict[str, Any]:
    return found.cv_results_["params"][found.best_index_]


def _short(params: dict[str, Any]) -> dict[str, Any]:
    return {name.rpartition("__")[2]: value for name, value in params.items()}


def _sick(model: BaseEstimator) -> int:
    return int(np.flatnonzero(model.classes_ != "healthy")[0])


def auroc(sick: np.ndarray, probability: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the AUROC of weighted records, for every draw of weights.

    Parameters
    ----------
    sick : ndarray of bool of shape (n_records,)
        Who is not healthy.
    probability : ndarray of shape (n_records,)
        Of that.
    weight : ndarray of shape (n_draws, n_records)
        How often each record counts; zero is often enough.

    Returns
    -------
    ndarray of shape (n_draws,)
        Share of the pairs that stand in the right order, a tie counting half; NaN where
        a draw lacks a class.
    """
    high, low = probability[sick][:, np.newaxis], probability[~sick]
    right = (high > low) + 0.5 * (high == low)
    pairs = np.einsum("di,ij,dj->d", weight[:, sick], right, weight[:, ~sick])
    total = weight[:, sick].sum(axis=1) * weight[:, ~sick].sum(axis=1)
    with np.errstate(invalid="ignore"):
        return pairs / total


def draw_patients(patient: np.ndarray) -> np.ndarray:
    """Draw patients with replacement: how often each record counts in every draw."""
    names, index = np.unique(patient, return_inverse=True)
    share = np.full(len(names), 1 / len(names))
    draws = np.random.default_rng(0).multinomial(len(names), share, size=N_BOOTSTRAPS)
    return draws[:, index]


def summarise(
    by_model: dict[str, list[Answers]], y: np.ndarray, patient: np.ndarray
) -> dict[str, Any]:
    """Return AUROC per model, and the differences to transfer with their intervals.

    The figure is the mean over the seeds of the AUROC of all records together. Every
    draw of patients is the same for all models, so what they share cancels out.
    """
    sick, draws = y != "healthy", draw_patients(patient)
    whole = np.ones((1, len(y)))
    value, drawn = (
        {
            name: np.mean([auroc(sick, one.probability, w) for one in runs], axis=0)
            for name, runs in by_model.items()
        }
        for w in (whole, draws)
    )
    return {
        name: {
            "auroc": float(value[name][0]),
            "interval": percentile_interval(drawn[name], confidence=0.95),
            "by_seed": [float(auroc(sick, r.probability, whole)[0]) for r in runs],
            "fold_mean": float(np.mean([run.by_fold for run in runs])),
            "fold_spread": float(np.std([run.by_fold for run in runs])),
            "transfer_minus_this": float(value["transfer"][0] - value[name][0]),
            "difference_interval": percentile_interval(
                drawn["transfer"] - drawn[name], confidence=0.95
            ),
            "chosen": [run.chosen for run in runs],
            "inner": [run.inner for run in runs],
        }
        for name, runs in by_model.items()
    }
