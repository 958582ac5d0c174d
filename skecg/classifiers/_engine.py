"""The torch side of the network classifiers: devices, seeds, skorch."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from sklearn.base import BaseEstimator, clone
from skorch import NeuralNet
from skorch.callbacks import Callback
from skorch.helper import predefined_split
from torch import nn

from skecg._memory import keep_freed_memory
from skecg.classifiers._batches import BatchAugmentation, IndexBatches, TensorSet
from skecg.classifiers._callbacks import (
    EpochMeasures,
    OneCycle,
    StopWhenDiverged,
    diverged,
)
from skecg.classifiers._checkpoint import Checkpoint
from skecg.classifiers._predicting import predict_logits, rows_at_a_time
from skecg.classifiers._training_net import TrainingNet

OPTIMIZERS: dict[str, type[torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
    "sgd": torch.optim.SGD,
}

_FUSED = frozenset({"adam", "adamw", "sgd"})

_GENERATORS = threading.RLock()


def resolve_device(device: str, *, or_cpu: bool = False) -> torch.device:
    """Return the device that a name means here.

    Parameters
    ----------
    device : str
        "auto" takes a GPU if there is one; anything else is a torch device name.
    or_cpu : bool, default=False
        Whether the CPU stands in for a GPU that is not there.

    Returns
    -------
    torch.device

    Raises
    ------
    ValueError
        If CUDA is asked for and absent, or torch does not know the name.
    """
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        resolved = torch.device(device)
    except RuntimeError as error:
        raise ValueError(
            f"device must be 'auto' or a torch device such as 'cpu' or 'cuda:0', got "
            f"{device!r}."
        ) from error
    if resolved.type == "cuda" and not torch.cuda.is_available():
        if or_cpu:
            return torch.device("cpu")
        raise ValueError(
            f"device={device!r} was asked for, but torch sees no CUDA device here. "
            "Use device='auto' to take a GPU only where there is one."
        )
    return resolved


def draw_seed(random_state: int | np.random.RandomState | None) -> int:
    """Return a seed for torch, leaving NumPy's global generator as it is.

    Parameters
    ----------
    random_state : int, RandomState or None
        An int is the seed itself, a RandomState is drawn from, None gives a seed of
        the operating system's.

    Returns
    -------
    int
    """
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(np.iinfo(np.int32).max))
    return int(random_state)


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Seed torch inside a `with` block; outside, its generators are as before.

    Parameters
    ----------
    seed : int
        For the CPU's generator and that of `device`.
    device : torch.device
        Where the block computes.
    """
    gpus = [device] if device.type == "cuda" else []
    # torch's generators belong to the process: in joblib's threads, one at a time.
    with _GENERATORS, torch.random.fork_rng(devices=gpus):
        torch.manual_seed(seed)
        yield


def build_net(
    estimator: BaseEstimator,
    module: nn.Module,
    *,
    valid: TensorSet | None,
    class_weights: np.ndarray | None,
    slow: frozenset[str] = frozenset(),
    augment: BatchAugmentation | None = None,
    device: torch.device,
) -> NeuralNet:
    """Return the skorch net that trains `module`; it is not started.

    Parameters
    ----------
    estimator : BaseEstimator
        Says `optimizer`, `lr`, `fine_tune_lr`, `lr_schedule`, `weight_decay`,
        `max_epochs`, `batch_size`, `callbacks` and `verbose`. Its callbacks are cloned,
        because skorch writes into those that it is given.
    module : nn.Module
        The network, its weights drawn.
    valid : TensorSet or None
        Rows that are measured after each epoch and never trained on.
    class_weights : ndarray of shape (n_classes,) or None
        Weight of each class in the cross-entropy.
    slow : frozenset of str
        Names of the parameters that learn at `fine_tune_lr`.
    augment : BatchAugmentation or None
        What is done to each training batch.
    device : torch.device
        Where it computes.

    Returns
    -------
    NeuralNet
    """
    weights = None if class_weights is None else torch.from_numpy(class_weights).float()
    own: list[tuple[str, Callback]] = [
        ("skecg_measures", EpochMeasures()),
        ("skecg_diverged", StopWhenDiverged()),
    ]
    theirs = [_cloned(each) for each in estimator.callbacks or ()]
    if estimator.lr_schedule == "one_cycle":
        own.append(("skecg_one_cycle", OneCycle()))
    # Torch's own optimisers update all tensors in one kernel: it saves a twentieth of a
    # small network's step. A class of the user's may not know the word.
    fused = {"optimizer__fused": True} if estimator.optimizer in _FUSED else {}
    return TrainingNet(
        module,
        criterion=nn.CrossEntropyLoss,
        criterion__weight=weights,
        optimizer=optimizer_class(estimator.optimizer),
        optimizer__weight_decay=estimator.weight_decay,
        optimizer__param_groups=[
            (name, {"lr": estimator.fine_tune_lr}) for name in sorted(slow)
        ],
        **fused,
        lr=estimator.lr,
        max_epochs=estimator.max_epochs,
        batch_size=estimator.batch_size,
        iterator_train=IndexBatches,
        iterator_train__shuffle=True,
        iterator_train__augment=augment,
        iterator_valid=IndexBatches,
        iterator_valid__batch_size=(
            estimator.batch_size if valid is None else rows_at_a_time(valid)
        ),
        train_split=None if valid is None else predefined_split(valid),
        # A checkpoint comes last: it keeps what the others have made of the epoch.
        callbacks=[*own, *sorted(theirs, key=_is_checkpoint)],
        device=str(device),
        verbose=estimator.verbose,
    )


def optimizer_class(
    optimizer: str | type[torch.optim.Optimizer],
) -> type[torch.optim.Optimizer]:
    """Return the class that a name stands for.

    Parameters
    ----------
    optimizer : str or type
        One of `OPTIMIZERS`, or a class already.

    Returns
    -------
    type

    Raises
    ------
    ValueError
        If it is neither.
    """
    known = OPTIMIZERS.get(optimizer) if isinstance(optimizer, str) else optimizer
    if known is not None and issubclass(known, torch.optim.Optimizer):
        return known
    raise ValueError(
        f"optimizer must be one of {sorted(OPTIMIZERS)} or a class of "
        f"torch.optim.Optimizer, got {getattr(known, '__name__', optimizer)}."
    )


def train(net: NeuralNet, rows: TensorSet) -> None:
    """Train from the start, and let an interruption through.

    Parameters
    ----------
    net : NeuralNet
        As `build_net` makes it.
    rows : TensorSet
        With class codes.

    Raises
    ------
    KeyboardInterrupt
        If the user interrupts. skorch's own `fit` would return a half-trained net; here
        only a callback ends the training early, at the end of an epoch, which is how
        skorch's `EarlyStopping` does it.
    TrainingDivergedError
        If the loss is no number.
    """
    if net.device == "cpu":
        keep_freed_memory()
    net.initialize()
    net.notify("on_train_begin", X=rows, y=None)
    try:
        # A checkpoint may have brought some epochs back.
        net.fit_loop(rows, epochs=net.max_epochs - len(net.history))
    except KeyboardInterrupt:
        between_epochs = len(net.history) > 0 and "dur" in net.history[-1]
        if not between_epochs:
            raise
    net.notify("on_train_end", X=rows, y=None)


def check_finite(net: NeuralNet, rows: TensorSet) -> None:
    """Raise if the training ended in weights that answer with no numbers.

    The loss of the last step was measured before that step.

    Parameters
    ----------
    net : NeuralNet
        A net that was trained.
    rows : TensorSet
        A few will do: weights that are too large spoil every answer.

    Raises
    ------
    TrainingDivergedError
        If a logit is infinite or NaN.
    """
    if not np.isfinite(predict_logits(net.module_, rows)).all():
        raise diverged(net, "The logits are not finite after the last step")


def epoch_history(net: NeuralNet) -> list[dict[str, float]]:
    """Return what an epoch measured, one dict per epoch, numbers only.

    Parameters
    ----------
    net : NeuralNet
        A net that was trained.

    Returns
    -------
    list of dict
        Keys ``epoch, train_loss, train_accuracy, duration`` and, with a validation
        part, ``valid_loss, valid_accuracy, valid_macro_f1``; ``stage`` with
        `StagedUnfreezing`; seconds for the duration.
    """
    wanted = (
        "epoch",
        "train_loss",
        "train_accuracy",
        "valid_loss",
        "valid_accuracy",
        "valid_macro_f1",
        "stage",
    )
    return [
        {**{key: row[key] for key in wanted if key in row}, "duration": row["dur"]}
        for row in net.history
    ]


def _cloned(
    callback: Callback | tuple[str, Callback],
) -> Callback | tuple[str, Callback]:
    name, inner = callback if isinstance(callback, tuple) else (None, callback)
    if not isinstance(inner, Callback):
        raise TypeError(
            "callbacks must be skorch callbacks or (name, callback) pairs, got "
            f"{callback!r}. Instantiate a class; wrap a function in a Callback."
        )
    copy = clone(inner, safe=False)
    return copy if name is None else (name, copy)


def _is_checkpoint(callback: Callback | tuple[str, Callback]) -> bool:
    inner = callback[1] if isinstance(callback, tuple) else callback
    return isinstance(inner, Checkpoint)
