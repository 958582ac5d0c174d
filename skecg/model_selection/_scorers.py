"""Scorers with fixed classes, for `cross_validate` over patients."""

from collections.abc import Callable, Hashable, Sequence

import numpy.typing as npt
from sklearn.metrics import make_scorer

from skecg.model_selection._measures import (
    check_labels,
    count_confusions,
    measure,
    measure_names,
)
from skecg.signal.aami import AAMI_CLASSES


def aami_scorers(labels: Sequence[Hashable] = AAMI_CLASSES) -> dict[str, Callable]:
    """Return scorers for ``cross_validate(..., scoring=aami_scorers())``.

    Rare classes live in few patients, so that folds by patient often lack one. With the
    classes fixed beforehand such a fold gives NaN for that class, and the averages run
    over the classes that are there; scikit-learn's own scorers warn, or average over
    whatever labels turn up in a fold's predictions.

    Parameters
    ----------
    labels : sequence, default=AAMI_CLASSES
        All classes that `y` may hold.

    Returns
    -------
    dict of str to scorer
        ``accuracy``, ``balanced_accuracy``, ``macro_f1``, ``macro_f1_nsv`` (over those
        of N, S, V that are there), and ``se_<label>``, ``ppv_<label>`` and
        ``f1_<label>`` for every label. `aami_report` says what each one is.

    Raises
    ------
    ValueError
        If `labels` is empty or has repeats; on scoring, if `y` or a prediction is not
        among `labels`.

    See Also
    --------
    aami_report : The same measures of one set of predictions, with intervals.

    Notes
    -----
    They are a dict of ordinary scorers, not one callable for all: scikit-learn then
    predicts once per fold and shares it among them, shows each name in ``cv_results_``
    and lets ``GridSearchCV(refit="macro_f1")`` choose by one. A search warns of scores
    that are not finite, so give it the averages alone::

        scorers = aami_scorers()
        GridSearchCV(clf, grid, scoring={"macro_f1": scorers["macro_f1"]}, ...)

    Average the per-class scores of several folds with ``np.nanmean``.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.dummy import DummyClassifier
    >>> from skecg.model_selection import aami_scorers
    >>> scorers = aami_scorers()
    >>> X, y = np.zeros((4, 187)), ["N", "N", "N", "V"]
    >>> model = DummyClassifier().fit(X, y)
    >>> {name: scorers[name](model, X, y) for name in ("accuracy", "se_N", "se_V")}
    {'accuracy': 0.75, 'se_N': 1.0, 'se_V': 0.0}
    >>> scorers["se_S"](model, X, y)
    nan
    """
    labels = check_labels(labels)
    return {
        name: make_scorer(_score, measure_name=name, labels=labels)
        for name in measure_names(labels)
    }


# At module level, so that a scorer can be sent to another process.
def _score(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    *,
    measure_name: str,
    labels: tuple[Hashable, ...],
) -> float:
    confusion = count_confusions(y_true, y_pred, labels)[0]
    return float(measure(confusion, labels).named(labels)[measure_name])
