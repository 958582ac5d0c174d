import importlib
import inspect
import pkgutil

import pytest
from sklearn.base import BaseEstimator, is_classifier
from skorch import NeuralNet

import skecg
from skecg.discovery import all_estimators

ESTIMATORS = dict(all_estimators())


def _estimators_anywhere() -> dict[str, type]:
    """Every estimator with a public name, in whichever file it is written."""
    paths = [info.name for info in pkgutil.walk_packages(skecg.__path__, "skecg.")]
    return {
        name: cls
        for path in paths
        for name, cls in inspect.getmembers(importlib.import_module(path), _is_ours)
        if cls.__module__ == path and not name.startswith("_")
    }


def _is_ours(thing: object) -> bool:
    # A net of skorch's is what a classifier trains, not a step of its own.
    is_class = inspect.isclass(thing)
    return (
        is_class
        and issubclass(thing, BaseEstimator)
        and not issubclass(thing, NeuralNet)
    )


def test_no_estimator_escapes():
    bases = {base for cls in ESTIMATORS.values() for base in cls.__mro__[1:]}
    anywhere = {
        name: cls for name, cls in _estimators_anywhere().items() if cls not in bases
    }
    assert anywhere == ESTIMATORS


def test_the_first_estimators_are_found():
    assert ESTIMATORS.keys() >= {
        "BeatSegmenter",
        "BeatwiseClassifier",
        "RhythmFeatures",
        "SignalClassifier",
        "TWaveFeatures",
    }


def test_names_are_sorted_and_belong_to_their_classes():
    names = [name for name, _ in all_estimators()]
    assert names == sorted(names)
    assert all(cls.__name__ == name for name, cls in all_estimators())


def test_classifiers_are_told_from_transformers():
    classifiers = dict(all_estimators("classifier"))
    transformers = dict(all_estimators("transformer"))
    assert "SignalClassifier" in classifiers
    assert "BeatSegmenter" in transformers
    assert not classifiers.keys() & transformers.keys()
    assert is_classifier(classifiers["SignalClassifier"]())


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match=r"one of \['classifier', .* got 'network'"):
        all_estimators("network")
