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

A second round asks what the recipe is made of: which columns, whether the difference
from the median beat, one lead or two, how large a network. It goes by the same rule,
set beside the same run of the recipe, and has a candidate of its own. A part that can
be left out without harm stays all the same: only a lead is a reason to change.

A third asks how a second lead can be of use, set beside what the second round chose,
the first lead only. It was written down after one run of that on DS2 (seed 0, macro-F1
.713, in the log) had told that choosing among 22 patients may mislead; its variants are
again judged inside DS1 alone.

That three networks vote is no outcome of this: a mean of more draws is steadier, and
three is what a fit may cost. `benchmarks.interpatient --split ds1-cv` measures the vote
on the same folds.
"""

import json
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import Bunch

from benchmarks._beat_runs import UNTAUGHT, score_folds
from benchmarks._beat_splits import PROTOCOLS, folds, records_of
from benchmarks._beats import add_data, read_beats
from benchmarks._leads_apart import LeadsApart
from benchmarks._record import FOLDER, circumstances, parser, report, say
from skecg.classifiers import SignalClassifier, make_patient_classifier
from skecg.nn.augmentation import LeadDropout, Noise, Scale, Shift
from skecg.signal._patient_rhythm import RHYTHM_COLUMNS
from skecg.signal._patient_shape import WAVE_COLUMNS
from skecg.signal.patient import PATIENT_RATE, patient_columns

TRIED = FOLDER / "patient_choice.jsonl"
RECIPE = "the recipe"
FIRST_LEAD = "the first lead only"
SCREENING = 0
FRESH = (1, 2)

Run = dict[str, Any]

_N_LEADS = 2
_WINDOW = (0.4, 0.8)  # seconds before and after R, of the beats that are read
_COLUMNS = patient_columns(_N_LEADS)
_SHAPE_COLUMNS = tuple(name for name in _COLUMNS if name.startswith("lead"))
# Whatever needs more than ten seconds, or more than twenty beats, of the record.
_LONG = ("_60s", "_300s", "_record", "_20", "_20_beats", "_60", "_60_beats")
_LONG_COLUMNS = tuple(
    name
    for name in RHYTHM_COLUMNS
    if name.endswith(_LONG) or name in ("rr_prev_longest", "fast_run", "pauses")
)
_N_DRAWS = 2000


class Variant(NamedTuple):
    """What differs from the recipe: the network's arguments, and what it sees."""

    arguments: dict[str, Any]
    window: tuple[float, float] = _WINDOW
    columns: tuple[str, ...] = _COLUMNS
    rows: tuple[int, ...] = (0, 1, 2, 3)  # two leads, and what they differ by
    asked: tuple[int, ...] = ()  # leads, if each is a beat of its own to one network

    def see(self, data: np.ndarray) -> np.ndarray:
        """Return the part of the beats that the variant is given."""
        first, last = (
            round((_WINDOW[0] + end) * PATIENT_RATE)
            for end in (-self.window[0], self.window[1])
        )
        n_times = data.shape[-1] - len(_COLUMNS)
        context = [n_times + _COLUMNS.index(name) for name in self.columns]
        return data[:, list(self.rows)][..., [*range(first, last), *context]]

    def build(self, seed: int) -> SignalClassifier | LeadsApart:
        """Return one network of the recipe with the variant's arguments."""
        voter = make_patient_classifier(_N_LEADS, n_networks=1, random_state=seed)
        settings = voter.estimators[0][1].get_params(deep=False)
        n_columns = len(patient_columns(1)) if self.asked else len(self.columns)
        settings |= {"context": n_columns, **self.arguments}
        # The recipe's own class takes nothing but all columns.
        network = SignalClassifier(**settings)
        return LeadsApart(network, self.asked) if self.asked else network


def _all_but(left_out: Iterable[str]) -> tuple[str, ...]:
    left_out = set(left_out)
    return tuple(name for name in _COLUMNS if name not in left_out)


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
    "without the columns of long-range rhythm": Variant(
        {}, columns=_all_but(_LONG_COLUMNS)
    ),
    "without the columns of waves": Variant({}, columns=_all_but(WAVE_COLUMNS)),
    "without the columns of shape": Variant({}, columns=_all_but(_SHAPE_COLUMNS)),
    "without columns of rhythm": Variant({}, columns=_all_but(RHYTHM_COLUMNS)),
    "without the difference from the median beat": Variant({}, rows=(0, 1)),
    FIRST_LEAD: Variant(
        {},
        rows=(0, 2),
        columns=_all_but(name for name in _COLUMNS if name.startswith("lead1")),
    ),
    "32 filters": Variant({"network_params": {"n_filters": 32}}),
    "filters of 9 samples": Variant({"network_params": {"kernel_size": 9}}),
    "64 hidden units": Variant({"network_params": {"n_hidden": 64}}),
    "dropout 0.5": Variant({"network_params": {"dropout": 0.5}}),
    "each lead a beat of its own, mean of both": Variant({}, asked=(0, 1)),
    "the same, but only the first lead is asked": Variant({}, asked=(0,)),
    "both leads, each left out half of the time": Variant(
        {"augment": [Shift(0.016), Scale(), Noise(0.03), LeadDropout(0.5)]}
    ),
}


class Round(NamedTuple):
    """Variants that are screened together, beside what was chosen before them."""

    reference: str
    names: tuple[str, ...]


_NAMES = tuple(VARIANTS)
ROUNDS = (
    Round(RECIPE, _NAMES[1:10]),
    Round(RECIPE, _NAMES[10:20]),
    Round(FIRST_LEAD, _NAMES[20:]),
)


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


def reference_of(name: str) -> str:
    """Return what a variant is held against: what was chosen before its round."""
    return next(
        (one.reference for one in ROUNDS if name in one.names),
        RECIPE,
    )


def candidates(runs: list[Run]) -> list[str]:
    """Return which variants are to be compared once more with what they stand beside.

    One of each round at most: the best of those that lead by more than the error.
    """
    screened = {run["variant"]: run for run in runs if run["seed"] == SCREENING}
    best = []
    for reference, names in ROUNDS:
        gains = {
            name: gain(screened[name], screened[reference])
            for name in names
            if name in screened and reference in screened
        }
        better = {name: mean for name, (mean, error) in gains.items() if mean > error}
        best.append(max(better, key=better.__getitem__, default=None))
    return [name for name in best if name is not None]


def fell_behind(runs: list[Run], name: str) -> bool:
    """Return whether a variant does not score above its reference with a fresh seed."""
    reference = reference_of(name)
    pairs = [(find(runs, name, seed), find(runs, reference, seed)) for seed in FRESH]
    return any(
        run["macro_f1_nsv"] <= other["macro_f1_nsv"]
        for run, other in pairs
        if run is not None and other is not None
    )


def choose(runs: list[Run]) -> str:
    """Return what the rule chooses: who wins with every fresh seed, or the recipe."""
    won = [
        name
        for name in candidates(runs)
        if all(find(runs, name, seed) for seed in FRESH)
        and all(find(runs, reference_of(name), seed) for seed in FRESH)
        and not fell_behind(runs, name)
    ]
    return won[-1] if won else RECIPE


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
    beats = read_beats(
        chosen.data, records=records_of("ds1-cv"), form="patient", n_leads=_N_LEADS
    )
    for name in chosen.screen:
        run_missing(name, SCREENING, beats)
    compared = candidates(tried())
    for name in compared:
        for seed in FRESH:
            # The first that is lost settles it.
            if not fell_behind(tried(), name):
                run_missing(reference_of(name), seed, beats)
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
