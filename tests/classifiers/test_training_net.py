"""Losses that are read at the end of an epoch."""

import numpy as np
import torch
from skorch.callbacks import Callback

from networks import small_network


class Watcher(Callback):
    """Notes what the history holds after each batch."""

    def on_train_begin(self, net, **kwargs):
        self.losses_ = []

    def on_batch_end(self, net, training=False, loss=None, **kwargs):
        key = "train_loss" if training else "valid_loss"
        assert net.history[-1, "batches", -1, key] == loss
        self.losses_.append((key, loss.item()))


def test_losses_are_numbers_once_the_epoch_is_over(waves):
    X, y, groups = waves
    model = small_network(max_epochs=1, valid_split=0.3, callbacks=[("w", Watcher())])
    history = model.fit(X, y, groups).net_.history
    batches = history[-1]["batches"]
    seen = dict(model.net_.callbacks_)["w"].losses_
    assert [next(iter(each.items())) for each in batches] == seen
    assert {type(loss) for _, loss in seen} == {float}
    sizes = [each["train_batch_size"] for each in batches if "train_loss" in each]
    losses = [each["train_loss"] for each in batches if "train_loss" in each]
    assert sum(sizes) + sum(each.get("valid_batch_size", 0) for each in batches) == 60
    assert history[-1]["train_loss"] == np.average(losses, weights=sizes)


def test_no_step_waits_for_the_device(waves, monkeypatch):
    X, y, _ = waves
    asked = []
    original = torch.Tensor.item

    def item(tensor):
        asked.append(tensor)
        return original(tensor)

    monkeypatch.setattr(torch.Tensor, "item", item)
    small_network(max_epochs=2, batch_size=4).fit(X, y)
    assert len(asked) <= 2  # not once for each of 30 batches
