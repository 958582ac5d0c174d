"""Time of `SignalClassifier.fit` against a hand-written loop and bare skorch.

The opponents train the same network on the same rows with the same batch size, epochs
and optimiser. That is AdamW; the estimator takes torch's fused form of it, its default,
and the others take torch's own default form.

* loop: ``DataLoader(TensorDataset(...), shuffle=True)`` and five lines of torch, as the
  tutorials have it;
* skorch: a bare `skorch.NeuralNetClassifier` with its own data set and loader;
* index loop: the loop with batches selected by index, the least that torch needs.

Each stands in a process of its own, because the estimator makes the C library keep the
memory that tensors free, and a process keeps that habit. They take turns, many times;
the ratio is the median over the rounds, so that a machine that is slow for a while is
slow for all of them.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from skorch import NeuralNetClassifier
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks._record import parser, report
from benchmarks._timing import medians, ratio
from benchmarks._turns import take_turns
from skecg.classifiers import SignalClassifier
from skecg.datasets import load_heartbeats
from skecg.nn import ResNet1d

N_CLASSES = 5
BATCH_SIZE = 128
LR = 3e-3
SEED = 0
THIN = 3  # every third beat: short rounds see the same machine


def new_network(n_times: int) -> nn.Module:
    """Return the network that all of them train."""
    return ResNet1d(n_leads=1, n_times=n_times, n_classes=N_CLASSES)


def fit_skecg(X: np.ndarray, y: np.ndarray, n_epochs: int) -> None:
    """Fit the estimator, with everything that it checks and records."""
    SignalClassifier(
        "resnet1d",
        max_epochs=n_epochs,
        batch_size=BATCH_SIZE,
        device="cpu",  # where the opponents compute
        random_state=SEED,
    ).fit(X, y)


def fit_skorch(X: np.ndarray, y: np.ndarray, n_epochs: int) -> None:
    """Fit skorch's own classifier, as its documentation shows."""
    NeuralNetClassifier(
        new_network(X.shape[1]),
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.AdamW,
        lr=LR,
        max_epochs=n_epochs,
        batch_size=BATCH_SIZE,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
    ).fit(X[:, np.newaxis], y)


def fit_loop(X: np.ndarray, y: np.ndarray, n_epochs: int) -> None:
    """Fit as a tutorial does."""
    rows = TensorDataset(torch.from_numpy(X[:, np.newaxis]), torch.from_numpy(y))
    loader = DataLoader(rows, batch_size=BATCH_SIZE, shuffle=True)
    network = new_network(X.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=LR)
    for _ in range(n_epochs):
        for signals, codes in loader:
            _step(network, optimizer, signals, codes)


def fit_index_loop(X: np.ndarray, y: np.ndarray, n_epochs: int) -> None:
    """Fit with batches selected by index."""
    signals, codes = torch.from_numpy(X[:, np.newaxis]), torch.from_numpy(y)
    network = new_network(X.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=LR)
    for _ in range(n_epochs):
        for rows in torch.randperm(len(codes)).split(BATCH_SIZE):
            _step(network, optimizer, signals[rows], codes[rows])


def _step(
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    signals: torch.Tensor,
    codes: torch.Tensor,
) -> None:
    optimizer.zero_grad()
    nn.functional.cross_entropy(network(signals), codes).backward()
    optimizer.step()


CONTESTANTS: dict[str, Callable[[np.ndarray, np.ndarray, int], None]] = {
    "skecg": fit_skecg,
    "loop": fit_loop,
    "skorch": fit_skorch,
    "index loop": fit_index_loop,
}


def prepare(name: str, n_epochs: int) -> Callable[[], None]:
    """Return a contestant's call."""
    X, y = _rows()
    return partial(CONTESTANTS[name], X, y, n_epochs)


def _rows() -> tuple[np.ndarray, np.ndarray]:
    beats = load_heartbeats()
    codes = np.unique(beats.target, return_inverse=True)[1].astype(np.int64)
    return beats.data[::THIN].copy(), codes[::THIN]


def main() -> None:
    """Let them take turns and report medians and ratios."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--epochs", type=int, default=1)
    options.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    chosen = options.parse_args()
    runs = {}
    for threads in chosen.threads:
        times = take_turns(
            prepare,
            CONTESTANTS,
            chosen.epochs,
            rounds=chosen.rounds,
            threads=threads,
        )
        runs[str(threads)] = {
            "median_seconds": medians(times.wall),
            "ratio": _ratios(times.wall),
            "cpu_ratio": _ratios(times.cpu),
            "seconds": {name: each.tolist() for name, each in times.wall.items()},
            "cpu_seconds": {name: each.tolist() for name, each in times.cpu.items()},
        }
    beats = load_heartbeats()
    report(
        "fit_speed",
        {
            "protocol": f"{len(_rows()[1])} heartbeats of the package, "
            f"{chosen.epochs} epochs, batches of {BATCH_SIZE}; medians of "
            f"{chosen.rounds} rounds in which the contestants, each in a process of "
            "its own, take turns; ratios taken round by round",
            "threads_run": runs,
            "seed": SEED,
            "data_sha256": beats.sha256,
        },
        chosen,
    )


def _ratios(seconds: dict[str, np.ndarray]) -> dict[str, float]:
    return {
        name: ratio(seconds["skecg"], each)
        for name, each in seconds.items()
        if name != "skecg"
    }


if __name__ == "__main__":
    main()
