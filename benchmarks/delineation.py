"""Delineation beside neurokit2's methods, against the experts' marks of LUDB.

Ours was tuned on LUDB 1-75; 76-150 are new to it. Each method gets the same R-peaks:
those of the experts' QRS marks, and those that our detector finds. neurokit2 gets the
signal cleaned by its own `ecg_clean`, as it is meant to; the time of that is not
counted.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks._annotated import digest, read_mitbih
from benchmarks._delineators import Delineator, delineators
from benchmarks._detectors import versions_of
from benchmarks._marks import (
    TOLERANCE,
    Marked,
    Marks,
    compare,
    pool,
    read_marked,
)
from benchmarks._record import parser, report, say
from benchmarks._timing import interleave, medians, ratio
from skecg.signal.rpeaks import detect_rpeaks

SETS = {
    "LUDB 1-75": range(1, 76),
    "LUDB 76-150": range(76, 151),
    "LUDB 1-150": range(1, 151),
}
SHORT, LONG = 75, 750  # records of LUDB, and beats of one of MIT-BIH, that are timed


def rpeaks_of(records: list[Marked]) -> dict[str, dict[str, np.ndarray]]:
    """Return the experts' R-peaks and those that our detector finds, by record."""
    return {
        "experts' R-peaks": {r.name: r.beats for r in records},
        "found R-peaks": {
            r.name: detect_rpeaks(r.signal, sampling_rate=r.rate) for r in records
        },
    }


def accuracy(
    method: Delineator, records: list[Marked], rpeaks: dict[str, np.ndarray]
) -> dict[str, Any]:
    """Return the scores of one method by set and mark."""
    found: dict[str, Marks] = {
        r.name: method(r.signal, rpeaks[r.name], r.rate) for r in records
    }
    names = sorted(set().union(*found.values()))
    matches = {r.name: compare(r, found[r.name], names) for r in records}
    return {
        name: pool(matches[str(k)] for k in numbers) for name, numbers in SETS.items()
    }


def seconds(
    inputs: list[tuple[np.ndarray, np.ndarray, float]], *, rounds: int
) -> dict[str, np.ndarray]:
    """Return how long each method takes for signals with their R-peaks and rates."""
    calls: dict[str, Callable[[], None]] = {}
    for name, method in delineators().items():
        prepared = [
            (method.prepare(signal, rate), rpeaks, rate)
            for signal, rpeaks, rate in inputs
        ]
        calls[name] = partial(_delineate_all, method, prepared)
    return interleave(calls, rounds=rounds, clock=time.process_time)


def _delineate_all(
    method: Delineator, inputs: list[tuple[np.ndarray, np.ndarray, float]]
) -> None:
    for signal, rpeaks, rate in inputs:
        method.delineate(signal, rpeaks, rate)


def speed(
    inputs: list[tuple[np.ndarray, np.ndarray, float]], *, rounds: int
) -> dict[str, Any]:
    """Return microseconds a beat of each method, and each time over ours."""
    taken = seconds(inputs, rounds=rounds)
    n_beats = sum(rpeaks.size for _, rpeaks, _ in inputs)
    return {
        "microseconds_per_beat": {
            name: round(1e6 * median / n_beats, 3)
            for name, median in medians(taken).items()
        },
        "over_ours": {
            name: round(ratio(times, taken["skecg"]), 1)
            for name, times in taken.items()
        },
    }


def inputs_of(
    records: list[Marked], data: str
) -> dict[str, list[tuple[np.ndarray, np.ndarray, float]]]:
    """Return what is timed: records of ten seconds, and one longer stretch."""
    (long,) = read_mitbih(data, ("100",))
    beats = long.beats[1 : LONG + 1]
    signal = long.signal[: beats[-1] + round(long.rate)]
    return {
        f"{SHORT} records of 10 s": [
            (r.signal, r.beats, r.rate) for r in records[:SHORT]
        ],
        f"{LONG} beats of one record": [(signal, beats, long.rate)],
    }


def main() -> None:
    """Score and time every method and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--ludb", metavar="DIR", required=True, help="LUDB")
    options.add_argument("--data", metavar="DIR", required=True, help="MIT-BIH")
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    records = read_marked(chosen.ludb, range(1, 151))
    figures: dict[str, Any] = {}
    for source, rpeaks in rpeaks_of(records).items():
        figures[source] = {}
        for name, method in delineators().items():
            figures[source][name] = accuracy(method, records, rpeaks)
            say(f"{source}, {name}: done")
    report(
        "delineation",
        {
            "protocol": "lead II of LUDB; a mark is found if one of its kind lies "
            f"within {1000 * TOLERANCE:g} ms, one to one; only between the first and "
            "the last mark of a record can one be wrong; speed: processor time, "
            f"medians of {chosen.rounds} interleaved rounds after one of warm-up, "
            "ratios round by round; one thread; nothing is random",
            "figures": figures,
            "speed": {
                name: speed(inputs, rounds=chosen.rounds)
                for name, inputs in inputs_of(records, chosen.data).items()
            },
            "peers": versions_of("neurokit2"),
            "data_sha256": digest(records),
        },
        chosen,
    )


if __name__ == "__main__":
    main()
