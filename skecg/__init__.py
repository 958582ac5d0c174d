"""Estimators for the electrocardiogram, in the manner of scikit-learn.

Records and heartbeats go in as arrays; transformers cut and measure them; classical
models and deep networks stand behind the same ``fit`` and ``predict``, and are
compared patient by patient.

``import skecg`` loads nothing else: a module is imported when it is first named, as in
``skecg.datasets.load_heartbeats()``. `save` and `load` keep a fitted model in a file,
`load_pretrained` gives one that is inside the package, and `export_onnx` writes a
network for other programs.
"""

import importlib
from typing import Any

__version__ = "0.1.0.dev0"

__all__ = [
    "__version__",
    "classifiers",
    "datasets",
    "discovery",
    "exceptions",
    "export",
    "export_onnx",
    "features",
    "imaging",
    "inspection",
    "labelling",
    "load",
    "load_pretrained",
    "model_selection",
    "monitoring",
    "nn",
    "persistence",
    "preprocessing",
    "pretrained",
    "reporting",
    "save",
    "screening",
    "signal",
    "training",
]

_FUNCTIONS = {
    "export_onnx": "skecg.export",
    "load": "skecg.persistence",
    "load_pretrained": "skecg.pretrained",
    "save": "skecg.persistence",
}


def __getattr__(name: str) -> Any:
    if name in _FUNCTIONS:
        return getattr(importlib.import_module(_FUNCTIONS[name]), name)
    if name in __all__[1:]:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}; it has "
        f"{', '.join(__all__[1:])}."
    )


def __dir__() -> list[str]:
    return sorted(globals() | dict.fromkeys(__all__))
