"""How well R-peaks were found: sensitivity, precision and timing, under a protocol."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from skecg.signal._checks import check_sampling_rate


class Protocol(NamedTuple):
    """What counts as found, and what counts at all.

    Parameters
    ----------
    tolerance : float
        Seconds that a detection may be off.
    skipped : float
        Seconds at the start of the record that do not count.
    """

    tolerance: float
    skipped: float = 0.0


PROTOCOLS = MappingProxyType(
    {
        "ec57": Protocol(0.150, skipped=300.0),
        "150ms": Protocol(0.150),
        "100ms": Protocol(0.100),
        "50ms": Protocol(0.050),
    }
)
"""The protocols by name; "ec57" is that of PhysioNet's ``bxb``."""


class RPeakScores(NamedTuple):
    """What a detector found and missed.

    Parameters
    ----------
    true_positives, false_negatives, false_positives : int
        Beats found, beats missed, detections that are no beat.
    sensitivity, precision, f1 : float
        In [0, 1]; NaN where nothing could be found, or nothing was detected.
    error_mean, error_sd : float
        Of detected minus reference time over the beats found, in milliseconds; NaN
        without any.
    """

    true_positives: int
    false_negatives: int
    false_positives: int
    sensitivity: float
    precision: float
    f1: float
    error_mean: float
    error_sd: float


def score_rpeaks(
    reference: npt.ArrayLike,
    detected: npt.ArrayLike,
    *,
    sampling_rate: float,
    protocol: str | Protocol = "150ms",
) -> RPeakScores:
    """Compare detected R-peaks with reference marks.

    Each mark is matched with at most one detection and the other way round, in order
    of time, so that as many as possible are matched.

    Parameters
    ----------
    reference : array-like of shape (n_beats,)
        Samples of the reference marks, in any order.
    detected : array-like of shape (n_detected,)
        Samples of the detections, in any order.
    sampling_rate : float
        Of both, in Hz.
    protocol : {"ec57", "150ms", "100ms", "50ms"} or Protocol, default="150ms"
        The tolerance. "ec57" is 150 ms, and marks and detections of the first five
        minutes do not count [1]_; beats in ventricular flutter have to be left out by
        the caller.

    Returns
    -------
    RPeakScores

    Raises
    ------
    ValueError
        If `protocol` is unknown or makes no sense, or marks are not one-dimensional,
        not finite, or a mask.

    References
    ----------
    .. [1] ANSI/AAMI EC57:2012. Testing and reporting performance results of cardiac
       rhythm and ST segment measurement algorithms.

    Examples
    --------
    >>> from skecg.signal.scoring import score_rpeaks
    >>> scores = score_rpeaks([100, 400, 700], [101, 398, 550], sampling_rate=250.0)
    >>> scores.true_positives, scores.false_negatives, scores.false_positives
    (2, 1, 1)
    >>> scores.error_mean
    -2.0
    """
    rate = check_sampling_rate(sampling_rate)
    tolerance, skipped = _find_protocol(protocol)
    first = skipped * rate
    marks, found = _as_marks(reference, "reference"), _as_marks(detected, "detected")
    marks, found = marks[marks >= first], found[found >= first]
    # A rounding error in the product must not push out what lies on the limit.
    which, by = _match(marks, found, tolerance * rate * (1 + 1e-9))
    errors = (found[by] - marks[which]) * (1000.0 / rate)
    return _scores(which.size, marks.size - which.size, found.size - by.size, errors)


def match_rpeaks(
    reference: npt.ArrayLike,
    detected: npt.ArrayLike,
    *,
    sampling_rate: float,
    tolerance: float = 0.15,
) -> tuple[np.ndarray, np.ndarray]:
    """Say which detection belongs to which reference mark.

    Each mark is matched with at most one detection and the other way round, as
    `score_rpeaks` does it.

    Parameters
    ----------
    reference : array-like of shape (n_beats,)
        Samples of the reference marks, ascending.
    detected : array-like of shape (n_detected,)
        Samples of the detections, ascending.
    sampling_rate : float
        Of both, in Hz.
    tolerance : float, default=0.15
        The farthest that the two may lie apart, in seconds.

    Returns
    -------
    marks : ndarray of int64 of shape (n_matched,)
        Indices into `reference`.
    detections : ndarray of int64 of shape (n_matched,)
        Indices into `detected`, of the same pairs.

    Raises
    ------
    ValueError
        If the tolerance is negative, or marks are not one-dimensional, not finite, not
        ascending, or a mask.

    Examples
    --------
    >>> from skecg.signal.scoring import match_rpeaks
    >>> match_rpeaks([100, 400, 700], [101, 550, 698], sampling_rate=250.0)
    (array([0, 2]), array([0, 2]))
    """
    rate = check_sampling_rate(sampling_rate)
    limit = _find_protocol(Protocol(tolerance, 0.0)).tolerance
    marks, found = _as_marks(reference, "reference"), _as_marks(detected, "detected")
    for given, ascending in ((reference, marks), (detected, found)):
        if not np.array_equal(np.asarray(given, dtype=np.float64), ascending):
            raise ValueError("reference and detected must be ascending.")
    return _match(marks, found, limit * rate * (1 + 1e-9))


def total_scores(scores: Iterable[RPeakScores]) -> RPeakScores:
    """Pool the scores of several records: gross figures.

    Parameters
    ----------
    scores : iterable of RPeakScores
        One for each record.

    Returns
    -------
    RPeakScores
        Of all beats together; the error is that over all beats found.

    Raises
    ------
    ValueError
        If there are none, or they are no scores.

    Examples
    --------
    >>> from skecg.signal.scoring import score_rpeaks, total_scores
    >>> good = score_rpeaks([10, 20, 30], [10, 20, 30], sampling_rate=1.0)
    >>> bad = score_rpeaks([10], [], sampling_rate=1.0)
    >>> total_scores([good, bad]).sensitivity
    0.75
    """
    rows = _as_table(scores)
    n_found, n_missed, n_wrong = rows[:, :3].sum(axis=0).astype(int).tolist()
    timed = rows[rows[:, 0] > 0]
    weights = timed[:, 0] / max(n_found, 1)
    mean = weights @ timed[:, 6]
    square = weights @ (timed[:, 7] ** 2 + timed[:, 6] ** 2)
    result = _scores(n_found, n_missed, n_wrong, np.empty(0))
    if not n_found:
        return result
    sd = float(np.sqrt(max(square - mean**2, 0.0)))
    return result._replace(error_mean=float(mean), error_sd=sd)


def mean_scores(scores: Iterable[RPeakScores]) -> dict[str, float]:
    """Average the scores of several records: every record counts alike.

    Parameters
    ----------
    scores : iterable of RPeakScores
        One for each record.

    Returns
    -------
    dict of str to float
        Mean of sensitivity, precision, f1, error_mean and error_sd over the records in
        which they are defined; NaN where there is none.

    Raises
    ------
    ValueError
        If there are none, or they are no scores.

    Examples
    --------
    >>> from skecg.signal.scoring import mean_scores, score_rpeaks
    >>> good = score_rpeaks([10, 20, 30], [10, 20, 30], sampling_rate=1.0)
    >>> bad = score_rpeaks([10], [], sampling_rate=1.0)
    >>> mean_scores([good, bad])["sensitivity"]
    0.5
    """
    columns = _as_table(scores)[:, 3:].T
    means = [column[np.isfinite(column)] for column in columns]
    return {
        name: float(known.mean()) if known.size else float("nan")
        for name, known in zip(RPeakScores._fields[3:], means, strict=True)
    }


def _as_table(scores: Iterable[RPeakScores]) -> np.ndarray:
    listed = list(scores)
    if not listed:
        raise ValueError("scores is empty; give the scores of one record at least.")
    if not all(isinstance(one, RPeakScores) for one in listed):
        raise ValueError(
            "scores must hold the RPeakScores of each record; put those of a single "
            "record into a list."
        )
    return np.array(listed, dtype=np.float64)


def _find_protocol(protocol: str | Protocol) -> Protocol:
    if isinstance(protocol, str) and protocol in PROTOCOLS:
        return PROTOCOLS[protocol]
    if not isinstance(protocol, Protocol):
        raise ValueError(
            f"protocol must be one of {', '.join(map(repr, PROTOCOLS))} or a "
            f"Protocol, got {protocol!r}."
        )
    if not (protocol.tolerance >= 0 and protocol.skipped >= 0):
        raise ValueError(f"protocol must have times of 0 s or more, got {protocol}.")
    return protocol


def _as_marks(samples: npt.ArrayLike, name: str) -> np.ndarray:
    if np.asarray(samples).dtype == np.bool_:
        raise ValueError(
            f"{name} must be sample indices, not a mask; take np.flatnonzero of it."
        )
    marks = np.asarray(samples, dtype=np.float64)
    if marks.ndim != 1 or not np.isfinite(marks).all():
        raise ValueError(
            f"{name} must be a one-dimensional array of sample indices, got shape "
            f"{marks.shape}" + ("." if marks.ndim != 1 else " with missing values.")
        )
    return np.sort(marks)


def _match(
    marks: np.ndarray, found: np.ndarray, tolerance: float
) -> tuple[np.ndarray, np.ndarray]:
    # In order of time, each mark takes the first free detection in reach. That
    # matches as many as can be; two hands over sorted lists, so linear.
    pairs = []
    i = j = 0
    marked, detections = marks.tolist(), found.tolist()
    while i < len(marked) and j < len(detections):
        error = detections[j] - marked[i]
        if abs(error) <= tolerance:
            pairs.append((i, j))
        # Whichever is behind cannot match anything further on; a pair is done with.
        i, j = i + (error >= -tolerance), j + (error <= tolerance)
    which, by = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return which, _nearer(marks[which], found, by)


def _nearer(marks: np.ndarray, found: np.ndarray, by: np.ndarray) -> np.ndarray:
    # An earlier false detection must not stand for the beat behind it: a mark changes
    # over to a detection that is free and nearer.
    if found.size == by.size:
        return by
    free = np.ones(found.size, dtype=bool)
    free[by] = False
    right = np.clip(np.searchsorted(found, marks), 1, found.size - 1)
    nearest = right - (marks - found[right - 1] <= found[right] - marks)
    change = np.flatnonzero(free[nearest])
    _, first = np.unique(nearest[change], return_index=True)
    by = by.copy()
    by[change[first]] = nearest[change[first]]
    return by


def _scores(
    n_found: int, n_missed: int, n_wrong: int, errors: np.ndarray
) -> RPeakScores:
    def share(part: int, whole: int) -> float:
        return part / whole if whole else float("nan")

    return RPeakScores(
        n_found,
        n_missed,
        n_wrong,
        share(n_found, n_found + n_missed),
        share(n_found, n_found + n_wrong),
        share(2 * n_found, 2 * n_found + n_missed + n_wrong),
        float(errors.mean()) if errors.size else float("nan"),
        float(errors.std()) if errors.size else float("nan"),
    )
