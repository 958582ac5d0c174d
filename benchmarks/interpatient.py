"""Accuracy across patients: trained on DS1, tested once on DS2 of MIT-BIH.

Every run appends its configuration and figures to `ds2_log.jsonl`, so that nobody can
look at DS2 often without it being seen.
"""

import json
import time
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from benchmarks._beats import add_options, read_beats
from benchmarks._record import FOLDER, circumstances, parser, report, say
from skecg.classifiers import SignalClassifier
from skecg.model_selection import InterPatientSplit, aami_report

LOG = FOLDER / "ds2_log.jsonl"


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
    scores = aami_report(beats.target[test], predicted, record=beats.record[test])
    f1 = dict(zip(scores.labels, scores.f1.tolist(), strict=True))
    return {
        "seed": seed,
        "accuracy": scores.accuracy,
        "macro_f1_nsv": scores.macro_f1_nsv,
        "f1_s": f1["S"],
        "f1_v": f1["V"],
        "f1_f": f1["F"],
        "macro_f1_nsv_interval": list(scores.intervals["macro_f1_nsv"]),
        "fit_seconds": fit_seconds,
    }


def main() -> None:
    """Run the seeds, log them, report."""
    options = parser(__doc__.splitlines()[0])
    add_options(options)
    chosen = options.parse_args()
    beats = read_beats(chosen.data)
    name = f"interpatient-{chosen.network}"
    estimator = f"SignalClassifier({chosen.network!r}), defaults"
    runs = []
    for seed in chosen.seeds:
        runs.append(measure(beats, seed, chosen.network))
        say(f"seed {seed}: {runs[-1]}")
        line = {"name": name, "estimator": estimator, **runs[-1], **circumstances()}
        with LOG.open("a") as log:
            log.write(json.dumps(line) + "\n")
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
