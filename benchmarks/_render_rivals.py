"""The blocks of RESULTS.md in which classical rivals stand beside the networks."""

import json
from typing import Any

from benchmarks._record import RESULTS
from benchmarks._render_interpatient import by_record
from benchmarks._tables import decimals, table

Record = dict[str, Any]

CLASSES = "nsvfq"

# The results of networks that are told of the same protocol.
NETWORKS = {
    "beats": "beats-*.json",
    "ds1-cv": "interpatient-*-ds1-cv.json",
    "patients": "interpatient-*.json",
}

TITLES = {
    "beats": "Classical rivals, beats shuffled (optimistic)",
    "ds1-cv": "Classical rivals, patients held out inside DS1 (for choosing)",
    "patients": "Classical rivals, patients held out (honest)",
}


def rivals(record: Record) -> str:
    """Return each run of the rivals, the means, and those of the networks so far."""
    split = record["name"].removeprefix("rivals-")
    rows = []
    for key, runs in record["runs"].items():
        rows += [_row(key, str(run["seed"]), [run]) for run in runs]
        if len(runs) > 1:
            rows.append(_mean_row(key, runs))
    networks = _networks(split)
    rows += [
        _mean_row(f"network: {one['estimator']}", one["runs"])
        for one in networks.values()
    ]
    header = ["", "seed", "accuracy", "macro-F1", "macro-F1 N,S,V", "95 % interval"]
    header += [*(f"F1 {label}".upper() for label in CLASSES), "fit (s)", "predict (s)"]
    if split == "patients":
        header += ["macro-F1 N,S,V without 232", "F1 S without 232"]
    what = "; ".join(f"{key}: {text}" for key, text in record["estimators"].items())
    return (
        f"## {TITLES[split]}\n\n{record['protocol']}; {record['n_beats']:,} beats. "
        f"{what}. Boosting is told more than the 187 samples: the rhythm, what lies "
        "before R, and the median of all beats of the record, which needs no label. "
        "Class weights, penalty and features were chosen by cross-validation inside "
        "DS1, by patient, but for the penalty of shuffled beats: that on shuffled "
        "ones, which are in the test parts here too. Intervals are bootstrapped over "
        "records.\n\n"
        f"{table(header, rows)}\n"
        f"{_models_by_record(record, networks) if split == 'patients' else ''}"
    )


def _networks(split: str) -> dict[str, Record]:
    return {
        path.stem.removeprefix("interpatient-"): json.loads(path.read_text())
        for path in sorted(RESULTS.glob(NETWORKS[split]))
        if path.stem.endswith("-ds1-cv") == (split == "ds1-cv")
    }


def _models_by_record(record: Record, networks: dict[str, Record]) -> str:
    first = {name: one["runs"][0] for name, one in networks.items()}
    return by_record(first | {name: runs[0] for name, runs in record["runs"].items()})


def _mean_row(name: str, runs: list[Record]) -> list[str]:
    return [
        f"**{cell}**" if cell else ""
        for cell in _row(name, f"mean of {len(runs)}", runs)
    ]


def _row(name: str, seed: str, runs: list[Record]) -> list[str]:
    runs = [run | _by_class(run) for run in runs]
    overall = ("accuracy", "macro_f1", "macro_f1_nsv")
    scores = [_mean(runs, score, 4) for score in overall]
    f1 = [_mean(runs, f"f1_{label}", 4) for label in CLASSES]
    seconds = [_mean(runs, f"{what}_seconds", 0) for what in ("fit", "predict")]
    cells = [name, seed, *scores, _interval(runs), *f1, *seconds]
    without = ("macro_f1_nsv_without_232", "f1_s_without_232")
    if any(one in run for run in runs for one in without):
        cells += [_mean(runs, one, 4) for one in without]
    return cells


def _interval(runs: list[Record]) -> str:
    ends = runs[0].get("macro_f1_nsv_interval")
    return " to ".join(decimals(*ends)) if ends and len(runs) == 1 else ""


def _by_class(run: Record) -> Record:
    # Some runs keep F1 by class in a table of its own, and no macro-F1 of three.
    if "f1" not in run:
        return {}
    by_class = {f"f1_{label}".lower(): value for label, value in run["f1"].items()}
    nsv = [by_class[f"f1_{label}"] for label in "nsv"]
    return by_class | {"macro_f1_nsv": sum(nsv) / len(nsv)}


def _mean(runs: list[Record], name: str, n_decimals: int) -> str:
    if any(name not in run for run in runs):
        return ""
    return f"{sum(run[name] for run in runs) / len(runs):.{n_decimals}f}"
