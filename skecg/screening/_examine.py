"""One file through a model, with what a person wants to see of it."""

import math
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator

from skecg.datasets._signal_file import SignalFile, read_signal_file
from skecg.exceptions import DataFileError, NoUsableRowError, RowsWarning
from skecg.imaging._encode import encode_png
from skecg.imaging.decode import is_image_file, read_image
from skecg.screening._records import (
    LEADS,
    RecordInput,
    beats_of,
    input_of,
    takes_records,
)
from skecg.signal.resampling import resample

_DEEPEST = (200.0, 40.0, 0.0)  # the colour of the strongest evidence
_LARGEST = 2400  # pixels a side of a heat map
_LONGEST = 4000  # pieces of a record
_OVERLAP = 2.0  # seconds


class Beat(NamedTuple):
    """A beat of a record.

    Attributes
    ----------
    time : float
        Of its R-peak, in seconds.
    label : str
        Its class.
    confidence : float
        The probability of it.
    """

    time: float
    label: str
    confidence: float


class Strip(NamedTuple):
    """What a person sees of a record.

    Attributes
    ----------
    samples : ndarray of float32 of shape (n_times,)
        The lead that was looked at first, in mV.
    sampling_rate : float
        In Hz.
    lead : str
        Its name.
    beats : list of Beat
        All of them, in order.
    """

    samples: np.ndarray
    sampling_rate: float
    lead: str
    beats: list[Beat]


class Examined(NamedTuple):
    """What a model says of one file.

    Attributes
    ----------
    label : str
        The class; empty where there is none.
    confidence : float
        Its probability; NaN where there is none.
    probabilities : mapping of str to float
        Of every class.
    reason : str
        Why there is no class, or what to beware of.
    picture, heat : bytes
        PNG files of one size: what was looked at, and where the evidence for the class
        lies, to be multiplied with it. Empty where there is none.
    strip : Strip or None
        Of a record.
    """

    label: str = ""
    confidence: float = math.nan
    probabilities: Mapping[str, float] = MappingProxyType({})
    reason: str = ""
    picture: bytes = b""
    heat: bytes = b""
    strip: Strip | None = None


def examine(estimator: BaseEstimator, path: Path) -> Examined:
    """Ask a model about one file.

    Parameters
    ----------
    estimator : classifier
        Fitted, of pictures, taking paths; or of records.
    path : Path
        A picture; or a record: a WFDB header with its files beside it, an EDF, a DICOM
        or a CSV file.

    Returns
    -------
    Examined
        With a reason instead of a class where there is none.
    """
    is_record = not is_image_file(path)
    if is_record != takes_records(estimator):
        wanted, given = ("picture", "record") if is_record else ("record", "picture")
        return Examined(reason=f"This model is for a {wanted}, and this is a {given}.")
    try:
        return (_record if is_record else _picture)(estimator, path)
    except NoUsableRowError as error:
        return Examined(reason=f"Files like this {error.reason}.")
    except (ValueError, TypeError, OSError, ImportError) as error:
        return Examined(reason=_without_folder(str(error), path))


def _picture(estimator: BaseEstimator, path: Path) -> Examined:
    picture = read_image(path)
    shown = encode_png(picture)
    try:
        found = _of_whole(estimator, [str(path)])._replace(picture=shown)
    except NoUsableRowError as error:
        return Examined(reason=f"Files like this {error.reason}.", picture=shown)
    heat, why_not = _heat(estimator, path, found.label)
    reason = f"{found.reason} {why_not}".strip()
    return found._replace(heat=heat, reason=reason)


def _of_whole(estimator: BaseEstimator, X: Any) -> Examined:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RowsWarning)
        found = _answered(estimator, estimator.predict_proba(X)[0])
    reasons = {
        f"Files like this {one.message.reason}."
        for one in caught
        if isinstance(one.message, RowsWarning)
    }
    return found._replace(reason=" ".join([*sorted(reasons), found.reason]).strip())


def _answered(estimator: BaseEstimator, answer: np.ndarray) -> Examined:
    if not np.isfinite(answer).all():
        return Examined(reason="The model's answer is no number.")
    best = int(np.argmax(answer))
    names = [str(name) for name in estimator.classes_]
    shares = dict(zip(names, map(float, answer), strict=True))
    return Examined(names[best], float(answer[best]), shares)


def _heat(estimator: BaseEstimator, path: Path, label: str) -> tuple[bytes, str]:
    # Here and not above: it brings torch, which the model needs anyway.
    from skecg.inspection import grad_cam

    try:
        target = next(one for one in estimator.classes_ if str(one) == label)
        (map_,) = grad_cam(
            estimator, [str(path)], target=target, at="input", method="hires_cam"
        )
    except (TypeError, ValueError, StopIteration):
        return b"", "There is no heat map of this kind of model."
    strongest = np.nanmax(map_, initial=0.0)
    if not strongest > 0:
        return b"", "No evidence was found to draw as a heat map."
    step = -(-max(map_.shape) // _LARGEST)  # smooth: nothing is lost between the pixels
    return encode_png(_coloured(np.nan_to_num(map_[::step, ::step]) / strongest)), ""


def _coloured(shares: np.ndarray) -> np.ndarray:
    # From white, which leaves the picture as it is, by yellow to red.
    colour = np.empty((*shares.shape, 3), dtype=np.uint8)
    for channel, (deepest, bend) in enumerate(
        zip(_DEEPEST, (2.0, 1.2, 0.6), strict=True)
    ):
        colour[..., channel] = np.rint(255 - (255 - deepest) * shares**bend)
    return colour


def _record(estimator: BaseEstimator, path: Path) -> Examined:
    record = read_signal_file(path)
    wanted = input_of(estimator)
    leads = _leads(wanted.n_leads, record)
    rate = wanted.sampling_rate
    signal = record.data[leads]
    if rate != record.sampling_rate:
        signal = resample(signal, sampling_rate=record.sampling_rate, target_rate=rate)
    shown = record.data[leads[0]].astype(np.float32)
    strip = Strip(shown, record.sampling_rate, record.lead_names[leads[0]], [])
    pieces, told = _ask(estimator, signal, wanted)
    if told is None:
        return _of_whole(estimator, pieces.rows)._replace(strip=strip)
    times = told.time + pieces.starts[told.record] / rate
    edges = pieces.edges / rate
    own = (times >= edges[told.record]) & (times < edges[told.record + 1])
    if not own.any():
        return Examined(reason="Records like this have no heartbeat that can be used.")
    found = zip(times[own], told.label[own], told.probability[own], strict=True)
    beats = [
        Beat(float(at), str(one), float(shares.max())) for at, one, shares in found
    ]
    answer = _answered(estimator, told.probability[own].mean(axis=0))
    return answer._replace(strip=strip._replace(beats=beats), reason=_told_by(beats))


def _told_by(beats: Sequence[Beat]) -> str:
    counts: dict[str, int] = {}
    for beat in beats:
        counts[beat.label] = counts.get(beat.label, 0) + 1
    words = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    return f"{len(beats)} beats: {words}."


def _leads(wanted: int, record: SignalFile) -> list[int]:
    # As `screen` chooses them: the lead that is looked for, and then those of the file.
    if len(record.data) < wanted:
        raise DataFileError(
            f"The model needs {wanted} leads, and the record has {len(record.data)}."
        )
    names = [name.casefold() for name in record.lead_names]
    known = [names.index(one.casefold()) for one in LEADS if one.casefold() in names]
    first = known[0] if known else 0
    others = [lead for lead in range(len(names)) if lead != first]
    return [first, *others][:wanted]


def _ask(
    estimator: Any, signal: np.ndarray, wanted: RecordInput
) -> "tuple[_Pieces, Any]":
    # As a whole, which is the best for the rhythm; in pieces of the length of the fit
    # where the model takes no other.
    n_times, rate = signal.shape[1], wanted.sampling_rate
    for length in (n_times, int(getattr(estimator, "n_times_in_", None) or n_times)):
        pieces = _cut(signal, length, rate)
        if not wanted.has_lead_axis:
            pieces = pieces._replace(rows=pieces.rows[:, 0])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RowsWarning)  # pieces without a beat
            try:
                return pieces, beats_of(estimator, pieces.rows, rate)
            except NoUsableRowError:
                raise
            except ValueError as error:
                refused = error
    raise refused


class _Pieces(NamedTuple):
    """A record as rows of the length that a model takes, overlapping a little."""

    rows: np.ndarray
    starts: np.ndarray  # samples
    edges: np.ndarray  # samples, one more: where each piece begins to count


def _cut(signal: np.ndarray, length: int, rate: float) -> _Pieces:
    # A beat at the edge of a piece lies inside its neighbour, which counts there.
    n_times = signal.shape[1]
    if n_times < length:
        signal = np.pad(signal, ((0, 0), (0, length - n_times)), mode="edge")
    overlap = min(int(_OVERLAP * rate), length // 2)
    last = max(n_times - length, 0)
    starts = np.append(np.arange(0, last, length - overlap), last)
    if len(starts) > _LONGEST:
        raise DataFileError(f"The record is too long: {len(starts)} pieces.")
    middles = (starts[1:] + starts[:-1] + length) / 2
    rows = np.stack([signal[:, start : start + length] for start in starts])
    return _Pieces(rows, starts, np.concatenate([[0], middles, [n_times]]))


def _without_folder(text: str, path: Path) -> str:
    # A person knows the file by its name, not by where the page has put it.
    return text.replace(f"{path.parent}/", "").replace(str(path.parent), "")
