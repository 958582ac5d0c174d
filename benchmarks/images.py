"""Pictures of ECGs: the best pipeline and the baselines, on pictures held out.

Five folds, stratified, groups kept together; whatever a model chooses, it chooses by
another cross-validation inside each training part. With `--test` the models learn from
one folder and answer for the other. A table of four classes, and one of Normal against
the rest, where the rule of thumb of the T wave's band belongs.
"""

import argparse
import json
import time
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score
from sklearn.model_selection import StratifiedGroupKFold

from benchmarks._image_baselines import (
    FOUR_CLASSES,
    INNER_FOLDS,
    INNER_SCORE,
    TWO_CLASSES,
    Answerer,
    Model,
)
from benchmarks._image_files import ImageFiles, joined, normal_or_not, read_folder
from benchmarks._image_networks import convnet_small
from benchmarks._image_pipelines import EVERYTHING, TRACES, network_logistic, svm
from benchmarks._record import COMMIT, RESULTS, parser, report, say
from skecg.model_selection.bootstrap import percentile_interval

FOLDS = 5
N_BOOTSTRAPS = 1000

Split = tuple[np.ndarray, np.ndarray]


class Run(NamedTuple):
    """What one model says with one seed.

    Attributes
    ----------
    true, said : ndarray of str of shape (n_tested,)
        Classes of the pictures that were held out once.
    chosen : list of dict
        What was chosen, fold by fold.
    seconds : float
        For fitting and answering.
    """

    true: np.ndarray
    said: np.ndarray
    chosen: list[dict[str, Any]]
    seconds: float


def splits(files: ImageFiles, n_train: int | None, seed: int) -> list[Split]:
    """Return the folds; with a folder of its own for the test, only that one."""
    if n_train is not None:
        return [(np.arange(n_train), np.arange(n_train, len(files.paths)))]
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    return list(folds.split(files.target, files.target, files.groups))


def run(answer: Answerer, files: ImageFiles, parts: list[Split], seed: int) -> Run:
    """Hold each part out, and put the answers together."""
    start = time.perf_counter()
    answers = [answer(train, test, seed) for train, test in parts]
    seconds = time.perf_counter() - start
    true = np.concatenate([files.target[test] for _, test in parts])
    said = np.concatenate([one.labels for one in answers])
    return Run(true, said, [one.chosen for one in answers], seconds)


def scores(true: np.ndarray, said: np.ndarray) -> dict[str, float]:
    """Return what is told of answers."""
    labels = np.unique(true)
    return {
        "accuracy": float(accuracy_score(true, said)),
        "balanced_accuracy": float(balanced_accuracy_score(true, said)),
        "macro_f1": float(
            f1_score(true, said, labels=labels, average="macro", zero_division=0)
        ),
    }


def interval(true: np.ndarray, said: np.ndarray, seed: int) -> list[float]:
    """Return the 95 % interval of the macro-F1, bootstrapped over pictures."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(len(true), size=(N_BOOTSTRAPS, len(true)))
    values = [scores(true[one], said[one])["macro_f1"] for one in drawn]
    return list(percentile_interval(np.array(values), confidence=0.95))


def measure(
    models: dict[str, Model],
    files: ImageFiles,
    seeds: list[int],
    n_train: int | None,
) -> dict[str, dict[str, Any]]:
    """Return the figures of each model."""
    figures = {}
    for name, model in models.items():
        start = time.perf_counter()
        answer = model(files)
        prepared = time.perf_counter() - start
        runs = [
            run(answer, files, splits(files, n_train, seed), seed) for seed in seeds
        ]
        figures[name] = {
            "commit": COMMIT,
            "prepare_seconds": round(prepared, 2),
            **summary(runs, seeds),
        }
        say(f"{name}: {figures[name]['accuracy']:.4f} {figures[name]['macro_f1']:.4f}")
    return figures


def summary(runs: list[Run], seeds: list[int]) -> dict[str, Any]:
    """Return the means over the seeds, and what each seed gave."""
    labels = np.unique(runs[0].true)
    by_seed = [scores(one.true, one.said) for one in runs]
    f1 = [
        f1_score(r.true, r.said, labels=labels, average=None, zero_division=0)
        for r in runs
    ]
    return {
        **{name: float(np.mean([s[name] for s in by_seed])) for name in by_seed[0]},
        "macro_f1_interval": interval(runs[0].true, runs[0].said, seeds[0]),
        "f1": dict(zip(labels.tolist(), np.mean(f1, axis=0).tolist(), strict=True)),
        "runs": [
            {
                "seed": seed,
                **own,
                "seconds": round(one.seconds, 2),
                "chosen": one.chosen,
            }
            for seed, own, one in zip(seeds, by_seed, runs, strict=True)
        ],
    }


def main() -> None:
    """Measure all models and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--data", metavar="DIR", required=True, help="to learn from")
    options.add_argument("--test", metavar="DIR", help="to answer for, with no folds")
    options.add_argument(
        "--weights", metavar="FILE", help="of SqueezeNet 1.0, as torchvision names them"
    )
    options.add_argument(
        "--model",
        nargs="+",
        metavar="NAME",
        help="measure these, and take the rest from what was kept",
    )
    options.add_argument("--seed", type=int, nargs="+", default=[0, 1, 2], dest="seeds")
    chosen = options.parse_args()
    report(_name(chosen), figures_of(chosen), chosen)


def _name(chosen: argparse.Namespace) -> str:
    return "images-test" if chosen.test else "images"


def four_classes(weights: str | None) -> tuple[dict[str, Model], str]:
    """Return the models for four classes, and which the project stands for.

    It was settled by inner scores, see `benchmarks.image_choice`, before the parts that
    are held out were asked.
    """
    models = {
        **FOUR_CLASSES,
        "convnet_small": convnet_small,
        "traces_svm": svm(TRACES),
    }
    if weights is None:
        return models, "traces_svm"
    models["network_logistic"] = network_logistic(weights)
    models["traces_network_svm"] = svm(EVERYTHING, weights)
    return models, "traces_network_svm"


def two_classes(weights: str | None) -> dict[str, Model]:
    """Return the models that tell Normal from the rest."""
    models = {**TWO_CLASSES, "convnet_small": convnet_small}
    if weights is not None:
        models["network_logistic"] = network_logistic(weights)
    return models


def kept_figures(files: ImageFiles, chosen: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of an earlier run, if it was on the same pictures and seeds.

    Each model says the commit that it was measured at.
    """
    kept = json.loads((RESULTS / f"{_name(chosen)}.json").read_text())
    seeds = [run["seed"] for run in kept["four_classes"]["majority"]["runs"]]
    if (kept["data_sha256"], seeds) != (files.sha256, chosen.seeds):
        raise ValueError(
            "The kept figures are of other pictures or seeds; measure all models."
        )
    for figures in (*kept["four_classes"].values(), *kept["two_classes"].values()):
        figures.setdefault("commit", kept["commit"])
    return kept


def figures_of(chosen: argparse.Namespace) -> dict[str, Any]:
    """Return all that is reported, for the folders and seeds that were asked for."""
    files, n_train = read_folder(chosen.data), None
    if chosen.test:
        n_train = len(files.paths)
        files = joined(files, read_folder(chosen.test))
    models, name = four_classes(chosen.weights)
    kept = kept_figures(files, chosen) if chosen.model else {}

    def measured(
        table: str, known: dict[str, Model], pictures: ImageFiles
    ) -> dict[str, Any]:
        asked = {
            key: one
            for key, one in known.items()
            if not chosen.model or key in chosen.model
        }
        new = measure(asked, pictures, chosen.seeds, n_train)
        return {key: new.get(key) or kept[table][key] for key in known}

    four = measured("four_classes", models, files)
    two = measured("two_classes", two_classes(chosen.weights), normal_or_not(files))
    best = {"name": name, **{k: four[name][k] for k in ("accuracy", "macro_f1")}}
    labels, counts = np.unique(files.target, return_counts=True)
    held_out = "one folder to learn from, another to answer for"
    if n_train is None:
        held_out = f"{FOLDS} folds, stratified, groups kept together"
    return {
        "best": best,
        "protocol": f"{held_out}; choices by {INNER_SCORE} in {INNER_FOLDS} folds "
        "inside each training part; picture-wise, patients unknown",
        "n_images": len(files.paths),
        "n_groups": len(np.unique(files.groups)),
        "n_of_class": dict(zip(labels.tolist(), counts.tolist(), strict=True)),
        "four_classes": four,
        "two_classes": two,
        "data_sha256": files.sha256,
    }


if __name__ == "__main__":
    main()
