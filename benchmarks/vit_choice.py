"""How the recipes of `benchmarks.vit` were chosen.

Looks at the training part of seed 0's first fold only, in four folds of it. What a
variant gave is appended to `vit_choice.jsonl`, and RESULTS.md shows all of it. The
pre-training itself is settled by how well it reads drawings of other hearts.
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from sklearn.model_selection import StratifiedGroupKFold

from benchmarks._image_baselines import INNER_FOLDS, Model
from benchmarks._image_files import ImageFiles, read_folder
from benchmarks._record import FOLDER, circumstances, parser, report, say
from benchmarks._vit_models import RECIPE, frozen, trained
from benchmarks._vit_pretraining import draw_weights
from benchmarks.images import Split, run, scores, splits

LOG = FOLDER / "vit_choice.jsonl"
PRETRAINING = "reads waves"


LAST_LAYERS = {
    "max_epochs": 6,
    "lr": 3e-2,
    "fine_tune_lr": 1e-4,
    "trainable_layers": 5,
}


def variants(weights: Path, drawn: Path) -> dict[str, Model]:
    """Return what was tried."""
    faster = {**RECIPE, "fine_tune_lr": 1e-3}
    return {
        "pre-trained, frozen, logistic regression": frozen(weights),
        "drawn weights, frozen, logistic regression": frozen(drawn),
        "pre-trained, frozen, all layers": frozen(weights, all_layers=True),
        "drawn weights, frozen, all layers": frozen(drawn, all_layers=True),
        "pre-trained, last layers learn": trained(weights, LAST_LAYERS),
        "pre-trained, all layers learn": trained(weights, RECIPE),
        "pre-trained, all layers learn, faster": trained(weights, faster),
        "from scratch, last layers learn": trained(drawn, LAST_LAYERS),
    }


def inner_folds(files: ImageFiles) -> list[Split]:
    """Return what is trained on and validated on, far from the test part."""
    part, _ = splits(files, None, 0)[0]
    folds = StratifiedGroupKFold(INNER_FOLDS, shuffle=True, random_state=0)
    target, groups = files.target[part], files.groups[part]
    return [
        (part[train], part[valid])
        for train, valid in folds.split(target, target, groups)
    ]


def try_out(model: Model, files: ImageFiles) -> dict[str, Any]:
    """Fit once for each fold; return the figures of all that were validated on."""
    folds = inner_folds(files)
    start = time.process_time()
    one = run(model(files), files, folds, 0)
    return {
        **scores(one.true, one.said),
        "pretraining": PRETRAINING,
        "cpu_seconds": round(time.process_time() - start, 1),
        "n_train": len(folds[0][0]),
        "n_valid": len(one.true),
    }


def main() -> None:
    """Try the variants, log them, report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--data", metavar="DIR", required=True, help="the pictures")
    options.add_argument("--pretrained", metavar="FILE", required=True, help="weights")
    options.add_argument("--variant", nargs="+", help="only these; by default all")
    options.add_argument("--note", help="what is particular to these weights")
    chosen = options.parse_args()
    torch.set_num_threads(1)
    files = read_folder(chosen.data)
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder) / "drawn.safetensors"
        draw_weights(drawn, seed=0)
        known = variants(Path(chosen.pretrained), drawn)
        for name in chosen.variant or known:
            told = f"{name} ({chosen.note})" if chosen.note else name
            runs.append({"variant": told, **try_out(known[name], files)})
            say(f"{runs[-1]}")
            with LOG.open("a") as log:
                log.write(json.dumps({**runs[-1], **circumstances()}) + "\n")
    report("vit_choice", {"runs": runs, "data_sha256": files.sha256}, chosen)


if __name__ == "__main__":
    main()
