"""Transfer from MIT-BIH's beats to healthy or diseased on PTB, by trained layers.

Takes PTB's WFDB folder, the whole of it or a part, together with MIT-BIH's; or the
folder with the Kaggle CSV files, which hold the beats of both but no patients. Beats
that are shuffled put every patient on both sides: the figure for patients held out is
the one to quote.
"""

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV, StratifiedShuffleSplit

from benchmarks._ptb import (
    EPOCHS,
    LAYERS,
    NETWORK,
    WAVE_RATE,
    Beats,
    Excerpts,
    find_rpeaks,
    learner,
    pretrain,
    read_excerpts,
    read_kaggle,
    read_mitbih_beats,
)
from benchmarks._ptb_patients import (
    Answers,
    hold_out,
    measures_search,
    network_search,
    summarise,
)
from benchmarks._record import parser, report, say
from benchmarks._render_ptb import WHOLE
from skecg.features import TWaveFeatures

ESTIMATOR = f"SignalClassifier({NETWORK!r}), {EPOCHS} epochs, batches of 64"

PART = (
    "This is a part of PTB: the published 95.9 % (Kachuee et al.) and 91.28 %, of the "
    "whole database with its beats shuffled, cannot be repeated with it."
)


def shuffled(beats: Beats, source: FrozenEstimator, seed: int) -> dict[str, float]:
    """Return the accuracy by trained layers: one search, a fifth of the beats out."""
    cv = StratifiedShuffleSplit(1, test_size=0.2, random_state=seed)
    grid = [{"trainable_layers": list(LAYERS)}, {"weights": [None]}]
    search = GridSearchCV(learner(source, seed), grid, cv=cv, refit=False)
    search.fit(beats.data, beats.target)
    names = [*map(str, LAYERS), "from scratch"]
    scores = search.cv_results_["mean_test_score"].tolist()
    return dict(zip(names, scores, strict=True))


def wave_measures(ptb: Excerpts) -> np.ndarray:
    """Measure the waves of every lead; a record needs no other for that."""
    waves = TWaveFeatures(sampling_rate=WAVE_RATE, measures="all", method=find_rpeaks)
    return waves.fit_transform(ptb.records)


def patients_held_out(
    ptb: Excerpts, measures: np.ndarray, source: FrozenEstimator, seed: int
) -> dict[str, Answers]:
    """Return what each model says of patients that it has not seen."""
    asked = {
        "transfer": (network_search(source, seed), ptb.beats),
        "from scratch": (network_search(None, seed), ptb.beats),
        "wave measures, logistic": (measures_search("logistic", seed), measures),
        "wave measures, boosting": (measures_search("boosting", seed), measures),
        "age alone, logistic": (measures_search("logistic", seed), ptb.age[:, None]),
    }
    answers = {}
    for name, (search, X) in asked.items():
        answers[name] = hold_out(search, X, ptb.target, ptb.patient, seed)
        say(f"seed {seed}, {name}: {answers[name].by_fold} {answers[name].chosen}")
    return answers


def measure_wfdb(chosen: argparse.Namespace) -> dict[str, Any]:
    """Measure both protocols on WFDB files."""
    ptb = read_excerpts(chosen.data, chosen.against)
    mitbih = read_mitbih_beats(chosen.mitdb)
    if len(ptb.target) < WHOLE / 2:
        say(PART)
    measures = wave_measures(ptb)
    rows = {"1 lead": ptb.rows(1), "12 leads": ptb.rows(12)}
    runs, answers = [], []
    for seed in chosen.seeds:
        start = time.perf_counter()
        source = pretrain(mitbih, seed)
        seconds = time.perf_counter() - start
        by_leads = {name: shuffled(one, source, seed) for name, one in rows.items()}
        runs.append({"seed": seed, "pretrain_seconds": seconds, "shuffled": by_leads})
        say(str(runs[-1]))
        answers.append(patients_held_out(ptb, measures, source, seed))
    by_model = {name: [one[name] for one in answers] for name in answers[0]}
    return {
        "protocol": f"PTB, healthy against {chosen.against}, the first 10 s of each "
        "record, beats at 125 Hz; pre-trained on the beats of MIT-BIH (48 records, "
        "five AAMI classes)",
        "estimator": ESTIMATOR,
        "n_records": len(ptb.target),
        "n_healthy": int((ptb.target == "healthy").sum()),
        "n_patients": len(np.unique(ptb.patient)),
        "n_beats": len(rows["1 lead"].target),
        "runs": runs,
        "patients": summarise(by_model, ptb.target, ptb.patient),
        "data_sha256": ptb.sha256,
        "mitbih_sha256": mitbih.sha256,
    }


def measure_kaggle(chosen: argparse.Namespace) -> dict[str, Any]:
    """Measure shuffled beats on the Kaggle files: they allow nothing else."""
    mitbih, ptb = (read_kaggle(chosen.data, name) for name in ("mitbih", "ptb"))
    runs = []
    for seed in chosen.seeds:
        start = time.perf_counter()
        source = pretrain(mitbih, seed)
        seconds = time.perf_counter() - start
        by_leads = {"1 lead": shuffled(ptb, source, seed)}
        runs.append({"seed": seed, "pretrain_seconds": seconds, "shuffled": by_leads})
        say(str(runs[-1]))
    return {
        "protocol": "PTB, normal against abnormal, the Kaggle files (no patient ids); "
        "pre-trained on their beats of MIT-BIH (five classes)",
        "estimator": ESTIMATOR,
        "n_beats": len(ptb.target),
        "runs": runs,
        "data_sha256": ptb.sha256,
        "mitbih_sha256": mitbih.sha256,
    }


def main() -> None:
    """Run the seeds and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument(
        "--data", required=True, metavar="DIR", help="PTB's folder, or the CSV files'"
    )
    options.add_argument(
        "--mitdb", metavar="DIR", help="MIT-BIH's folder, beside a WFDB folder of PTB"
    )
    options.add_argument(
        "--against",
        choices=("diseased", "infarction"),
        default="diseased",
        help="whom the healthy are held against",
    )
    options.add_argument("--seed", type=int, nargs="+", default=[0], dest="seeds")
    chosen = options.parse_args()
    if (Path(chosen.data) / "ptbdb_normal.csv").exists():
        report("ptb_transfer-kaggle", measure_kaggle(chosen), chosen)
    elif chosen.mitdb is None:
        options.error("WFDB files of PTB need MIT-BIH's to pre-train: pass --mitdb DIR")
    else:
        name = f"ptb_transfer-{chosen.against}"
        report(name, measure_wfdb(chosen), chosen)


if __name__ == "__main__":
    main()
