"""Weights out of files, without running code that a file may hold."""

import os
import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from skecg.exceptions import DataFileError, DataFileNotFoundError
from skecg.nn._finite import not_finite

# Under which names training programs put the weights beside other things.
_INSIDE = ("state_dict", "model", "model_state_dict")


def read_weights(path: str | os.PathLike[str]) -> dict[str, torch.Tensor]:
    """Read named tensors from a file of torch's or of safetensors.

    Parameters
    ----------
    path : str or os.PathLike
        A file of safetensors ends in ``.safetensors``; any other is read by
        ``torch.load(..., weights_only=True)``, which refuses what is no plain data.

    Returns
    -------
    dict of Tensor
        On the CPU.

    Raises
    ------
    DataFileNotFoundError
        If there is no such file.
    DataFileError
        If it is damaged, would run code, holds no named tensors, or one with NaN or
        infinity.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import torch
    >>> from skecg.nn import read_weights
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "weights.pth"
    ...     torch.save(torch.nn.Linear(3, 2).state_dict(), path)
    ...     sorted(read_weights(path))
    ['bias', 'weight']
    """
    file = Path(path)
    if not file.is_file():
        what = "is a folder" if file.is_dir() else "is not there"
        raise DataFileNotFoundError(
            f"The file of weights {what}: {file}. Give the path of a file, or the "
            "whole name of published weights, as timm.list_pretrained() gives it."
        )
    try:
        if file.suffix == ".safetensors":
            return _finite(load_file(file), file)
        content = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise DataFileError(
            f"{file} is no file of weights, or holds more than plain data, which is "
            "not loaded because it could run code. Save the module's state_dict() "
            "alone."
        ) from error
    except (RuntimeError, EOFError, ValueError, KeyError, SafetensorError) as error:
        raise DataFileError(
            f"{file} is damaged or no file of weights: {error}. Copy it again, or "
            "delete it if it was downloaded."
        ) from error
    return _finite(_named_tensors(content, file), file)


def _finite(tensors: dict[str, torch.Tensor], file: Path) -> dict[str, torch.Tensor]:
    name = not_finite(tensors)
    if name is not None:
        raise DataFileError(
            f"{file} holds NaN or infinity in the tensor {name!r}: a network with it "
            "answers with no numbers. Take weights of an earlier epoch, from before "
            "the training diverged."
        )
    return tensors


def _named_tensors(content: object, file: Path) -> dict[str, torch.Tensor]:
    for name in _INSIDE:
        if isinstance(content, Mapping) and isinstance(content.get(name), Mapping):
            content = content[name]
    fits = isinstance(content, Mapping) and all(
        isinstance(name, str) and isinstance(each, torch.Tensor)
        for name, each in content.items()
    )
    if not fits or not content:
        raise DataFileError(
            f"{file} holds no named tensors. Save the module's state_dict()."
        )
    return dict(content)  # type: ignore[call-overload]
