"""Time of `SignalClassifier.fit` against a hand-written loop and bare skorch.

The opponents train the same network on the same rows with the same batch size, epochs
and optimiser. That is AdamW; the estimator takes torch's fused form of it, its default,
and the others take torch's own default form.

* loop: ``DataLoader(TensorDataset(...), shuffle=True)`` and five lines of torch, as the
  tutorials have it;
* skorch: a bare `skorch.NeuralNetClassifier` with its own data set and loader;
* index loop: the loop with batches selected by index, the least that torch needs.

All run in turn in one process, many times; the ratio is the median over the rounds, so
that a machine that is slow for a while is slow for all of them.
"""

import time
from collections.abc import Callable

import numpy as np
import torch
from skorch import NeuralNetClassifier
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks._record import parser, report, say
from skecg.classifiers import SignalClassifier
from skecg.datasets import load_heartbeats
from skecg.nn import ResNet1d

N_CLASSES = 5
BATCH_SIZE = 128
LR = 3e-3
SEED = 0


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


def main() -> None:
    """Run them in turn and report medians and ratios."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--epochs", type=int, default=1)
    chosen = options.parse_args()
    beats = load_heartbeats()
    X = beats.data
    y = np.unique(beats.target, return_inverse=True)[1].astype(np.int64)
    torch.manual_seed(SEED)
    seconds: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    for round_ in range(chosen.rounds + 1):  # the first round warms up
        for name, fit in CONTESTANTS.items():
            start = time.perf_counter()
            fit(X, y, chosen.epochs)
            if round_:
                seconds[name].append(time.perf_counter() - start)
        say(f"round {round_} of {chosen.rounds}")
    medians = {name: float(np.median(times)) for name, times in seconds.items()}
    ratios = {
        name: float(np.median(np.divide(seconds["skecg"], seconds[name])))
        for name in ("loop", "skorch", "index loop")
    }
    report(
        "fit_speed",
        {
            "protocol": f"{len(y)} heartbeats of the package, {chosen.epochs} epochs, "
            f"batches of {BATCH_SIZE}; medians of {chosen.rounds} interleaved runs "
            "after a round of warm-up, ratios taken round by round",
            "median_seconds": medians,
            "ratio": ratios,
            "seconds": seconds,
            "seed": SEED,
            "data_sha256": beats.sha256,
        },
        chosen,
    )


if __name__ == "__main__":
    main()
