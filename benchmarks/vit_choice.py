"""How the recipes of `benchmarks.vit` were chosen.

Looks at the training part of seed 0's first fold only: three quarters of it are trained
on, the fourth is validated on. What a variant gave is appended to `vit_choice.jsonl`,
and RESULTS.md shows all of it.
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import accuracy_score
from sklearn.model_selection import StratifiedGroupKFold

from benchmarks._image_baselines import Model
from benchmarks._image_files import ImageFiles, read_folder
from benchmarks._record import FOLDER, circumstances, parser, report, say
from benchmarks._vit_models import RECIPE, frozen, trained
from benchmarks._vit_pretraining import draw_weights
from benchmarks.images import splits

LOG = FOLDER / "vit_choice.jsonl"


def variants(weights: Path, drawn: Path) -> dict[str, Model]:
    """Return what was tried."""
    quick = {"max_epochs": 6, "lr": 3e-3, "fine_tune_lr": 5e-4}
    one_rate = {"max_epochs": 10, "lr": 1e-3}
    return {
        "pre-trained, frozen, logistic regression": frozen(weights),
        "pre-trained, fine-tuned": trained(weights, quick),
        "pre-trained, last layers, slower": trained(weights, RECIPE),
        "drawn weights, frozen, logistic regression": frozen(drawn),
        "from scratch": trained(drawn, one_rate),
        "from scratch, last layers, slower": trained(drawn, RECIPE),
    }


def halves(files: ImageFiles) -> tuple[np.ndarray, np.ndarray]:
    """Return what is trained on and validated on, far from the test part."""
    part, _ = splits(files, None, 0)[0]
    folds = StratifiedGroupKFold(4, shuffle=True, random_state=0)
    target, groups = files.target[part], files.groups[part]
    train, valid = next(iter(folds.split(target, target, groups)))
    return part[train], part[valid]


def try_out(model: Model, files: ImageFiles) -> dict[str, Any]:
    """Fit once; return the figures of the validation part."""
    train, valid = halves(files)
    start = time.process_time()
    said = model(files)(train, valid, 0).labels
    return {
        "accuracy": float(accuracy_score(files.target[valid], said)),
        "cpu_seconds": round(time.process_time() - start, 1),
        "n_train": len(train),
        "n_valid": len(valid),
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
