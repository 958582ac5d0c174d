"""What is measured and changed while a network trains."""

import math
from typing import Any

import torch
from skorch import NeuralNet
from skorch.callbacks import Callback

from skecg.exceptions import TrainingDivergedError


class EpochMeasures(Callback):
    """Keep the accuracy of each epoch, and the macro-F1 of its validation part.

    Training accuracy is counted while the weights move, batch by batch, so it costs no
    second pass; it lags a little behind that of the epoch's last weights.
    """

    def on_epoch_begin(self, net: NeuralNet, **kwargs: Any) -> None:
        """Forget the counts of the epoch before."""
        self.correct_: torch.Tensor | int = 0
        self.seen_ = 0
        self.confusion_: torch.Tensor | None = None

    def on_batch_end(
        self, net: NeuralNet, batch: Any = None, training: bool = False, **kwargs: Any
    ) -> None:
        """Count the batch; the sums stay on their device until the epoch ends."""
        codes, logits = batch[1], kwargs["y_pred"].detach()
        if codes.ndim == 2:  # blends of two classes count as the larger part
            codes = codes.argmax(dim=1)
        answers = logits.argmax(dim=1)
        if training:
            self.correct_ = self.correct_ + (answers == codes).sum()
            self.seen_ += len(codes)
            return
        n_classes = logits.shape[1]
        cells = torch.bincount(codes * n_classes + answers, minlength=n_classes**2)
        cells = cells.reshape(n_classes, n_classes)
        self.confusion_ = cells if self.confusion_ is None else self.confusion_ + cells

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        """Write the shares into skorch's history."""
        net.history.record("train_accuracy", float(self.correct_) / self.seen_)
        if self.confusion_ is not None:
            confusion = self.confusion_.double()
            hits = confusion.diagonal()
            net.history.record("valid_accuracy", float(hits.sum() / confusion.sum()))
            net.history.record("valid_macro_f1", _macro_f1(confusion, hits))


def _macro_f1(confusion: torch.Tensor, hits: torch.Tensor) -> float:
    # Over the classes that are there or were answered, as scikit-learn counts.
    marked = confusion.sum(dim=0) + confusion.sum(dim=1)
    return float((2 * hits / marked)[marked > 0].mean())


class StopWhenDiverged(Callback):
    """Stop with an error once the loss is no number, instead of training on."""

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        """Look at the loss of the epoch."""
        loss = net.history[-1, "train_loss"]
        if not math.isfinite(loss):
            raise diverged(net, f"The training loss is {loss}")


def diverged(net: NeuralNet, what: str) -> TrainingDivergedError:
    """Return the error that says what happened, in which epoch, and what to try.

    Parameters
    ----------
    net : NeuralNet
        A net that has begun to train.
    what : str
        The beginning of the message.

    Returns
    -------
    TrainingDivergedError
        To be raised.
    """
    slow = {options["lr"] for _, options in net.optimizer__param_groups}
    rates = "".join(f" (fine_tune_lr is {rate:g})" for rate in slow)
    return TrainingDivergedError(
        f"{what} in epoch {net.history[-1, 'epoch']}. Take a smaller lr than "
        f"{net.lr:g}{rates}, or scale X: its amplitudes may be too large."
    )


class OneCycle(Callback):
    """Raise the learning rate to `lr` and let it fall to almost nothing.

    The rate of Smith's one-cycle policy [1]_, over all the steps of the training: a few
    epochs then reach what a constant rate needs many for. Momentum stays as it is, so
    that any optimiser will do.

    References
    ----------
    .. [1] Smith L. N., Topin N. (2019). Super-convergence: very fast training of neural
       networks using large learning rates. :doi:`10.1117/12.2520589`
    """

    def on_train_begin(self, net: NeuralNet, X: Any = None, **kwargs: Any) -> None:
        """Plan the steps."""
        n_steps = net.max_epochs * -(-len(X) // net.batch_size)
        self.scheduler_ = torch.optim.lr_scheduler.OneCycleLR(
            net.optimizer_,
            max_lr=[group["lr"] for group in net.optimizer_.param_groups],
            total_steps=n_steps,
            cycle_momentum=False,
        )

    def on_batch_end(
        self, net: NeuralNet, training: bool = False, **kwargs: Any
    ) -> None:
        """Take one."""
        if training:
            self.scheduler_.step()

    def on_train_end(self, net: NeuralNet, **kwargs: Any) -> None:
        """Let go of the optimiser, which would travel along in a pickle."""
        del self.scheduler_
