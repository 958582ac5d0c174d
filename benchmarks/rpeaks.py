"""R-peak detectors beside each other: accuracy on annotated records, and speed.

The default detector was tuned on MIT-BIH DS1 and LUDB 1-75; everything else is new to
it. The peers run with their own defaults, on the same arrays in the same process.
"""

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks._annotated import Annotated, read_ludb, read_mitbih
from benchmarks._record import parser, report, say
from skecg.datasets._mitbih_facts import DS1, DS2, PACED, RECORDS
from skecg.signal.rpeaks import detect_rpeaks
from skecg.signal.scoring import PROTOCOLS, score_rpeaks, total_scores

Detector = Callable[[np.ndarray, float], np.ndarray]

NEUROKIT = ("neurokit", "pantompkins1985", "kalidas2017", "rodrigues2021")
NOISY = ("118e24", "118e12", "118e06", "118e00", "119e12")
ROUNDS = 5


def detectors() -> dict[str, Detector]:
    """Return the detectors by name, ours first."""
    import sleepecg

    def of(method: str) -> Detector:
        return lambda signal, rate: detect_rpeaks(
            signal, sampling_rate=rate, method=method
        )

    return {
        "skecg": of("skecg"),
        "sleepecg": lambda signal, rate: np.asarray(
            sleepecg.detect_heartbeats(signal, rate)
        ),
        **{f"neurokit2 {method}": of(method) for method in NEUROKIT},
    }


def gross(
    records: list[Annotated], found: list[np.ndarray], protocol: str, *, inner: bool
) -> dict[str, float]:
    """Pool the scores of records; `inner` counts from the first to the last mark."""
    scores = []
    for record, peaks in zip(records, found, strict=True):
        if inner:
            slack = PROTOCOLS[protocol].tolerance * record.rate
            low, high = record.beats[0] - slack, record.beats[-1] + slack
            peaks = peaks[(peaks >= low) & (peaks <= high)]  # noqa: PLW2901
        scores.append(
            score_rpeaks(
                record.beats, peaks, sampling_rate=record.rate, protocol=protocol
            )
        )
    return total_scores(scores)._asdict()


def accuracy(detect: Detector, sets: dict[str, list[Annotated]]) -> dict[str, Any]:
    """Return the gross scores of one detector by set and protocol."""
    figures: dict[str, Any] = {}
    for name, records in sets.items():
        found = [detect(record.signal, record.rate) for record in records]
        inner = name.startswith("LUDB")
        figures[name] = {
            protocol: gross(records, found, protocol, inner=inner)
            for protocol in PROTOCOLS
            if not (inner and protocol == "ec57")
        }
    return figures


def seconds(found: dict[str, Detector], records: list[Annotated]) -> dict[str, float]:
    """Return the median time of each over the records, rounds interleaved."""
    times: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(ROUNDS):
        for name, detect in found.items():
            start = time.perf_counter()
            for record in records:
                detect(record.signal, record.rate)
            times[name].append(time.perf_counter() - start)
    return {name: float(np.median(values)) for name, values in times.items()}


def growth(detect: Detector, record: Annotated) -> dict[str, float]:
    """Return the seconds for one minute, one hour and one day of a lead."""
    result = {}
    for name, minutes in {"1 min": 1, "1 h": 60, "24 h": 1440}.items():
        signal = np.resize(record.signal, int(minutes * 60 * record.rate))
        start = time.perf_counter()
        detect(signal, record.rate)
        result[name] = time.perf_counter() - start
    return result


def main() -> None:
    """Run every detector on every set and report."""
    options = parser(__doc__.splitlines()[0])
    for name in ("data", "ludb", "nstdb"):
        options.add_argument(f"--{name}", metavar="DIR", required=name == "data")
    chosen = options.parse_args()
    sets = {
        "MIT-BIH": read_mitbih(chosen.data, RECORDS),
        "DS1": read_mitbih(chosen.data, DS1),
        "DS2": read_mitbih(chosen.data, DS2),
        "paced": read_mitbih(chosen.data, PACED),
    }
    if chosen.ludb:
        sets["LUDB 1-75"] = read_ludb(chosen.ludb, range(1, 76))
        sets["LUDB 76-150"] = read_ludb(chosen.ludb, range(76, 151))
    if chosen.nstdb:
        sets |= {name: read_mitbih(chosen.nstdb, (name,)) for name in NOISY}
    found = detectors()
    figures = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peers warn of short records
        for name, detect in found.items():
            figures[name] = accuracy(detect, sets)
            short = {key: f"{v['150ms']['f1']:.4f}" for key, v in figures[name].items()}
            say(f"{name}: {short}")
        timed = seconds(found, sets["MIT-BIH"][:10])
    n_samples = sum(record.signal.size for record in sets["MIT-BIH"][:10])
    report(
        "rpeaks",
        {
            "protocol": "first channel of MIT-BIH, lead II of LUDB between first and "
            "last mark, no exclusions, gross; speed: median of "
            f"{ROUNDS} interleaved rounds over ten records, one thread",
            "figures": figures,
            "samples_per_second": {k: n_samples / v for k, v in timed.items()},
            "speed_over_sleepecg": timed["sleepecg"] / timed["skecg"],
            "seconds_by_length": growth(found["skecg"], sets["MIT-BIH"][0]),
        },
        chosen,
    )


if __name__ == "__main__":
    main()
