"""Time and memory of the R-peak detector as records grow, and what compiling costs.

Our detector and sleepecg's, which is written in C, take turns on the same array of one
minute to one day: record 100, repeated. Memory is measured in a process of its own for
each length. The compiler is timed with an empty cache and again with the cache that it
left, each in a fresh process. All that on one thread; then many records are shared out
to as many threads as there are cores.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._annotated import Annotated, digest, read_mitbih
from benchmarks._detectors import Detector, detect_sleepecg, detectors, versions_of
from benchmarks._record import parser, report, say
from benchmarks._timing import interleave, medians, peak_growth, ratio
from skecg.datasets._mitbih_facts import RECORDS

MINUTES = {"1 min": 1, "10 min": 10, "1 h": 60, "6 h": 360, "24 h": 1440}
REMEMBERED = ("1 h", "24 h")  # lengths whose memory is measured
RECORD, RATE = "100", 360.0
BATCH = 16  # records
SAMPLES = 60 * 60 * RATE * 10  # short lengths are timed over so many in all, ...
MOST_ROUNDS = 200  # ... but in so many rounds at most

_ONE_THREAD = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


def contestants() -> dict[str, Detector]:
    """Return our detector and sleepecg's."""
    return {"skecg": detectors()["skecg"], "sleepecg": detect_sleepecg}


def lengthen(signal: np.ndarray, n_times: int) -> np.ndarray:
    """Return the signal over and over, made in place so that nothing else is used."""
    longer = np.empty(n_times)
    for start in range(0, n_times, signal.size):
        part = longer[start : start + signal.size]
        part[:] = signal[: part.size]
    return longer


def growth(signal: np.ndarray, *, rounds: int) -> dict[str, Any]:
    """Return the time of both by length, and sleepecg's time over ours."""
    times: dict[str, dict[str, float]] = {"skecg": {}, "sleepecg": {}, "ratio": {}}
    for name, minutes in MINUTES.items():
        longer = lengthen(signal, round(minutes * 60 * RATE))
        calls = {
            key: partial(detect, longer, RATE) for key, detect in contestants().items()
        }
        n_rounds = max(rounds, min(MOST_ROUNDS, round(SAMPLES / longer.size)))
        seconds = interleave(calls, rounds=n_rounds)
        for key, median in medians(seconds).items():
            times[key][name] = round(median, 6)
        times["ratio"][name] = round(ratio(seconds["sleepecg"], seconds["skecg"]), 3)
        say(f"{name}: {times['ratio'][name]}")
    return times


def sharing(records: list[Annotated], *, rounds: int) -> dict[str, float]:
    """Return the seconds for a batch on one thread and on all cores, and the gain."""
    detect = contestants()["skecg"]
    signals = [record.signal for record in records]
    n_threads = os.cpu_count() or 1
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(n_threads) as many:

        def run(pool: ThreadPoolExecutor) -> None:
            list(pool.map(detect, signals, repeat(RATE)))

        seconds = interleave(
            {"one": partial(run, one), "many": partial(run, many)}, rounds=rounds
        )
    times = {name: round(median, 4) for name, median in medians(seconds).items()}
    gain = round(ratio(seconds["one"], seconds["many"]), 2)
    return {"n_threads": n_threads, "n_records": len(records), **times, "gain": gain}


def memory(folder: str) -> dict[str, Any]:
    """Return by how many MB each grows a fresh process, by length."""
    megabytes: dict[str, Any] = {"signal": {}}
    for name in REMEMBERED:
        n_times = round(MINUTES[name] * 60 * RATE)
        megabytes["signal"][name] = round(n_times * 8 / 2**20)
        for key in contestants():
            grown = _in_process(["memory", folder, key, str(n_times)])
            megabytes.setdefault(key, {})[name] = round(float(grown))
    return megabytes


def compiling(folder: str) -> dict[str, float]:
    """Return the seconds of the first call, with an empty cache and with a full one."""
    with tempfile.TemporaryDirectory() as cache:
        cold = _in_process(["compile", folder], NUMBA_CACHE_DIR=cache)
        cached = _in_process(["compile", folder], NUMBA_CACHE_DIR=cache)
    return {"cold": round(float(cold), 2), "cached": round(float(cached), 2)}


def _in_process(words: list[str], **environment: str) -> str:
    call = [sys.executable, "-m", "benchmarks.rpeak_speed", "--part", *words]
    done = subprocess.run(
        call,
        env=os.environ | _ONE_THREAD | environment,
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _part(kind: str, folder: str, *rest: str) -> float:
    (record,) = read_mitbih(folder, (RECORD,))
    minute = record.signal[: round(60 * RATE)]
    if kind == "compile":
        start = time.perf_counter()
        contestants()["skecg"](minute, RATE)
        return time.perf_counter() - start
    name, n_times = rest
    detect = contestants()[name]
    detect(minute, RATE)  # what is loaded and compiled once does not count
    longer = lengthen(record.signal, int(n_times))
    return peak_growth(lambda: detect(longer, RATE))


def main() -> None:
    """Measure all of it and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--data", metavar="DIR", help="folder of MIT-BIH")
    options.add_argument("--rounds", type=int, default=7, help="at the least")
    options.add_argument("--part", nargs="+", help="one measurement, for a process")
    chosen = options.parse_args()
    if chosen.part:
        print(_part(*chosen.part))
        return
    if not chosen.data:
        options.error("--data is needed")
    records = read_mitbih(chosen.data, RECORDS[:BATCH])  # the first is the one
    report(
        "rpeak_speed",
        {
            "protocol": f"record {RECORD} of MIT-BIH, first channel, float64, "
            f"repeated; medians of {chosen.rounds} interleaved rounds or more after "
            "one of warm-up, ratios round by round; one thread; nothing is random",
            "seconds": growth(records[0].signal, rounds=chosen.rounds),
            "peak_megabytes": memory(chosen.data),
            "first_call_seconds": compiling(chosen.data),
            "sharing": sharing(records, rounds=chosen.rounds),
            "peers": versions_of("sleepecg", "numba"),
            "data_sha256": digest(records),
        },
        chosen,
    )


if __name__ == "__main__":
    main()
