"""Beats cut out of records."""

from collections.abc import Sequence, Sized
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from skecg._warn import warn_user
from skecg.exceptions import SignalQualityWarning
from skecg.signal._checks import (
    as_peaks,
    as_signal,
    check_sampling_rate,
    check_window,
    shorten,
)
from skecg.signal.rhythm import CONTEXT_COLUMNS, rr_context
from skecg.signal.rpeaks import Detector, Leads, rpeaks_of_records


class ExtractedBeats(NamedTuple):
    """Beats of many records in one array; every field but `dropped` has one row a beat.

    Parameters
    ----------
    data : ndarray of shape (n_beats, n_samples) or (n_beats, n_leads, n_samples)
        The beats, with their context columns behind the samples where asked for.
    target : ndarray of shape (n_beats,) or None
        Label of each beat.
    groups : ndarray of shape (n_beats,) or None
        Group (patient) of each beat.
    record : ndarray of int64 of shape (n_beats,)
        Row of the signals that the beat comes from.
    time : ndarray of float64 of shape (n_beats,)
        Time of the R-peak in its record, in seconds.
    rpeak : ndarray of int64 of shape (n_beats,)
        Sample of the R-peak in its record.
    dropped : ndarray of int64 of shape (n_dropped, 2)
        Record and R-peak sample of each beat left out.
    """

    data: np.ndarray
    target: np.ndarray | None
    groups: np.ndarray | None
    record: np.ndarray
    time: np.ndarray
    rpeak: np.ndarray
    dropped: np.ndarray


def extract_beats(
    signals: npt.ArrayLike,
    rpeaks: Sequence[npt.ArrayLike] | npt.ArrayLike | None = None,
    *,
    sampling_rate: float,
    window: tuple[float, float] = (0.3, 0.6),
    edge: Literal["drop", "pad", "nan"] = "drop",
    context: bool = False,
    method: str | Detector = "skecg",
    leads: Leads = "first",
    target: npt.ArrayLike | Sequence[npt.ArrayLike] | None = None,
    groups: npt.ArrayLike | None = None,
) -> ExtractedBeats:
    """Cut records into beats, and keep everything that belongs to a beat beside it.

    Parameters
    ----------
    signals : array-like of shape (n_times,), (n_records, n_times) or \
(n_records, n_leads, n_times)
        Records. 1-D is one record; then `rpeaks` is one array, and `target` and
        `groups` are what they would be for it alone.
    rpeaks : list of array-like of int, one per record, optional
        Samples of the R-peaks, ascending. By default they are found by `method`.
    sampling_rate : float
        In Hz.
    window : tuple of float, default=(0.3, 0.6)
        Seconds before and after the R-peak. A beat has ``round(before * sampling_rate)
        + round(after * sampling_rate)`` samples, the R-peak first of the second part.
    edge : {"drop", "pad", "nan"}, default="drop"
        What becomes of a beat that crosses the record's edge: it is left out and listed
        in `dropped` (the default, for whole beats are what a model should learn from);
        or the record's first or last sample is repeated; or it has NaN beyond the edge.
    context : bool, default=False
        Append the columns of `skecg.signal.rhythm.rr_context` behind the samples, on
        every lead. They are computed from all R-peaks of the record, before any is
        dropped.
    method : str or callable, default="skecg"
        Detector for `rpeaks` of None, see `skecg.signal.rpeaks.detect_rpeaks`.
    leads : {"first", "fused"}, default="first"
        Whether that detector looks at the first lead or at all of them together.
    target : array-like of shape (n_records,) or list of array-like, optional
        Label of each record, repeated for its beats, or per record one array of labels
        as long as its `rpeaks`.
    groups : array-like of shape (n_records,), optional
        Group (patient) of each record, repeated for its beats.

    Returns
    -------
    ExtractedBeats
        Beats of all records in order, with `target`, `groups`, `record`, `time` and
        `rpeak` aligned to them under every edge policy.

    Raises
    ------
    ValueError
        If lengths do not match, the window is empty or negative, or `edge` is unknown.

    Warns
    -----
    SignalQualityWarning
        If no R-peak was found in a record, with its index; or if there is no beat at
        all.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.beats import extract_beats
    >>> signals = np.random.default_rng(0).normal(size=(2, 1000))
    >>> beats = extract_beats(
    ...     signals,
    ...     [[10, 400], [500]],
    ...     sampling_rate=250.0,
    ...     target=["N", "V"],
    ... )
    >>> beats.data.shape, beats.target.tolist(), beats.time.tolist()
    ((2, 225), ['N', 'V'], [1.6, 2.0])
    >>> beats.dropped.tolist()
    [[0, 10]]
    """
    rate = check_sampling_rate(sampling_rate)
    signals = as_signal(signals, name="signals")
    if signals.ndim == 1:
        signals = signals[None]
        rpeaks, target, groups = map(_listed, (rpeaks, target, groups))
    _check_choices(signals, edge)
    offsets = window_offsets(window, sampling_rate=rate)
    peaks = _peaks_of_records(signals, rpeaks, rate, method, leads)
    counts = np.array([found.size for found in peaks], dtype=np.int64)
    labels = _per_beat(target, counts, name="target")
    patients = _per_beat(groups, counts, name="groups")
    record = np.repeat(np.arange(len(peaks)), counts)
    rpeak = np.concatenate([np.empty(0, dtype=np.int64), *peaks])
    whole = (rpeak + offsets[0] >= 0) & (rpeak + offsets[-1] < signals.shape[-1])
    kept = whole if edge == "drop" else np.ones_like(whole)
    data = _cut(signals, record[kept], rpeak[kept], offsets, blank=edge == "nan")
    if context:
        data = _append(data, _context(peaks, rate)[kept])
    _warn_of_missing(counts, len(data), detected=rpeaks is None)
    return ExtractedBeats(
        data,
        labels if labels is None else labels[kept],
        patients if patients is None else patients[kept],
        record[kept],
        rpeak[kept] / rate,
        rpeak[kept],
        np.stack([record, rpeak], axis=1)[~kept],
    )


def window_offsets(window: tuple[float, float], *, sampling_rate: float) -> np.ndarray:
    """Say which samples around an R-peak make up its beat.

    Parameters
    ----------
    window : tuple of float
        Seconds before and after the R-peak.
    sampling_rate : float
        In Hz.

    Returns
    -------
    ndarray of int of shape (n_window,)
        Positions relative to the R-peak, ascending.

    Raises
    ------
    ValueError
        If the window is no pair of durations, or shorter than a sample.

    Examples
    --------
    >>> from skecg.signal.beats import window_offsets
    >>> window_offsets((0.02, 0.03), sampling_rate=100.0)
    array([-2, -1,  0,  1,  2])
    """
    before, after = check_window(window)
    rate = check_sampling_rate(sampling_rate)
    n_before, n_after = round(before * rate), round(after * rate)
    if n_before + n_after < 1:
        raise ValueError(
            "window must be (seconds before, seconds after) the R-peak, together at "
            f"least one sample at {rate:g} Hz; got {window!r}. Give it in seconds."
        )
    return np.arange(-n_before, n_after)


def _listed(given: Any) -> list[Any] | None:
    # What belongs to a single record, as for a list of one.
    return None if given is None else [given]


def _check_choices(signals: np.ndarray, edge: str) -> None:
    if signals.ndim > 3:
        raise ValueError(
            "signals must have shape (n_times,), (n_records, n_times) or (n_records, "
            f"n_leads, n_times), got shape {signals.shape}."
        )
    if edge not in ("drop", "pad", "nan"):
        raise ValueError(f"edge must be 'drop', 'pad' or 'nan', got {edge!r}.")


def _peaks_of_records(
    signals: np.ndarray,
    rpeaks: Any,
    rate: float,
    method: str | Detector,
    leads: Leads,
) -> list[np.ndarray]:
    if rpeaks is None:
        return rpeaks_of_records(
            signals, sampling_rate=rate, method=method, leads=leads
        )
    _check_is_list(rpeaks, len(signals), name="rpeaks")
    if len(rpeaks) != len(signals) or any(np.ndim(found) != 1 for found in rpeaks):
        raise ValueError(
            f"rpeaks must be a list of one array per record, {len(signals)} in all; "
            f"got {len(rpeaks)} elements of shapes "
            f"{sorted({np.shape(found) for found in rpeaks})}."
        )
    return [
        as_peaks(found, n_times=signals.shape[-1], name=f"rpeaks[{index}]")
        for index, found in enumerate(rpeaks)
    ]


def _per_beat(values: Any, counts: np.ndarray, *, name: str) -> np.ndarray | None:
    # One value per record, repeated for its beats, or already one per beat.
    if values is None:
        return None
    _check_is_list(values, len(counts), name=name)
    if len(values) != len(counts):
        raise ValueError(
            f"{name} must have one element per record: got {len(values)} for "
            f"{len(counts)} records."
        )
    if not any(np.ndim(value) for value in values):
        return np.repeat(np.asarray(values), counts)
    if name != "target":
        raise ValueError(f"{name} must be one value per record, not one per beat.")
    if not all(np.ndim(value) == 1 for value in values):
        raise ValueError(
            f"{name} must be one value per record, or for each record a list of labels "
            f"as long as its R-peaks; got elements of shapes "
            f"{sorted({np.shape(value) for value in values})}."
        )
    lengths = np.array([np.size(value) for value in values])
    for index in np.flatnonzero(lengths != counts):
        raise ValueError(
            f"{name}[{index}] has {lengths[index]} labels, but record {index} has "
            f"{counts[index]} R-peaks. Pass the rpeaks that the labels belong to."
        )
    # An empty list is float64 to numpy and would make floats of the others' integers.
    labelled = [np.asarray(value) for value in values if np.size(value)]
    return np.concatenate(labelled or [np.asarray(value) for value in values])


def _check_is_list(values: Any, n_records: int, *, name: str) -> None:
    # A text is a sequence too, of letters that are no one's labels.
    is_text = isinstance(values, str | bytes)
    if is_text or not np.iterable(values) or not isinstance(values, Sized):
        raise ValueError(
            f"{name} must be a list with one element per record, {n_records} in all; "
            f"got {values!r}."
        )


def _cut(
    signals: np.ndarray,
    record: np.ndarray,
    rpeak: np.ndarray,
    offsets: np.ndarray,
    *,
    blank: bool,
) -> np.ndarray:
    # Whole windows are copied; only for the few that cross an edge does each sample
    # need its place.
    n_times, starts = signals.shape[-1], rpeak + offsets[0]
    last = n_times - offsets.size
    if last >= 0:
        windows = sliding_window_view(signals, offsets.size, axis=-1)
        data = windows[record, ..., np.clip(starts, 0, last), :]
    else:
        shape = (record.size, *signals.shape[1:-1], offsets.size)
        data = np.empty(shape, dtype=signals.dtype)
    crossing = np.flatnonzero((starts < 0) | (starts > last))
    wanted = rpeak[crossing, None] + offsets
    inside = np.clip(wanted, 0, n_times - 1)
    edges = signals[record[crossing, None], ..., inside]  # leads come last
    if blank:
        edges[wanted != inside] = np.nan
    data[crossing] = np.moveaxis(edges, 1, -1)
    return data


def _context(peaks: list[np.ndarray], rate: float) -> np.ndarray:
    none = np.empty((0, len(CONTEXT_COLUMNS)))  # there may be no record
    return np.concatenate([none, *(rr_context(p, sampling_rate=rate) for p in peaks)])


def _append(data: np.ndarray, columns: np.ndarray) -> np.ndarray:
    columns = columns.astype(data.dtype)
    if data.ndim == 3:
        columns = np.repeat(columns[:, None], data.shape[1], axis=1)
    return np.concatenate([data, columns], axis=-1)


def _warn_of_missing(counts: np.ndarray, n_beats: int, *, detected: bool) -> None:
    rows = np.flatnonzero(counts == 0)
    if detected and rows.size:
        text = (
            f"No R-peak was found in {rows.size} of {counts.size} records: rows "
            f"{shorten(rows)}."
        )
    elif n_beats == 0:
        text = f"No beat could be cut from the {counts.size} records."
    else:
        return
    warn_user(text, SignalQualityWarning)
