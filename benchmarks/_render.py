"""RESULTS.md, written from the figures that the measurements kept."""

import json
import statistics
from typing import Any

from benchmarks import (
    _render_choices,
    _render_image_scores,
    _render_images,
    _render_interpatient,
    _render_memory,
    _render_monitor,
    _render_pretrained,
    _render_ptb,
    _render_rivals,
    _render_screening,
    _render_signals,
    _render_speed,
    _render_vit,
)
from benchmarks._record import FOLDER, RESULTS
from benchmarks._render_paper import render_paper
from benchmarks._tables import decimals, table

HEAD = """\
# Results

Written by `python -m benchmarks.run`; each block is made by the command under it, and
the figures behind it, run by run, are in `results/`. A score stands with its protocol,
seeds and data hash; a speed is a ratio against an opponent in the same run. Seconds of
the accuracy runs were taken while the machine did other work. On a GPU: not measured.
"""

_OLD_COMMANDS = ("python -m benchmarks.beats ", "python -m benchmarks.interpatient ")
_CHOICE_LOG = RESULTS.parent / "beats_choice.jsonl"
_OF_THE_DEFAULTS = (
    "The systems that this project follows report an accuracy of 0.9596 on a split of "
    "this kind. Optimiser, rate and schedule of the defaults follow the better of two "
    "settings tried on shuffled beats of DS1; such beats are in the test parts here "
    "too, none of DS2 took part in the choice.\n"
)


def render() -> None:
    """Write RESULTS.md from the JSON files in `results/`."""
    blocks = [HEAD]
    for name, block in BLOCKS.items():
        for path in sorted(RESULTS.glob(f"{name}.json")):
            record = json.loads(path.read_text())
            blocks.append(f"{block(record)}\n{_footer(record)}")
    (FOLDER / "RESULTS.md").write_text("\n".join(blocks))


def _beats(record: dict[str, Any]) -> str:
    header = ["seed", "accuracy", "balanced acc.", "macro-F1", *"NSVFQ", "fit (s)"]
    rows = [
        [
            run["seed"],
            *decimals(run["accuracy"], run["balanced_accuracy"], run["macro_f1"]),
            *decimals(*run["f1"].values()),
            f"{run['fit_seconds']:.0f}",
        ]
        for run in record["runs"]
    ]
    rows.append(
        _mean_row(record["runs"], ["accuracy", "balanced_accuracy", "macro_f1"])
    )
    return (
        f"## Beats shuffled (optimistic): {record['estimator']}\n\n"
        f"{record['protocol']}; {record['n_beats']:,} beats.\n\n"
        f"{table(header, rows)}\n"
        "\nThe columns N to Q are F1 per class. "
        + (_tried(record) if "tried" in record else _OF_THE_DEFAULTS)
    )


def _tried(record: dict[str, Any]) -> str:
    low = min(run["macro_f1_interval"][0] for run in record["runs"])
    high = max(run["macro_f1_interval"][1] for run in record["runs"])
    scores = [run["macro_f1"] for run in record["runs"]]
    spread = statistics.stdev(scores) if len(scores) > 1 else float("nan")
    return (
        f"Macro-F1 has a standard deviation of {spread:.4f} over the seeds; the 95 % "
        f"intervals, bootstrapped over records, reach from {low:.3f} to {high:.3f}. "
        f"A fit took {record['fit_cpu_seconds']:.0f} s of one core. The recipe was "
        f"{record['choice']}. Unless they say something else, variants see both leads, "
        "1.2 s and the RR context; resnet1d has 8 epochs, the others have 14. The "
        "longer fit on all rows was not tried before. The window of a training beat "
        "may hold part of a test beat, as Kachuee's beats do, but never its label:\n\n"
        f"{_variants(record)}\n"
    )


def _variants(record: dict[str, Any]) -> str:
    before = [run["variant"] for run in record["tried"]]
    after = [
        {**run, "variant": f"{run['variant']} (after the choice)"}
        for run in map(json.loads, _CHOICE_LOG.read_text().splitlines())
        if run["variant"] not in before
    ]
    rows = [
        [
            run["variant"],
            *decimals(run["accuracy"], run["macro_f1"], *run["f1"].values()),
            f"{run['fit_cpu_seconds']:.0f}",
        ]
        for run in record["tried"] + after
    ]
    header = ["tried", "accuracy", "macro-F1", *"NSVFQ", "fit (s, of one core)"]
    return table(header, rows)


def _import_time(record: dict[str, Any]) -> str:
    milliseconds = 1000 * record["difference_seconds"]
    return (
        "## Time of `import skecg`\n\n"
        f"{milliseconds:.0f} ms over bare Python ({record['protocol']}).\n"
    )


BLOCKS = {
    "rpeaks": _render_signals.rpeaks,
    "rpeak_choice": _render_choices.rpeak_choice,
    "rpeak_noise": _render_signals.rpeak_noise,
    "rpeak_noise_choice": _render_choices.rpeak_noise_choice,
    "rpeak_speed": _render_signals.rpeak_speed,
    "segmentation": _render_signals.segmentation,
    "delineation": _render_signals.delineation,
    "delineation_choice": _render_choices.delineation_choice,
    "render": render_paper,
    "resize": _render_images.resize,
    "picture_memory": _render_memory.picture_memory,
    "screening": _render_screening.screening,
    "screening_memory": _render_screening.screening_memory,
    "monitor-*": _render_monitor.monitor,
    "beats-*": _beats,
    "interpatient-*": _render_interpatient.interpatient,
    "rivals-*": _render_rivals.rivals,
    "images*": _render_image_scores.images,
    "vit": _render_vit.vit,
    "pretrained": _render_pretrained.pretrained,
    "pretrained_choice-*": _render_pretrained.choice,
    "ptb_transfer-*": _render_ptb.ptb_transfer,
    "speedrun-*": _render_speed.speedrun,
    "fit_speed": _render_speed.fit_speed,
    "predict_speed": _render_speed.predict_speed,
    "import_time": _import_time,
}


def _footer(record: dict[str, Any]) -> str:
    installed = record["versions"] | record.get("peers", {})
    versions = ", ".join(f"{name} {v}" for name, v in installed.items())
    data = record.get("data_sha256")
    lines = [
        f"`{record['command']}`  ",
        f"{record['date']}, commit {record['commit']}, {record['machine']}, "
        f"{record['threads']} threads, {record['device']}; {versions}."
        + (f" Data SHA-256 {data[:16]}." if data else ""),
    ]
    if (
        record["command"].startswith(_OLD_COMMANDS)
        and "--recipe" not in record["command"]
    ):
        lines.append("Later commits measure the same with `--recipe defaults`.")
    return "\n".join(lines) + "\n"


def _mean_row(runs: list[dict[str, Any]], names: list[str]) -> list[str]:
    means = [sum(run[name] for run in runs) / len(runs) for name in names]
    return ["**mean**", *(f"**{text}**" for text in decimals(*means))]
