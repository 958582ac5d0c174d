"""The blocks of RESULTS.md about transfer to PTB."""

from typing import Any

import numpy as np

from benchmarks._tables import decimals, table

Record = dict[str, Any]

WHOLE = 549  # records of the whole database


def ptb_transfer(record: Record) -> str:
    """Return accuracy by trained layers and, where patients are known, AUROC."""
    text = (
        f"## Transfer to PTB: {record['estimator']}\n\n{record['protocol']}; "
        f"{_extent(record)} Kachuee et al. published an accuracy of 95.9 %, the system "
        "that this project follows 91.28 %, both of the whole database with its beats "
        f"shuffled{_comparable(record)}.\n\n"
        f"Accuracy by layers that learn, beats shuffled (optimistic):\n\n"
        f"{_shuffled(record['runs'])}\n\n"
        "A random fifth of the beats is held out. Other beats of the same seconds are "
        "trained on: a network only has to know the record again. All settings are one "
        "`GridSearchCV` over `trainable_layers`, and nothing is chosen by it."
    )
    if "patients" not in record:
        return (
            f"{text} The files hold no patient ids, so that nothing else can be "
            "measured on them.\n"
        )
    return f"{text}\n\n{_patients(record)}"


def _extent(record: Record) -> str:
    beats = f"{record['n_beats']:,} beats."
    if "patients" not in record:
        return beats
    return (
        f"{record['n_records']} records ({record['n_healthy']} healthy) of "
        f"{record['n_patients']} patients, {beats}"
    )


def _comparable(record: Record) -> str:
    # Healthy against infarction, and those with a diagnosis, are more than half.
    if record.get("n_records", WHOLE) < WHOLE / 2:
        return ": this part of it cannot repeat them"
    return ""


def _shuffled(runs: list[Record]) -> str:
    rows = []
    settings = list(next(iter(runs[0]["shuffled"].values())))
    for leads in runs[0]["shuffled"]:
        for run in runs:
            scores = run["shuffled"][leads]
            rows.append([leads, run["seed"], *decimals(*scores.values())])
        columns = [[run["shuffled"][leads][one] for run in runs] for one in settings]
        means = decimals(*(float(np.mean(column)) for column in columns))
        rows.append([leads, "**mean**", *(f"**{one}**" for one in means)])
    return table(["leads", "seed", *settings], rows)


def _patients(record: Record) -> str:
    rows = []
    for name, one in record["patients"].items():
        low, high = decimals(*one["interval"])
        row = [name, *decimals(one["auroc"]), f"{low} to {high}"]
        row.append(" ".join(decimals(*one["by_seed"])))
        row.append(" ± ".join(decimals(one["fold_mean"], one["fold_spread"])))
        if name != "transfer":
            low, high = (f"{end:+.4f}" for end in one["difference_interval"])
            row.append(f"{one['transfer_minus_this']:+.4f} ({low} to {high})")
        rows.append(row)
    header = ["", "AUROC", "95 % interval", "by seed", "of single folds"]
    header.append("transfer minus this")
    return (
        "AUROC of records, 12 leads, patients held out (honest):\n\n"
        f"{table(header, rows)}\n\n"
        "Five folds of whole patients per seed; AUROC is that of all records together, "
        "each answered by the fold that held its patient out, and the mean over the "
        "seeds; behind it the mean and spread over single folds. Intervals come from "
        "2,000 draws of patients, the same draws for all rows; they hold the trained "
        "models fixed. Chosen in a search by patients inside each training part: the "
        "layers that learn (with transfer), the rate (from scratch), the strength of "
        "the penalty or the size of a leaf (classical). Networks answer with the mean "
        "over the beats and over three of them. Fixed beforehand, after one look at "
        "the inner folds of the first training part: network, window, augmentation "
        "and epochs. The last row is what is known without an electrocardiogram: the "
        "healthy of PTB are younger. Answers of all folds together also carry the "
        "share of the sick in each training part, which weighs on models whose answers "
        "hardly differ: of such a row, the single folds are to be read.\n\n"
        f"{_inner(record['patients']['transfer'])}\n"
    )


def _inner(transfer: Record) -> str:
    settings = list(transfer["inner"][0])
    means = [
        float(np.mean([run[one] for run in transfer["inner"]])) for one in settings
    ]
    chosen = [str(fold) for run in transfer["chosen"] for fold in run]
    rows = [
        [one.strip("{}"), *decimals(mean), f"{chosen.count(one)} of {len(chosen)}"]
        for one, mean in zip(settings, means, strict=True)
    ]
    header = ["transfer with", "AUROC in the inner folds", "chosen"]
    return f"The curve over layers, inside the training parts:\n\n{table(header, rows)}"
