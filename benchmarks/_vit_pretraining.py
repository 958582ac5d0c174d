"""A vision transformer learns to read printouts, on drawn ones.

Nothing of it is a diagnosis: what is learnt is how high, wide and steep the waves of
each lead are, and the rhythm. The whole picture tells it of all leads; and each patch,
one block earlier, of the lead that it lies in, so that a picture teaches as often as it
has patches.
"""

import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from benchmarks._record import say
from benchmarks._vit_pictures import (
    SIZE,
    Printouts,
    Record,
    lead_of_patches,
    make_printouts,
)
from skecg.classifiers import ImageClassifier
from skecg.nn import ViT, read_weights
from skecg.nn.image_blocks import pad_with_white
from skecg.nn.vit import PictureNorm

NETWORK: dict[str, Any] = {
    "patch_size": 16,
    "n_features": 128,
    "n_blocks": 4,
    "n_heads": 4,
    "dropout": 0.0,
}


class Plan(NamedTuple):
    """How long the network learns.

    Attributes
    ----------
    n_pictures : int
        Drawn, of all records together.
    max_epochs : int
        Times that each is seen.
    lr : float
        The highest rate, after a tenth of the steps.
    batch_size : int
        Pictures of a step.
    """

    n_pictures: int = 8000
    max_epochs: int = 10
    lr: float = 1e-3
    batch_size: int = 16


PLAN = Plan()


class Reader(nn.Module):
    """A transformer with what reads its features, and is left behind afterwards.

    Parameters
    ----------
    network : ViT
        Whose body is taught.
    n_measures : int
        Numbers of a lead.
    n_rhythm : int
        Numbers of the rhythm.
    """

    def __init__(self, network: ViT, n_measures: int, n_rhythm: int) -> None:
        super().__init__()
        self.network = network
        n_features = network.head[0].num_features
        lead = lead_of_patches(network.tokens_to_map.grid)
        self.register_buffer("lead", torch.from_numpy(lead).flatten())
        n_leads = int(lead.max()) + 1
        self.of_patch = nn.Linear(n_features, n_measures + n_rhythm)
        self.of_picture = nn.Sequential(
            PictureNorm(n_features),
            nn.Linear(n_features, n_leads * n_measures + n_rhythm),
        )

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Read pictures.

        Parameters
        ----------
        x : Tensor of shape (n, 1, padded_height, padded_width)
            Pictures.

        Returns
        -------
        of_picture : Tensor of shape (n, n_leads * n_measures + n_rhythm)
            The waves of all leads and the rhythm.
        of_patch : Tensor of shape (n, n_tokens, n_measures + n_rhythm)
            The waves of the lead of each patch, and the rhythm.
        """
        body = self.network.body
        tokens = body[:-2](x)
        return self.of_picture(body[-2:](tokens).mean(dim=1)), self.of_patch(tokens)

    def loss(
        self, x: torch.Tensor, waves: torch.Tensor, rhythm: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the mean squared errors of both answers.

        Parameters
        ----------
        x : Tensor of shape (n, 1, padded_height, padded_width)
            Pictures.
        waves : Tensor of shape (n, n_leads, n_measures)
            Standardised.
        rhythm : Tensor of shape (n, n_rhythm)
            Standardised.

        Returns
        -------
        of_picture, of_patch : Tensor of shape ()
        """
        of_picture, of_patch = self(x)
        everything = torch.cat([waves.flatten(1), rhythm], dim=1)
        each = rhythm[:, None].expand(-1, len(self.lead), -1)
        own = torch.cat([waves[:, self.lead], each], dim=2)
        return (
            (of_picture - everything).square().mean(),
            (of_patch - own).square().mean(),
        )


def pretrain(
    sources: list[Record], out: Path, *, seed: int = 0, plan: Plan = PLAN
) -> float:
    """Teach a network to read, keep its weights, return its error on other hearts.

    A tenth of the records is never learnt from. The mean squared error of what is read
    off drawings of them is 1 if the mean is all that is known.
    """
    start = time.process_time()
    order = np.random.default_rng(seed).permutation(len(sources))
    n_known = len(sources) - max(1, len(sources) // 10)
    known = [sources[index] for index in order[:n_known]]
    other = [sources[index] for index in order[n_known:]]
    learnt = make_printouts(known, plan.n_pictures, seed)
    checked = make_printouts(other, max(8, plan.n_pictures // 40), seed + 1)
    torch.manual_seed(seed)
    network = ViT(1, *SIZE, 2, **NETWORK)
    reader = Reader(network, learnt.waves.shape[2], learnt.rhythm.shape[1])
    error = _learn(reader, learnt, checked, seed, plan)
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file(network.state_dict(), out)
    say(f"{time.process_time() - start:.0f} s")
    return error


def _learn(
    reader: Reader, learnt: Printouts, checked: Printouts, seed: int, plan: Plan
) -> float:
    scales = _Scales.of(learnt)
    optimizer = torch.optim.AdamW(reader.parameters(), lr=plan.lr, weight_decay=0.05)
    n_steps = len(learnt.pictures) // plan.batch_size
    pace = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, plan.lr, total_steps=n_steps * plan.max_epochs, pct_start=0.1
    )
    rng = np.random.default_rng(seed)
    for epoch in range(plan.max_epochs):
        order = rng.permutation(len(learnt.pictures))
        for some in order[: n_steps * plan.batch_size].reshape(n_steps, -1):
            optimizer.zero_grad()
            losses = reader.loss(*scales.batch(reader, learnt, some))
            torch.stack(losses).sum().backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimizer.step()
            pace.step()
        of_picture, of_patch = _errors(reader, scales, checked)
        say(f"epoch {epoch}: errors {of_picture:.3f}, of patches {of_patch:.3f}")
    return float(of_picture)


class _Scales(NamedTuple):
    # What brings waves and rhythm to one scale, and the few far away ones nearer.
    waves: "_Scale"
    rhythm: "_Scale"

    @classmethod
    def of(cls, learnt: Printouts) -> "_Scales":
        return cls(_Scale.of(learnt.waves), _Scale.of(learnt.rhythm))

    def batch(
        self, reader: Reader, printouts: Printouts, some: np.ndarray
    ) -> tuple[torch.Tensor, ...]:
        x = as_input(reader.network, printouts.pictures[some])
        waves = self.waves.applied(printouts.waves[some])
        return x, waves, self.rhythm.applied(printouts.rhythm[some])


class _Scale(NamedTuple):
    low: np.ndarray
    high: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> "_Scale":
        low, high = np.nanpercentile(values, [1, 99], axis=0)
        inside = np.clip(values, low, high)
        deviation = np.nanstd(inside, axis=0)
        deviation[deviation == 0] = 1.0
        return cls(low, high, np.nanmean(inside, axis=0), deviation)

    def applied(self, values: np.ndarray) -> torch.Tensor:
        scaled = (np.clip(values, self.low, self.high) - self.mean) / self.deviation
        return torch.from_numpy(np.nan_to_num(scaled).astype(np.float32))


@torch.no_grad()
def _errors(reader: Reader, scales: _Scales, checked: Printouts) -> np.ndarray:
    reader.eval()
    total, n = np.zeros(2), len(checked.pictures)
    for start in range(0, n, 16):
        some = np.arange(start, min(start + 16, n))
        losses = reader.loss(*scales.batch(reader, checked, some))
        total += len(some) * torch.stack(losses).numpy()
    reader.train()
    return total / n


def as_input(network: ViT, pictures: np.ndarray) -> torch.Tensor:
    """Return pictures of shape (n, *SIZE) as the body takes them."""
    x = torch.from_numpy(pictures)[:, None].float() / 255
    return pad_with_white(x, network.padded_size)


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
    """Return the means over the tokens of each layer.

    Returns
    -------
    ndarray of float32 of shape (n, n_layers, n_features)
        Of the patches as they come in, of each block, and of the normalisation at the
        end, which the head takes.
    """
    state = read_weights(weights)
    network = ViT(1, *SIZE, state["head.1.0.weight"].shape[0], **NETWORK)
    network.load_state_dict(state)
    network.eval()
    found = []
    for start in range(0, len(pictures), 16):
        tokens = as_input(network, pictures[start : start + 16])
        means = []
        for layer in network.body:
            tokens = layer(tokens)
            means.append(tokens.mean(dim=1))
        found.append(torch.stack(means, dim=1))
    return torch.cat(found).numpy()
