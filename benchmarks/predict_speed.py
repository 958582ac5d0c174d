"""Time of `SignalClassifier.predict_proba` against plain torch.

The opponents are what one writes by hand: batches of 1,024 rows that are tensors
already, ``torch.softmax(network(batch), 1)`` inside ``torch.inference_mode()``.

* plain torch: the network written with `nn.Conv1d`, the same weights in it;
* same module: the package's own torch module, whose convolutions are `nn.Conv2d` of
  height one with the channels last;
* skecg, bfloat16: the estimator with ``predict_precision="bfloat16"``.

The estimator is given a NumPy array, and its checks are counted. Each stands in a
process of its own, they take turns, and ratios are taken round by round.

What bfloat16 can bring is the processor's affair: a plain product of two matrices in
it is timed beside the same product in float32.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
import torch

from benchmarks._plain import plain_twin
from benchmarks._record import parser, report, say
from benchmarks._timing import interleave, medians, ratio
from benchmarks._turns import take_turns
from skecg.classifiers import SignalClassifier
from skecg.datasets import load_heartbeats

BATCH_SIZE = 1024
NETWORKS = ("resnet1d", "convnet1d")
CONTESTANTS = ("skecg", "skecg, bfloat16", "same module", "plain torch")
EPOCHS = 3
PRODUCT = 512  # rows and columns of the matrices, which fit the second cache
N_TIMED = 2 * BATCH_SIZE  # short rounds see the same machine
SEED = 0


def prepare(name: str, model: SignalClassifier) -> Callable[[], np.ndarray]:
    """Return a contestant's call on the rows that are timed."""
    return predictor(name, model, _halves()[0][:N_TIMED])


def predictor(
    name: str, model: SignalClassifier, X: np.ndarray
) -> Callable[[], np.ndarray]:
    """Return a contestant's call: rows to probabilities."""
    if name.startswith("skecg"):
        precision = "bfloat16" if name.endswith("bfloat16") else "float32"
        model.set_params(predict_precision=precision)
        return lambda: model.predict_proba(X)
    network = model.net_.module_
    if name == "plain torch":
        network = plain_twin(network, len(model.classes_))
    signals = torch.from_numpy(X[:, np.newaxis])
    return lambda: by_hand(network.eval(), signals)


def by_hand(network: torch.nn.Module, signals: torch.Tensor) -> np.ndarray:
    """Predict as a tutorial does."""
    with torch.inference_mode():
        parts = [torch.softmax(network(x), 1) for x in signals.split(BATCH_SIZE)]
        return torch.cat(parts).numpy()


def measure(network: str, rounds: int, thread_counts: list[int]) -> dict[str, Any]:
    """Train a network for a while, then compare everybody's answers and times."""
    rows, X, y = _halves()
    model = SignalClassifier(
        network, max_epochs=EPOCHS, device="cpu", random_state=SEED
    )
    model.fit(X, y)
    answers = {name: predictor(name, deepcopy(model), rows)() for name in CONTESTANTS}
    speeds = {
        str(threads): _speeds(model, rounds, threads) for threads in thread_counts
    }
    exact, rough = answers["skecg"], answers["skecg, bfloat16"]
    return {
        "network": network,
        "largest_difference": _difference(exact, answers["plain torch"]),
        "bfloat16_largest_difference": _difference(exact, rough),
        "bfloat16_changed_classes": float(
            np.mean(exact.argmax(axis=1) != rough.argmax(axis=1))
        ),
        "threads": speeds,
    }


def _speeds(model: SignalClassifier, rounds: int, threads: int) -> dict[str, Any]:
    times = take_turns(prepare, CONTESTANTS, model, rounds=rounds, threads=threads)
    return {
        "beats_a_second": {k: N_TIMED / v for k, v in medians(times.wall).items()},
        "speedup": _speedups(times.wall),
        "cpu_speedup": _speedups(times.cpu),
        "seconds": {name: each.tolist() for name, each in times.wall.items()},
        "cpu_seconds": {name: each.tolist() for name, each in times.cpu.items()},
    }


def _speedups(seconds: dict[str, np.ndarray]) -> dict[str, float]:
    return {
        f"{one} / {other}": ratio(seconds[other], seconds[one])
        for one in CONTESTANTS[:2]
        for other in CONTESTANTS[2:]
    }


def product_speedup(rounds: int) -> float:
    """Return how many times as fast a product is in bfloat16, on one thread."""
    square = torch.randn(PRODUCT, PRODUCT, generator=torch.Generator().manual_seed(0))
    rough = square.bfloat16()
    torch.set_num_threads(1)
    times = interleave(
        {"float32": lambda: square @ square, "bfloat16": lambda: rough @ rough},
        rounds=rounds,
    )
    return ratio(times["float32"], times["bfloat16"])


def _difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).max())


def _halves() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    # Every other beat is predicted, the others train; by patient it need not be.
    beats = load_heartbeats()
    return beats.data[::2], beats.data[1::2], beats.target[1::2]


def main() -> None:
    """Measure both networks and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=21)
    options.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    chosen = options.parse_args()
    X = _halves()[1]
    runs = []
    for network in NETWORKS:
        runs.append(measure(network, chosen.rounds, chosen.threads))
        say(str({k: v for k, v in runs[-1].items() if k != "threads"}))
    report(
        "predict_speed",
        {
            "protocol": f"{N_TIMED} heartbeats of the package, after {EPOCHS} epochs "
            f"of training on {len(X)} others; medians of {chosen.rounds} rounds in "
            "which the contestants, each in a process of its own, take turns; ratios "
            "taken round by round",
            "runs": runs,
            "bfloat16_product_speedup": product_speedup(10 * chosen.rounds),
            "seed": SEED,
            "data_sha256": load_heartbeats().sha256,
        },
        chosen,
    )


if __name__ == "__main__":
    main()
