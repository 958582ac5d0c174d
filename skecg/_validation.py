"""Shapes and checks of X for every estimator; the only place that does it.

Signals are ``(n_records, n_times)`` or ``(n_records, n_leads, n_times)`` with time on
the last axis. scikit-learn's `validate_data` does what it can for the first; the
second needs attributes of its own (`n_leads_in_`, `n_times_in_`), checked here. Images
are ``(n_images, height, width[, 3])``, or paths of files.
"""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, validate_data

from skecg._warn import warn_user
from skecg.exceptions import NoUsableRowError, SignalQualityWarning
from skecg.imaging._pictures import Pictures
from skecg.imaging.decode import Color
from skecg.signal._checks import first_lead, shorten


def validate_signals(
    estimator: BaseEstimator,
    X: Any,
    *,
    reset: bool,
    context: int = 0,
    min_times: int = 1,
    segmented: bool = False,
    any_length: bool = False,
    dtype: Any = (np.float64, np.float32),
) -> np.ndarray:
    """Return `X` as a floating array of records and note or check its shape.

    Parameters
    ----------
    estimator : BaseEstimator
        Gets `n_features_in_` (2-D only), `n_leads_in_` and `n_times_in_`.
    X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
        Signals; NaN is let through, infinity is not.
    reset : bool
        True in `fit`; False where `X` must look like what `fit` saw.
    context : int, default=0
        How many context columns stand behind the samples.
    min_times : int, default=1
        The fewest samples that make sense, context columns not counted.
    segmented : bool, default=False
        Whether segmented records, of shape (n_records, n_beats, n_leads, n_times), are
        taken too.
    any_length : bool, default=False
        Whether records may be longer or shorter than those of `fit`.
    dtype : dtype or tuple of dtypes, default=(float64, float32)
        As `sklearn.utils.check_array` takes it: the first is the default.

    Returns
    -------
    ndarray of the same shape as `X`

    Raises
    ------
    ValueError
        If `X` has another number of dimensions, is empty, holds infinity, is too short,
        or differs in leads or samples from what `fit` saw.
    """
    # At predict the shape that fit saw decides, and its error text tells more.
    least = context + min_times if reset else 1
    # One order in memory, that of time: sums of a row do not depend on its container.
    checks = {"dtype": dtype, "ensure_all_finite": "allow-nan", "order": "C"}
    if _n_dims(X) == 3 or (segmented and _n_dims(X) == 4):
        X = check_array(X, allow_nd=True, estimator=estimator, input_name="X", **checks)
        if 0 in X.shape[1:-1]:
            part = "lead" if X.shape[-2] == 0 else "beat"
            raise ValueError(f"X must have at least one {part}, got shape {X.shape}.")
        if X.shape[-1] < least:
            raise ValueError(_too_short(X, least, context))
    elif _n_dims(X) > 3:
        raise ValueError(
            f"{type(estimator).__name__} takes X of shape (n_records, n_times) or "
            f"(n_records, n_leads, n_times), got {_n_dims(X)} dimensions, shape "
            f"{np.shape(X)}. Segmented records (n_records, n_beats, n_leads, n_times) "
            "are taken by TWaveFeatures(r_peak=...) and BeatwiseClassifier(None, ...) "
            "only."
        )
    elif any_length and not reset:
        least = max(least, min_times)
        X = check_array(
            X, ensure_min_features=least, estimator=estimator, input_name="X", **checks
        )
    else:
        X = validate_data(
            estimator, X, reset=reset, ensure_min_features=least, **checks
        )
    if any_length and not reset:
        _check_leads(estimator, X)
    else:
        _keep_or_check_shape(estimator, X, reset=reset, context=context)
    return X


def split_context(X: np.ndarray, context: int) -> tuple[np.ndarray, np.ndarray]:
    """Take the context columns off the end of `X`.

    Parameters
    ----------
    X : ndarray of shape (n_beats, n_times + context) or (n_beats, n_leads, n_times \
+ context)
        Beats with `context` named columns behind the samples.
    context : int
        How many they are.

    Returns
    -------
    signals : ndarray of shape (n_beats, n_times) or (n_beats, n_leads, n_times)
    columns : ndarray of shape (n_beats, context)
        Of the first lead: the columns are repeated on every lead.
    """
    n_times = X.shape[-1] - context
    return X[..., :n_times], first_lead(X)[:, n_times:]


def usable_rows(X: np.ndarray, usable: np.ndarray, *, reason: str) -> np.ndarray:
    """Warn about rows that cannot be used; raise if none can.

    Parameters
    ----------
    X : ndarray of shape (n_records, ...)
        What the mask is about; its shape goes into the error text.
    usable : ndarray of bool of shape (n_records,)
        Which rows can be used.
    reason : str
        Why the others cannot, e.g. "are flat or all NaN".

    Returns
    -------
    ndarray of bool of shape (n_records,)
        `usable`, unchanged.

    Raises
    ------
    NoUsableRowError
        If no row is usable.

    Warns
    -----
    SignalQualityWarning
        If some are not, with their indices in the text and as `rows`.
    """
    if not usable.any():
        raise NoUsableRowError(
            f"No usable row: all {len(X)} rows of X {reason} (X has shape {X.shape}). "
            "Look at the signals, or leave these records out.",
            reason=reason,
        )
    if not usable.all():
        rows = np.flatnonzero(~usable)
        text = f"{rows.size} of {len(X)} rows of X {reason}: rows {shorten(rows)}."
        warn_user(SignalQualityWarning.about(text, rows=rows, reason=reason))
    return usable


def validate_images(
    estimator: BaseEstimator, X: Any, *, reset: bool, color: Color | None = None
) -> Pictures:
    """Return `X` as a sequence of pictures and note or check their shape.

    Files are neither opened nor looked for: that is done picture by picture.

    Parameters
    ----------
    estimator : BaseEstimator
        Gets `image_shape_in_`, which is None for paths.
    X : array-like of shape (n_images, height, width[, 3]) or (n_images,)
        uint8 or float; or paths, as str or os.PathLike.
    reset : bool
        True in `fit`; False where `X` must look like what `fit` saw.
    color : {"grey", "rgb"}, optional
        What the pictures are brought to. By default arrays stay as they are, and files
        are read in colour.

    Returns
    -------
    Pictures

    Raises
    ------
    ValueError
        If `X` is neither of the two, is empty, or differs in shape from what `fit` saw.
    """
    name = type(estimator).__name__
    images = as_images(X, name=name, color=color)
    source = images.source
    shape = source.shape[1:] if isinstance(source, np.ndarray) else None
    if reset:
        estimator.image_shape_in_ = shape
    seen = getattr(estimator, "image_shape_in_", None)
    if None not in (shape, seen) and shape != seen:
        raise ValueError(
            f"X has images of shape {shape}, but {name} was fitted with {seen}. Bring "
            "them to one size with ImageResizer first, or hand over paths."
        )
    return images


def as_images(X: Any, *, name: str, color: Color | None = None) -> Pictures:
    """Return `X` as a sequence of pictures, whoever asks for them.

    Parameters
    ----------
    X : array-like of shape (n_images, height, width[, 3]) or (n_images,)
        uint8 or float; or paths, as str or os.PathLike.
    name : str
        Who asks, for the text of an error.
    color : {"grey", "rgb"}, optional
        As `validate_images` takes it.

    Returns
    -------
    Pictures

    Raises
    ------
    ValueError
        If `X` is neither of the two, or is empty.
    """
    paths = _as_paths(X)
    if paths is not None:
        return Pictures(paths, color)
    images = _as_stack(X, name)
    if images.size == 0:
        raise ValueError(f"Found array with 0 sample(s) or pixels; {name} needs some.")
    colour = images.ndim == 4 and images.shape[-1] == 3
    is_number = images.dtype == np.uint8 or images.dtype.kind == "f"
    if images.ndim - colour != 3 or not is_number:
        got = f"shape {images.shape} and dtype {images.dtype}"
        raise ValueError(
            f"{name} takes images of shape (n_images, height, width[, 3]), uint8 or "
            f"float, or a list of paths, got "
            f"{got if images.ndim else f'a {type(X).__name__}'}. "
            f"{_image_remedy(images)}"
        )
    return Pictures(images, color)


def _as_stack(X: Any, name: str) -> np.ndarray:
    # numpy's own text does not say that they are pictures.
    try:
        return np.asarray(X)
    except ValueError as error:
        raise ValueError(
            f"{name} takes images of one size, and these differ in theirs. Bring each "
            "to one size with skecg.imaging.resize.area_resize, or hand over paths of "
            "files, which ImageResizer reads whatever their sizes."
        ) from error


def _image_remedy(images: np.ndarray) -> str:
    remedies = {
        "Channels come last here: np.moveaxis(X, 1, -1).": (
            images.ndim == 4 and images.shape[1] in (1, 3) and images.shape[-1] != 3
        ),
        "Leave out the axis of one channel, or what is transparent: X[..., :3].": (
            images.ndim == 4 and images.shape[-1] != 3
        ),
        "Bring 16-bit numbers to uint8 by dividing them by 257, a mask by multiplying "
        "it by 255, numbers from 0 to 255 by X.astype(np.uint8).": images.ndim > 2,
        "Of a table take the column of paths: X[:, 0], or table['path'].": (
            images.ndim == 2 and images.dtype.kind in "OU"
        ),
        "Put a single image or path into a list.": True,
    }
    return next(remedy for remedy, helps in remedies.items() if helps)


def _as_paths(X: Any) -> list[str | os.PathLike[str]] | None:
    # None where X is no list of paths. A table or a dict would give its names away as
    # such.
    if isinstance(X, str | os.PathLike | Mapping) or not hasattr(X, "__len__"):
        return None
    if getattr(X, "ndim", 1) != 1:
        return None
    if isinstance(X, np.ndarray) and X.dtype.kind not in "OU":
        return None
    paths = list(X)
    named = paths and all(isinstance(path, str | os.PathLike) for path in paths)
    return paths if named else None


def _n_dims(X: Any) -> int:
    # A list of equal-length lists has no `ndim`; a sparse matrix or data frame has 2.
    return X.ndim if hasattr(X, "ndim") else np.ndim(np.asarray(X, dtype=object))


def _too_short(X: np.ndarray, least: int, context: int) -> str:
    what = f"{least - context} samples"
    if context:
        what += f" and {context} context columns"
    return f"X must have at least {what} on its last axis, got shape {X.shape}."


def _keep_or_check_shape(
    estimator: BaseEstimator, X: np.ndarray, *, reset: bool, context: int
) -> None:
    n_leads = 1 if X.ndim == 2 else X.shape[-2]
    n_times = X.shape[-1] - context
    if reset:
        estimator.n_leads_in_ = n_leads
        estimator.n_times_in_ = n_times
        if X.ndim > 2 and hasattr(estimator, "n_features_in_"):
            del estimator.n_features_in_
        return
    if not hasattr(estimator, "n_times_in_"):  # a stateless transformer, never fitted
        return
    seen = (estimator.n_leads_in_, estimator.n_times_in_)
    if (n_leads, n_times) != seen:
        raise ValueError(
            f"X has {n_leads} lead(s) of {n_times} samples, but "
            f"{type(estimator).__name__} was fitted with {seen[0]} lead(s) of "
            f"{seen[1]} samples. Cut or resample the records to the same length."
        )


def _check_leads(estimator: BaseEstimator, X: np.ndarray) -> None:
    n_leads = 1 if X.ndim == 2 else X.shape[-2]
    if n_leads != estimator.n_leads_in_:
        raise ValueError(
            f"X has {n_leads} lead(s), but {type(estimator).__name__} was fitted with "
            f"{estimator.n_leads_in_}. Select the leads with LeadSelector, or X[:, 0]."
        )
