"""Confusion matrices and what is computed from them, for one or for many at once."""

import math
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.utils import check_consistent_length

from skecg.model_selection._ids import encode, read_column
from skecg.signal._checks import shorten

# The classes that papers on DS2 compare; F and Q are too rare there to average over.
_NSV = ("N", "S", "V")

# Names of the measures, which the report, its intervals and the scorers share: fields
# of `Measures` over all classes, then those per class by the start of their name.
OVERALL = ("accuracy", "balanced_accuracy", "macro_f1", "macro_f1_nsv")
PER_CLASS = {"se": "sensitivity", "ppv": "precision", "f1": "f1"}


def measure_names(labels: Sequence[Hashable]) -> tuple[str, ...]:
    """Return the names of all measures: accuracy, ..., se_N, ppv_N, f1_N, se_S, ..."""
    per_class = (f"{short}_{label}" for label in labels for short in PER_CLASS)
    return (*OVERALL, *per_class)


class Measures(NamedTuple):
    """Measures of one or more confusion matrices of shape ``(..., C, C)``.

    The first three have shape ``(..., C)``, the rest ``(...)``.
    """

    sensitivity: np.ndarray
    precision: np.ndarray
    f1: np.ndarray
    accuracy: np.ndarray
    balanced_accuracy: np.ndarray
    macro_f1: np.ndarray
    macro_f1_nsv: np.ndarray

    def named(self, labels: Sequence[Hashable]) -> dict[str, np.ndarray]:
        """Return one array of shape ``(...)`` per measure, by `measure_names`."""
        overall = [getattr(self, field) for field in OVERALL]
        per_class = [
            getattr(self, field)[..., index]
            for index in range(len(labels))
            for field in PER_CLASS.values()
        ]
        return dict(zip(measure_names(labels), overall + per_class, strict=True))


def check_labels(labels: Sequence[Hashable]) -> tuple[Hashable, ...]:
    """Return `labels` as a tuple without repeats, refusing an empty one."""
    labels = tuple(np.asarray(labels).tolist())
    if not labels or len(set(labels)) < len(labels):
        raise ValueError(
            f"labels must hold at least one class and none twice, got {labels}."
        )
    return labels


def _read_labels(
    y: npt.ArrayLike, labels: Sequence[Hashable], *, name: str
) -> np.ndarray:
    """Return the index in `labels` of every element of `y`."""
    values = np.asarray(y)
    if values.ndim != 1 or not values.size:
        raise ValueError(
            f"{name} must be one-dimensional and not empty, got shape {values.shape}."
        )
    codes = np.full(len(values), -1, dtype=np.intp)
    for index, label in enumerate(labels):
        codes[values == label] = index
    if codes.min() < 0:
        unknown = sorted(set(values[codes < 0].tolist()), key=str)
        raise ValueError(
            f"{name} has labels that are not among labels={tuple(labels)}: "
            f"{shorten(unknown)}. Pass labels= with every class there is, or pool the "
            "symbols first with skecg.signal.aami.to_aami."
        )
    return codes


def count_confusions(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    labels: Sequence[Hashable],
    *,
    record: npt.ArrayLike | None = None,
) -> np.ndarray:
    """Return one confusion matrix per record: (n_records, n_labels, n_labels).

    Rows of a matrix are true classes, columns are predicted ones. Without `record` all
    beats count as one.
    """
    check_consistent_length(y_true, y_pred, record)
    true = _read_labels(y_true, labels, name="y_true")
    predicted = _read_labels(y_pred, labels, name="y_pred")
    part = np.zeros_like(true)
    if record is not None:
        part = encode(read_column(record, name="record"))[1]
    shape = (int(part.max()) + 1, len(labels), len(labels))
    cell = np.ravel_multi_index((part, true, predicted), shape)
    return np.bincount(cell, minlength=math.prod(shape)).reshape(shape)


def measure(confusion: np.ndarray, labels: Sequence[Hashable]) -> Measures:
    """Compute all measures; NaN where a class has no true beat.

    A class that is there but never predicted has a precision of 0, so that its F1 is 0
    too and no model gains by keeping silent about a class.
    """
    hits = np.diagonal(confusion, axis1=-2, axis2=-1).astype(float)
    support = confusion.sum(axis=-1)
    predicted = confusion.sum(axis=-2)
    present = support > 0
    sensitivity = _divide(hits, support, present)
    precision = _divide(hits, np.maximum(predicted, 1), present)
    f1 = _divide(2 * hits, support + predicted, present)
    compared = present & np.array([label in _NSV for label in labels])
    return Measures(
        sensitivity=sensitivity,
        precision=precision,
        f1=f1,
        accuracy=_divide(hits.sum(-1), support.sum(-1), support.sum(-1) > 0),
        balanced_accuracy=_mean(sensitivity, present),
        macro_f1=_mean(f1, present),
        macro_f1_nsv=_mean(f1, compared),
    )


def _divide(top: np.ndarray, bottom: np.ndarray, where: np.ndarray) -> np.ndarray:
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=where)


def _mean(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    # np.nanmean warns where nothing is left to average; NaN says it already.
    count = where.sum(axis=-1)
    return _divide(np.where(where, values, 0).sum(axis=-1), count, count > 0)
