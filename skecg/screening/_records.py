"""Records in, beats out: each record read at its own rate and asked about alone."""

import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from skecg.datasets import read_record
from skecg.datasets._lead_names import lead_name
from skecg.exceptions import NoUsableRowError, RowsWarning, SignalQualityWarning
from skecg.persistence._walk import rate_of, walk
from skecg.screening._findings import Finding
from skecg.screening._warned import WarnedRows
from skecg.signal.resampling import resample

LEADS = ("II", "MLII", "I", "V5", "V2", "V1")
"""The leads that are looked for where nobody names any, in order of preference."""

_ALIKE = {"II", "MLII"}  # the second is the first as a Holter recorder takes it
_NO_BEAT = "have no beat"
_MOST_LEFT_OUT = 0.5  # of the beats, before a person should look
_SHORTEST = 2.0  # seconds: below it most of a beat's window is made up
_LEAST_MISSING = 0.01  # of the samples, to be worth telling


class RecordInput(NamedTuple):
    """What records an estimator takes.

    Attributes
    ----------
    n_leads : int
        Leads of each.
    has_lead_axis : bool
        Whether X has an axis of leads.
    sampling_rate : float
        In Hz.
    """

    n_leads: int
    has_lead_axis: bool
    sampling_rate: float


def names_of(lead: str | Sequence[str]) -> tuple[str, ...]:
    """Return the names of leads in order of preference, one or more.

    Parameters
    ----------
    lead : str or sequence of str
        As `screen` takes it.

    Returns
    -------
    tuple of str

    Raises
    ------
    ValueError
        If there is none.
    """
    names = (lead,) if isinstance(lead, str) else tuple(lead)
    if not names or not all(names):
        raise ValueError('lead must name one lead or more, such as "II".')
    return names


def has_beats(estimator: BaseEstimator) -> bool:
    """Return whether an estimator of records judges each of their beats."""
    return hasattr(_last(estimator), "predict_beats")


def takes_records(estimator: BaseEstimator) -> bool:
    """Return whether a fitted estimator takes records, and not pictures."""
    if has_beats(estimator):
        return True
    for thing in walk(estimator):
        if hasattr(thing, "image_shape_in_"):
            return False
        if hasattr(thing, "n_times_in_"):
            return True
    return False


def input_of(estimator: BaseEstimator) -> RecordInput:
    """Tell what records a fitted estimator takes.

    Parameters
    ----------
    estimator : estimator
        Of records.

    Returns
    -------
    RecordInput

    Raises
    ------
    TypeError
        If no part of it says at which sampling rate it works.
    """
    rate = rate_of(estimator)
    if rate is None:
        raise TypeError(
            f"This {type(estimator).__name__} does not say at which sampling rate it "
            "works, so no record can be brought to it. Give its SignalClassifier or "
            "BeatSegmenter a sampling_rate when it is fitted."
        )
    things = walk(estimator)  # the nearest to the outside comes first
    first = next((one for one in things if hasattr(one, "n_leads_in_")), None)
    n_leads = getattr(first, "n_leads_in_", 1)
    is_flat = n_leads == 1 and hasattr(first, "n_features_in_")
    return RecordInput(n_leads, not is_flat, rate)


class RecordModel:
    """An estimator of records, which gets one after the other.

    Reading and resampling go on in threads; one record at a time is classified, since
    estimators set the filters of warnings, which belong to the whole process.

    Parameters
    ----------
    estimator : fitted classifier
        With `predict_beats`, or else with `predict_proba`.
    warned : WarnedRows
        Collecting.
    leads : sequence of str
        Names in order of preference.
    table_rate : float, optional
        Of tables without a column of times, in Hz.

    Raises
    ------
    TypeError
        If no part of the estimator says at which sampling rate it works.
    """

    one_by_one = True

    def __init__(
        self,
        estimator: BaseEstimator,
        warned: WarnedRows,
        leads: Sequence[str],
        table_rate: float | None = None,
    ) -> None:
        self._estimator = estimator
        self._warned = warned
        self._leads = leads
        self._table_rate = table_rate
        self._input = input_of(estimator)
        self._in_turn = threading.Lock()

    def ask(self, batch: list[Finding]) -> list[Finding]:
        """Return the findings, in the same order, with what the estimator says."""
        return [self._one(finding) for finding in batch]

    def _one(self, finding: Finding) -> Finding:
        X, lead, notes = self._read(finding.path)
        finding = finding._replace(lead=lead)
        with self._in_turn, self._warned.of_this_thread() as warned:
            try:
                beats = beats_of(self._estimator, X, self._input.sampling_rate)
            except NoUsableRowError as error:
                return finding._replace(reason=f"Files like this {error.reason}.")
        if beats is None:
            with self._in_turn, self._warned.of_this_thread() as warned:
                answer = self._estimator.predict_proba(X)[0]
            return _answered(finding, answer, warned, notes)
        return _with_beats(finding, beats, warned, notes)

    def _read(self, path: str) -> tuple[np.ndarray, str, list[str]]:
        wanted = self._input
        record = read_record(
            path,
            lead=self._leads,
            n_leads=wanted.n_leads,
            sampling_rate=self._table_rate,
        )
        share = float(np.mean(~np.isfinite(record.data[0])))
        notes = [f"{share:.0%} of it is missing."] * (share >= _LEAST_MISSING)
        first, wished = record.lead_names[0], lead_name(self._leads[0])
        if first != wished and {first, wished} != _ALIKE:
            notes.append(f"Lead {first} stands in for {wished}.")
        X = resample(
            record.data,
            sampling_rate=record.sampling_rate,
            target_rate=wanted.sampling_rate,
        )
        lead = ", ".join(record.lead_names)
        return (X[np.newaxis] if wanted.has_lead_axis else X), lead, notes


def _last(estimator: BaseEstimator) -> BaseEstimator:
    has_own = hasattr(estimator, "predict_beats")
    is_pipeline = isinstance(estimator, Pipeline) and not has_own
    return estimator[-1] if is_pipeline else estimator


def beats_of(estimator: BaseEstimator, X: np.ndarray, rate: float) -> Any:
    """Ask for the beats of records.

    Parameters
    ----------
    estimator : fitted classifier
        Of records.
    X : ndarray of shape (n_records, n_times) or (n_records, n_leads, n_times)
        As it takes them.
    rate : float
        Their sampling rate, in Hz.

    Returns
    -------
    BeatPredictions or None
        None of an estimator that answers for records as a whole.

    Raises
    ------
    NoUsableRowError
        If the records are too short, or none has a beat.
    """
    if not has_beats(estimator):
        return None
    last = _last(estimator)
    if X.shape[-1] < _SHORTEST * rate:
        raise NoUsableRowError(reason=f"are shorter than {_SHORTEST:g} s")
    if last is not estimator and len(estimator) > 1:
        X = estimator[:-1].transform(X)
    return last.predict_beats(X)


def _with_beats(
    finding: Finding, beats: Any, warned: Sequence[RowsWarning], notes: list[str]
) -> Finding:
    # There is one record, which is usable: rows that cannot be used are its beats.
    # Other warnings may be about it, row 0, as well.
    probability = np.asarray(beats.probability, dtype=np.float64)
    usable = np.asarray(np.isfinite(probability).all(axis=1))
    doubts = []
    for warning in warned:
        rows = [row for row in warning.rows if row < len(usable)]
        if isinstance(warning, SignalQualityWarning):
            usable[rows] = False
        else:
            of_beats = warning.rows != (0,)
            what = f"{len(rows)} of its beats" if of_beats else "Files like this"
            doubts.append(f"{what} {warning.reason}.")
    n_left_out = int((~usable).sum())
    if n_left_out == len(usable):
        return finding._replace(reason=f"Files like this {_NO_BEAT} that can be used.")
    told = [f"{n_left_out} of {len(usable)} beats cannot be used."] * bool(n_left_out)
    probability = probability[usable]
    labels = probability.argmax(axis=1)
    shares = probability.max(axis=1)
    return finding._replace(
        probabilities=probability.mean(axis=0).tolist(),
        is_doubtful=bool(doubts) or n_left_out > _MOST_LEFT_OUT * len(usable),
        reason=" ".join([*told, *dict.fromkeys(doubts), *notes]),
        times=tuple(np.round(np.asarray(beats.time)[usable], 3).tolist()),
        labels=tuple(labels.tolist()),
        shares=tuple(np.round(shares, 4).tolist()),
    )


def _answered(
    finding: Finding,
    answer: np.ndarray,
    warned: Sequence[RowsWarning],
    notes: list[str],
) -> Finding:
    told = [f"Files like this {warning.reason}." for warning in warned]
    reason = " ".join([*dict.fromkeys(told), *notes])
    if any(isinstance(warning, SignalQualityWarning) for warning in warned):
        return finding._replace(reason=reason)
    if not np.isfinite(answer).all():
        return finding._replace(reason="The model's answer is no number.")
    return finding._replace(
        probabilities=np.asarray(answer, dtype=np.float64).tolist(),
        is_doubtful=bool(told),
        reason=reason,
    )
