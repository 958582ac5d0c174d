"""Cross-validating estimators with patients held out and with beats shuffled."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn import config_context
from sklearn.base import BaseEstimator
from sklearn.model_selection import (
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_validate,
)
from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import get_routing_for_object
from sklearn.utils.validation import check_consistent_length

from skecg.model_selection import aami_report, check_group_leakage
from skecg.reporting._comparison import SPLITS, Comparison, ComparisonRow
from skecg.signal.aami import AAMI_CLASSES

ProgressCallback = Callable[[int, int, str], object]
"""Called as ``on_progress(n_done, n_steps, what_was_done)``."""


def compare_splits(
    estimators: Mapping[str, BaseEstimator],
    X: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    groups: npt.ArrayLike,
    record: npt.ArrayLike | None = None,
    labels: Sequence[Hashable] = AAMI_CLASSES,
    n_splits: int = 3,
    random_state: int = 0,
    on_progress: ProgressCallback | None = None,
) -> Comparison:
    """Cross-validate each estimator under both splits of the beats.

    ``"patients"`` holds out whole patients (`StratifiedGroupKFold`): what to expect
    from a patient the model has not met. ``"beats"`` shuffles the beats
    (`StratifiedKFold`), so that nearly every patient is on both sides: what most
    published tables do, and optimistic.

    Metadata routing is on while it runs, so that `groups` also reaches the estimators
    that ask for it, for their inner validation split.

    Parameters
    ----------
    estimators : mapping of str to estimator
        Classifiers by the name to show; they are cloned, never fitted themselves.
    X : array-like of shape (n_beats, n_columns) or (n_beats, n_leads, n_times)
        What all of them take; a DataFrame reaches them as one.
    y : array-like of shape (n_beats,)
        Class of each beat.
    groups : array-like of shape (n_beats,)
        Patient of each beat.
    record : array-like of shape (n_beats,), default=None
        Record of each beat, resampled for the intervals; None takes `groups`.
    labels : sequence, default=AAMI_CLASSES
        All classes that `y` may hold, in the order of the tables.
    n_splits : int, default=3
        Folds of each cross-validation.
    random_state : int, default=0
        Seed of both splits and of the resampling.
    on_progress : callable or None, default=None
        Called as ``on_progress(n_done, n_steps, text)`` after each fold.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If lengths differ, there is no estimator, there are fewer patients than folds,
        or `y` holds a label that is not in `labels`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.dummy import DummyClassifier
    >>> from skecg.reporting import compare_splits
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(60, 5)), np.tile(["N", "N", "V"], 20)
    >>> found = compare_splits(
    ...     {"majority": DummyClassifier()}, X, y, groups=np.repeat(np.arange(6), 10)
    ... )
    >>> [(row.split, round(row.report.accuracy, 3)) for row in found.rows]
    [('patients', 0.667), ('beats', 0.667)]
    """
    y, groups = np.asarray(y), np.asarray(groups)
    record = groups if record is None else np.asarray(record)
    check_consistent_length(X, y, groups, record)
    _check_sizes(estimators, groups, n_splits)
    tick = _Ticks(len(estimators) * len(SPLITS) * n_splits, on_progress)
    data = _Data(X, y, groups, record, tuple(labels))
    rows = []
    with config_context(enable_metadata_routing=True):
        for name, estimator in estimators.items():
            for split in SPLITS:
                tick.start(name, split)
                splitter = _splitter(split, n_splits, random_state)
                rows.append(_row(data, name, estimator, split, splitter, tick))
    return Comparison(
        rows=tuple(rows),
        labels=data.labels,
        y_true=y,
        groups=groups,
        record=record,
        n_splits=n_splits,
        random_state=random_state,
    )


class _Data(NamedTuple):
    """The arrays that all folds share, and the classes."""

    X: npt.ArrayLike
    y: np.ndarray
    groups: np.ndarray
    record: np.ndarray
    labels: tuple[Hashable, ...]


class _Ticks:
    """Counts folds and tells the caller."""

    def __init__(self, n_steps: int, on_progress: ProgressCallback | None) -> None:
        self.n_steps, self.n_done = n_steps, 0
        self.on_progress = on_progress
        self.text = ""

    def start(self, name: str, split: str) -> None:
        self.text = f"{name}, {SPLITS[split]}"

    def __call__(self) -> None:
        self.n_done += 1
        if self.on_progress is not None:
            self.on_progress(self.n_done, self.n_steps, self.text)


def _check_sizes(
    estimators: Mapping[str, BaseEstimator], groups: np.ndarray, n_splits: int
) -> None:
    if not estimators:
        raise ValueError("estimators is empty; give at least one, by its name.")
    n_patients = len(np.unique(groups))
    if n_patients < n_splits:
        raise ValueError(
            f"{n_splits} folds need at least as many patients, got {n_patients} "
            "different values in groups. Use fewer folds or more patients."
        )


def _row(
    data: _Data,
    name: str,
    estimator: BaseEstimator,
    split: str,
    splitter: Any,
    tick: _Ticks,
) -> ComparisonRow:
    found, predictions = _cross_validate(data, estimator, splitter, tick)
    folds = list(zip(found["indices"]["train"], found["indices"]["test"], strict=True))
    if split == "patients":
        for train, test in folds:
            check_group_leakage(train, test, data.groups)
    y_pred = _out_of_fold(predictions, folds)
    scores = {key: found[key] for key in found if key.startswith("test_")}
    return ComparisonRow(
        estimator=name,
        split=split,
        report=aami_report(data.y, y_pred, record=data.record, labels=data.labels),
        y_pred=y_pred,
        fold_scores={
            key.removeprefix("test_"): tuple(map(float, values))
            for key, values in scores.items()
        },
        fit_seconds=tuple(map(float, found["fit_time"])),
        known=_known_share(folds, data.groups),
        histories=tuple(_histories(found["estimator"])),
    )


def _splitter(split: str, n_splits: int, random_state: int) -> Any:
    kind = StratifiedGroupKFold if split == "patients" else StratifiedKFold
    return kind(n_splits, shuffle=True, random_state=random_state)


def _cross_validate(
    data: _Data, estimator: BaseEstimator, splitter: Any, tick: _Ticks
) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Return what `cross_validate` found, and each fold's predictions."""
    predictions: list[np.ndarray] = []

    def score(fitted: BaseEstimator, X: Any, y: np.ndarray) -> dict[str, float]:
        # One callable for all measures, because it is the one place where a fold's
        # predictions can be kept: no beat is predicted a second time.
        predictions.append(fitted.predict(X))
        report = aami_report(y, predictions[-1], labels=data.labels)
        tick()
        return report.to_dict()

    # Metadata that nobody asks for is an error in cross_validate. Splitters by group
    # ask for it themselves; otherwise it is up to the estimator.
    by_group = isinstance(splitter, StratifiedGroupKFold)
    wanted = by_group or _asks_for_groups(estimator)
    found = cross_validate(
        estimator,
        data.X,
        data.y,
        cv=splitter,
        params={"groups": data.groups} if wanted else None,
        scoring=score,
        error_score="raise",
        return_estimator=True,
        return_indices=True,
        n_jobs=1,  # in this process and fold by fold, or `predictions` stays empty
    )
    return found, predictions


def _asks_for_groups(estimator: BaseEstimator) -> bool:
    return bool(get_routing_for_object(estimator).consumes("fit", ["groups"]))


def _out_of_fold(
    predictions: Sequence[np.ndarray],
    folds: Sequence[tuple[np.ndarray, np.ndarray]],
) -> np.ndarray:
    """Return the folds' predictions in the order of the rows, one for each."""
    if any(np.intersect1d(train, test).size for train, test in folds):
        raise RuntimeError("A fold tests on rows it was trained on.")
    rows = np.concatenate([test for _, test in folds])
    return np.concatenate(predictions)[np.argsort(rows)]


def _known_share(
    folds: Sequence[tuple[np.ndarray, np.ndarray]], groups: np.ndarray
) -> float:
    known = [np.isin(groups[test], groups[train]) for train, test in folds]
    return float(np.concatenate(known).mean())


def _histories(estimators: Sequence[BaseEstimator]) -> Iterator[list[dict[str, Any]]]:
    for estimator in estimators:
        last = estimator[-1] if isinstance(estimator, Pipeline) else estimator
        if hasattr(last, "history_"):
            yield last.history_
