"""Accuracy across patients: trained on DS1, tested once on DS2 of MIT-BIH.

Every run appends its configuration and figures to `ds2_log.jsonl`, so that nobody can
look at DS2 often without it being seen.
"""

import time
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from benchmarks._beat_runs import figures, log_on_ds2
from benchmarks._beats import add_options, read_beats
from benchmarks._record import parser, report, say
from skecg.classifiers import SignalClassifier
from skecg.model_selection import InterPatientSplit


def measure(beats: Bunch, seed: int, network: str) -> dict[str, Any]:
    """Fit once with the estimator's defaults; return the figures of DS2."""
    splitter = InterPatientSplit()
    train, test = next(splitter.split(beats.data, beats.target, record=beats.record))
    model = SignalClassifier(
        network, sampling_rate=beats.sampling_rate, random_state=seed
    )
    start = time.perf_counter()
    model.fit(beats.data[train], beats.target[train])
    fit_seconds = time.perf_counter() - start
    predicted = model.predict(beats.data[test])
    return {
        "seed": seed,
        **figures(beats.target[test], predicted, record=beats.record[test]),
        "fit_seconds": fit_seconds,
    }


def main() -> None:
    """Run the seeds, log them, report."""
    options = parser(__doc__.splitlines()[0])
    add_options(options)
    options.add_argument("--network", default="resnet1d")
    chosen = options.parse_args()
    beats = read_beats(chosen.data)
    name = f"interpatient-{chosen.network}"
    estimator = f"SignalClassifier({chosen.network!r}), defaults"
    runs = []
    for seed in chosen.seeds:
        runs.append(measure(beats, seed, chosen.network))
        say(f"seed {seed}: {runs[-1]}")
        log_on_ds2(name, estimator, runs[-1])
    shown = ("accuracy", "macro_f1_nsv", "f1_s", "f1_v", "f1_f", "fit_seconds")
    report(
        name,
        {
            "protocol": "MIT-BIH, Kachuee beats, trained on the 22 records of DS1, "
            "tested on the 22 of DS2 (de Chazal 2004), literature symbol map",
            "estimator": estimator,
            **{key: float(np.mean([run[key] for run in runs])) for key in shown},
            "runs": runs,
            "data_sha256": beats.sha256,
        },
        chosen,
    )


if __name__ == "__main__":
    main()
