"""Records whose R-peaks are known, and what a detector made of them."""

import numpy as np

from skecg.datasets import make_ecg
from skecg.signal.rpeaks import detect_rpeaks
from skecg.signal.scoring import Protocol, score_rpeaks

RATE = 250.0
WITHIN = 0.03  # s: a peak farther off is another wave


def known_record(
    n_seconds: float = 30.0,
    *,
    rate: float = RATE,
    heart_rate: float = 70.0,
    noise: float = 0.01,
    wander: float = 0.05,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Return a record and its R-peaks; it begins and ends half-way between two beats.

    So no beat is cut in two, and a detector has no excuse.
    """
    ecg = make_ecg(
        1,
        sampling_rate=rate,
        duration=n_seconds + 4 * 60 / heart_rate,
        heart_rate=heart_rate,
        heart_rate_sd=0.03 * heart_rate,
        noise=noise,
        wander=wander,
        random_state=seed,
    )
    rpeaks = ecg.rpeaks[0]
    start, stop = rpeaks[:2].sum() // 2, rpeaks[-2:].sum() // 2
    return ecg.data[0, start:stop], rpeaks[1:-1] - start


def mistakes(
    found: np.ndarray, wanted: np.ndarray, *, rate: float = RATE, within: float = WITHIN
) -> tuple[int, int]:
    """Return how many beats were missed, and how many peaks are none."""
    scores = score_rpeaks(wanted, found, sampling_rate=rate, protocol=Protocol(within))
    return scores.false_negatives, scores.false_positives


def assert_found(
    signal: np.ndarray,
    wanted: np.ndarray,
    *,
    rate: float = RATE,
    within: float = WITHIN,
    method: str = "skecg",
) -> np.ndarray:
    """Find the R-peaks, and fail unless they are the wanted ones, all and only."""
    found = detect_rpeaks(signal, sampling_rate=rate, method=method)
    assert mistakes(found, wanted, rate=rate, within=within) == (0, 0)
    return found


def mistakes_outside(
    found: np.ndarray,
    wanted: np.ndarray,
    stretches: list[tuple[int, int]],
    *,
    rate: float = RATE,
    within: float = WITHIN,
) -> tuple[int, int]:
    """Return the mistakes that are 0.25 s or more outside of all stretches.

    A beat that a stretch cuts in two may be found or not.
    """
    there, beats = found, wanted
    margin = 0.25 * rate
    for start, stop in stretches:
        there = there[(there < start - margin) | (there >= stop + margin)]
        beats = beats[(beats < start - margin) | (beats >= stop + margin)]
    missed, _ = mistakes(found, beats, rate=rate, within=within)
    _, false = mistakes(there, wanted, rate=rate, within=within)
    return missed, false
