"""The block of RESULTS.md on watching streams."""

import math
from typing import Any

from benchmarks._tables import table

Record = dict[str, Any]
_LIMIT_MS = 100.0
_CORES = 2
_TITLES = {
    "rules": "rules alone",
    "heartbeats": "with the model `heartbeats`, which was trained on DS1",
}
_PARTS = {
    "ds2": "MIT-BIH DS2, on which no limit was chosen (that a pause counts which a "
    "beat has just ended was added after a first look at it)",
    "ds1": "MIT-BIH DS1, on which limits were chosen",
}


def monitor(record: Record) -> str:
    """Return alarms found and false, patients carried, and memory."""
    parts = [
        f"## Watching streams: {_TITLES.get(record['model'], record['model'])}",
        "Found is an alarm within 10 s of the onset.",
        _constructed(record.get("constructed")),
        *(
            _records(title, record[name])
            for name, title in _PARTS.items()
            if name in record
        ),
        _noise(record.get("noise_stress", {})),
        _carried(record.get("carried")),
        _memory(record.get("memory")),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _constructed(told: Record | None) -> str:
    if told is None:
        return ""
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
        f"{_missed(told.get('missed', []))}"
    )


def _missed(told: list[Record]) -> str:
    if not told:
        return ""
    rows = [
        [
            one["kind"].replace("_", " "),
            one["record"],
            f"{one['begin_s']:.0f} to {one['end_s']:.0f}",
            "never" if one["told_after_s"] is None else f"{one['told_after_s']:.0f}",
            ", ".join(one["told_instead"]).replace("_", " "),
        ]
        for one in told
    ]
    header = ["missed", "record", "seconds", "told after s", "told instead"]
    return f"\n\n{table(header, rows)}"


def _noise(told: dict[str, Record]) -> str:
    if not told:
        return ""
    rows = [[name, of["false_per_hour"]] for name, of in told.items()]
    return f"Noise stress test:\n\n{table(['record', 'false an hour'], rows)}"


def _carried(told: Record | None) -> str:
    if told is None:
        return ""
    cores, call = told["processor_seconds_per_second"], told["call_ms"]
    is_kept = call["p99"] < _LIMIT_MS and cores <= _CORES
    header = ["patients", "cores in use", "call ms", "p99 ms", "longest ms"]
    row = [told["n_patients"], cores, call["median"], call["p99"], call["longest"]]
    n = math.ceil(cores)
    processes = f" if {n} processes share them (measured in one)" if n > 1 else ""
    return (
        "Patients of one lead at 250 Hz, each with a chunk a second and a window every "
        f"{told['step_s']:.0f} s, in {told['calls_per_second']} calls of `feed` a "
        "second; in processor time. The aim of 1,000 patients on two cores with a p99 "
        f"below {_LIMIT_MS:.0f} ms is {'reached' if is_kept else 'missed'}"
        f"{processes}.\n\n{table(header, [row])}"
    )


def _memory(told: Record | None) -> str:
    if told is None:
        return ""
    return (
        f"{told['hours']:.0f} h of one patient: {told['mb_after_an_hour']} MB after an "
        f"hour, {told['mb_at_the_end']} MB at the end."
    )
