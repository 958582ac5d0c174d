r"""Fit the small networks of the delineation on records 1-75 of LUDB, all leads.

The first network places all marks of a beat coarsely; one for each wave then looks from
near. Those learn from guesses of first networks that had not seen the record, because
later they will see nothing else. Errors of left-out records are printed with `--check`.
The shipped weights come from the Lobachevsky University Database [1]_, version 1.0.1,
licence ODC-By 1.0.

    python tools/fit_delineation.py --source DIR \
        --out skecg/signal/_delineation_weights.npz

.. [1] Kalyakulina A. I. et al. (2020), doi 10.1109/ACCESS.2020.3029211.
"""

import sys
from pathlib import Path

import click
import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from skecg.signal._delineation_inputs import (
    N_BESIDE,
    N_RHYTHM,
    VIEWS,
    look_far,
    look_near,
)
from tools._delineation_data import Marked, read_beats, resize, vary

HIDDEN = {"far": (64, 32), "t": (48, 24), "qrs": (32, 16), "p": (48, 24)}
PEAKS = {"far": [1, 7], "p": [1], "qrs": [], "t": [7]}  # marks whose presence is told
KNOWN = {"far": [0, 1], "p": [0], "qrs": [], "t": [1]}
ASTRAY = {"t": 8.0, "qrs": 2.0, "p": 4.0}  # bins by which the first network may err
N_FOLDS, BATCH, RATE = 5, 256, 3e-3
SCALE = 25  # bins in one unit of the outputs
BEND = 0.5  # units; errors beyond it count as they are, smaller ones by their square
# Weight of the loss of being there, beside that of the place; P is often absent.
PRESENCE = {"far": 0.03, "t": 0.03, "qrs": 0.0, "p": 0.3}


def columns(name: str) -> slice:
    """Return which of the nine marks a network places.

    Parameters
    ----------
    name : str
        ``"far"`` or a wave.

    Returns
    -------
    slice
    """
    if name == "far":
        return slice(0, 9)
    return slice(VIEWS[name].first, VIEWS[name].first + 3)


def look(name: str, beats: Marked, guess: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what a network sees, and the place that its marks are counted from.

    Parameters
    ----------
    name : str
        ``"far"`` or a wave.
    beats : Marked
        To look at.
    guess : ndarray of float32 of shape (n_beats, 9)
        Marks of the first network.

    Returns
    -------
    seen, anchor : ndarray
    """
    views = np.ascontiguousarray(beats.average), np.ascontiguousarray(beats.window)
    if name == "far":
        seen = look_far(*views, beats.rhythm)
        return seen, np.zeros(len(seen), dtype=np.float32)
    return look_near(*views, beats.rhythm, guess.astype(np.float32), VIEWS[name])


def fit(
    name: str, beats: Marked, guess: np.ndarray, *, epochs: int, seed: int
) -> nn.Sequential:
    """Fit one network.

    Parameters
    ----------
    name : str
        ``"far"`` or a wave.
    beats : Marked
        To learn from.
    guess : ndarray of float32 of shape (n_beats, 9)
        Marks of first networks.
    epochs, seed : int
        How long, and the draw.

    Returns
    -------
    torch.nn.Sequential
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = _build(name, beats)
    n_batches = len(guess) // BATCH
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=epochs * n_batches
    )
    for _ in range(epochs):
        seen, goal, varied = _draw(name, beats, guess, rng)
        there = ~np.isnan(varied.marks[:, PEAKS[name]])
        known = varied.known[:, KNOWN[name]]
        for rows in np.arange(n_batches * BATCH).reshape(-1, BATCH):
            answer = net(torch.from_numpy(seen[rows]))
            loss = loss_of(
                answer, goal[rows], there[rows], known[rows], presence=PRESENCE[name]
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return net.eval()


def build(n_inputs: int, hidden: tuple[int, int], n_outputs: int) -> nn.Sequential:
    """Return a network that is yet to be fitted.

    Parameters
    ----------
    n_inputs : int
        Numbers that it sees.
    hidden : tuple of int
        Units of its two hidden layers.
    n_outputs : int
        Marks and odds.

    Returns
    -------
    torch.nn.Sequential
    """
    first, second = hidden
    last = nn.Linear(second, n_outputs)
    return nn.Sequential(
        nn.Linear(n_inputs, first),
        nn.ReLU(),
        nn.Dropout(0.1),
        nn.Linear(first, second),
        nn.ReLU(),
        last,
    )


def _build(name: str, beats: Marked) -> nn.Sequential:
    one = beats.take(np.arange(1))
    n_inputs = look(name, one, np.zeros((1, 9), dtype=np.float32))[0].shape[1]
    typical = np.nanmean(beats.marks[:, columns(name)], axis=0) / SCALE
    net = build(n_inputs, HIDDEN[name], typical.size + len(PEAKS[name]))
    if name == "far":  # the others answer with what is to be added
        with torch.no_grad():
            net[-1].bias[: typical.size] = torch.from_numpy(typical)
    return net


def _draw(
    name: str, beats: Marked, guess: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, Marked]:
    order = rng.permutation(len(guess))
    varied, tried = vary(beats.take(order), guess[order], rng)
    if name != "far":
        tried += 1.5 * rng.standard_normal(tried.shape)
        tried[:, VIEWS[name].anchor] += ASTRAY[name] * rng.standard_normal(len(tried))
    seen, anchor = look(name, varied, tried)
    resize(seen, N_RHYTHM if name == "far" else N_BESIDE, rng)
    goal = (varied.marks[:, columns(name)] - anchor[:, None]) / SCALE
    return seen, goal, varied


def loss_of(
    answer: torch.Tensor,
    goal: np.ndarray,
    there: np.ndarray,
    known: np.ndarray,
    *,
    presence: float,
    bend: float = BEND,
) -> torch.Tensor:
    """Return what a network is fitted to make small.

    Parameters
    ----------
    answer : Tensor of shape (n_beats, n_marks + n_told)
        Of the network.
    goal : ndarray of float32 of shape (n_beats, n_marks)
        Where the experts' marks are; NaN where there is none.
    there, known : ndarray of bool of shape (n_beats, n_told)
        Whether waves are there, and were looked for.
    presence : float
        Weight of the loss of being there.
    bend : float, default=BEND
        In units: 0 aims at the median, much more than any error at the mean.

    Returns
    -------
    Tensor
    """
    marked = torch.from_numpy(~np.isnan(goal)).float()
    wanted = torch.from_numpy(np.nan_to_num(goal)).float()
    n_marks = goal.shape[1]
    far_off = nn.functional.smooth_l1_loss(
        answer[:, :n_marks], wanted, reduction="none", beta=bend
    )
    loss = max(1, bend) * (far_off * marked).sum() / marked.sum()
    if there.shape[1]:
        loss = loss + presence * nn.functional.binary_cross_entropy_with_logits(
            answer[:, n_marks:],
            torch.from_numpy(there).float(),
            weight=torch.from_numpy(known).float(),
        )
    return loss


@torch.no_grad()
def place(
    name: str, net: nn.Sequential, beats: Marked, guess: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return where a network puts its marks, and the log odds that waves are there.

    Parameters
    ----------
    name : str
        ``"far"`` or a wave.
    net : torch.nn.Sequential
        The network.
    beats : Marked
        To look at.
    guess : ndarray of float32 of shape (n_beats, 9)
        Marks of the first network.

    Returns
    -------
    marks, odds : ndarray
    """
    seen, anchor = look(name, beats, guess)
    answer = net(torch.from_numpy(seen)).numpy()
    n_marks = len(range(9)[columns(name)])
    return answer[:, :n_marks] * SCALE + anchor[:, None], answer[:, n_marks:]


def left_out(
    name: str, beats: Marked, guess: np.ndarray, *, epochs: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return marks and odds of each beat by a network that had not seen its record.

    Parameters
    ----------
    name : str
        ``"far"`` or a wave.
    beats : Marked
        All of them.
    guess : ndarray of float32 of shape (n_beats, 9)
        Marks of the first network.
    epochs : int
        How long to fit.

    Returns
    -------
    marks, odds : ndarray
    """
    marks = np.empty((len(guess), len(range(9)[columns(name)])), dtype=np.float32)
    odds = np.empty((len(guess), len(PEAKS[name])), dtype=np.float32)
    for fold in range(N_FOLDS):
        rest = np.flatnonzero(beats.record % N_FOLDS != fold)
        out = np.flatnonzero(beats.record % N_FOLDS == fold)
        net = fit(name, beats.take(rest), guess[rest], epochs=epochs, seed=fold)
        marks[out], odds[out] = place(name, net, beats.take(out), guess[out])
    return marks, odds


def _say(name: str, beats: Marked, marks: np.ndarray) -> None:
    error = (marks - beats.marks[:, columns(name)]) * 4
    spread = np.nanstd(error, axis=0).round(1)
    click.echo(f"{name}: mean {np.nanmean(error, axis=0).round(1)} sd {spread} ms")


@click.command()
@click.option("--source", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option("--epochs", default=40, show_default=True)
@click.option("--check", is_flag=True, help="Leave records out for the waves too.")
def main(source: Path, out: Path, epochs: int, *, check: bool) -> None:
    """Fit all networks and write their weights."""
    torch.set_num_threads(1)
    beats = read_beats(source)
    nothing = np.zeros((len(beats.record), 9), dtype=np.float32)
    guess, _ = left_out("far", beats, nothing, epochs=epochs)
    _say("far", beats, guess)
    weights, sizes = [], []
    for name in HIDDEN:
        if check and name != "far":
            _say(name, beats, left_out(name, beats, guess, epochs=epochs)[0])
        start = nothing if name == "far" else guess
        net = fit(name, beats, start, epochs=epochs, seed=0)
        layers = [layer for layer in net if isinstance(layer, nn.Linear)]
        sizes.append(
            [layer.in_features for layer in layers] + [layers[-1].out_features]
        )
        for layer in layers:
            weights += [layer.bias.detach().numpy(), layer.weight.detach().numpy().T]
    flat = np.concatenate([part.ravel() for part in weights])
    with out.open("wb") as file:
        np.savez_compressed(file, weights=flat, sizes=np.array(sizes))
    click.echo(f"{out}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
