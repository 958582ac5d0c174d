"""The gap between two splits: how large it is, and what it means in words."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy.typing as npt

from skecg.model_selection import AAMIReport
from skecg.model_selection.bootstrap import bootstrap_predictions, percentile_interval


class Gap(NamedTuple):
    """Macro-F1 with beats shuffled minus macro-F1 with whole patients held out.

    Attributes
    ----------
    value : float
        The difference of the two figures.
    low, high : float
        Ends of its 95% interval, whole records resampled.
    """

    value: float
    low: float
    high: float


def bootstrap_gap(
    y_true: npt.ArrayLike,
    patients: npt.ArrayLike,
    beats: npt.ArrayLike,
    *,
    record: npt.ArrayLike,
    labels: Sequence[Hashable],
    n_bootstraps: int = 1000,
    random_state: int = 0,
) -> Gap:
    """Measure the gap, with an interval from resampling whole records.

    Both sets of predictions are of the same beats, so each resampling draws the same
    records for both: what the records have in common cancels out, and the interval is
    narrower than the two single ones suggest.

    Parameters
    ----------
    y_true : array-like of shape (n_beats,)
        Expert's classes.
    patients, beats : array-like of shape (n_beats,)
        Predictions with whole patients held out, and with beats shuffled.
    record : array-like of shape (n_beats,)
        Record of each beat.
    labels : sequence
        All classes there may be.
    n_bootstraps : int, default=1000
        How often the records are drawn.
    random_state : int, default=0
        Seed of the draws.

    Returns
    -------
    Gap
    """
    held_out, shuffled = bootstrap_predictions(
        y_true,
        patients,
        beats,
        record=record,
        labels=labels,
        n_bootstraps=n_bootstraps,
        random_state=random_state,
    )
    low, high = percentile_interval(
        shuffled.resampled.macro_f1 - held_out.resampled.macro_f1, confidence=0.95
    )
    return Gap(float(shuffled.value.macro_f1 - held_out.value.macro_f1), low, high)


def describe_gap(
    name: str, patients: AAMIReport, beats: AAMIReport, gap: Gap, *, known: float
) -> str:
    """Say in words what the gap means, claiming no more than its interval allows.

    Parameters
    ----------
    name : str
        The estimator.
    patients, beats : AAMIReport
        What it reached with whole patients held out, and with beats shuffled.
    gap : Gap
        The difference in macro-F1.
    known : float
        With beats shuffled: share of the test beats whose patient has beats in the
        training part too, from 0 to 1.

    Returns
    -------
    str
        Three sentences.
    """
    figures = (
        f"With whole patients held out, {name} reaches an accuracy of "
        f"{patients.accuracy:.1%} and a macro-F1 of {patients.macro_f1:.2f}; "
        f"with beats shuffled, {beats.accuracy:.1%} and {beats.macro_f1:.2f}."
    )
    interval = f"95% interval {gap.low:.2f} to {gap.high:.2f}"
    if gap.low > 0:
        return (
            f"{figures} The gap of {gap.value:.2f} in macro-F1 ({interval}) is not "
            f"skill at reading heartbeats: shuffled, {known:.0%} of the test beats are "
            "of patients who are in the training part too, and the model profits from "
            "knowing them. On a new patient, expect the first pair of figures."
        )
    if gap.high < 0:
        meaning = (
            f"Macro-F1 is higher by {-gap.value:.2f} with whole patients held out "
            f"({interval} for the difference), so shuffling the beats does not flatter "
            "this model on these data."
        )
    else:
        meaning = (
            "These data show no gap between the two splits for this model: the "
            f"difference of {gap.value:.2f} in macro-F1 ({interval}) can be chance "
            "among the records."
        )
    return (
        f"{figures} {meaning} The first pair of figures is still the one that speaks "
        "of new patients."
    )
