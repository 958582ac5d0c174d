"""Accuracy across patients: trained on DS1, tested once on DS2 of MIT-BIH.

Every run appends its configuration and figures to `ds2_log.jsonl`, so that nobody can
look at DS2 often without it being seen.
"""

from typing import Any, Literal, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import Bunch

from benchmarks._beat_runs import UNTAUGHT, log_on_ds2, score_folds
from benchmarks._beat_splits import PROTOCOLS, folds, records_of
from benchmarks._beats import add_options, read_beats
from benchmarks._record import parser, report, say
from skecg.classifiers import SignalClassifier, make_patient_classifier


class Recipe(NamedTuple):
    """What is fitted, and on which form of the beats."""

    name: str
    estimator: str
    form: Literal["kachuee", "patient"]
    n_leads: int
    arguments: dict[str, Any]

    @property
    def drops_q(self) -> bool:
        """Whether the class that DS1 does not teach is left out of the training."""
        return self.form == "patient"


def recipe_of(name: str, network: str, n_leads: int) -> Recipe:
    """Return the recipe of a name; the network is free in the defaults only.

    More than one lead is not what was chosen inside DS1, and has a name of its own.
    """
    if name == "patient":
        words = f"make_patient_classifier(n_leads={n_leads}, n_jobs=2)"
        name = f"interpatient-patient{'' if n_leads == 1 else f'-{n_leads}-leads'}"
        return Recipe(name, words, "patient", n_leads, {})
    words = f"SignalClassifier({network!r}), defaults"
    return Recipe(f"interpatient-{network}", words, "kachuee", 1, {"network": network})


def build(recipe: Recipe, beats: Bunch, seed: int) -> BaseEstimator:
    """Return the unfitted classifier of a recipe."""
    if recipe.form == "patient":
        n_leads = recipe.n_leads
        return make_patient_classifier(n_leads, n_jobs=2, random_state=seed)
    rate = beats.sampling_rate
    return SignalClassifier(**recipe.arguments, sampling_rate=rate, random_state=seed)


def measure(beats: Bunch, recipe: Recipe, split: str, seed: int) -> dict[str, Any]:
    """Fit on the training part of each fold; return the figures of the test parts."""
    told, seconds = score_folds(
        build(recipe, beats, seed),
        beats,
        folds(beats, split, seed=0),
        untaught=UNTAUGHT if recipe.drops_q else "",
    )
    return {"seed": seed, "fit_seconds": seconds, **told}


def main() -> None:
    """Run the seeds, log those on DS2, report."""
    options = parser(__doc__.splitlines()[0])
    add_options(options)
    options.add_argument("--recipe", choices=("defaults", "patient"), default="patient")
    options.add_argument("--split", choices=("patients", "ds1-cv"), default="patients")
    options.add_argument("--network", default="resnet1d", help="of the defaults")
    options.add_argument(
        "--leads", type=int, default=1, help="of the patient recipe, 1 or 2"
    )
    chosen = options.parse_args()
    recipe = recipe_of(chosen.recipe, chosen.network, chosen.leads)
    beats = read_beats(
        chosen.data,
        records=records_of(chosen.split),
        form=recipe.form,
        n_leads=recipe.n_leads,
    )
    runs = []
    for seed in chosen.seeds:
        run = measure(beats, recipe, chosen.split, seed)
        say(f"seed {seed}: {run}")
        runs.append(run)
        if chosen.split == "patients":
            log_on_ds2(recipe.name, recipe.estimator, run)
    shown = ("accuracy", "macro_f1_nsv", "f1_s", "f1_v", "f1_f", "fit_seconds")
    protocol = PROTOCOLS[chosen.split]
    if recipe.form == "patient":
        protocol = protocol.replace("Kachuee beats", "beats beside the patient's own")
    report(
        recipe.name + ("-ds1-cv" if chosen.split == "ds1-cv" else ""),
        {
            "protocol": protocol,
            "estimator": recipe.estimator,
            **{key: float(np.mean([run[key] for run in runs])) for key in shown},
            "runs": runs,
            "data_sha256": beats.sha256,
        },
        chosen,
    )


if __name__ == "__main__":
    main()
