"""Cutting beats: `extract_beats` beside a plain NumPy gather and neurokit2.

A gather is one line: the signal at the R-peaks plus the window's offsets. It cuts the
same beats from the same array; with detection it gets the time of the same detector.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks._annotated import Annotated, digest, read_mitbih
from benchmarks._detectors import versions_of
from benchmarks._record import parser, report, say
from benchmarks._timing import interleave, medians, ratio
from skecg.datasets._mitbih_facts import RECORDS
from skecg.signal.beats import extract_beats, window_offsets
from skecg.signal.rpeaks import detect_rpeaks

WINDOW = (0.3, 0.6)  # s, the default of extract_beats
SEGMENTED = 750  # beats for neurokit2, which takes half a millisecond for each


def gather(signal: np.ndarray, rpeaks: np.ndarray, rate: float) -> np.ndarray:
    """Cut all beats that lie within the record in one indexing operation."""
    offsets = window_offsets(WINDOW, sampling_rate=rate)
    inside = (rpeaks + offsets[0] >= 0) & (rpeaks + offsets[-1] < signal.size)
    return signal[rpeaks[inside][:, None] + offsets]


def check_same(record: Annotated) -> None:
    """Refuse to time two things that are not the same."""
    ours = extract_beats(record.signal, record.beats, sampling_rate=record.rate)
    if not np.array_equal(
        ours.data, gather(record.signal, record.beats, record.rate), equal_nan=True
    ):
        raise RuntimeError(f"record {record.name}: the beats are not the same.")


def calls_for(records: list[Annotated]) -> dict[str, Callable[[], Any]]:
    """Return what is timed, by name."""

    def over(cut: Callable[[Annotated], Any]) -> Callable[[], None]:
        def run() -> None:
            for record in records:
                cut(record)

        return run

    def detected(record: Annotated) -> np.ndarray:
        return detect_rpeaks(record.signal, sampling_rate=record.rate)

    return {
        "extract_beats, R-peaks given": over(
            lambda r: extract_beats(r.signal, r.beats, sampling_rate=r.rate)
        ),
        "gather": over(lambda r: gather(r.signal, r.beats, r.rate)),
        "extract_beats with detection": over(
            lambda r: extract_beats(r.signal, sampling_rate=r.rate)
        ),
        "detector and gather": over(lambda r: gather(r.signal, detected(r), r.rate)),
    }


def against_neurokit(record: Annotated, *, rounds: int) -> dict[str, np.ndarray]:
    """Return the seconds of all for the first beats of one record."""
    import neurokit2

    rpeaks = record.beats[1 : SEGMENTED + 1]
    signal = record.signal[: rpeaks[-1] + round(record.rate)]
    rate = int(record.rate)
    calls = {
        "extract_beats": lambda: extract_beats(signal, rpeaks, sampling_rate=rate),
        "gather": lambda: gather(signal, rpeaks, rate),
        "neurokit2.ecg_segment": lambda: neurokit2.ecg_segment(
            signal, rpeaks=rpeaks, sampling_rate=rate
        ),
    }
    return interleave(calls, rounds=rounds)


def main() -> None:
    """Time all of them and report medians and ratios."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--data", metavar="DIR", required=True, help="MIT-BIH")
    options.add_argument("--rounds", type=int, default=15)
    chosen = options.parse_args()
    records = read_mitbih(chosen.data, RECORDS[:10])
    for record in records:
        check_same(record)
    seconds = interleave(calls_for(records), rounds=chosen.rounds)
    say("whole records: done")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        few = against_neurokit(records[0], rounds=chosen.rounds)
    names = list(seconds)
    report(
        "segmentation",
        {
            "protocol": f"first channel of {len(records)} records of MIT-BIH, "
            f"{sum(r.beats.size for r in records):,} beats of "
            f"{WINDOW[0]:g} s before to {WINDOW[1]:g} s after the R-peak; medians of "
            f"{chosen.rounds} interleaved rounds after one of warm-up, ratios round by "
            f"round; neurokit2 on the first {SEGMENTED} beats of record "
            f"{records[0].name}; one thread; nothing is random",
            "milliseconds": _milliseconds(seconds),
            "ratio": {
                "R-peaks given": ratio(seconds[names[0]], seconds[names[1]]),
                "with detection": ratio(seconds[names[2]], seconds[names[3]]),
            },
            "milliseconds_few": _milliseconds(few),
            "peers": versions_of("neurokit2"),
            "data_sha256": digest(records),
        },
        chosen,
    )


def _milliseconds(seconds: dict[str, np.ndarray]) -> dict[str, float]:
    return {name: round(1000 * s, 4) for name, s in medians(seconds).items()}


if __name__ == "__main__":
    main()
