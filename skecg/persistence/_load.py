"""Reading a model out of a file that may have been made to do harm."""

import io
import os
from pathlib import Path
from typing import Any

import skops.io
import torch
from safetensors import SafetensorError
from safetensors.torch import load as tensors_from_bytes
from sklearn.base import BaseEstimator

from skecg.exceptions import ModelFileError
from skecg.nn._finite import not_finite
from skecg.nn._shelf import Shelf, restoring
from skecg.persistence._allowed import allowed_of
from skecg.persistence._archive import (
    Contents,
    check_inner_archive,
    count_parameters,
    read_archive,
    read_manifest_of,
)
from skecg.persistence._arrays import check_arrays
from skecg.persistence._plan import check_plan
from skecg.persistence._trees import check_trees

_MAX_BYTES = 2**31


def load(path: str | os.PathLike[str], *, max_bytes: int = _MAX_BYTES) -> BaseEstimator:
    """Read a fitted estimator that `save` wrote.

    Parameters
    ----------
    path : str or os.PathLike
        Of the file.
    max_bytes : int, default=2147483648
        A larger file is not opened.

    Returns
    -------
    estimator
        Fitted, as it was saved. Networks are on a GPU where their `device` is "auto"
        and there is one, and on the CPU where the GPU that they name is not there.

    Raises
    ------
    DataFileNotFoundError
        If there is no such file.
    ModelFileError
        If it is no model file, is too large or from a newer version, was damaged or
        tampered with, names a class that may not be loaded, needs a network that
        is not registered here, or holds NaN or infinity in a network's weights.

    Warns
    -----
    sklearn.exceptions.InconsistentVersionWarning
        If another version of scikit-learn wrote it.

    See Also
    --------
    save : Writes the file.
    read_manifest : What a file says of itself.

    Notes
    -----
    No code of the file is run: it names classes, of which only those on a list are
    built, and holds numbers for them. Sizes are looked at before anything is unpacked,
    hashes before anything is built, and what scikit-learn's compiled code follows
    without looking (branches of trees, support vectors) before anybody asks it. The
    hashes find damage and careless changes; they do not prove who made the
    file, so where that matters compare its SHA-256 with the one that its maker tells.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.linear_model import LogisticRegression
    >>> import skecg
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "model.skecg"
    ...     skecg.save(LogisticRegression().fit([[0.0], [1.0]], ["low", "high"]), file)
    ...     skecg.load(file).predict([[2.0]]).tolist()
    ['high']
    """
    file = Path(path)
    return _built(read_archive(file, max_bytes=max_bytes), file)


def read_manifest(
    path: str | os.PathLike[str], *, max_bytes: int = _MAX_BYTES
) -> dict[str, Any]:
    """Read what a model file says of itself; nothing of the model is built.

    Parameters
    ----------
    path : str or os.PathLike
        Of the file.
    max_bytes : int, default=2147483648
        A larger file is not opened.

    Returns
    -------
    dict
        ``format_version``, ``created``, ``versions`` of what wrote it, ``estimator``
        (class and parameters of every step), ``classes``, ``input`` (sampling rate,
        leads, samples or size of a picture), ``card`` and ``parts``.

    Raises
    ------
    DataFileNotFoundError
        If there is no such file.
    ModelFileError
        If it is no model file.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.linear_model import LogisticRegression
    >>> import skecg
    >>> from skecg.persistence import read_manifest
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "model.skecg"
    ...     skecg.save(LogisticRegression().fit([[0.0], [1.0]], ["low", "high"]), file)
    ...     read_manifest(file)["classes"]
    ['high', 'low']
    """
    return read_manifest_of(Path(path), max_bytes=max_bytes)


def count_parameters_of(path: str | os.PathLike[str]) -> list[int]:
    """Count the parameters of each network of a model file; nothing is built."""
    return count_parameters(Path(path), max_bytes=_MAX_BYTES)


def _built(contents: Contents, path: Path) -> BaseEstimator:
    check_inner_archive(contents.estimator, path)
    try:
        states = [tensors_from_bytes(one) for one in contents.networks]
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ModelFileError(f"{path} holds damaged weights: {error}.") from error
    _check_finite(states, path)
    try:
        check_plan(contents.estimator)
        named = skops.io.get_untrusted_types(data=contents.estimator)
        allowed = allowed_of(named)
        if set(named) == set(allowed):
            with restoring(Shelf(states)):
                estimator = skops.io.load(io.BytesIO(contents.estimator), allowed)
            if not isinstance(estimator, BaseEstimator):
                raise TypeError(f"it holds a {type(estimator).__name__}, no estimator")
            check_trees(estimator)
            check_arrays(estimator)
            return estimator
    except Exception as error:
        raise ModelFileError(
            f"The model in {path} cannot be built: {type(error).__name__}: {error}"
        ) from error
    raise ModelFileError(
        f"{path} names {', '.join(sorted(set(named) - set(allowed)))}, which no model "
        "file may. It was not written by skecg.save, or with a network that must be "
        "registered with skecg.nn.register_network before it is loaded."
    )


def _check_finite(states: list[dict[str, torch.Tensor]], path: Path) -> None:
    for place, state in enumerate(states):
        name = not_finite(state)
        if name is not None:
            raise ModelFileError(
                f"{path} holds NaN or infinity in the tensor {name!r} of network "
                f"{place}, which would answer with no numbers. Train the model again."
            )
