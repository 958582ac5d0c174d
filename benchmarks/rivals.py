"""Classical rivals of the networks: random convolutions, and boosting on features.

`--split beats` shuffles beats, `--split ds1-cv` leaves whole patients out inside DS1
(all choices were made there), `--split patients` trains on DS1 and tests on DS2, which
appends each run to `ds2_log.jsonl`.
"""

import time
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from benchmarks._beat_runs import errors_by_record, figures, log_on_ds2
from benchmarks._beat_splits import PROTOCOLS, folds, records_of
from benchmarks._beats import add_options
from benchmarks._detectors import versions_of
from benchmarks._record import parser, report, say
from benchmarks._rival_beats import read_rival_beats
from benchmarks._rivals import Rival, fit, rivals_for, warm_up


def measure(beats: Bunch, rival: Rival, split: str, seed: int) -> dict[str, Any]:
    """Fit on each fold; return the figures of all test rows together."""
    tested, predicted = [], []
    seconds = np.zeros(2)
    for train, test in folds(beats, split, seed):
        answers, taken = _fit_and_predict(beats, rival, train, test, seed)
        tested.append(test)
        predicted.append(answers)
        seconds += taken
    rows = np.concatenate(tested)
    target, answers = beats.target[rows], np.concatenate(predicted)
    record = None if split == "beats" else beats.record[rows]
    run = {
        "seed": seed,
        **figures(target, answers, record=record),
        "fit_seconds": float(seconds[0]),
        "predict_seconds": float(seconds[1]),
    }
    if record is not None:
        run["by_record"] = errors_by_record(target, answers, record)
    return run


def _fit_and_predict(
    beats: Bunch, rival: Rival, train: np.ndarray, test: np.ndarray, seed: int
) -> tuple[np.ndarray, tuple[float, float]]:
    start = time.perf_counter()
    model = fit(rival, seed, beats.data[train], beats.target[train])
    fitted = time.perf_counter()
    answers = model.predict(beats.data[test])
    return answers, (fitted - start, time.perf_counter() - fitted)


def seeds_for(rival: Rival, split: str, seeds: list[int]) -> list[int]:
    """Return the seeds that differ: DS2 is not looked at twice for one figure."""
    return seeds if rival.is_random or split != "patients" else seeds[:1]


def main() -> None:
    """Run each rival with each seed, log what saw DS2, report."""
    options = parser(__doc__.splitlines()[0])
    add_options(options)
    options.add_argument("--split", choices=sorted(PROTOCOLS), default="beats")
    chosen = options.parse_args()
    beats = read_rival_beats(chosen.data, records_of(chosen.split))
    warm_up(beats.data, beats.target)
    runs: dict[str, list[dict[str, Any]]] = {}
    for key, rival in rivals_for(chosen.split).items():
        runs[key] = []
        for seed in seeds_for(rival, chosen.split, chosen.seeds):
            run = measure(beats, rival, chosen.split, seed)
            say(f"{key}, seed {seed}: {run}")
            runs[key].append(run)
            if chosen.split == "patients":
                log_on_ds2(f"rival-{key}", rival.description, run)
    report(f"rivals-{chosen.split}", _summary(beats, chosen.split, runs), chosen)


def _summary(
    beats: Bunch, split: str, runs: dict[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    means = {
        key: {
            name: float(np.mean([run[name] for run in of_rival]))
            for name, value in of_rival[0].items()
            if name != "seed" and isinstance(value, float)
        }
        for key, of_rival in runs.items()
    }
    return {
        "protocol": PROTOCOLS[split],
        "estimators": {key: one.description for key, one in rivals_for(split).items()},
        **means,
        "runs": runs,
        "n_beats": len(beats.target),
        "data_sha256": beats.sha256,
        "peers": versions_of("aeon"),
    }


if __name__ == "__main__":
    main()
