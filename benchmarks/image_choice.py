"""How the pipeline of `benchmarks.images` was chosen: by inner scores alone.

Looks at the training parts of seed 0, each by itself, and at no part that is held out:
a variant's score is that of the best of its grid in the inner folds, averaged over the
training parts. Each picture is in four of the five, so this choice has seen all labels,
though no outer score. What a variant gave is appended to `image_choice.jsonl`.
"""

import json
from typing import Any

import numpy as np
from sklearn.base import clone

from benchmarks._image_baselines import INNER_SCORE, inner_search
from benchmarks._image_files import read_folder
from benchmarks._image_pipelines import (
    EVERYTHING,
    GRID,
    TRACES,
    Blocks,
    Measured,
    learner,
    measure,
)
from benchmarks._record import FOLDER, circumstances, parser, report, say
from benchmarks.images import splits

TRIED = FOLDER / "image_choice.jsonl"
SEED = 0
VARIANTS: dict[str, Blocks] = {
    "rhythm": {"rhythm": 1.0},
    "beats": {"beats": 1.0},
    "waves": TRACES,
    "waves, beats, rhythm": {"waves": 1.0, "beats": 0.5, "rhythm": 0.5},
    "network": {"network": 1.0},
    "network, waves": {"network": 1.0, "waves": 1.0},
    "network, 2 waves": {"network": 1.0, "waves": 2.0},
    "network, 2 waves, half of beats and rhythm": EVERYTHING,
}


def part_of(measured: Measured, blocks: Blocks) -> Measured:
    """Return the columns of some blocks alone."""
    kept = [measured.X[:, measured.columns[name]] for name in blocks]
    stops = np.cumsum([each.shape[1] for each in kept])
    columns = {
        name: slice(int(stop) - each.shape[1], int(stop))
        for name, each, stop in zip(blocks, kept, stops, strict=True)
    }
    return Measured(np.hstack(kept), columns)


def inner_scores(
    measured: Measured, blocks: Blocks, y: np.ndarray, groups: np.ndarray, parts: Any
) -> dict[str, Any]:
    """Return what the best of the grid reaches in the inner folds."""
    X, columns = part_of(measured, blocks)
    search = inner_search(learner(columns, blocks), GRID, SEED)
    search.set_params(scoring=[INNER_SCORE, "accuracy"], refit=INNER_SCORE)
    f1, accuracy, chosen = [], [], []
    for train, _ in parts:
        found = clone(search).fit(X[train], y[train], groups=groups[train])
        f1.append(float(found.best_score_))
        means = found.cv_results_["mean_test_accuracy"]
        accuracy.append(float(means[found.best_index_]))
        chosen.append(found.best_params_)
    return {
        "inner_macro_f1": float(np.mean(f1)),
        "inner_accuracy": float(np.mean(accuracy)),
        "chosen": chosen,
    }


def main() -> None:
    """Try the variants, log them, report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--data", metavar="DIR", required=True, help="printouts")
    options.add_argument("--weights", metavar="FILE", required=True, help="SqueezeNet")
    options.add_argument(
        "--variant", nargs="+", choices=list(VARIANTS), default=list(VARIANTS)
    )
    chosen = options.parse_args()
    files = read_folder(chosen.data)
    used = {name: 1.0 for one in chosen.variant for name in VARIANTS[one]}
    measured = measure(files, used, chosen.weights)
    parts, runs = splits(files, None, SEED), []
    for name in chosen.variant:
        found = inner_scores(
            measured, VARIANTS[name], files.target, files.groups, parts
        )
        runs.append({"variant": name, **found})
        say(f"{name}: {found['inner_accuracy']:.4f} {found['inner_macro_f1']:.4f}")
        with TRIED.open("a") as log:
            log.write(json.dumps({**runs[-1], **circumstances()}) + "\n")
    report("image_choice", {"runs": runs, "data_sha256": files.sha256}, chosen)


if __name__ == "__main__":
    main()
