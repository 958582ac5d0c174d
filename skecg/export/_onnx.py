"""Fitted networks as ONNX files that answer as the estimator does."""

import json
import os
import warnings
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted
from torch import nn

import skecg
from skecg._files import replaced
from skecg._notice import NOTICE
from skecg.classifiers import ImageClassifier
from skecg.exceptions import MissingExtraError, ModelNotExportableError
from skecg.export._graph import Graph, as_graph

_LEAST_OPSET = 18  # what torch writes before anything is translated
_OUTPUTS = ("logits", "probabilities")
_N_CHECKED = 5


class OnnxExport(NamedTuple):
    """What `export_onnx` wrote.

    Attributes
    ----------
    path : Path
        The file.
    input_shape : tuple of int or None
        Of the input ``X``; None stands for any number of rows.
    input_dtype : str
        "float32" or "uint8".
    classes : list
        In the order of the columns of ``logits`` and ``probabilities``.
    sampling_rate : float or None
        Of the signals that it takes, in Hz; None where it is not known, or for
        pictures.
    before, after : tuple of str
        What must be done before and after it, because it is no part of the graph.
    difference : float
        The largest one between a probability of the file, in onnxruntime, and of the
        estimator.
    """

    path: Path
    input_shape: tuple[int | None, ...]
    input_dtype: str
    classes: list[Any]
    sampling_rate: float | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    difference: float


def export_onnx(
    estimator: BaseEstimator,
    path: str | os.PathLike[str],
    *,
    pixels: Literal["uint8", "float32"] = "uint8",
    X: npt.ArrayLike | None = None,
    tolerance: float = 1e-5,
    opset: int = _LEAST_OPSET,
) -> OnnxExport:
    """Write the network of a fitted estimator as an ONNX file, and check the file.

    The graph takes what the network's `predict_proba` takes, any number of rows:
    records in float32, with their context columns if it has some, or pictures with
    channels last. Bytes become numbers, colours get the scale of the weights, and
    temperatures and soft votes are computed inside it. It answers with ``logits`` and
    ``probabilities``.

    What stands around the network, such as resizing or cutting beats, is no part of the
    graph. It is listed in the result and in the file's metadata.

    Parameters
    ----------
    estimator : classifier
        Fitted: `~skecg.classifiers.SignalClassifier` or
        `~skecg.classifiers.ImageClassifier`, alone or as the end of a Pipeline, in a
        search, a soft `VotingClassifier`, a `CalibratedClassifierCV` around a
        `FrozenEstimator` with ``method="temperature"``, or a
        `~skecg.classifiers.BeatwiseClassifier`.
    path : str or os.PathLike
        Where to, usually ``something.onnx``. What is there is replaced in one step, and
        only once the check was passed.
    pixels : {"uint8", "float32"}, default="uint8"
        What pictures come in: bytes, or numbers from 0 for black to 1 for white.
    X : array-like of shape (n_rows, ...), default=None
        What the check is made with, as the network itself takes it. By default five
        rows of noise.
    tolerance : float, default=1e-5
        The largest difference to a probability of the estimator that is let pass.
    opset : int, default=18
        Version of ONNX's operators.

    Returns
    -------
    OnnxExport

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    ModelNotExportableError
        If it is not one of those above, holds a layer that ONNX does not know, or the
        file would answer otherwise than the estimator. Nothing is written then.
    MissingExtraError
        If onnx, onnxruntime or onnxscript is not installed; an `ImportError`.
    ValueError
        If `pixels`, `tolerance` or `opset` is out of its range.
    OSError
        If the file cannot be written.

    See Also
    --------
    skecg.persistence.save : Keeps the whole estimator, for this package.

    Notes
    -----
    Of a row that is flat or has NaN an estimator says the share of each class, and
    warns. A graph has no such row: look for them before it.

    Metadata of the file: ``skecg`` (version), ``classes``, ``sampling_rate``,
    ``before`` and ``after``, each as JSON.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import skecg
    >>> from skecg.classifiers import SignalClassifier
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(40, 100)), np.repeat(["flat", "wave"], 20)
    >>> model = SignalClassifier(max_epochs=1, random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     told = skecg.export_onnx(model, Path(folder) / "waves.onnx")
    >>> told.input_shape, told.classes, told.difference <= 1e-5
    ((None, 100), ['flat', 'wave'], True)
    """
    _check_parameters(pixels, tolerance, opset)
    check_is_fitted(estimator)
    graph = as_graph(estimator)
    probe = _probe(graph, pixels) if X is None else np.asarray(X)
    if not isinstance(graph.network, ImageClassifier):
        probe = probe.astype(np.float32)
    told = OnnxExport(
        path=Path(path),
        input_shape=(None, *probe.shape[1:]),
        input_dtype=str(probe.dtype),
        classes=graph.classes.tolist(),
        sampling_rate=getattr(graph.network, "sampling_rate", None),
        before=graph.before,
        after=graph.after,
        difference=0.0,
    )
    content = _as_onnx(graph.module, probe, opset, told)
    difference = _largest_difference(content, graph, probe)
    if not difference <= tolerance:  # NaN is no agreement
        raise ModelNotExportableError(
            f"The ONNX file would answer otherwise than the estimator: probabilities "
            f"differ by up to {difference:.2g}, and {tolerance:g} is allowed. Nothing "
            "was written."
        )
    with replaced(told.path) as file:
        file.write(content)
    return told._replace(difference=difference)


def _check_parameters(pixels: str, tolerance: float, opset: int) -> None:
    if pixels not in ("uint8", "float32"):
        raise ValueError(f"pixels must be 'uint8' or 'float32', got {pixels!r}.")
    if not tolerance > 0:
        raise ValueError(f"tolerance must be above 0, got {tolerance!r}.")
    onnx, _ = _import_onnx()
    most = onnx.defs.onnx_opset_version()
    if not _LEAST_OPSET <= opset <= most:
        raise ValueError(f"opset must be {_LEAST_OPSET} to {most}, got {opset!r}.")


def _import_onnx() -> tuple[Any, Any]:
    try:
        import onnx
        import onnxruntime
        import onnxscript  # noqa: F401 - torch.onnx asks for it
    except ImportError as error:
        raise MissingExtraError(
            "ONNX files need the packages onnx, onnxruntime and onnxscript: "
            f"pip install skecg[onnx] ({error})"
        ) from error
    return onnx, onnxruntime


def _probe(graph: Graph, pixels: str) -> np.ndarray:
    # Noise of the shape and the size of what the network was trained on.
    network, rng = graph.network, np.random.default_rng(0)
    if isinstance(network, ImageClassifier):
        shape = (_N_CHECKED, *network.image_shape_in_)
        picture = rng.integers(0, 256, size=shape, dtype=np.uint8)
        return picture if pixels == "uint8" else (picture / 255).astype(np.float32)
    n_columns = network.n_times_in_ + network.context
    leads = () if hasattr(network, "n_features_in_") else (network.n_leads_in_,)
    return rng.normal(size=(_N_CHECKED, *leads, n_columns)).astype(np.float32)


class _Answers(nn.Module):
    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, X: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits = self.inner(X)
        return logits, torch.softmax(logits, dim=1)


def _as_onnx(
    module: nn.Module, probe: np.ndarray, opset: int, told: OnnxExport
) -> bytes:
    # Two rows: an axis of one row would be taken for one that is never longer.
    rows = torch.from_numpy(np.resize(probe, (2, *probe.shape[1:])))
    try:
        with torch.no_grad(), warnings.catch_warnings():
            # torch warns of its own ways of exporting, which nobody here can change.
            warnings.filterwarnings("ignore", module=r"torch\.|onnxscript")
            program: Any = torch.onnx.export(
                _Answers(module).eval(),
                (rows,),
                dynamo=True,
                dynamic_shapes=({0: torch.export.Dim("n_rows")},),
                input_names=["X"],
                output_names=list(_OUTPUTS),
                opset_version=opset,
                verbose=False,
            )
    except torch.onnx.OnnxExporterError as error:
        raise ModelNotExportableError(
            f"{type(module).__name__} cannot be exported: a layer of the network has "
            f"no counterpart in ONNX, or decides by the values that it gets: "
            f"{str(error).strip().splitlines()[0]}"
        ) from error
    return _with_metadata(program.model_proto, told)


def _with_metadata(model: Any, told: OnnxExport) -> bytes:
    onnx, _ = _import_onnx()
    # torch notes at each node where on this machine its source lies.
    for node in (*model.graph.node, *(n for f in model.functions for n in f.node)):
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output):
        value.ClearField("metadata_props")
    for tensor in model.graph.initializer:
        tensor.ClearField("metadata_props")
    model.graph.ClearField("metadata_props")
    model.graph.name = "skecg"
    model.producer_name, model.producer_version = "skecg", skecg.__version__
    facts = {
        "skecg": skecg.__version__,
        "classes": told.classes,
        "sampling_rate": told.sampling_rate,
        "before": told.before,
        "after": told.after,
        "notice": NOTICE,
    }
    onnx.helper.set_model_props(
        model, {name: json.dumps(fact, default=str) for name, fact in facts.items()}
    )
    onnx.checker.check_model(model)
    return model.SerializeToString()


def _largest_difference(content: bytes, graph: Graph, probe: np.ndarray) -> float:
    _, onnxruntime = _import_onnx()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only
    session = onnxruntime.InferenceSession(
        content, options, providers=["CPUExecutionProvider"]
    )
    wanted = graph.reference(probe)
    got = session.run(["probabilities"], {"X": probe})[0]
    alone = session.run(["probabilities"], {"X": probe[:1]})[0]  # another batch size
    differences = np.concatenate([(got - wanted).ravel(), (alone - wanted[:1]).ravel()])
    return float(np.abs(differences).max())
