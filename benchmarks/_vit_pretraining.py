"""A vision transformer learns to tell hearts apart on drawn printouts.

Nothing of it is a diagnosis: the class of a drawing is the record that it was drawn
from, at whatever pace, and the network has to find what stays.
"""

import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors.torch import save_file

from benchmarks._record import say
from benchmarks._vit_pictures import SIZE, Record, make_printouts
from skecg.classifiers import ImageClassifier
from skecg.nn import ViT, read_weights
from skecg.nn.image_blocks import pad_with_white

NETWORK = {"n_features": 64, "n_blocks": 2, "n_heads": 2, "dropout": 0.0}


class Plan(NamedTuple):
    """How long the network learns.

    Attributes
    ----------
    n_pictures : int
        Drawn, of all records together.
    max_epochs : int
        Times that each is seen.
    lr, fine_tune_lr : float
        The highest rates of the head and of the body. Drawn weights hold many different
        features, which a fast body soon gives up for a few.
    """

    n_pictures: int = 1000
    max_epochs: int = 2
    lr: float = 3e-2
    fine_tune_lr: float = 1e-4


PLAN = Plan()


def pretrain(
    sources: list[Record], out: Path, *, seed: int = 0, plan: Plan = PLAN
) -> ImageClassifier:
    """Teach a network to tell records apart, and keep its weights."""
    start = time.process_time()
    printouts = make_printouts(sources, plan.n_pictures, seed)
    out.parent.mkdir(parents=True, exist_ok=True)
    draw_weights(out, seed)
    model = classifier(
        seed,
        out,
        max_epochs=plan.max_epochs,
        lr=plan.lr,
        fine_tune_lr=plan.fine_tune_lr,
    )
    model.fit(printouts.pictures, printouts.record)
    save_file(model.net_.module_.state_dict(), out)
    say(f"{model.history_} {time.process_time() - start:.0f} s")
    return model


def draw_weights(out: Path, seed: int) -> None:
    """Keep the weights of a network that has learnt nothing."""
    torch.manual_seed(seed)
    save_file(ViT(1, *SIZE, 2, **NETWORK).state_dict(), out)


def classifier(
    seed: int, weights: Path | None = None, **settings: Any
) -> ImageClassifier:
    """Return the network for pictures of `SIZE`, with weights or with its draw."""
    return ImageClassifier(
        "vit",
        network_params=NETWORK,
        weights=weights,
        batch_size=8,
        weight_decay=0.05,
        random_state=seed,
        **settings,
    )


@torch.no_grad()
def features_of(weights: Path, pictures: np.ndarray) -> np.ndarray:
    """Return what the head takes, of shape (n, n_features)."""
    state = read_weights(weights)
    network = ViT(1, *SIZE, state["head.1.0.weight"].shape[0], **NETWORK)
    network.load_state_dict(state)
    found = []
    for some in torch.from_numpy(pictures)[:, None].split(16):
        x = pad_with_white(some.float() / 255, network.padded_size)
        found.append(network.eval().forward_features(x))
    return torch.cat(found).numpy()
