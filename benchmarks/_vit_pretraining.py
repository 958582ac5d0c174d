"""A vision transformer learns to read printouts: traces, beats of leads, the rhythm.

Nothing of it is a diagnosis. In the first rounds the network sees two fifths of the
patches only, those with ink first: most of a printout is white.
"""

import math
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

from benchmarks._record import say
from benchmarks._vit_pictures import (
    N_RHYTHM,
    N_STRIPS,
    OFFSETS,
    SIZE,
    Printouts,
    Record,
    make_printouts,
)
from skecg.nn import ViT, read_weights
from skecg.nn.image_blocks import pad_with_white
from skecg.nn.vit import PictureNorm

NETWORK = {"n_features": 64, "n_blocks": 2, "n_heads": 2}
PATCH = 8
KEPT = 0.4  # share of the patches that is seen in the first rounds
BATCH = 8  # pictures
INK = 0.05  # darkness of a patch above which there is a trace in it


class Plan(NamedTuple):
    """How long the network learns.

    Attributes
    ----------
    rounds : int
        Each has pictures of its own.
    n_pictures : int
        Of a round.
    looks : int
        Times that each is seen.
    whole : int
        Rounds at the end that see all patches.
    """

    rounds: int = 3
    n_pictures: int = 700
    looks: int = 3
    whole: int = 1


PLAN = Plan()


class Reader(nn.Module):
    """The network, and what it tells of a printout.

    Parameters
    ----------
    network : ViT
        Without its head, which is for classes.
    n_features : int
        Of a token.
    """

    def __init__(self, network: ViT, n_features: int) -> None:
        super().__init__()
        self.network = network
        self.of_token = nn.Linear(n_features, PATCH + 2)
        self.of_strip = nn.Linear(n_features, len(OFFSETS))
        self.of_all = nn.Linear(n_features, N_STRIPS * len(OFFSETS) + N_RHYTHM)
        self.norm_of_strip = PictureNorm(n_features)
        self.norm_of_all = PictureNorm(n_features)
        self.register_buffer("strips", strip_of_tokens(network.padded_size))

    def forward(self, x: torch.Tensor, kept: float) -> "Reading":
        """Read pictures.

        Parameters
        ----------
        x : Tensor of shape (n, 1, height, width)
            Pictures, 1 for white.
        kept : float
            Share of the patches that is seen.

        Returns
        -------
        Reading
        """
        x = pad_with_white(x, self.network.padded_size)
        tokens = self.network.body.patches(x)
        at = torch.arange(tokens.shape[1]).expand(len(x), -1)
        if kept < 1:
            at = some_patches(x, kept)
            tokens = tokens.gather(1, at[..., None].expand(-1, -1, tokens.shape[-1]))
        tokens = self.network.body[1:](tokens)
        member = functional.one_hot(self.strips[0, at], N_STRIPS).to(tokens.dtype)
        share = member / member.sum(dim=1, keepdim=True).clamp(min=1)
        by_strip = self.norm_of_strip((share.transpose(1, 2) @ tokens).flatten(0, 1))
        return Reading(
            at,
            self.of_token(tokens),
            self.of_strip(by_strip).unflatten(0, (len(x), -1)).flatten(1),
            self.of_all(self.norm_of_all(tokens.mean(dim=1))),
        )


class Reading(NamedTuple):
    """What was read off pictures.

    Attributes
    ----------
    at : Tensor of int of shape (n, n_seen)
        The patches that were seen.
    of_tokens : Tensor of shape (n, n_seen, 10)
        The trace of a patch's row of leads in its columns; seconds since the last
        R-peak and until the next.
    of_strips : Tensor of shape (n, 13 * n_offsets)
        Beats, each read off the tokens of its strip alone.
    of_all : Tensor of shape (n, 13 * n_offsets + 3)
        Beats and rhythm, read off the mean of all tokens.
    """

    at: torch.Tensor
    of_tokens: torch.Tensor
    of_strips: torch.Tensor
    of_all: torch.Tensor


def row_of_tokens() -> torch.Tensor:
    """Return the row of leads that each row of patches lies in."""
    rows = torch.arange(PATCH // 2, SIZE[0] + PATCH, PATCH) * 412 / SIZE[0]
    return ((rows - 12) / 100).floor().clamp(0, 3).long()


def strip_of_tokens(size: tuple[int, int]) -> torch.Tensor:
    """Return the strip that each patch lies in, of shape (1, n_tokens)."""
    columns = torch.arange(PATCH // 2, size[1], PATCH) * 703 / SIZE[1]
    row = row_of_tokens()[: size[0] // PATCH, None]
    column = ((columns - 28) / 164).floor().clamp(0, 3).long()[None]
    return torch.where(row == 3, N_STRIPS - 1, 4 * row + column).reshape(1, -1)


def some_patches(x: torch.Tensor, kept: float) -> torch.Tensor:
    """Return the indices of some patches, those with ink before white ones."""
    ink = 1 - functional.avg_pool2d(x.mean(dim=1), PATCH).flatten(1)
    n_kept = round(kept * ink.shape[1])
    return ((ink > INK).float() + torch.rand_like(ink)).topk(n_kept, dim=1).indices


class Targets(NamedTuple):
    """What is read off pictures.

    Attributes
    ----------
    of_tokens : Tensor of shape (n, 4, n_columns, 10)
        For each row of leads and each column of patches.
    of_all : Tensor of shape (n, 13 * n_offsets + 3)
        Beats and rhythm.
    """

    of_tokens: torch.Tensor
    of_all: torch.Tensor


def targets_of(printouts: Printouts) -> Targets:
    """Return what is known of pictures, as the network is to tell it."""
    traces, phases, beats, rhythm = map(
        torch.from_numpy,
        (printouts.traces, printouts.phases, printouts.beats, printouts.rhythm),
    )
    by_patch = phases.unflatten(2, (-1, PATCH)).mean(dim=-1).transpose(1, 2)
    by_row = by_patch[:, None].expand(-1, 4, -1, -1)
    of_tokens = torch.cat([traces.unflatten(2, (-1, PATCH)), by_row], dim=-1)
    return Targets(of_tokens, torch.cat([beats.flatten(1), rhythm], dim=1))


Scale = tuple[tuple[torch.Tensor, torch.Tensor], ...]


def scale_of(targets: Targets) -> Scale:
    """Return mean and standard deviation of each number over the pictures."""
    tokens, whole = targets
    return (
        (tokens.mean(dim=(0, 1, 2)), tokens.std(dim=(0, 1, 2)) + 1e-3),
        (whole.mean(dim=0), whole.std(dim=0) + 1e-3),
    )


def scaled(targets: Targets, scale: Scale) -> Targets:
    """Return targets of mean 0 and standard deviation 1."""
    return Targets(
        *((t - mean) / std for t, (mean, std) in zip(targets, scale, strict=True))
    )


def loss_of(reading: Reading, wanted: Targets) -> dict[str, torch.Tensor]:
    """Return the mean squared errors, each about 1 before anything is learnt."""
    n_columns = wanted.of_tokens.shape[2]
    row = row_of_tokens()[reading.at // n_columns]
    column = reading.at % n_columns
    picture = torch.arange(len(row))[:, None]
    of_tokens = wanted.of_tokens[picture, row, column]
    n_beats = N_STRIPS * len(OFFSETS)
    return {
        "tokens": functional.mse_loss(reading.of_tokens, of_tokens),
        "strips": functional.mse_loss(reading.of_strips, wanted.of_all[:, :n_beats]),
        "beats": functional.mse_loss(
            reading.of_all[:, :n_beats], wanted.of_all[:, :n_beats]
        ),
        "rhythm": functional.mse_loss(
            reading.of_all[:, n_beats:], wanted.of_all[:, n_beats:]
        ),
    }


def pretrain(
    sources: list[Record], out: Path, *, seed: int = 0, plan: Plan = PLAN
) -> list[dict[str, float]]:
    """Teach a network to read, and keep it after each round.

    Returns
    -------
    list of dict
        Of each round: its loss, and the seconds of processor time.
    """
    torch.manual_seed(seed)
    network = ViT(1, *SIZE, 2, dropout=0.0, **NETWORK)
    reader = Reader(network, NETWORK["n_features"])
    decayed = [p for p in reader.parameters() if p.ndim > 1]
    others = [p for p in reader.parameters() if p.ndim < 2]
    groups = [
        {"params": decayed, "weight_decay": 0.05},
        {"params": others, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.95))
    steps = plan.rounds * plan.looks * math.ceil(plan.n_pictures / BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=3e-3, total_steps=steps, pct_start=0.15
    )
    history, scale = [], None
    for index in range(plan.rounds):
        start = time.process_time()
        printouts = make_printouts(sources, plan.n_pictures, seed * 1000 + index)
        targets = targets_of(printouts)
        scale = scale or scale_of(targets)
        rows = torch.from_numpy(printouts.pictures)[:, None], scaled(targets, scale)
        kept = KEPT if index < plan.rounds - plan.whole else 1.0
        for _ in range(plan.looks):
            losses = one_look(reader, rows, kept, optimizer, schedule)
        seconds = round(time.process_time() - start, 1)
        history.append({**losses, "cpu_seconds": seconds})
        say(f"round {index}: {history[-1]}")
        keep(network, out)
    return history


def one_look(
    reader: Reader,
    rows: tuple[torch.Tensor, Targets],
    kept: float,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> dict[str, float]:
    """Look at each picture once; return the mean losses of the last 100 batches."""
    pictures, targets = rows
    losses = []
    for at in torch.randperm(len(pictures)).split(BATCH):
        reading = reader(vary(pictures[at].float() / 255), kept)
        loss = loss_of(reading, Targets(*(one[at] for one in targets)))
        optimizer.zero_grad()
        torch.stack(list(loss.values())).sum().backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append([one.item() for one in loss.values()])
    means = torch.tensor(losses[-100:]).mean(dim=0).tolist()
    return dict(zip(loss, (round(one, 4) for one in means), strict=True))


def vary(x: torch.Tensor) -> torch.Tensor:
    """Return pictures in another light, and with thicker or thinner ink."""
    light = 1 + 0.03 * torch.randn(len(x), 1, 1, 1)
    ink = torch.empty(len(x), 1, 1, 1).uniform_(0.7, 1.3)
    return (light * (1 - ink * (1 - x))).clamp(0, 1)


def keep(network: ViT, out: Path) -> None:
    """Write the weights; those of the head are still as they were drawn."""
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file(network.state_dict(), out)


def load(path: Path) -> ViT:
    """Return the network with weights that were kept; its head is drawn."""
    network = ViT(1, *SIZE, 2, **NETWORK)
    network.load_state_dict(read_weights(path))
    return network.eval()


@torch.no_grad()
def features_of(network: ViT, pictures: np.ndarray) -> np.ndarray:
    """Return the means of the tokens in each strip, of shape (n, 13 * n_features)."""
    member = functional.one_hot(strip_of_tokens(network.padded_size)[0]).float()
    share = (member / member.sum(dim=0)).T
    found = []
    for some in torch.from_numpy(pictures)[:, None].split(16):
        x = pad_with_white(some.float() / 255, network.padded_size)
        found.append((share @ network.body(x)).flatten(1))
    return torch.cat(found).numpy()
