"""The block of RESULTS.md on watching streams."""

from typing import Any

from benchmarks._tables import table

Record = dict[str, Any]
_LIMIT_MS = 100.0
_PARTS = {
    "ds2": "MIT-BIH DS2, on which no limit was chosen (that a pause counts which a "
    "beat has just ended was added after a first look at it)",
    "ds1": "MIT-BIH DS1, on which limits were chosen",
}


def monitor(record: Record) -> str:
    """Return alarms found and false, patients carried, and memory."""
    parts = [
        "## Watching streams",
        f"Model: {record['model']}. Found is an alarm within 10 s of the onset.",
        _constructed(record["constructed"]),
        *(
            _records(title, record[name])
            for name, title in _PARTS.items()
            if name in record
        ),
        _noise(record.get("noise_stress", {})),
        _carried(record),
        _memory(record["memory"]),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _constructed(told: Record) -> str:
    rows = [
        [
            kind.replace("_", " "),
            of["n"],
            of["found"],
            f"{of['median_s']:.0f}",
            f"{of['longest_s']:.0f}",
        ]
        for kind, of in told["alarms"].items()
    ]
    missed = ", ".join(f"{n} of {name}" for name, n in told["missed"].items())
    return (
        f"Constructed records (seed {told['seed']}; noises: "
        f"{', '.join(told['noises'])}):\n\n"
        f"{table(['', 'events', 'found', 'median s', 'longest s'], rows)}\n\n"
        f"Missed: {missed.replace('_', ' ') or 'none'}."
    )


def _records(title: str, told: Record) -> str:
    rows = []
    for kind, of in told["alarms"].items():
        places = told["false_in"].get(kind, {})
        where = ", ".join(f"{name}: {n}" for name, n in places.items())
        name = kind.replace("_", " ")
        rows.append([name, of["n"], of["found"], of["false"], where])
    return (
        f"{title}: {told['false_per_hour']} false alarms an hour in {told['hours']} "
        "hours.\n\n"
        f"{table(['', 'events', 'found', 'false', 'in records'], rows)}"
    )


def _noise(told: dict[str, Record]) -> str:
    if not told:
        return ""
    rows = [[name, of["false_per_hour"]] for name, of in told.items()]
    return f"Noise stress test:\n\n{table(['record', 'false an hour'], rows)}"


def _carried(record: Record) -> str:
    rows = []
    for name, title in (
        ("rules_alone", "rules alone"),
        ("with_model", "with the model"),
    ):
        if name not in record:
            continue
        of, step = record[name], record[name]["step_ms"]
        cores = of["processor_seconds_per_second"]
        rows.append(
            [
                title,
                of["n_patients"],
                cores,
                step["median"],
                step["p99"],
                step["longest"],
            ]
        )
    header = ["", "patients", "cores in use", "step ms", "p99 ms", "longest ms"]
    kept = all(
        record[name]["step_ms"]["p99"] < _LIMIT_MS
        for name in ("rules_alone", "with_model")
        if name in record
    )
    return (
        "Patients of one lead at 250 Hz in one process, each with a chunk a second "
        f"and a window every {record['rules_alone']['step_s']:.0f} s; a step is one "
        f"call of `feed`. The aim of a p99 below {_LIMIT_MS:.0f} ms is "
        f"{'reached' if kept else 'missed'}.\n\n{table(header, rows)}"
    )


def _memory(told: Record) -> str:
    return (
        f"{told['hours']:.0f} h of one patient: {told['mb_after_an_hour']} MB after an "
        f"hour, {told['mb_at_the_end']} MB at the end."
    )
