"""Gross scores of R-peaks, short enough to be kept."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks._annotated import Annotated
from skecg.signal.scoring import PROTOCOLS, RPeakScores, score_rpeaks, total_scores

_RATES = ("sensitivity", "precision", "f1")
_COUNTS = ("true_positives", "false_negatives", "false_positives")


def summarise(scores: Iterable[RPeakScores]) -> dict[str, float]:
    """Pool the scores of records: rates in six decimals, and counts."""
    total = total_scores(scores)._asdict()
    rates = {name: round(total[name], 6) for name in _RATES}
    return rates | {name: total[name] for name in _COUNTS}


def score_record(
    record: Annotated, peaks: np.ndarray, protocol: str, *, inner: bool
) -> RPeakScores:
    """Score one record; `inner` counts from the first to the last mark only."""
    if inner:
        slack = PROTOCOLS[protocol].tolerance * record.rate
        low, high = record.beats[0] - slack, record.beats[-1] + slack
        peaks = peaks[(peaks >= low) & (peaks <= high)]
    return score_rpeaks(
        record.beats, peaks, sampling_rate=record.rate, protocol=protocol
    )


def gross(
    records: list[Annotated],
    found: dict[str, np.ndarray],
    protocols: Iterable[str],
    *,
    inner: bool,
) -> dict[str, Any]:
    """Return the pooled scores of records by protocol; `found` is by record name."""
    return {
        protocol: summarise(
            score_record(record, found[record.name], protocol, inner=inner)
            for record in records
        )
        for protocol in protocols
    }
