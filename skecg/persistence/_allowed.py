"""Which classes and functions a model file may name.

skops brings scikit-learn's estimators and NumPy's arrays; the rest is listed here. What
is neither is not imported, let alone built. Of functions, only those that compare
answers with labels are here: one that trains or writes could be put where an estimator
calls it.
"""

import importlib
from collections.abc import Iterable
from functools import cache
from types import FunctionType, ModuleType
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
# Packages of scikit-learn whose public classes may: what is no estimator.
_PUBLIC = ("sklearn.gaussian_process.kernels", "sklearn.model_selection")
# Its measures, which scorers and selectors hold.
_MEASURES = ("sklearn.feature_selection", "sklearn.metrics")
_HELPERS = frozenset(
    {
        "scipy.sparse._csc.csc_array",
        "scipy.sparse._csc.csc_matrix",
        "scipy.sparse._csr.csr_array",
        "scipy.sparse._csr.csr_matrix",
        # How histogram boosting looks at columns.
        "functools.partial",
        "sklearn.utils.validation.check_array",
        # What `aami_scorers` measures with.
        "skecg.model_selection._scorers._score",
    }
)
_PRIVATE = frozenset(
    {
        # What `BeatwiseClassifier(check_records=True)` learns.
        "skecg.classifiers._known_records.KnownRecords",
        # What `make_patient_classifier` builds.
        "skecg.classifiers._patient._PatientNetwork",
        "numpy.dtype",
        # Where `ECGRenderer` has put the leads.
        "skecg.imaging._layout.Strip",
        "skecg.imaging.paper.EcgLayout",
        # Which published weights a network began with.
        "skecg.nn.published.PublishedWeights",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.calibration._TemperatureScaling",
        "sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace",
        "sklearn.metrics._scorer._CurveScorer",
        "sklearn.metrics._scorer._PassthroughScorer",
        "sklearn.metrics._scorer._Scorer",
        "sklearn.multiclass._ConstantPredictor",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
        "sklearn.utils._bunch.Bunch",
        "sklearn.utils._metadata_requests.MetadataRequest",
        "sklearn.utils._metadata_requests.MethodMetadataRequest",
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


def only_named() -> frozenset[str]:
    """Return the names that estimators point at, and that a file never has built.

    Returns
    -------
    frozenset of str
        Functions, optimisers, networks, and sparse matrices, which have a way of their
        own.
    """
    return _functions() | _optimizers() | _networks()


@cache
def _always() -> frozenset[str]:
    modules = [importlib.import_module(name) for name in (*_OWN, *_PUBLIC)]
    found = {name for module in modules for name in _public_names(module, type)}
    return frozenset(found | _PRIVATE | _functions() | _optimizers())


@cache
def _functions() -> frozenset[str]:
    modules = [importlib.import_module(name) for name in _MEASURES]
    found = {name for module in modules for name in _public_names(module, FunctionType)}
    return frozenset(found | _HELPERS)


def _public_names(module: ModuleType, kind: type) -> set[str]:
    wanted = getattr(module, "__all__", None) or dir(module)
    return {
        _name_of(thing)
        for name, thing in vars(module).items()
        if name in wanted and isinstance(thing, kind) and _is_ours_or_sklearns(thing)
    }


def _is_ours_or_sklearns(thing: Any) -> bool:
    home = getattr(thing, "__module__", None) or ""
    return hasattr(thing, "__name__") and home.split(".")[0] in ("skecg", "sklearn")


def _name_of(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__name__}"


@cache
def _optimizers() -> frozenset[str]:
    import torch

    return frozenset(
        _name_of(thing)
        for thing in vars(torch.optim).values()
        if isinstance(thing, type) and issubclass(thing, torch.optim.Optimizer)
    )


def _networks() -> frozenset[str]:
    from skecg.nn import get_network, list_networks

    return frozenset(_name_of(get_network(name)) for name in list_networks())
