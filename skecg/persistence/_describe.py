"""A model in words and numbers that JSON can hold."""

import datetime
import importlib.metadata
import math
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

import skecg
from skecg.persistence._card import ModelCard
from skecg.persistence._walk import walk

_PACKAGES = ("numpy", "scikit-learn", "skops", "torch")
_INPUT = ("sampling_rate", "n_leads_in_", "n_times_in_", "image_shape_in_")
_LONGEST = 200  # characters of what has no form in JSON


def describe(estimator: BaseEstimator, card: ModelCard | None) -> dict[str, Any]:
    """Tell what a fitted estimator is.

    Parameters
    ----------
    estimator : estimator
        Fitted.
    card : ModelCard or None
        What its maker says of it.

    Returns
    -------
    dict
        With ``created``, ``versions``, ``estimator`` (class and parameters of every
        step), ``classes``, ``input`` and ``card``.
    """
    classes = getattr(estimator, "classes_", None)
    return {
        "created": datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="seconds"),
        "versions": installed_versions(),
        "estimator": _in_words(estimator),
        "classes": None if classes is None else _in_words(np.asarray(classes).tolist()),
        "input": _input_of(estimator),
        "card": None if card is None else card.as_dict(),
    }


def installed_versions() -> dict[str, str]:
    """Return the versions of what writes and reads models here.

    Returns
    -------
    dict of str
        By the name of the package.

    Examples
    --------
    >>> from skecg.persistence import installed_versions
    >>> sorted(installed_versions())
    ['numpy', 'scikit-learn', 'skecg', 'skops', 'torch']
    """
    others = {name: importlib.metadata.version(name) for name in _PACKAGES}
    return {"skecg": skecg.__version__, **others}


def _input_of(estimator: BaseEstimator) -> dict[str, Any]:
    # The nearest to the outside that says it: the first step of a pipeline.
    found: dict[str, Any] = {}
    for thing in walk(estimator):
        for name in _INPUT:
            value = getattr(thing, name, None)
            if value is not None and isinstance(thing, BaseEstimator):
                found.setdefault(name, _in_words(value))
    return {name.removesuffix("_in_"): found[name] for name in _INPUT if name in found}


def _in_words(value: Any) -> Any:
    if isinstance(value, BaseEstimator):
        name = f"{type(value).__module__}.{type(value).__qualname__}"
        return {"class": name, "params": _in_words(value.get_params(deep=False))}
    if isinstance(value, list | tuple):
        return [_in_words(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _in_words(each) for key, each in value.items()}
    return _plain(value.item() if isinstance(value, np.generic) else value)


def _plain(value: Any) -> Any:
    is_number = isinstance(value, float) and math.isfinite(value)
    if is_number or isinstance(value, bool | int | str | None):
        return value
    return repr(value)[:_LONGEST]
