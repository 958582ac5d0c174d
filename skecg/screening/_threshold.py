"""The confidence below which a person should look."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import check_consistent_length


def choose_refer_below(
    y_true: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    *,
    classes: Sequence[Any],
    max_error: float | None = None,
    coverage: float | None = None,
) -> float:
    """Choose below which confidence a file is referred to a person.

    On **validation** data: neither what the model was trained or calibrated on, where
    it is too sure, nor what its figures are told on, which would no longer be unseen.
    Whole patients must be on one side.

    Parameters
    ----------
    y_true : array-like of shape (n_files,)
        The true classes.
    probabilities : array-like of shape (n_files, n_classes)
        As `predict_proba` gives them.
    classes : sequence of length n_classes
        What the columns stand for: ``classes_``.
    max_error : float, optional
        The largest share of wrong answers among those that are given. Of all
        confidences that keep to it, the one is chosen that refers the fewest files.
    coverage : float, optional
        The smallest share of files to get an answer. Of all confidences that keep to
        it, the one is chosen that refers the most.

    Returns
    -------
    float
        For `screen`, as `refer_below`: one of the highest probabilities given, so that
        the files that have it get an answer.

    Raises
    ------
    ValueError
        If not exactly one of `max_error` and `coverage` is given or it is no share, the
        shapes do not go together, a label is none of `classes`, a probability is none,
        or no confidence keeps to `max_error`.

    Notes
    -----
    The share of wrong answers is that of the validation data. Among a few hundred files
    it is known to some percent only, and having been chosen it is more likely too low
    than too high: what is left of it on new data must be told by a test set.

    References
    ----------
    .. [1] Geifman Y., El-Yaniv R. (2017). Selective Classification for Deep Neural
       Networks. Advances in Neural Information Processing Systems 30.

    Examples
    --------
    >>> from skecg.screening import choose_refer_below
    >>> y_true = ["MI", "MI", "normal", "normal"]
    >>> probabilities = [[0.9, 0.1], [0.4, 0.6], [0.3, 0.7], [0.05, 0.95]]
    >>> choose_refer_below(
    ...     y_true, probabilities, classes=["MI", "normal"], max_error=0.1
    ... )
    0.7
    """
    given = [share for share in (max_error, coverage) if share is not None]
    if len(given) != 1 or not 0 <= given[0] <= 1:
        raise ValueError(
            "Give either max_error or coverage, a share from 0 to 1, got "
            f"max_error={max_error} and coverage={coverage}."
        )
    is_wrong, confidence = _judged(y_true, probabilities, list(classes))
    # Each confidence that occurs, and what would be answered from there on.
    cuts, place = np.unique(confidence, return_inverse=True)
    n_answered, n_wrong = (
        np.bincount(place, weights)[::-1].cumsum()[::-1].astype(int)
        for weights in (None, is_wrong)
    )
    if coverage is not None:
        return float(cuts[n_answered >= coverage * len(confidence)][-1])
    error = n_wrong / n_answered
    fits = np.flatnonzero(error <= given[0])
    if not fits.size:
        best = error.argmin()
        raise ValueError(
            f"No confidence keeps to max_error={max_error}: the lowest share of wrong "
            f"answers is {error[best]:.3g}, from {cuts[best]:.3g} on, for "
            f"{n_answered[best]} of {len(confidence)} files. Allow more, or train a "
            "better model."
        )
    return float(cuts[fits[0]])


def _judged(
    y_true: npt.ArrayLike, probabilities: npt.ArrayLike, classes: list[Any]
) -> tuple[np.ndarray, np.ndarray]:
    # Whether each answer is wrong, and how sure it is.
    labels, shares = np.asarray(y_true), np.asarray(probabilities, dtype=np.float64)
    if shares.ndim != 2 or shares.shape[1] != len(classes) or not len(shares):
        raise ValueError(
            f"probabilities must have shape (n_files, {len(classes)}), a column for "
            f"each of classes, got {shares.shape}."
        )
    check_consistent_length(labels, shares)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError("probabilities must lie from 0 to 1, none of them NaN.")
    known = np.asarray(classes)
    strange = np.setdiff1d(labels, known)
    if strange.size:
        raise ValueError(
            f"y_true holds {strange.tolist()}, which are not in classes, {classes}."
        )
    return known[shares.argmax(axis=1)] != labels, shares.max(axis=1)
