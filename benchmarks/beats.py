"""Accuracy on beats of MIT-BIH, shuffled: 80 % to train on, 20 % to test on.

Beats of one patient are on both sides, so this says how well a network tells apart the
beats of people it knows. `benchmarks.interpatient` says the other half.

`--recipe defaults` fits the estimator as it is on Kachuee's beats; `--recipe context`
gives it both leads and the rhythm, see `benchmarks._context_beats`.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import Bunch

from benchmarks._beats import add_options, read_beats
from benchmarks._context_beats import CHOICE, RECIPE, read_chosen_beats, tried
from benchmarks._record import parser, report, say
from skecg.classifiers import SignalClassifier
from skecg.model_selection import aami_report

_MEANS = ("accuracy", "balanced_accuracy", "macro_f1", "fit_seconds", "fit_cpu_seconds")


class Recipe(NamedTuple):
    """What is fitted to which beats."""

    name: str
    beats: str
    read: Callable[[str], Bunch]
    arguments: dict[str, Any]
    notes: dict[str, Any]

    @property
    def estimator(self) -> str:
        """How it is written."""
        network, *others = self.arguments
        words = [repr(self.arguments[network])]
        words += [f"{name}={self.arguments[name]!r}" for name in others]
        return f"SignalClassifier({', '.join(words)})"


def recipe_of(name: str, network: str) -> Recipe:
    """Return the recipe of a name; the network is free in the defaults only."""
    if name == "defaults":
        return Recipe(
            f"beats-{network}", "Kachuee beats", read_beats, {"network": network}, {}
        )
    beats = "both leads in mV from 0.4 s before to 0.8 s after R, RR context"
    notes = {"choice": CHOICE, "tried": tried()}
    return Recipe("beats-context", beats, read_chosen_beats, RECIPE, notes)


def measure(recipe: Recipe, beats: Bunch, seed: int) -> dict[str, Any]:
    """Fit once; return the figures of the test part."""
    train, test = train_test_split(
        np.arange(len(beats.target)),
        test_size=0.2,
        stratify=beats.target,
        random_state=seed,
    )
    model = SignalClassifier(
        **recipe.arguments, sampling_rate=beats.sampling_rate, random_state=seed
    )
    start, cpu_start = time.perf_counter(), time.process_time()
    model.fit(beats.data[train], beats.target[train])
    fit_seconds = time.perf_counter() - start
    fit_cpu_seconds = time.process_time() - cpu_start
    start = time.perf_counter()
    predicted = model.predict(beats.data[test])
    predict_seconds = time.perf_counter() - start
    scores = aami_report(beats.target[test], predicted, record=beats.record[test])
    return {
        "seed": seed,
        "accuracy": scores.accuracy,
        "balanced_accuracy": scores.balanced_accuracy,
        "macro_f1": scores.macro_f1,
        "macro_f1_interval": list(scores.intervals["macro_f1"]),
        "f1": dict(zip(scores.labels, scores.f1.tolist(), strict=True)),
        "fit_seconds": fit_seconds,
        "fit_cpu_seconds": fit_cpu_seconds,
        "predict_seconds": predict_seconds,
    }


def main() -> None:
    """Run the seeds and report."""
    options = parser(__doc__.splitlines()[0])
    add_options(options)
    options.add_argument(
        "--recipe",
        choices=("defaults", "context"),
        default="context",
        help="what is fitted to which beats",
    )
    chosen = options.parse_args()
    recipe = recipe_of(chosen.recipe, chosen.network)
    beats = recipe.read(chosen.data)
    runs = []
    for seed in chosen.seeds:
        runs.append(measure(recipe, beats, seed))
        say(f"seed {seed}: {runs[-1]}")
    report(
        recipe.name,
        {
            "protocol": f"MIT-BIH, 48 records, {recipe.beats}, five AAMI classes, "
            "stratified random 80/20 over beats (patients on both sides)",
            "estimator": recipe.estimator,
            **{name: float(np.mean([run[name] for run in runs])) for name in _MEANS},
            "runs": runs,
            **recipe.notes,
            "n_beats": len(beats.target),
            "data_sha256": beats.sha256,
        },
        chosen,
    )


if __name__ == "__main__":
    main()
