"""Accuracy on beats of MIT-BIH, shuffled: 80 % to train on, 20 % to test on.

Beats of one patient are on both sides, so this says how well a network tells apart the
beats of people it knows. `benchmarks.interpatient` says the other half.
"""

import time
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import Bunch

from benchmarks._beats import add_options, read_beats
from benchmarks._record import parser, report, say
from skecg.classifiers import SignalClassifier
from skecg.model_selection import aami_report


def measure(beats: Bunch, seed: int, network: str) -> dict[str, Any]:
    """Fit once with the estimator's defaults; return the figures of the test part."""
    train, test = train_test_split(
        np.arange(len(beats.target)),
        test_size=0.2,
        stratify=beats.target,
        random_state=seed,
    )
    model = SignalClassifier(
        network, sampling_rate=beats.sampling_rate, random_state=seed
    )
    start = time.perf_counter()
    model.fit(beats.data[train], beats.target[train])
    fit_seconds = time.perf_counter() - start
    start = time.perf_counter()
    predicted = model.predict(beats.data[test])
    predict_seconds = time.perf_counter() - start
    scores = aami_report(beats.target[test], predicted)
    return {
        "seed": seed,
        "accuracy": scores.accuracy,
        "balanced_accuracy": scores.balanced_accuracy,
        "macro_f1": scores.macro_f1,
        "f1": dict(zip(scores.labels, scores.f1.tolist(), strict=True)),
        "fit_seconds": fit_seconds,
        "predict_seconds": predict_seconds,
    }


def main() -> None:
    """Run the seeds and report."""
    options = parser(__doc__.splitlines()[0])
    add_options(options)
    chosen = options.parse_args()
    beats = read_beats(chosen.data)
    runs = []
    for seed in chosen.seeds:
        runs.append(measure(beats, seed, chosen.network))
        say(f"seed {seed}: {runs[-1]}")
    means = {
        name: float(np.mean([run[name] for run in runs]))
        for name in ("accuracy", "balanced_accuracy", "macro_f1", "fit_seconds")
    }
    report(
        f"beats-{chosen.network}",
        {
            "protocol": "MIT-BIH, 48 records, Kachuee beats, five AAMI classes, "
            "stratified random 80/20 over beats (patients on both sides)",
            "estimator": f"SignalClassifier({chosen.network!r}), defaults",
            **means,
            "runs": runs,
            "n_beats": len(beats.target),
            "data_sha256": beats.sha256,
        },
        chosen,
    )


if __name__ == "__main__":
    main()
