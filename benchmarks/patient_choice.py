"""How the settings of `make_patient_classifier` are chosen, inside DS1.

Five folds of whole patients of DS1, all of their beats, predictions pooled; DS2 is not
read. A run is one network, as the recipe builds it but for what its variant names; the
seed is that of `make_patient_classifier`. The folds are the same for every seed: the
stratified splitter finds no second way to deal these patients. What a run gave is
appended to `patient_choice.jsonl`, and RESULTS.md shows all of it. What stands there
already is not run again, so a sweep that was stopped goes on.

The rule, written down before the first run; the score is macro-F1 over N, S and V:

1. Each variant is run with seed 0, in the order below, as far as the time goes.
2. Candidates are those that score above the recipe by more than one standard error of
   the difference over patients: records are drawn anew, the same for both. If there is
   none, the recipe stays.
3. The best candidate and the recipe are run with seeds 1 and 2, which had no part in
   picking it. It becomes the recipe if it scores above it with both, else the recipe
   stays.

That three networks vote is no outcome of this: a mean of more draws is steadier, and
three is what a fit may cost. `benchmarks.interpatient --split ds1-cv` measures the vote
on the same folds.
"""

import json
import time
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import Bunch

from benchmarks._beat_runs import UNTAUGHT, score_folds
from benchmarks._beat_splits import PROTOCOLS, folds, records_of
from benchmarks._beats import add_data, read_beats
from benchmarks._record import FOLDER, circumstances, parser, report, say
from skecg.classifiers import SignalClassifier, make_patient_classifier
from skecg.signal._patient_rhythm import RHYTHM_COLUMNS
from skecg.signal.patient import PATIENT_RATE, patient_columns

TRIED = FOLDER / "patient_choice.jsonl"
RECIPE = "the recipe"
SCREENING = 0
FRESH = (1, 2)

Run = dict[str, Any]

_N_LEADS = 2
_WINDOW = (0.4, 0.8)  # seconds before and after R, of the beats that are read
_COLUMNS = patient_columns(_N_LEADS)
_N_DRAWS = 2000


class Variant(NamedTuple):
    """What differs from the recipe: the network's arguments, and what it sees."""

    arguments: dict[str, Any]
    window: tuple[float, float] = _WINDOW
    columns: tuple[str, ...] = _COLUMNS

    def see(self, data: np.ndarray) -> np.ndarray:
        """Return the part of the beats that the variant is given."""
        first, last = (
            round((_WINDOW[0] + end) * PATIENT_RATE)
            for end in (-self.window[0], self.window[1])
        )
        n_times = data.shape[-1] - len(_COLUMNS)
        context = [n_times + _COLUMNS.index(name) for name in self.columns]
        return data.take([*range(first, last), *context], axis=-1)

    def build(self, seed: int) -> SignalClassifier:
        """Return one network of the recipe with the variant's arguments."""
        voter = make_patient_classifier(_N_LEADS, n_networks=1, random_state=seed)
        settings = voter.estimators[0][1].get_params(deep=False)
        settings |= {"context": len(self.columns), **self.arguments}
        # The recipe's own class takes nothing but all columns.
        return SignalClassifier(**settings)


VARIANTS = {
    RECIPE: Variant({}),
    "4 epochs": Variant({"max_epochs": 4}),
    "no class weights": Variant({"class_weight": None}),
    "16 filters": Variant({"network_params": {"n_filters": 16}}),
    "0.32 s before R, 0.56 s after": Variant({}, window=(0.32, 0.56)),
    "no augmentation": Variant({"augment": None}),
    "rhythm columns only": Variant({}, columns=RHYTHM_COLUMNS),
    "balanced class weights": Variant({"class_weight": "balanced"}),
    "weight decay 0.01": Variant({"weight_decay": 0.01}),
    "9 epochs": Variant({"max_epochs": 9}),
}


def measure(variant: Variant, beats: Bunch, seed: int) -> Run:
    """Cross-validate once; return the figures of the pooled predictions."""
    seen = Bunch(**{**beats, "data": variant.see(beats.data)})
    told, seconds = score_folds(
        variant.build(seed),
        seen,
        folds(beats, "ds1-cv", seed=0),
        untaught=UNTAUGHT,
        clock=time.process_time,
    )
    return {"seed": seed, "fit_cpu_seconds": seconds, **told}


def score(counts: np.ndarray) -> np.ndarray:
    """Return macro-F1 of beats found, missed and wrong, shape (..., n_classes, 3)."""
    found, missed, wrong = np.moveaxis(counts, -1, 0)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(2 * found / (2 * found + missed + wrong)).mean(axis=-1)


def gain(run: Run, recipe: Run) -> tuple[float, float]:
    """Return by how much a run scores above the recipe's, and the standard error."""
    both = np.array([_counts(run), _counts(recipe)])
    n_records = both.shape[1]
    draws = np.random.default_rng(0).multinomial(
        n_records, np.full(n_records, 1 / n_records), size=_N_DRAWS
    )
    drawn = score(np.einsum("dr,vrck->dvck", draws, both))
    own, old = score(both.sum(axis=1))
    return float(own - old), float((drawn[:, 0] - drawn[:, 1]).std(ddof=1))


def _counts(run: Run) -> list[list[list[int]]]:
    return [[one[label] for label in "NSV"] for one in run["by_record"].values()]


def find(runs: list[Run], name: str, seed: int) -> Run | None:
    """Return the run of a variant with a seed, if it was run."""
    return next(
        (run for run in runs if (run["variant"], run["seed"]) == (name, seed)), None
    )


def candidate(runs: list[Run]) -> str | None:
    """Return which variant is to be compared with the recipe once more, if any is."""
    screened = {run["variant"]: run for run in runs if run["seed"] == SCREENING}
    recipe = screened.pop(RECIPE)
    gains = {name: gain(run, recipe) for name, run in screened.items()}
    better = {name: mean for name, (mean, error) in gains.items() if mean > error}
    return max(better, key=better.__getitem__, default=None)


def choose(runs: list[Run]) -> str:
    """Return what the rule chooses."""
    name = candidate(runs)
    if name is None:
        return RECIPE
    scores = {(run["variant"], run["seed"]): run["macro_f1_nsv"] for run in runs}
    is_better = all(scores[name, seed] > scores[RECIPE, seed] for seed in FRESH)
    return name if is_better else RECIPE


def tried() -> list[Run]:
    """Return the runs so far."""
    lines = TRIED.read_text().splitlines() if TRIED.exists() else []
    return [json.loads(line) for line in lines]


def run_missing(name: str, seed: int, beats: Bunch) -> None:
    """Run a variant with a seed and log it, unless that was done."""
    if find(tried(), name, seed):
        return
    run = {"variant": name, **measure(VARIANTS[name], beats, seed)}
    say(f"{name}, seed {seed}: {run}")
    with TRIED.open("a") as log:
        log.write(json.dumps({**run, **circumstances()}) + "\n")


def main() -> None:
    """Screen, run the two that are compared with fresh seeds, say what is chosen."""
    options = parser(__doc__.splitlines()[0])
    add_data(options)
    options.add_argument(
        "--screen",
        nargs="+",
        choices=list(VARIANTS),
        default=list(VARIANTS),
        help="which variants are run with seed 0, if not there yet",
    )
    chosen = options.parse_args()
    beats = read_beats(chosen.data, records=records_of("ds1-cv"), form="patient")
    for name in chosen.screen:
        run_missing(name, SCREENING, beats)
    compared = candidate(tried())
    for seed in FRESH if compared else ():
        for name in (RECIPE, compared):
            run_missing(name, seed, beats)
    report(
        "patient_choice",
        {
            "protocol": PROTOCOLS["ds1-cv"],
            "compared": compared,
            "chosen": choose(tried()),
            "data_sha256": beats.sha256,
        },
        chosen,
    )


if __name__ == "__main__":
    main()
