"""What the packaged models are made of, chosen inside their training data.

Beats: three folds of whole patients of MIT-BIH's DS1, one network instead of three.
Networks that learn from whole records are compared with those that learn half from
pieces; pieces it is if they are better on pieces by more than they are worse on whole
records. Pictures: a frozen body against one of which all layers learn, the printouts
inside the package left out; the higher macro-F1 counts. Both rules were written down
before the first run.
"""

import argparse
from typing import Any

import numpy as np
from joblib import Memory
from sklearn.base import clone
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedGroupKFold

from benchmarks._beat_runs import figures
from benchmarks._pretrained_beats import Beats, beats_of, half_and_half, read_records
from benchmarks._pretrained_pictures import (
    CANDIDATES,
    FOLDS,
    cross_validated,
    read_pictures,
    softened,
    temperature_of,
)
from benchmarks._record import parser, report, say
from benchmarks.images import interval, scores
from skecg.classifiers import make_patient_classifier
from skecg.datasets._mitbih_facts import DS1

BEAT_FOLDS = 3
SEED = 0


def choose_beats(folder: str, memory: Memory) -> dict[str, Any]:
    """Compare what the beats are cut from, inside DS1."""
    beats = beats_of(read_records(folder, DS1, n_leads=1), seed=SEED)
    told: dict[str, Any] = {}
    for name in ("whole records", "half from pieces"):
        said = memory.cache(_answers, ignore=["beats"])(name, len(beats.target), beats)
        told[name] = {
            of: figures(beats.target, labels, record=beats.record)
            for of, labels in said.items()
        }
        say(f"{name}: { {of: one['macro_f1_nsv'] for of, one in told[name].items()} }")
    gained = {
        of: told["half from pieces"][of]["macro_f1_nsv"]
        - told["whole records"][of]["macro_f1_nsv"]
        for of in ("whole", "pieces")
    }
    better = gained["pieces"] > max(0.0, -gained["whole"])
    return {
        "protocol": f"MIT-BIH DS1, first lead, {BEAT_FOLDS} folds of whole patients, "
        "one network, Q among the classes; pieces of 10 to 60 s",
        "chosen": "half from pieces" if better else "whole records",
        "tried": told,
    }


def _answers(name: str, n_beats: int, beats: Beats) -> dict[str, np.ndarray]:
    # What each beat is called by the fold without its patient, in both of its forms.
    X = beats.whole if name == "whole records" else half_and_half(beats, seed=SEED)
    model = make_patient_classifier(1, n_networks=1, random_state=SEED)
    said = {of: np.empty(n_beats, beats.target.dtype) for of in ("whole", "pieces")}
    cv = StratifiedGroupKFold(BEAT_FOLDS, shuffle=True, random_state=SEED)
    for train, test in cv.split(X, beats.target, beats.groups):
        fitted = clone(model).fit(X[train], beats.target[train])
        for of, labels in said.items():
            labels[test] = fitted.predict(getattr(beats, of)[test])
    return said


def choose_pictures(
    folder: str, weights: str, candidates: list[str], memory: Memory
) -> dict[str, Any]:
    """Compare how much of the network learns, and find its temperature."""
    files, left_out = read_pictures(folder)
    labels, counts = np.unique(files.target, return_counts=True)
    told: dict[str, Any] = {}
    for name in candidates:
        answers = cross_validated(name, files, weights, memory)
        said = labels[answers.argmax(axis=1)]
        right = (said == files.target).astype(float)
        temperature = temperature_of(answers, files.target)
        logits = np.log(np.clip(answers, 1e-12, None))
        told[name] = {
            **scores(files.target, said),
            "macro_f1_interval": interval(files.target, said, SEED),
            "accuracy_interval": _interval_of_mean(right),
            "f1": {
                label: _f1(files.target == label, said == label)
                for label in labels.tolist()
            },
            "temperature": temperature,
            "log_loss": float(log_loss(files.target, answers)),
            "log_loss_softened": float(
                log_loss(files.target, softened(logits, temperature))
            ),
        }
    chosen = max(told, key=lambda name: told[name]["macro_f1"])
    return {
        "protocol": f"{FOLDS} folds, stratified, near copies kept together; "
        "picture-wise, patients unknown; pictures inside the package left out",
        "n_images": len(files.paths),
        "n_left_out": left_out,
        "n_of_class": dict(zip(labels.tolist(), counts.tolist(), strict=True)),
        "chosen": chosen,
        "tried": told,
        "data_sha256": files.sha256,
    }


def _f1(true: np.ndarray, said: np.ndarray) -> float:
    return float(2 * (true & said).sum() / max(1, true.sum() + said.sum()))


def _interval_of_mean(right: np.ndarray) -> list[float]:
    rng = np.random.default_rng(SEED)
    drawn = rng.choice(right, size=(1000, right.size)).mean(axis=1)
    return np.quantile(drawn, [0.025, 0.975]).tolist()


def main() -> None:
    """Compare, and keep what was chosen."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--mitdb", metavar="DIR", help="folder of MIT-BIH")
    options.add_argument("--images", metavar="DIR", help="folder of printouts")
    options.add_argument("--weights", metavar="FILE", help="of SqueezeNet 1.0")
    options.add_argument(
        "--candidate", nargs="+", choices=list(CANDIDATES), default=list(CANDIDATES)
    )
    options.add_argument("--work", metavar="DIR", help="keeps finished parts")
    chosen = options.parse_args()
    report_of(chosen)


def report_of(chosen: argparse.Namespace) -> None:
    """Run what there is data for; each part is kept by itself."""
    memory = Memory(chosen.work, verbose=0)
    if chosen.mitdb:
        report("pretrained_choice-beats", choose_beats(chosen.mitdb, memory), chosen)
    if chosen.images:
        pictures = choose_pictures(
            chosen.images, chosen.weights, chosen.candidate, memory
        )
        report("pretrained_choice-images", pictures, chosen)


if __name__ == "__main__":
    main()
