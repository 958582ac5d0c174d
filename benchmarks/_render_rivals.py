"""The blocks of RESULTS.md in which classical rivals stand beside the networks."""

import json
from typing import Any

from benchmarks._record import RESULTS
from benchmarks._tables import table

Record = dict[str, Any]

CLASSES = "nsvfq"

# The results of networks that are told of the same protocol.
NETWORKS = {"beats": "beats-*.json", "patients": "interpatient-*.json"}

TITLES = {
    "beats": "Classical rivals, beats shuffled (optimistic)",
    "ds1-cv": "Classical rivals, patients held out inside DS1 (for choosing)",
    "patients": "Classical rivals, patients held out (honest)",
}


def rivals(record: Record) -> str:
    """Return the means over the seeds of each rival, and of the networks so far."""
    split = record["name"].removeprefix("rivals-")
    rows = [_row(key, runs) for key, runs in record["runs"].items()]
    rows += [_row(name, runs) for name, runs in _networks(split)]
    header = ["", "seeds", "accuracy", "macro-F1 N,S,V"]
    header += [*(f"F1 {label}".upper() for label in CLASSES), "fit (s)", "predict (s)"]
    what = "; ".join(f"{key}: {text}" for key, text in record["estimators"].items())
    return (
        f"## {TITLES[split]}\n\n{record['protocol']}; {record['n_beats']:,} beats. "
        f"{what}. Class weights, penalty and features were chosen by cross-validation "
        "inside DS1. The median beat of a record is that of all its "
        f"beats, and needs no label.\n\n{table(header, rows)}\n"
    )


def _networks(split: str) -> list[tuple[str, list[Record]]]:
    if split not in NETWORKS:
        return []
    paths = sorted(RESULTS.glob(NETWORKS[split]))
    records = [json.loads(path.read_text()) for path in paths]
    return [(f"network: {one['estimator']}", one["runs"]) for one in records]


def _row(name: str, runs: list[Record]) -> list[str]:
    flat = [run | _by_class(run) for run in runs]
    scores = ["accuracy", "macro_f1_nsv", *(f"f1_{label}" for label in CLASSES)]
    cells = [_mean(flat, score, 4) for score in scores]
    seconds = [_mean(flat, f"{what}_seconds", 0) for what in ("fit", "predict")]
    return [name, str(len(runs)), *cells, *seconds]


def _by_class(run: Record) -> Record:
    # Older runs keep F1 by class in a table of its own, and no macro-F1 of three.
    if "f1" not in run:
        return {}
    by_class = {f"f1_{label}".lower(): value for label, value in run["f1"].items()}
    nsv = [by_class[f"f1_{label}"] for label in "nsv"]
    return by_class | {"macro_f1_nsv": sum(nsv) / len(nsv)}


def _mean(runs: list[Record], name: str, n_decimals: int) -> str:
    if any(name not in run for run in runs):
        return ""
    return f"{sum(run[name] for run in runs) / len(runs):.{n_decimals}f}"
