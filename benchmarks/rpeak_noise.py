"""R-peak detectors on MIT-BIH with electrode-motion noise added.

The first channels of all 48 records with the noise of PhysioNet's stress test added as
its program adds it, see `benchmarks._noise`. Every detector gets the same arrays. No
detector was tuned on them; ours was tuned on the clean records of DS1.
"""

import warnings
from typing import Any

from benchmarks._annotated import Annotated, digest, read_mitbih
from benchmarks._detectors import Detector, detectors, versions_of
from benchmarks._noise import add_noise, read_noise, within_noise
from benchmarks._record import parser, report, say
from benchmarks._scores import summarise
from skecg.datasets._mitbih_facts import DS1, RECORDS
from skecg.signal.scoring import score_rpeaks

LEVELS = (24, 12, 6, 0)  # dB
TOLERANCE = "150ms"


def accuracy(detect: Detector, records: list[Annotated]) -> dict[str, Any]:
    """Return gross scores over the noisy stretches and over all of the records."""
    scores: dict[str, list[Any]] = {"noisy": [], "noisy, not DS1": [], "all": []}
    for record in records:
        peaks = detect(record.signal, record.rate)
        marks, inside = within_noise(record, peaks)
        noisy = score_rpeaks(
            marks, inside, sampling_rate=record.rate, protocol=TOLERANCE
        )
        scores["noisy"].append(noisy)
        if record.name not in DS1:
            scores["noisy, not DS1"].append(noisy)
        scores["all"].append(
            score_rpeaks(
                record.beats, peaks, sampling_rate=record.rate, protocol=TOLERANCE
            )
        )
    return {part: summarise(found) for part, found in scores.items()}


def main() -> None:
    """Run every detector at every level and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--data", metavar="DIR", required=True, help="MIT-BIH")
    options.add_argument("--nstdb", metavar="DIR", required=True, help="stress test")
    chosen = options.parse_args()
    clean = read_mitbih(chosen.data, RECORDS)
    noise = read_noise(chosen.nstdb, chosen.data)
    found = detectors()
    figures: dict[str, Any] = {name: {} for name in found}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for snr in LEVELS:
            noisy = [add_noise(record, noise, snr=snr) for record in clean]
            for name, detect in found.items():
                figures[name][f"{snr} dB"] = accuracy(detect, noisy)
            say(f"{snr} dB: done")
    report(
        "rpeak_noise",
        {
            "protocol": "first channel of all 48 records of MIT-BIH; electrode-motion "
            "noise as PhysioNet's nst adds it: two minutes of every four from minute 5 "
            "on, the ratio that of the QRS amplitude to the noise; 150 ms, gross; "
            "nothing is random",
            "figures": figures,
            "peers": versions_of("sleepecg", "neurokit2"),
            "data_sha256": digest(clean),
        },
        chosen,
    )


if __name__ == "__main__":
    main()
