"""R-peak detectors beside each other: accuracy on annotated records, and speed.

The default detector was tuned on MIT-BIH DS1 and LUDB 1-75; everything else is new to
it. The peers run with their own defaults, on the same arrays in the same process.
"""

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks._annotated import Annotated, digest, read_ludb, read_mitbih
from benchmarks._detectors import Detector, detectors, versions_of
from benchmarks._record import parser, report, say
from benchmarks._scores import gross
from benchmarks._timing import interleave, medians, ratio
from skecg.datasets._mitbih_facts import DS1, DS2, PACED, RECORDS

NOISY = ("118e24", "118e12", "118e06", "118e00", "119e12")
ALL = "MIT-BIH"
PARTS = {"DS1": DS1, "DS2": DS2, "paced": PACED}
ROUNDS = 5
TIMED = 10  # records


def protocols_of(name: str) -> tuple[str, ...]:
    """Return under which protocols a set is scored; EC57 asks for long records."""
    if name == ALL:
        return ("150ms", "100ms", "50ms", "ec57")
    return ("150ms",) if name in NOISY else ("150ms", "50ms")


def accuracy(detect: Detector, sets: dict[str, list[Annotated]]) -> dict[str, Any]:
    """Return the gross scores of one detector by set and protocol."""
    found: dict[str, np.ndarray] = {}
    figures: dict[str, Any] = {}
    for name, records in sets.items():
        for record in records:
            if record.name not in found:  # a record is in several sets
                found[record.name] = detect(record.signal, record.rate)
        inner = name.startswith("LUDB")
        figures[name] = gross(records, found, protocols_of(name), inner=inner)
    return figures


def over(detect: Detector, records: list[Annotated]) -> Callable[[], None]:
    """Return a call that runs a detector over records."""

    def run() -> None:
        for record in records:
            detect(record.signal, record.rate)

    return run


def read_sets(data: str, ludb: str | None, nstdb: str | None) -> dict[str, Any]:
    """Read the sets that are there, MIT-BIH whole and in its parts."""
    whole = read_mitbih(data, RECORDS)
    sets = {ALL: whole}
    for name, members in PARTS.items():
        sets[name] = [record for record in whole if record.name in members]
    if ludb:
        sets["LUDB 1-75"] = read_ludb(ludb, range(1, 76))
        sets["LUDB 76-150"] = read_ludb(ludb, range(76, 151))
    if nstdb:
        sets |= {name: read_mitbih(nstdb, (name,)) for name in NOISY}
    return sets


def main() -> None:
    """Run every detector on every set and report."""
    options = parser(__doc__.splitlines()[0])
    for name in ("data", "ludb", "nstdb"):
        options.add_argument(f"--{name}", metavar="DIR", required=name == "data")
    chosen = options.parse_args()
    sets = read_sets(chosen.data, chosen.ludb, chosen.nstdb)
    found = detectors()
    figures = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peers warn of short records
        for name, detect in found.items():
            figures[name] = accuracy(detect, sets)
            say(f"{name}: done")
        timed = sets[ALL][:TIMED]
        seconds = interleave(
            {name: over(detect, timed) for name, detect in found.items()},
            rounds=ROUNDS,
            clock=time.process_time,
        )
    n_samples = sum(record.signal.size for record in timed)
    report(
        "rpeaks",
        {
            "protocol": "first channel of MIT-BIH, lead II of LUDB between first and "
            "last mark, no exclusions, gross; speed: processor time, median of "
            f"{ROUNDS} interleaved rounds over {TIMED} records, one thread; nothing is "
            "random",
            "figures": figures,
            "samples_per_second": {
                name: round(n_samples / median)
                for name, median in medians(seconds).items()
            },
            "speed_over_sleepecg": ratio(seconds["sleepecg"], seconds["skecg"]),
            "peers": versions_of("sleepecg", "neurokit2"),
            "data_sha256": digest(r for records in sets.values() for r in records),
        },
        chosen,
    )


if __name__ == "__main__":
    main()
