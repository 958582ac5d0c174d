"""Training that survives being killed."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from skorch import NeuralNet
from skorch.callbacks import Callback

from skecg._warn import warn_user
from skecg.classifiers._batches import TensorSet
from skecg.classifiers._training_state import restore_state, training_state
from skecg.exceptions import SkecgWarning
from skecg.nn._shelf import shelf_to_empty, shelf_to_fill

_FILE = "epoch.safetensors"


class Checkpoint(Callback):
    """Keep the state of a training after each epoch, and go on from it next time.

    Given to a network classifier among its `callbacks`. Fit again with the same
    parameters, data and `random_state` after the process was killed: the training goes
    on behind the last epoch that was kept, and ends where an undisturbed one ends. One
    that had come to its end is not repeated.

    Each training has a folder of its own, named by a hash of what decides its outcome
    (first weights, rows, settings, seed), so that the folds of a cross-validation and
    the settings of a search can share one `directory`.

    Parameters
    ----------
    directory : str or os.PathLike
        Where the folders are made; it is created if it is not there. Nothing in it is
        removed. None in a model that was loaded from a file.

    See Also
    --------
    SignalClassifier : Takes callbacks.

    Notes
    -----
    A file holds tensors and numbers only, and is replaced as a whole: a kill while it
    is written leaves the one of the epoch before. Other callbacks are resumed by what
    they keep in attributes with a name ending in ``_``, as skorch's EarlyStopping does.

    A file that `skecg.persistence.save` writes does not hold the directory, which is of
    one machine and tells of it. A loaded model predicts as before; to `fit` it again,
    name a directory of this machine or drop the callback: until then `fit` is a
    `ValueError`.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from skecg.classifiers import Checkpoint, SignalClassifier
    >>> X, y = np.random.default_rng(0).normal(size=(40, 100)), np.repeat([0, 1], 20)
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     model = SignalClassifier(
    ...         max_epochs=2, callbacks=[Checkpoint(directory)], random_state=0
    ...     )
    ...     first = model.fit(X, y).predict_proba(X)
    ...     again = model.fit(X, y).predict_proba(X)  # read, not trained
    >>> bool((first == again).all())
    True
    """

    def __init__(self, directory: str | os.PathLike[str] | None) -> None:
        self.directory = directory

    def __getstate__(self) -> dict[str, Any]:
        """Return what is kept: in a file of a model no directory of this machine."""
        state = dict(vars(self))
        return state if shelf_to_fill() is None else _without_place(state)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take what was kept: from a file of a model no directory."""
        self.__dict__.update(
            state if shelf_to_empty() is None else _without_place(state)
        )

    def on_train_begin(self, net: NeuralNet, X: Any = None, **kwargs: Any) -> None:
        """Look for a training to go on with.

        Parameters
        ----------
        net : skorch.NeuralNet
            The net, its weights drawn.
        X : TensorSet
            The training rows.
        **kwargs : dict
            What else skorch hands over; not used.

        Raises
        ------
        ValueError
            If there is no directory, since the model was loaded from a file.

        Warns
        -----
        SkecgWarning
            If a file is there but cannot be read; the training begins anew.
        """
        if self.directory is None:
            raise ValueError(
                "This Checkpoint has no directory: it came with a model out of a file, "
                "which keeps none of another machine. Name one of this machine with "
                "set_params(callbacks=[Checkpoint(directory)]), or train without, "
                "set_params(callbacks=None)."
            )
        folder = Path(self.directory) / training_hash(net, X)
        folder.mkdir(parents=True, exist_ok=True)
        self.path_ = folder / _FILE
        if not self.path_.exists():
            return
        try:
            with safe_open(self.path_, "pt") as file:
                facts = json.loads(file.metadata()["facts"])
                tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        except (SafetensorError, KeyError, TypeError, ValueError, OSError) as error:
            warn_user(
                f"{self.path_} cannot be read ({error}); the training begins anew.",
                SkecgWarning,
            )
            return
        restore_state(net, tensors, facts)

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        """Keep the epoch.

        Parameters
        ----------
        net : skorch.NeuralNet
            The net in training.
        **kwargs : dict
            What else skorch hands over; not used.
        """
        tensors, facts = training_state(net)
        # Moved into place in one step: a reader sees a whole file or none.
        handle, name = tempfile.mkstemp(dir=self.path_.parent, suffix=".part")
        os.close(handle)
        try:
            save_file(tensors, name, metadata={"facts": json.dumps(facts)})
            Path(name).replace(self.path_)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _without_place(state: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in state.items() if name != "path_"}
    return kept | {"directory": None}


def training_hash(net: NeuralNet, rows: TensorSet) -> str:
    """Name a training by what decides its outcome.

    Parameters
    ----------
    net : skorch.NeuralNet
        Initialised, not trained.
    rows : TensorSet
        The training rows.

    Returns
    -------
    str
        Sixteen hexadecimal digits: of the first weights, the rows, those of the
        validation part, the state of torch's generator and the settings.
    """
    digest = hashlib.sha256(json.dumps(_settings(net), sort_keys=True).encode())
    tensors = [
        *net.module_.state_dict().values(),
        *_tensors_of(rows),
        *_tensors_of(_validation_rows(net)),
        torch.get_rng_state(),
    ]
    for tensor in tensors:
        digest.update(str((tensor.dtype, tuple(tensor.shape))).encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def _settings(net: NeuralNet) -> dict[str, str]:
    augment = net.iterator_train__augment
    changes = (
        None
        if augment is None
        else (augment.changes, augment.mixup, augment.sampling_rate)
    )
    groups = [
        {key: value for key, value in group.items() if key != "params"}
        for group in net.optimizer_.param_groups
    ]
    callbacks = [
        (name, type(each).__name__, each.get_params())
        for name, each in net.callbacks_
        if not isinstance(each, Checkpoint)
    ]
    return {
        "module": repr(net.module_),
        "trainable": repr([each.requires_grad for each in net.module_.parameters()]),
        "optimizer": type(net.optimizer_).__qualname__ + repr(groups),
        "epochs": repr((net.max_epochs, net.batch_size)),
        "loss": repr(getattr(net.criterion_, "weight", None)),
        "augment": repr(changes),
        "callbacks": repr(callbacks),
    }


def _validation_rows(net: NeuralNet) -> TensorSet | None:
    if net.train_split is None:
        return None
    return net.train_split(None)[1]


def _tensors_of(rows: TensorSet | None) -> Iterator[torch.Tensor]:
    if rows is not None:
        parts = (rows.signals, rows.chosen, rows.context, rows.codes)
        yield from (part for part in parts if part is not None)
