"""What was tried for R-peaks in noise: doubt humps there, or trust the rhythm more.

On DS1 of MIT-BIH, clean and with electrode-motion noise. That noise is taken from the
noise record 118e00 itself, so what was chosen here would have seen the noise that it is
reported on. Nothing was chosen: what costs nothing on clean records gains too little.
"""

from typing import Any

import numpy as np

from benchmarks._annotated import Annotated, digest, read_mitbih
from benchmarks._noise import add_noise, read_noise, within_noise
from benchmarks._record import parser, report, say
from benchmarks._scores import summarise
from skecg.datasets._mitbih_facts import DS1
from skecg.signal._bad_stretches import mark_unusable
from skecg.signal._rpeak_bands import weigh_bands
from skecg.signal._rpeak_choice import BeatSequence
from skecg.signal._rpeak_detector import refine_beats
from skecg.signal._rpeak_filter import qrs_envelope
from skecg.signal._rpeak_select import Humps, candidates
from skecg.signal.scoring import RPeakScores, score_rpeaks

LEVELS = (12, 6, 0)  # dB
TOLERANCE = "150ms"
TRIED = (
    *((0.0, 0.0), (0.0, 0.5), (0.0, 1.0), (0.0, 1.5)),
    *((0.25, 0.0), (0.4, 0.0), (0.55, 0.0), (0.4, 0.3), (0.55, 0.3)),
)
"""By how much the score of a hump in full noise is made smaller, as a share, so that
the rhythm counts for more beside it; and what is then taken off."""


class Doubtful(BeatSequence):
    """Thinks less of humps in noise."""

    def __init__(self, rate: float, *, share: float, doubt: float) -> None:
        super().__init__(rate)
        self._share, self._doubt = share, doubt

    def add(self, found: Humps, bins: np.ndarray, first: int = 0) -> None:
        """Append humps."""
        known = self._score.size
        super().add(found, bins, first)
        kept = 1 - self._share * found.noise
        self._score[known:] = kept * self._score[known:] - self._doubt * found.noise


def detect(record: Annotated, *, share: float, doubt: float) -> np.ndarray:
    """Return the R-peaks; with zeros those of the detector."""
    signal = np.ascontiguousarray(record.signal)
    envelope = mark_unusable(qrs_envelope(signal, sampling_rate=record.rate))
    weighed = weigh_bands(envelope)
    sequence = Doubtful(weighed.rate, share=share, doubt=doubt)
    sequence.add(candidates(weighed), weighed.bins)
    beats = sequence.decide(np.inf)
    return refine_beats(signal, envelope, beats, record.rate, "auto")


def score(record: Annotated, peaks: np.ndarray, *, noisy: bool) -> RPeakScores:
    """Score one record, its noisy stretches only if it has some."""
    marks, found = within_noise(record, peaks) if noisy else (record.beats, peaks)
    return score_rpeaks(marks, found, sampling_rate=record.rate, protocol=TOLERANCE)


def main() -> None:
    """Try all of them at every level and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--data", metavar="DIR", required=True, help="MIT-BIH")
    options.add_argument("--nstdb", metavar="DIR", required=True, help="stress test")
    chosen = options.parse_args()
    clean = read_mitbih(chosen.data, DS1)
    noise = read_noise(chosen.nstdb, chosen.data)
    sets = {"clean": clean}
    for snr in LEVELS:
        sets[f"{snr} dB"] = [add_noise(record, noise, snr=snr) for record in clean]
    runs: list[dict[str, Any]] = []
    for share, doubt in TRIED:
        scores = {
            name: summarise(
                score(
                    record,
                    detect(record, share=share, doubt=doubt),
                    noisy=name != "clean",
                )
                for record in records
            )
            for name, records in sets.items()
        }
        runs.append({"share": share, "doubt": doubt, "scores": scores})
        say(f"{share}, {doubt}: done")
    report(
        "rpeak_noise_choice",
        {
            "protocol": "first channel of DS1 of MIT-BIH, clean and within the noisy "
            "stretches; 150 ms, gross; nothing is random",
            "runs": runs,
            "data_sha256": digest(clean),
        },
        chosen,
    )


if __name__ == "__main__":
    main()
