"""A model that was kept, on labelled data."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import Bunch
from sklearn.utils.validation import check_is_fitted

from skecg._warn import warn_user
from skecg.classifiers import BeatwiseClassifier
from skecg.datasets import read_data, read_record_folder
from skecg.exceptions import MissingClassWarning
from skecg.persistence._walk import walk
from skecg.preprocessing import BeatSegmenter
from skecg.training._evaluation import Evaluation, evaluate_answers

_OF_RECORDS = (
    "This model finds the beats of records by itself: name a folder of WFDB records, "
    "not a table of beats."
)


def evaluate_model(estimator: BaseEstimator, data: Bunch) -> Evaluation:
    """Measure a fitted classifier on labelled data.

    Parameters
    ----------
    estimator : classifier
        Fitted: of pictures or beats, or a `~skecg.classifiers.BeatwiseClassifier`,
        whose classifier of beats is measured.
    data : Bunch
        From `read_data_for`, or `skecg.datasets.read_data`.

    Returns
    -------
    Evaluation
        With intervals where the data have groups.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    ValueError
        If the data are not what the estimator takes, or hold none of its classes.

    Warns
    -----
    MissingClassWarning
        If the data hold classes that the estimator does not know: each such row counts
        as an error.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skecg.datasets import load_heartbeats
    >>> from skecg.training import evaluate_model
    >>> beats = load_heartbeats()
    >>> beats.update(form="beats", patients_known=True)
    >>> model = LogisticRegression(max_iter=200).fit(beats.data, beats.target)
    >>> evaluate_model(model, beats).labels
    ('F', 'N', 'Q', 'S', 'V')
    """
    check_is_fitted(estimator)
    _check_kind(estimator, data.form)
    model = estimator
    if isinstance(estimator, BeatwiseClassifier):
        model = estimator.classifier_
    known = {str(one) for one in model.classes_}
    there = {str(one) for one in np.unique(data.target)}
    if not known & there:
        raise ValueError(
            f"The model tells {', '.join(sorted(known))} apart, and the data are of "
            f"{', '.join(sorted(there))}: no class is in both."
        )
    if there - known:
        warn_user(
            f"The model does not know {', '.join(sorted(there - known))}: each such "
            "row counts as an error.",
            MissingClassWarning,
        )
    unit = None if data.groups is None else "patients"
    if data.groups is not None and not data.patients_known:
        unit = "pictures"
    return evaluate_answers(
        data.target, model.predict(data.data), groups=data.groups, unit=unit
    )


def read_data_for(
    estimator: BaseEstimator,
    path: str | os.PathLike[str],
    *,
    labels: str | os.PathLike[str] | None = None,
    lead: str | Sequence[str] | None = None,
    on_error: Literal["raise", "skip"] = "raise",
    n_jobs: int | None = None,
) -> Bunch:
    """Read labelled data as a fitted classifier wants them.

    Records are brought to its sampling rate, and cut as it cuts them.

    Parameters
    ----------
    estimator : classifier
        Fitted.
    path : str or path-like
        As `skecg.datasets.read_data` takes it.
    labels : str or path-like, default=None
        A table of pictures, as `skecg.datasets.read_data` takes it.
    lead : str or sequence of str, default=None
        Of records, by name, as `skecg.datasets.read_record_folder` takes it. As many
        leads are read as the classifier takes.
    on_error : {"raise", "skip"}, default="raise"
        Whether what cannot be used is an error, or is listed and left out.
    n_jobs : int, default=None
        Threads that decode pictures. None means 1 and -1 all cores.

    Returns
    -------
    Bunch
        As `skecg.datasets.read_data` returns it.

    Raises
    ------
    DataFileNotFoundError, DataFileError
        If the data cannot be read.
    ValueError
        If the data are not what the estimator takes.
    """
    if isinstance(estimator, BeatwiseClassifier):
        if labels is not None:
            raise ValueError("labels is for pictures; this is a model of records.")
        return _records_for(estimator, path, lead=lead, on_error=on_error)
    data = read_data(
        path,
        kind=kind_of(estimator),
        labels=labels,
        lead=lead,
        on_error=on_error,
        n_jobs=n_jobs,
    )
    _check_kind(estimator, data.form)
    return data


def _records_for(
    model: BeatwiseClassifier,
    path: str | os.PathLike[str],
    *,
    lead: str | Sequence[str] | None,
    on_error: Literal["raise", "skip"],
) -> Bunch:
    if Path(path).is_file():
        raise ValueError(_OF_RECORDS)
    segmenter: Any = model.segmenter_
    rate = getattr(segmenter, "sampling_rate", None)
    if rate is None:
        raise ValueError(
            "This model takes records that are cut already; it does not say how, so "
            "that none can be cut for it here."
        )
    options: dict[str, Any] = {
        "sampling_rate": rate,
        "lead": lead,
        "n_leads": model.n_leads_in_,
    }
    if isinstance(segmenter, BeatSegmenter):
        before, after = segmenter.window
        return read_data(
            path, kind="signal", window=(before, after), on_error=on_error, **options
        )

    def cut(signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        record = signal[np.newaxis]
        is_flat = hasattr(segmenter, "n_features_in_")
        is_single = signal.ndim == 1 and not is_flat
        beats = segmenter.segment(record[:, np.newaxis] if is_single else record)
        return beats.data, beats.rpeak

    bunch = read_record_folder(path, cut=cut, on_error=on_error, **options)
    return Bunch(**bunch, form="records", patients_known=True, subset=None)


def kind_of(estimator: BaseEstimator) -> Literal["signal", "image"] | None:
    """Tell what a fitted estimator takes, if any part of it says so."""
    for part in walk(estimator):
        if hasattr(part, "image_shape_in_"):
            return "image"
        if hasattr(part, "n_times_in_"):
            return "signal"
    return None


def _check_kind(estimator: BaseEstimator, form: str) -> None:
    kind = kind_of(estimator)
    if kind is not None and (kind == "image") != (form == "pictures"):
        wanted = "pictures" if kind == "image" else "signals"
        raise ValueError(f"This is a model of {wanted}, and the data are {form}.")
    is_of_records = isinstance(estimator, BeatwiseClassifier)
    if is_of_records and form == "beats":
        raise ValueError(_OF_RECORDS)
    if form == "records" and not is_of_records:
        raise ValueError(
            "This model takes beats, and nothing says how to cut them out of records: "
            "name a table of beats."
        )
