"""Alarms found and false ones, patients carried, and memory over a day.

The rules' thresholds were chosen on MIT-BIH's DS1 (which has record 207, the one with
flutter) and on constructed records of even seeds; reported are DS2, DS1 beside it, and
constructed records of an odd seed.
"""

import argparse
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._alarm_set import KINDS, NOISES, RATE, draw_events
from benchmarks._alarm_truth import Stretch, read_flutter, stretches
from benchmarks._annotated import Annotated, read_record
from benchmarks._record import keep, parser, report, say
from skecg.datasets import make_ecg
from skecg.datasets._mitbih_facts import DS1, DS2
from skecg.monitoring import Chunk, Event, StreamMonitor
from skecg.persistence import load
from skecg.pretrained import list_pretrained, load_pretrained

SEED = 1  # odd: nothing was chosen on it
LIMIT = 10.0  # s from onset to alarm
_STEP = 10.0  # s from window to window, where the load is measured
_CALLS = 20  # of `feed` in a second
_NOISY = ("118e24", "118e12", "118e06", "118e00", "119e12")
_EARLY, _LATE = 6.0, 6.0  # s: an alarm this near to an event is about it
_FLUTTER = frozenset({"extreme_tachycardia", "ventricular_run", "asystole"})


def constructed(n_each: int, estimator: Any) -> dict[str, Any]:
    """Count what is found of the constructed set."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    waits: dict[str, list[float]] = defaultdict(list)
    all_drawn = draw_events(n_each, seed=SEED)
    told = _watched([drawn.signal for drawn in all_drawn], RATE, estimator)
    for drawn, events in zip(all_drawn, told, strict=True):
        wait = _first(events, Stretch(drawn.kind, drawn.onset, drawn.end))
        for name in (drawn.kind, f"{drawn.kind}, {drawn.noise}"):
            found[name]["n"] += 1
            found[name]["found"] += int(wait is not None and wait <= LIMIT)
        if wait is not None:
            waits[drawn.kind].append(wait)
    return {
        "seed": SEED,
        "noises": list(NOISES),
        "alarms": {
            kind: dict(found[kind])
            | {"median_s": float(np.median(waits[kind])), "longest_s": max(waits[kind])}
            for kind in KINDS
        },
        "missed": {
            name: counts["n"] - counts["found"]
            for name, counts in found.items()
            if "," in name and counts["found"] < counts["n"]
        },
    }


def of_records(records: list[Annotated], folder: str, estimator: Any) -> dict[str, Any]:
    """Count what is found in records, and what is false."""
    alarms: dict[str, Counter[str]] = defaultdict(Counter)
    where: dict[str, Counter[str]] = defaultdict(Counter)
    missed: list[dict[str, Any]] = []
    hours = 0.0
    told = _watched([one.signal for one in records], records[0].rate, estimator)
    for record, events in zip(records, told, strict=True):
        hours += record.signal.size / record.rate / 3600
        flutter = read_flutter(str(Path(folder) / record.name))
        known = stretches(record, flutter)
        for stretch in known:
            wait = _first(events, stretch)
            alarms[stretch.kind]["n"] += 1
            alarms[stretch.kind]["found"] += int(wait is not None and wait <= LIMIT)
            if wait is None or wait > LIMIT:
                missed.append(_missed(record.name, stretch, wait, events))
        for event in events:
            if event.phase == "begin" and not _is_right(event, known, flutter):
                alarms[event.kind]["false"] += 1
                where[event.kind][record.name] += 1
    false = sum(counts["false"] for counts in alarms.values())
    return {
        "hours": round(hours, 2),
        "false_per_hour": round(false / hours, 2),
        "alarms": {
            kind: {name: counts[name] for name in ("n", "found", "false")}
            for kind, counts in sorted(alarms.items())
        },
        "false_in": {
            kind: dict(counts.most_common()) for kind, counts in where.items()
        },
        "missed": missed,
    }


def _missed(
    name: str, stretch: Stretch, wait: float | None, events: list[Event]
) -> dict[str, Any]:
    """Say what was missed, how late it was told, and what was told in its stead."""
    others = sorted(
        {
            event.kind
            for event in events
            if event.phase == "begin"
            and event.kind != stretch.kind
            and stretch.begin <= event.time <= stretch.end + LIMIT
            and event.onset <= stretch.end
        }
    )
    return {
        "record": name,
        "kind": stretch.kind,
        "begin_s": round(stretch.begin, 1),
        "end_s": round(stretch.end, 1),
        "told_after_s": None if wait is None else round(wait, 1),
        "told_instead": others,
    }


def _watched(
    signals: list[np.ndarray], rate: float, estimator: Any
) -> list[list[Event]]:
    """Watch records as if they came at one time, a second after the other."""
    monitor = StreamMonitor(estimator, sampling_rate=rate)
    told: list[list[Event]] = [[] for _ in signals]
    second = round(rate)
    for first in range(0, max(signal.size for signal in signals), second):
        chunks = [
            Chunk(first / rate, signal[first : first + second], str(k))
            for k, signal in enumerate(signals)
            if first < signal.size
        ]
        for event in monitor.feed(chunks):
            told[int(event.patient)].append(event)
    for event in monitor.finish():
        told[int(event.patient)].append(event)
    return told


def _first(events: list[Event], stretch: Stretch) -> float | None:
    """Return how long after the onset the alarm was on; None if it was not."""
    waits, on = [], 0.0
    for event in events:
        if event.kind != stretch.kind:
            continue
        if event.phase == "begin":
            on = event.time
            near = event.onset >= stretch.begin - _EARLY or event.time >= stretch.begin
            if near and event.onset <= stretch.end and event.time >= stretch.begin - 1:
                waits.append(event.time - stretch.begin)
        elif on and on <= stretch.begin < event.time:
            waits.append(0.0)  # it was on already
    return max(0.0, min(waits)) if waits else None


def _is_right(
    event: Event, known: list[Stretch], flutter: list[tuple[float, float]]
) -> bool:
    if event.kind in _FLUTTER and any(
        event.time >= begin - _EARLY and event.onset <= end + _LATE
        for begin, end in flutter
    ):
        return True
    return any(
        stretch.kind == event.kind
        and event.time >= stretch.begin - _EARLY
        and event.onset <= stretch.end + _LATE
        for stretch in known
    ) or (
        event.kind == "ventricular_flutter"
        and any(event.time >= begin and event.onset <= end for begin, end in flutter)
    )


def carried(n_patients: int, seconds: int, estimator: Any) -> dict[str, Any]:
    """Measure what patients at 250 Hz cost, each with a chunk a second.

    They do not begin at the same time: in each twentieth of a second come the chunks of
    those whose second is full then, as from a network, and their first windows are
    spread over one step. All have begun when the clock starts. It counts processor
    time, so that what else the machine does plays no part.
    """
    step = int(_STEP)
    ecg = make_ecg(20, sampling_rate=RATE, duration=seconds, random_state=0)
    monitor = StreamMonitor(estimator, sampling_rate=RATE, step=_STEP)
    length, warm = round(RATE), step + 10 + 1
    took, began = [], time.process_time()
    for second in range(warm + seconds):
        if second == warm:
            took, began = [], time.process_time()
        here = slice(second % seconds * length, (second % seconds + 1) * length)
        for slot in range(_CALLS):
            chunks = [
                Chunk(second + slot / _CALLS, ecg.data[k % 20, here], str(k))
                for k in range(slot, n_patients, _CALLS)
                if second >= k // _CALLS % step
            ]
            since = time.process_time()
            monitor.feed(chunks)
            took.append(time.process_time() - since)
    spent = time.process_time() - began
    return {
        "n_patients": n_patients,
        "stream_seconds": seconds,
        "step_s": _STEP,
        "calls_per_second": _CALLS,
        "processor_seconds_per_second": round(spent / seconds, 3),
        "call_ms": {
            "median": round(1e3 * float(np.median(took)), 2),
            "p99": round(1e3 * float(np.quantile(took, 0.99)), 2),
            "longest": round(1e3 * max(took), 2),
        },
    }


def a_day(hours: float) -> dict[str, Any]:
    """Watch one patient for long, and see whether memory grows."""
    ecg = make_ecg(1, sampling_rate=RATE, duration=600, ectopic=0.05, random_state=0)
    monitor = StreamMonitor(sampling_rate=RATE)
    seen, n_events = [], 0
    rounds = round(hours * 6)
    for part in range(rounds):
        n_events += len(monitor.feed([Chunk(600.0 * part, ecg.data[0])]))
        if part in (rounds // 24, rounds - 1):
            seen.append(_resident())
    return {
        "hours": hours,
        "n_events": n_events,
        "mb_after_an_hour": round(seen[0], 1),
        "mb_at_the_end": round(seen[-1], 1),
    }


def _resident() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _estimator(name: str, rate: float) -> Any:
    if name == "rules":
        return None
    if name in list_pretrained():
        return load_pretrained(name, sampling_rate=rate)
    return load(name)


def main() -> None:
    """Measure and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--data", metavar="DIR", help="folder of MIT-BIH")
    options.add_argument(
        "--nstdb", metavar="DIR", help="folder of the noise stress test"
    )
    options.add_argument(
        "--model",
        default="heartbeats",
        help="inside the package, or a file; 'rules': alarms without a model",
    )
    options.add_argument("--n-each", type=int, default=20, help="of kind and noise")
    options.add_argument("--patients", type=int, default=1000)
    options.add_argument("--hours", type=float, default=24.0)
    options.add_argument("--parts", nargs="+", choices=_PARTS, default=list(_PARTS))
    chosen = options.parse_args()
    figures: dict[str, Any] = {"model": Path(chosen.model).stem}
    name = f"monitor-{figures['model']}"
    for part in chosen.parts:
        say(f"{part} ...")
        figures |= {part: found} if (found := _PARTS[part](chosen)) else {}
        if chosen.keep:
            keep(name, figures)  # the next part may take long
    report(name, figures, chosen)


def _constructed(chosen: argparse.Namespace) -> dict[str, Any]:
    return constructed(chosen.n_each, _estimator(chosen.model, RATE))


def _ds1(chosen: argparse.Namespace) -> dict[str, Any]:
    return _of_folder(chosen.data, DS1, chosen.model)


def _ds2(chosen: argparse.Namespace) -> dict[str, Any]:
    return _of_folder(chosen.data, DS2, chosen.model)


def _noise_stress(chosen: argparse.Namespace) -> dict[str, Any]:
    if chosen.nstdb is None:
        return {}
    return {one: _of_folder(chosen.nstdb, [one], chosen.model) for one in _NOISY}


def _carried(chosen: argparse.Namespace) -> dict[str, Any]:
    return carried(chosen.patients, 20, _estimator(chosen.model, RATE))


def _memory(chosen: argparse.Namespace) -> dict[str, Any]:
    return a_day(chosen.hours) if chosen.model == "rules" else {}


def _of_folder(folder: str | None, names: Iterable[str], model: str) -> dict[str, Any]:
    if folder is None:
        return {}
    records = [read_record(Path(folder) / name, extension="atr") for name in names]
    return of_records(records, folder, _estimator(model, records[0].rate))


_PARTS = {
    "constructed": _constructed,
    "ds1": _ds1,
    "ds2": _ds2,
    "noise_stress": _noise_stress,
    "carried": _carried,
    "memory": _memory,
}


if __name__ == "__main__":
    main()
