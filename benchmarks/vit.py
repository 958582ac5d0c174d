"""A vision transformer on pictures of ECGs: pre-trained on drawn ones, or from scratch.

Pictures are made 182 x 256 by exact area means and cut into patches of 16 x 16. The
folds are those of `benchmarks.images`. Pre-training sees drawings of records of PTB,
LUDB and CinC 2021 only, see `tools/pretrain_vit.py`; its weights are given with
`--pretrained`, or made first where the databases are given.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks._image_baselines import Model
from benchmarks._image_files import ImageFiles, read_folder
from benchmarks._record import RESULTS, parser, report
from benchmarks._vit_models import CHOSEN, RECIPE, frozen, trained
from benchmarks._vit_pictures import read_sources
from benchmarks._vit_pretraining import NETWORK, PLAN, draw_weights, pretrain
from benchmarks.images import FOLDS, measure


def main() -> None:
    """Pre-train if no weights are given, measure all models and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--data", metavar="DIR", required=True, help="the pictures")
    options.add_argument("--ptbdb", metavar="DIR", help="PTB, to draw printouts from")
    options.add_argument("--ludb", metavar="DIR", help="LUDB, likewise")
    options.add_argument("--cinc2021", metavar="DIR", help="Challenge 2021, likewise")
    options.add_argument("--pretrained", metavar="FILE", help="weights, made before")
    options.add_argument(
        "--model",
        nargs="+",
        metavar="NAME",
        help="measure these, and take the rest from what was kept",
    )
    options.add_argument("--seed", type=int, nargs="+", default=[0], dest="seeds")
    chosen = options.parse_args()
    if not (chosen.pretrained or chosen.ptbdb):
        options.error("Give --pretrained FILE, or --ptbdb DIR to pre-train.")
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        report("vit", figures_of(chosen, Path(folder)), chosen)


def figures_of(chosen: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Return all that is reported."""
    if chosen.pretrained:
        weights = Path(chosen.pretrained)
    else:
        weights = folder / "vit.safetensors"
        sources = read_sources(chosen.ptbdb, chosen.ludb, chosen.cinc2021)
        pretrain(sources, weights)
    files = read_folder(chosen.data)
    labels, counts = np.unique(files.target, return_counts=True)
    drawn = folder / "drawn.safetensors"
    draw_weights(drawn, seed=0)
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    kept = kept_models(files, digest) if chosen.model else {}
    models = {}
    for name, model in models_of(weights, drawn).items():
        if not chosen.model or name in chosen.model:
            seeds = chosen.seeds[:1] if name == "scratch" else chosen.seeds
            models |= measure({name: model}, files, seeds, None)
        elif name in kept:
            models[name] = kept[name]
    return {
        "protocol": f"{FOLDS} folds, stratified, groups kept together; picture-wise, "
        "patients unknown",
        "n_images": len(files.paths),
        "n_groups": len(np.unique(files.groups)),
        "n_of_class": dict(zip(labels.tolist(), counts.tolist(), strict=True)),
        "network": NETWORK,
        "pretraining": {
            **PLAN._asdict(),
            "weights_sha256": digest,
        },
        "recipe": RECIPE,
        "chosen": CHOSEN,
        "models": models,
        "data_sha256": files.sha256,
    }


def models_of(weights: Path, drawn: Path) -> dict[str, Model]:
    """Return all that is measured, with learnt weights and with drawn ones."""
    return {
        "layers": frozen(weights, all_layers=True),
        "frozen": frozen(weights),
        "drawn_layers": frozen(drawn, all_layers=True),
        "drawn_frozen": frozen(drawn),
        "fine_tuned": trained(weights, RECIPE),
        "scratch": trained(drawn, RECIPE),
    }


def kept_models(files: ImageFiles, weights_sha256: str) -> dict[str, Any]:
    """Return the figures of earlier runs, if of the same pictures and weights."""
    path = RESULTS / "vit.json"
    if not path.exists():
        return {}
    kept = json.loads(path.read_text())
    if (kept["data_sha256"], kept["pretraining"]["weights_sha256"]) != (
        files.sha256,
        weights_sha256,
    ):
        raise ValueError(
            "The kept figures are of other pictures or weights; measure all models."
        )
    return dict(kept["models"])


if __name__ == "__main__":
    main()
