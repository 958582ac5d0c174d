"""The blocks of RESULTS.md on the models inside the package."""

from typing import Any

from benchmarks._tables import decimals, table

Record = dict[str, Any]

_OTHERS = (" on cinc2017", " on cinc2021", " on ptbdb")


def pretrained(record: Record) -> str:
    """Return what each model does on data that it has not seen."""
    told = record["measured"]
    return (
        "## Models inside the package\n\nTrained on MIT-BIH's DS1 alone, and on "
        "printouts without those inside the package, by `tools/train_pretrained.py`; "
        "loaded here from their files. DS2 is unseen, and each look at it is in "
        "`ds2_log.jsonl`; records 201 (DS1) and 202 (DS2) are one patient. Intervals "
        "are 95 %, bootstrapped over records.\n\n"
        f"{_on_ds2(told)}\n\nWith its own detector, a beat that is not found counts as "
        "missed in its class, and one that is none counts as wrong in the class that "
        f"it is given.\n\n{_others(told)}\n"
    )


def choice(record: Record) -> str:
    """Return what was tried before the models were trained."""
    first = next(iter(record["tried"].values()))
    rows = _beat_rows(record) if "whole" in first else _image_rows(record)
    head = (
        ["learnt from", "tested on", "accuracy", "macro-F1 N,S,V", "F1 S", "F1 V"]
        if "whole" in first
        else ["learns", "accuracy", "macro-F1", "95 %", "log loss", "at temperature"]
    )
    title = "beats" if "whole" in first else "pictures"
    return (
        f"## Models inside the package: what was chosen for {title}\n\n"
        f"{record['protocol']}. The rule was written down before the first run. "
        f"Chosen: {record['chosen']}.\n\n{table(head, rows)}\n"
    )


def _on_ds2(told: Record) -> str:
    head = ["model", "beats", "accuracy", "macro-F1 N,S,V", "95 %", "F1 S", "F1 V"]
    rows = []
    for name, found in told.items():
        if name.endswith(" on DS2"):
            for where, run in found.items():
                if where == "commit":
                    continue
                accuracy = run.get("accuracy")
                rows.append(
                    [
                        name.removesuffix(" on DS2"),
                        where,
                        "" if accuracy is None else f"{accuracy:.4f}",
                        f"{run['macro_f1_nsv']:.4f}",
                        _span(run["macro_f1_nsv_interval"]),
                        *decimals(run["f1_s"], run["f1_v"]),
                    ]
                )
    return table(head, rows)


def _others(told: Record) -> str:
    parts = []
    rows = []
    for name, found in told.items():
        if name.endswith(_OTHERS):
            rows += _aurocs(name, found)
    if rows:
        parts.append(
            "Other databases, by rules that were set before the first look. Challenge "
            "2017: one less the mean probability of N. Challenge 2021: the highest "
            "probability of V or S that a beat of the record gets. PTB: as 2017, and "
            "what it says of a model that knows nothing of infarction.\n\n"
            + table(["model and data", "told apart", "n", "AUROC", "95 %"], rows)
        )
        parts += [_warned(name, told[name]) for name in told if name.endswith(_OTHERS)]
    pictures = told.get("ecg-images on the packaged pictures")
    if pictures:
        confused = pictures["confused"].items()
        parts.append(
            f"`ecg-images` on the {pictures['n_images']} pictures inside the package: "
            f"accuracy {pictures['accuracy']:.3f}, macro-F1 {pictures['macro_f1']:.3f} "
            f"({_span(pictures['macro_f1_interval'])}); wrong: "
            + (", ".join(f"{count} {what}" for what, count in confused) or "none")
            + "."
        )
    return "\n\n".join(parts)


def _aurocs(name: str, found: Record) -> list[list[str]]:
    tests: Record = {}
    tests |= {f"normal, {k}": v for k, v in found.get("against normal", {}).items()}
    tests |= {
        f"premature {k} or none": v for k, v in found.get("premature", {}).items()
    }
    if "infarction" in found:
        tests["healthy, infarction"] = found["infarction"]
    return [
        [
            name,
            what,
            f"{one['n_negative']}, {one['n_positive']}",
            f"{one['auroc']:.3f}",
            _span(one["auroc_interval"]),
        ]
        for what, one in tests.items()
    ]


def _warned(name: str, found: Record) -> str:
    counts = ", ".join(f"{count} {what}" for what, count in found["warned"].items())
    return f"Warnings, {name}, of {found['n_records']} records: {counts or 'none'}."


def _beat_rows(record: Record) -> list[list[str]]:
    return [
        [
            name,
            {"whole": "whole records", "pieces": "pieces"}[where],
            *decimals(run["accuracy"], run["macro_f1_nsv"], run["f1_s"], run["f1_v"]),
        ]
        for name, of in record["tried"].items()
        for where, run in of.items()
    ]


def _image_rows(record: Record) -> list[list[str]]:
    return [
        [
            name,
            *decimals(run["accuracy"], run["macro_f1"]),
            _span(run["macro_f1_interval"]),
            *decimals(run["log_loss"], run["log_loss_softened"]),
        ]
        for name, run in record["tried"].items()
    ]


def _span(interval: list[float]) -> str:
    low, high = interval
    return f"{low:.3f} to {high:.3f}"
