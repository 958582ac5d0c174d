"""Which classes and functions a model file may name.

skops brings scikit-learn's estimators and NumPy's arrays; the rest is listed here. What
is neither is not imported, let alone built.
"""

import importlib
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Any

# Packages of ours whose public classes may stand in a file: estimators, splitters,
# callbacks, augmentations.
_OWN = (
    "skecg.classifiers",
    "skecg.features",
    "skecg.model_selection",
    "skecg.nn.augmentation",
    "skecg.preprocessing",
)
# Public classes and functions of scikit-learn that are no estimators.
_PUBLIC = (
    "sklearn.gaussian_process.kernels",
    "sklearn.metrics",
    "sklearn.model_selection",
)
_PRIVATE = frozenset(
    {
        # What `make_patient_classifier` builds.
        "skecg.classifiers._patient.PatientNetwork",
        # Where `ECGRenderer` has put the leads.
        "skecg.imaging._layout.Strip",
        "skecg.imaging.paper.EcgLayout",
        # Which published weights a network began with.
        "skecg.nn.published.PublishedWeights",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.calibration._TemperatureScaling",
        "sklearn.metrics._scorer._PassthroughScorer",
        "sklearn.metrics._scorer._Scorer",
        "sklearn.utils._bunch.Bunch",
        # What they hold is looked at by `check_trees`.
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.tree._tree.Tree",
        # A callback that people give to networks; it holds settings only.
        "skorch.callbacks.training.EarlyStopping",
    }
)


def allowed_of(names: Iterable[str]) -> list[str]:
    """Return those of some dotted names that are on the list.

    Parameters
    ----------
    names : iterable of str
        As skops gives them: the module in which a thing is defined, and its name.

    Returns
    -------
    list of str
        Sorted.
    """
    # Networks may be registered at any time, the others are there from the start.
    return sorted((_always() | _networks()).intersection(names))


@cache
def _always() -> frozenset[str]:
    modules = [importlib.import_module(name) for name in (*_OWN, *_PUBLIC)]
    found = {name for module in modules for name in _public_names(module)}
    return frozenset(found | _PRIVATE | _optimizers())


def _public_names(module: ModuleType) -> set[str]:
    wanted = getattr(module, "__all__", None) or dir(module)
    return {
        _name_of(thing)
        for name, thing in vars(module).items()
        if name in wanted and callable(thing) and _is_ours_or_sklearns(thing)
    }


def _is_ours_or_sklearns(thing: Any) -> bool:
    home = getattr(thing, "__module__", None) or ""
    return hasattr(thing, "__name__") and home.split(".")[0] in ("skecg", "sklearn")


def _name_of(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__name__}"


def _optimizers() -> set[str]:
    import torch

    return {
        _name_of(thing)
        for thing in vars(torch.optim).values()
        if isinstance(thing, type) and issubclass(thing, torch.optim.Optimizer)
    }


def _networks() -> set[str]:
    from skecg.nn import get_network, list_networks

    return {_name_of(get_network(name)) for name in list_networks()}
