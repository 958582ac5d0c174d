"""Files in, findings out: batches in threads, and bad files by themselves."""

import errno
import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from sklearn.base import BaseEstimator

from skecg.datasets._read_record import files_of_record
from skecg.exceptions import NoUsableRowError, SignalQualityWarning, SkecgError
from skecg.imaging.decode import count_pages
from skecg.screening._findings import Finding, stamp_of
from skecg.screening._warned import WarnedRows

# What a single file may be to blame for. ImportError: the reader of its kind is absent.
_OF_A_FILE = (ValueError, OSError, ImportError)
_PIECE = 2**20  # bytes
_OF_PAGES = (".pdf", ".tif", ".tiff")


class Judged(NamedTuple):
    """A finding, and the error that stands behind it if it may be the model's fault."""

    finding: Finding
    refusal: ValueError | None = None


class Model(Protocol):
    """What is asked about files.

    Attributes
    ----------
    one_by_one : bool
        Whether it is asked about one file at a time.
    """

    one_by_one: bool

    def ask(self, batch: list[Finding]) -> list[Finding]:
        """Return the findings, in the same order, with what the model says."""


class Judge:
    """Asks a model about files; one for all threads.

    Parameters
    ----------
    model : Model
        Of pictures or of records.
    """

    def __init__(self, model: Model) -> None:
        self._model = model

    def __call__(self, paths: Sequence[str]) -> list[Judged]:
        """Return what is found out about each file, in the same order."""
        judged: dict[str, Judged] = {}
        there = []
        for path in paths:
            finding = _looked_at(path)
            judged[path] = Judged(finding)
            if finding.is_readable:
                there.append(finding)
        batches = [[one] for one in there] if self._model.one_by_one else [there]
        for batch in filter(None, batches):
            judged |= {one.finding.path: one for one in self._together(batch)}
        return [judged[path] for path in paths]

    def _together(self, batch: list[Finding]) -> list[Judged]:
        # A file that cannot be used takes no other one with it.
        try:
            return [Judged(finding) for finding in self._model.ask(batch)]
        except _OF_A_FILE as error:
            if len(batch) == 1:
                return [_without_answer(batch[0], error)]
        return [each for one in batch for each in self._together([one])]


class PictureModel:
    """An estimator of pictures, which takes paths.

    Parameters
    ----------
    estimator : fitted classifier
        With `predict_proba`.
    warned : WarnedRows
        Collecting.
    """

    one_by_one = False

    def __init__(self, estimator: BaseEstimator, warned: WarnedRows) -> None:
        self._estimator = estimator
        self._warned = warned

    def ask(self, batch: list[Finding]) -> list[Finding]:
        """Return the findings, in the same order, with what the estimator says."""
        with self._warned.of_this_thread() as warned:
            answers = self._estimator.predict_proba([one.path for one in batch])
        answers = np.asarray(answers, dtype=np.float64)
        wanted = (len(batch), len(self._estimator.classes_))
        if answers.shape != wanted:
            raise TypeError(
                f"{type(self._estimator).__name__}.predict_proba must answer with an "
                f"array of shape (n_files, n_classes), {wanted}, got {answers.shape}."
            )
        findings = [
            _answered(one, answer) for one, answer in zip(batch, answers, strict=True)
        ]
        for warning in warned:
            for row in warning.rows:
                findings[row] = _warned_of(findings[row], warning)
        return findings


def in_order(
    judge: Callable[[Sequence[str]], list[Judged]],
    paths: Iterable[str],
    *,
    batch_size: int,
    n_workers: int,
) -> Iterator[list[Judged]]:
    """Judge batch by batch, some of them at a time.

    Parameters
    ----------
    judge : callable
        Takes paths.
    paths : iterable of str
        Taken as they are needed.
    batch_size : int
        Files at a time.
    n_workers : int
        Batches at a time, in threads. Where several are at work, one decodes while
        another computes.

    Yields
    ------
    list of Judged
        One for each file of a batch, in the order of `paths`.
    """
    left = iter(paths)
    begun: deque[Future[list[Judged]]] = deque()
    with ThreadPoolExecutor(n_workers) as pool:
        try:
            while batch := list(islice(left, batch_size)):
                begun.append(pool.submit(judge, batch))
                if len(begun) > n_workers:  # one waits, so that no thread does
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _looked_at(path: str) -> Finding:
    size, modified = stamp_of(path)
    try:
        digest = _digest(path)
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        lost = getattr(error, "filename", None) or path
        reason = f"{lost} cannot be read: {told}."
        return Finding(path, "", size, modified, [], is_readable=False, reason=reason)
    return Finding(path, digest, size, modified, [])


def _digest(path: str) -> str:
    # Over all files that a record is made of, piece by piece.
    digest = hashlib.sha256()
    for each in files_of_record(path):
        if each.exists() and not (each.is_file() or each.is_dir()):  # a pipe waits
            raise OSError(errno.EINVAL, "it is no ordinary file", str(each))
        with each.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    return digest.hexdigest()


def _answered(finding: Finding, answer: np.ndarray) -> Finding:
    if np.isfinite(answer).all():
        reason = _left_out(finding.path)
        return finding._replace(probabilities=answer.tolist(), reason=reason)
    return finding._replace(reason="The model's answer is no number.")


def _warned_of(finding: Finding, warning: Any) -> Finding:
    reason = f"Files like this {warning.reason}."
    if isinstance(warning, SignalQualityWarning):
        return finding._replace(probabilities=[], reason=reason)  # the class prior
    if reason not in finding.reason:  # each member of an ensemble may say it
        reason = f"{reason} {finding.reason}".rstrip()
    return finding._replace(is_doubtful=bool(finding.probabilities), reason=reason)


def _without_answer(finding: Finding, error: Exception) -> Judged:
    if isinstance(error, NoUsableRowError):
        return Judged(finding._replace(reason=f"Files like this {error.reason}."))
    unreadable = finding._replace(is_readable=False, reason=str(error))
    if isinstance(error, ValueError) and not isinstance(error, SkecgError):
        return Judged(unreadable, error)
    return Judged(unreadable)


def _left_out(path: str) -> str:
    # Estimators take the first page of a file; whoever reads the table must know.
    if Path(path).suffix.lower() not in _OF_PAGES:
        return ""
    try:
        n_pages = count_pages(path)
    except _OF_A_FILE:
        return ""
    return "" if n_pages < 2 else f"Only the first of {n_pages} pages was looked at."
