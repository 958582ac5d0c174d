"""The figures of one run of a beat classifier, and the log of all runs on DS2."""

import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble import VotingClassifier
from sklearn.utils import Bunch

from benchmarks._beat_splits import Fold
from benchmarks._record import FOLDER, circumstances
from skecg.model_selection import aami_report

LOG = FOLDER / "ds2_log.jsonl"
UNTAUGHT = "Q"
"""A class of eight beats in DS1: nothing to learn."""
LONG_RUNS = "232"
"""Three quarters of DS2's S beats stand in this record, in long runs."""


def score_folds(
    model: BaseEstimator,
    beats: Bunch,
    parts: list[Fold],
    *,
    untaught: str = "",
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[dict[str, Any], float]:
    """Fit to the training part of each fold; score all test parts together.

    Beats of the class `untaught` are left out of the training and stay in the test.
    Returns figures with the errors by record, of a vote also what each voter scores
    alone, and what the fits took, in seconds.
    """
    n_voters = len(model.estimators) if isinstance(model, VotingClassifier) else 0
    predicted = np.empty((1 + n_voters, len(beats.target)), dtype=beats.target.dtype)
    tested = np.zeros(len(beats.target), dtype=bool)
    seconds = 0.0
    for rows, test in parts:
        train = rows[beats.target[rows] != untaught]
        start = clock()
        fitted = clone(model).fit(beats.data[train], beats.target[train])
        seconds += clock() - start
        predicted[0, test] = fitted.predict(beats.data[test])
        for voice, voter in zip(predicted[1:], _voters(fitted), strict=True):
            # Those who vote learn the numbers of the classes.
            voice[test] = fitted.classes_[voter.predict(beats.data[test])]
        tested[test] = True
    target, record = beats.target[tested], beats.record[tested]
    answers, *alone = predicted[:, tested]
    told = figures(target, answers, record=record)
    told["by_record"] = errors_by_record(target, answers, record)
    if alone:
        told["alone"] = [_in_short(figures(target, voice)) for voice in alone]
    return told, seconds


def _voters(fitted: BaseEstimator) -> list[BaseEstimator]:
    return list(fitted.estimators_) if isinstance(fitted, VotingClassifier) else []


def _in_short(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ("macro_f1_nsv", "f1_s", "f1_v")}


def figures(
    target: np.ndarray, predicted: np.ndarray, *, record: np.ndarray | None = None
) -> dict[str, Any]:
    """Return what is told of a run; with records also an interval over them.

    A class without a true beat has no F1 and is left out. Where record 232 is among
    others, what matters is told without it too.
    """
    scores = aami_report(target, predicted, record=record)
    f1 = zip(scores.labels, scores.f1.tolist(), scores.support, strict=True)
    found: dict[str, Any] = {
        "accuracy": scores.accuracy,
        "macro_f1": scores.macro_f1,
        "macro_f1_nsv": scores.macro_f1_nsv,
        **{f"f1_{label}".lower(): value for label, value, n_beats in f1 if n_beats},
    }
    if scores.intervals is not None:
        found["macro_f1_nsv_interval"] = list(scores.intervals["macro_f1_nsv"])
    if record is not None and LONG_RUNS in record:
        others = record != LONG_RUNS
        rest = aami_report(target[others], predicted[others]).to_dict()
        for name in ("macro_f1_nsv", "f1_S"):
            found[f"{name.lower()}_without_{LONG_RUNS}"] = rest[name]
    return found


def log_on_ds2(name: str, estimator: str, run: dict[str, Any]) -> None:
    """Append a run on DS2 to the log, in which each of them stands."""
    longer = ("by_record", "alone")
    told = {key: value for key, value in run.items() if key not in longer}
    line = {"name": name, "estimator": estimator, **told, **circumstances()}
    with LOG.open("a") as log:
        log.write(json.dumps(line) + "\n")


def errors_by_record(
    target: np.ndarray, predicted: np.ndarray, record: np.ndarray
) -> dict[str, dict[str, list[int]]]:
    """Count found, missed and wrong beats of N, S and V, record by record."""
    counts: dict[str, dict[str, list[int]]] = {}
    for name in np.unique(record).tolist():
        here = record == name
        counts[name] = {}
        for label in "NSV":
            true, said = target[here] == label, predicted[here] == label
            found, missed, wrong = true & said, true & ~said, ~true & said
            counts[name][label] = [int(one.sum()) for one in (found, missed, wrong)]
    return counts
