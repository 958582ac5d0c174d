"""skorch's net, without a wait for the device, or a body run twice for one answer."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from skorch import NeuralNet

from skecg.classifiers._batches import IndexBatches
from skecg.classifiers._resting import body_rests, keep_features, put_body_to_rest


class TrainingNet(NeuralNet):
    """A `skorch.NeuralNet` that reads the losses of an epoch at its end.

    skorch turns the loss of each batch into a Python number at once, so that a GPU has
    nothing to do until the next batch has been sent. Here a batch's loss in the history
    is a tensor of one number while the epoch runs, and a float afterwards.

    In an epoch in which only the head learns, the body is in evaluation mode, and what
    it makes of rows that no augmentation changes is computed once.
    """

    body_rests_ = False

    def infer(self, x: Any, **fit_params: Any) -> torch.Tensor:
        """Turn a batch into logits.

        Parameters
        ----------
        x : Tensor or dict of Tensor
            Inputs of the network, or ``features`` in their place.
        **fit_params : dict
            Passed to the network.

        Returns
        -------
        Tensor of shape (n, n_classes)
        """
        if isinstance(x, Mapping) and "features" in x:
            return self.module_.forward_head(**x)
        if self.body_rests_:
            put_body_to_rest(self.module_)
        return super().infer(x, **fit_params)

    def run_single_epoch(
        self,
        iterator: Iterable[Any] | None,
        *,
        training: bool,
        prefix: str,
        step_fn: Callable[..., dict[str, Any]],
        **fit_params: Any,
    ) -> None:
        """Go through the batches of an epoch once.

        Parameters
        ----------
        iterator : iterable of batches or None
            Pairs of inputs and codes; None, where nothing is set aside, does nothing.
        training : bool
            Whether it is the training part.
        prefix : str
            Of the keys in the history.
        step_fn : callable
            What is done with a batch; its answer holds the ``loss``.
        **fit_params : dict
            Passed to `step_fn`.
        """
        if iterator is None:
            return
        self.body_rests_ = body_rests(self.module_)
        if isinstance(iterator, IndexBatches):
            if self.body_rests_ and iterator.augment is None:
                keep_features(self.module_, iterator.dataset)
            else:
                iterator.dataset.features = None
        losses = []
        for batch in iterator:
            self.notify("on_batch_begin", batch=batch, training=training)
            step = step_fn(batch, **fit_params)
            losses.append(step["loss"].detach())
            self.history.record_batch(f"{prefix}_loss", losses[-1])
            self.history.record_batch(f"{prefix}_batch_size", len(batch[1]))
            self.notify("on_batch_end", batch=batch, training=training, **step)
        self.history.record(f"{prefix}_batch_count", len(losses))
        batches = self.history[-1]["batches"][-len(losses) :]
        numbers = torch.stack(losses).tolist()  # the one wait of the epoch
        for each, loss in zip(batches, numbers, strict=True):
            each[f"{prefix}_loss"] = loss
