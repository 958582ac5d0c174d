"""The blocks of RESULTS.md on patients held out."""

from typing import Any

from benchmarks._tables import decimals, table
from benchmarks.patient_choice import (
    FIRST_LEAD,
    RECIPE,
    VARIANTS,
    candidates,
    choose,
    fell_behind,
    find,
    gain,
    reference_of,
    tried,
)

Record = dict[str, Any]

_KNOWN_OF_A_RECORD = (
    "Of each record, those of the test too, the model is given without a class: {leads}"
    ", the places of all beats, as annotated and not as a detector finds them, "
    "and, beside each beat, the median beat of the whole record and rhythms over up to "
    "the whole record, what comes later included. So the figures are those of finished "
    "records, not of a stream.\n\n"
)
_BOTH_LEADS = "interpatient-patient-2-leads"
_NOT_CHOSEN = (
    "**This is not what was chosen.** The recipe once had both leads, and these runs "
    "on DS2 are older than the choice between one lead and two. That choice was made "
    "inside DS1, by a rule written down beforehand, for one lead. Whatever these "
    "figures are beside those of one lead, to go by them would be to choose on DS2.\n\n"
)
_OLDER = (
    "Nothing was tuned on DS2. The columns, the shape of the network and its settings "
    "first came from trials inside DS1 by scripts that are not kept. That record 232 "
    "of DS2 holds long runs of S beats, which only long-range rhythm tells, was known "
    "before the columns were made, from a look at DS2 that is older than the log."
)
_WITHOUT_232 = ("macro_f1_nsv_without_232", "f1_s_without_232")


def interpatient(record: Record) -> str:
    """Return each run across patients, and how the recipe was chosen."""
    header = ["seed", "accuracy", "macro-F1 N,S,V", "95 % interval"]
    header += ["F1 S", "F1 V", "F1 F", "fit (s)"]
    runs = record["runs"]
    rows = [_row(run) for run in runs]
    means = [sum(run[name] for run in runs) / len(runs) for name in _ROW[:2]]
    rows.append(["**mean**", *(f"**{text}**" for text in decimals(*means))])
    if record["name"].endswith("-ds1-cv"):
        return (
            "## Patients held out inside DS1 (for choosing): "
            f"{record['estimator']}\n\n{record['protocol']}. Intervals are "
            f"bootstrapped over the records.\n\n{table(header, rows)}\n{_alone(runs)}"
            f"{by_record({'this model': runs[0]})}"
        )
    is_patient = "patient" in record["estimator"]
    both = record["name"] == _BOTH_LEADS
    known = _KNOWN_OF_A_RECORD.format(leads="both leads" if both else "the first lead")
    return (
        f"## Patients held out (honest): {record['estimator']}\n\n"
        f"{record['protocol']}. Intervals are bootstrapped over the records of the "
        "test part. Every run on DS2 is in `ds2_log.jsonl`. Records 201 (DS1) and 202 "
        "(DS2) are one subject, in this split as in the literature.\n\n"
        f"{_NOT_CHOSEN if both else ''}{known if is_patient else ''}"
        f"{table(header, rows)}\n{_without_232(runs)}"
        f"{_tried_inside_ds1() if is_patient and not both else ''}"
    )


def _alone(runs: list[Record]) -> str:
    """Say what the vote is worth, where its voices were scored too."""
    voices = [one["macro_f1_nsv"] for run in runs for one in run.get("alone", ())]
    if not voices:
        return ""
    return (
        f"\nOne network alone, not the vote: macro-F1 {min(voices):.4f} to "
        f"{max(voices):.4f}, {sum(voices) / len(voices):.4f} on average over "
        f"{len(voices)}.\n"
    )


_ROW = ("accuracy", "macro_f1_nsv", "f1_s", "f1_v", "f1_f")


def _row(run: Record) -> list[str]:
    accuracy, macro, *by_class = decimals(*(run[name] for name in _ROW))
    interval = " to ".join(decimals(*run["macro_f1_nsv_interval"]))
    seconds = f"{run['fit_seconds']:.0f}"
    return [str(run["seed"]), accuracy, macro, interval, *by_class, seconds]


def _without_232(runs: list[Record]) -> str:
    if not all(name in run for run in runs for name in _WITHOUT_232):
        return ""
    macro, of_s = (sum(run[name] for run in runs) / len(runs) for name in _WITHOUT_232)
    return (
        "\nThree quarters of DS2's S beats stand in record 232. Without it macro-F1 is "
        f"{macro:.4f} and F1 of S {of_s:.4f}, means over the seeds. Record by record "
        "the models stand side by side under the classical rivals.\n"
    )


def by_record(models: dict[str, Record]) -> str:
    """Return what each model found of S and V, record by record, of one run each."""
    counts = {
        name: run["by_record"] for name, run in models.items() if "by_record" in run
    }
    if not counts:
        return ""
    records = next(iter(counts.values()))
    rows = []
    for record in records:
        told = [one[record][label] for label in "SV" for one in counts.values()]
        if any(map(any, told)):
            rows.append([record, *map(_cell, told)])
    for title, left_out in [("all", ""), ("all but 232", "232")]:
        if left_out in ("", *records):
            rows.append([title, *_totals(counts, left_out)])
    header = ["record", *(f"{label}, {name}" for label in "SV" for name in counts)]
    seeds = ", ".join(f"{name} {models[name]['seed']}" for name in counts)
    return (
        "\nBeats of S and V, record by record: found / missed / called so and are not. "
        f"The seed is that of the first run ({seeds}).\n\n{table(header, rows)}\n"
    )


def _totals(counts: dict[str, Record], left_out: str) -> list[str]:
    return [
        _cell(
            [
                sum(
                    found[label][which]
                    for name, found in one.items()
                    if name != left_out
                )
                for which in range(3)
            ]
        )
        for label in "SV"
        for one in counts.values()
    ]


def _cell(counts: list[int]) -> str:
    return " / ".join(f"{count:,}" for count in counts)


def _tried_inside_ds1() -> str:
    runs = tried()
    if not runs:
        return f"\n{_OLDER} `python -m benchmarks.patient_choice` was not run yet.\n"
    header = ["tried inside DS1", "seed", "accuracy", "F1 N", "F1 S", "F1 V"]
    header += ["macro-F1 N,S,V", "above what it stands beside", "fit (s, of one core)"]
    return (
        f"\n{_OLDER} Settings, then parts and size, and then the use of a second lead "
        "were held against others inside DS1 by `python -m benchmarks.patient_choice`, "
        "which holds the rule of choice; it was written down before the first run of "
        f"each round, and it takes {_chosen(runs)}. 'The recipe' of this table has "
        f"both leads, and is what the others stand beside; {FIRST_LEAD!r} is what "
        "those of the third round stand beside. That round was drawn up when one run "
        "of the first lead on DS2 was known. A row is one network, cross-validated "
        "over five folds of whole patients, predictions pooled; beside its lead stands "
        "the standard error of it over patients, so most rows are not told apart. Two "
        "in five S beats of DS1 stand in record 209. That three networks vote was not "
        "chosen so, but to be steadier."
        f"{_not_run(runs)}{_fresh_not_run(runs)}"
        f"\n\n{table(header, [_tried_row(run, runs) for run in runs])}\n"
    )


def _not_run(runs: list[Record]) -> str:
    ran = {run["variant"] for run in runs}
    missing = [name for name in VARIANTS if name not in ran]
    return f" Named but not run: {'; '.join(missing)}." if missing else ""


def _fresh_not_run(runs: list[Record]) -> str:
    # A candidate has to be ahead with every fresh seed: one behind settles it.
    return "".join(
        f" {name!r} was a candidate, and is behind with another seed."
        for name in candidates(runs)
        if fell_behind(runs, name)
    )


def _chosen(runs: list[Record]) -> str:
    name = choose(runs)
    if name == RECIPE:
        return "the recipe as it stood"
    return f"{name!r} in the recipe's place"


def _tried_row(run: Record, runs: list[Record]) -> list[str]:
    names = ("accuracy", "f1_n", "f1_s", "f1_v", "macro_f1_nsv")
    name = run["variant"]
    other = None if name == RECIPE else find(runs, reference_of(name), run["seed"])
    lead = "" if other is None else "{:+.4f} ± {:.4f}".format(*gain(run, other))
    scores = decimals(*(run[name] for name in names))
    seconds = f"{run['fit_cpu_seconds']:.0f}"
    return [name, str(run["seed"]), *scores, lead, seconds]
