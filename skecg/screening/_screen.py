"""Many files through one model, most urgent first."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from skecg.exceptions import DataFileError
from skecg.persistence import load
from skecg.persistence._fingerprint import fingerprint
from skecg.screening._answers import Judge, Judged, Model, PictureModel, in_order
from skecg.screening._findings import Rule, absolute
from skecg.screening._journal import Journal, open_journal
from skecg.screening._outputs import check_outputs
from skecg.screening._records import (
    LEADS,
    RecordModel,
    has_beats,
    names_of,
    takes_records,
)
from skecg.screening._result import ScreeningResult
from skecg.screening._table import urgent_first, write_beats, write_table
from skecg.screening._warned import WarnedRows

_PICTURES = 32  # of a batch


def screen(
    estimator: BaseEstimator | str | os.PathLike[str],
    files: Iterable[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    *,
    urgency: Sequence[str] | None = None,
    refer_below: float = 0.0,
    batch_size: int | None = None,
    n_workers: int = 2,
    model: str = "",
    lead: str | Sequence[str] = LEADS,
    min_beats: float = 0.01,
    beats: str | os.PathLike[str] | None = None,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> ScreeningResult:
    """Classify any number of files and write a table of them, most urgent first.

    Parameters
    ----------
    estimator : classifier, or str or os.PathLike
        Fitted, with `predict_proba`, taking paths: a pipeline of
        `~skecg.preprocessing.ImageResizer` and `~skecg.classifiers.ImageClassifier`,
        for instance. Inside
        ``CalibratedClassifierCV(method="temperature")`` its confidence means what it
        says. Or one of records: a `~skecg.classifiers.BeatwiseClassifier`, whose
        `predict_beats` judges beat by beat, or another classifier of signals. Or the
        path of a file that `~skecg.persistence.save` has written.
    files : iterable of str or os.PathLike
        One picture each, or one record each as `~skecg.datasets.read_record` takes
        them; `find_pictures` and `find_records` list those of a folder. A file that is
        named twice is looked at once.
    output : str or os.PathLike
        The table, a CSV file; its folder must exist. One that a screening has written
        is replaced, any other file is not. The journal is written beside it, under its
        name and ``.journal``.
    urgency : sequence of str, optional
        The classes, the most urgent first; those that are not named follow in the
        order of ``classes_``, which is the order if nothing is named; the AAMI's
        classes of beats then come as V, F, S, Q, N, and those of
        `~skecg.datasets.load_ecg_images` as infarction, abnormal heartbeat, history of
        infarction, normal. Files without a class come right behind the most urgent
        one, since they may be of any: a person must look at them.
        ``"uncertain: refer"``, ``"no answer"`` and ``"unreadable"`` put them elsewhere.
    refer_below : float, default=0.0
        A file whose highest probability is lower gets no class but "uncertain: refer";
        of a record it is the mean probability of the beats that gave it its class.
        `choose_refer_below` chooses it on validation data.
    batch_size : int, optional
        Files that are judged before the journal is written: pictures go through the
        estimator together. By default 32 pictures, or one record.
    n_workers : int, default=2
        Batches that are in work at a time, in threads: one is decoded while another is
        classified.
    model : str, default=""
        Names the estimator in the journal, which refuses to go on with another. By
        default the SHA-256 of the model file, or of what the estimator holds; one that
        cannot be serialised needs a name to be known again.
    lead : str or sequence of str, default=("II", "MLII", "I", "V5", "V2", "V1")
        Of records: the names of leads in order of preference. The first that a record
        has is looked at, and stands in the table; a record with none of them is listed
        as unreadable. An estimator of several leads gets the others behind it.
    min_beats : int or float, default=0.01
        Of records: a record is as urgent as the most urgent class that has at least so
        many beats of it: a number of beats, or as a float the share of all of them. If
        no class has as many, it is the most frequent one.
    beats : str or os.PathLike, optional
        Of records: a CSV file for a line of each beat, with path, time in seconds,
        class and probability.
    on_progress : callable, optional
        Called after each batch with the number of files that are done, of all files,
        and a line of text.

    Returns
    -------
    ScreeningResult

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    TypeError
        If it has no `predict_proba`, answers with something else than a row for each
        file, or does not say at which sampling rate it takes records; or if `files` is
        a single path.
    ValueError
        If a parameter is out of its range, `urgency` names what is not there, `beats`
        is wanted of pictures or of a model that judges records as a whole, or `output`
        and `beats` are one file.
    DataFileError
        If the journal is damaged, about another model or other classes, or in use by
        another process; if `output` or `beats` is a file that no screening has written;
        or if the model can use none of the first files, for a reason that is not
        theirs.
    ModelFileError
        If the model file cannot be used.
    OSError
        If table or journal cannot be written.

    See Also
    --------
    choose_refer_below : Below which confidence a person should look.
    find_pictures, find_records : The pictures, or the records, of folders.
    skecg.reporting.write_screening_report : The result as a page with thumbnails.

    Notes
    -----
    A file that cannot be read is listed with the reason, and takes no other file with
    it. A file of which the estimator warns that it cannot be used, such as a picture of
    one shade, gets no class either, although `predict_proba` answers with the share of
    each class. A file of which it warns otherwise (no grid of ECG paper on it) is
    referred. Warnings reach us from the threads in which they are made, not from other
    processes that an estimator may start.

    A record is read at its own rate and brought to that of the estimator. Beats that
    the estimator warns of as unusable are left out, and the reason says how many; a
    record of which more than half are left out is referred. The probabilities of a
    record are the means over its beats: the share of each class that is to be expected.

    Findings are in the journal, and on the disk, before the next batch is done. A run
    that broke off, be it by ``kill -9``, goes on behind the last of them when it is
    called again; after a change of `refer_below` or `urgency` only the table is
    written anew. A file that has changed since, by its size or time, is looked at
    again. Delete the journal to begin from the start.

    In memory are a few batches and, for each file, its path and a number.

    This is for research, not a medical device.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.pipeline import make_pipeline
    >>> from skecg.classifiers import ImageClassifier
    >>> from skecg.datasets import load_ecg_images
    >>> from skecg.preprocessing import ImageResizer
    >>> from skecg.screening import screen
    >>> scans = load_ecg_images()
    >>> model = make_pipeline(
    ...     ImageResizer((32, 48)), ImageClassifier(max_epochs=1, random_state=0)
    ... ).fit(scans.paths, scans.target)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     result = screen(
    ...         model,
    ...         [*scans.paths, "lost.jpg"],
    ...         Path(folder) / "scans.csv",
    ...         urgency=["Myocardial_Infarction"],
    ...     )
    >>> result.n_files, result.outcomes["unreadable"]
    (25, 1)
    """
    estimator, model = _ready(estimator, model)
    of_records = takes_records(estimator)
    if batch_size is None:
        batch_size = 1 if of_records else _PICTURES
    _check_call(files, batch_size, n_workers)
    if beats is not None and not has_beats(estimator):
        what = "judges records as a whole" if of_records else "takes pictures"
        raise ValueError(f"beats is for the beats of records; this estimator {what}.")
    classes = [str(one) for one in estimator.classes_]
    rule = Rule(classes, urgency, refer_below, min_beats)
    leads = names_of(lead) if of_records else ()
    warned = WarnedRows()
    asked = (
        RecordModel(estimator, warned, leads)
        if of_records
        else PictureModel(estimator, warned)
    )
    paths = list(dict.fromkeys(map(absolute, files)))
    table = Path(output)
    check_outputs(table, None if beats is None else Path(beats))
    beside = table.with_name(f"{table.name}.journal")
    with open_journal(beside, model=model, classes=classes, leads=leads) as journal:
        left = [path for path in paths if not journal.has(path)]
        n_done = len(paths) - len(left)
        for batch in _judged(asked, warned, left, batch_size, n_workers):
            _check_not_refused(batch, journal, estimator)
            journal.append([one.finding for one in batch], rule)
            n_done += len(batch)
            if on_progress is not None:
                on_progress(n_done, len(paths), Path(batch[-1].finding.path).name)
        places = urgent_first(journal, paths, rule)
        counts = write_table(table, journal, places, rule, of_records=of_records)
        if beats is not None:
            write_beats(Path(beats), journal, places, classes)
    return ScreeningResult(
        output=table,
        journal=beside,
        n_files=len(paths),
        n_new=len(left),
        outcomes=counts.outcomes,
        classes={n: counts.classes[n] for n in rule.urgency if n in classes},
        urgency=rule.urgency,
        refer_below=refer_below,
        model=model,
        of_records=of_records,
        beats=None if beats is None else Path(beats),
        beat_classes={n: counts.beats[n] for n in classes} if of_records else {},
        min_beats=min_beats,
    )


def _ready(
    estimator: BaseEstimator | str | os.PathLike[str], model: str
) -> tuple[BaseEstimator, str]:
    # A fitted classifier, and what names it.
    if isinstance(estimator, str | os.PathLike):
        file = Path(estimator)
        loaded = load(file)
        return _ready(loaded, model or hashlib.sha256(file.read_bytes()).hexdigest())
    check_is_fitted(estimator)
    if not (hasattr(estimator, "predict_proba") and hasattr(estimator, "classes_")):
        raise TypeError(
            f"Screening needs a classifier with predict_proba, got "
            f"{type(estimator).__name__}. CalibratedClassifierCV gives one to those "
            "without."
        )
    return estimator, model or fingerprint(estimator)


def _check_call(files: Any, batch_size: int, n_workers: int) -> None:
    if isinstance(files, str | os.PathLike):
        raise TypeError(f"Put a single file into a list: files=[{str(files)!r}].")
    if min(batch_size, n_workers) < 1:
        raise ValueError("batch_size and n_workers must be 1 or more.")


def _judged(
    asked: Model,
    warned: WarnedRows,
    paths: Sequence[str],
    batch_size: int,
    n_workers: int,
) -> Iterator[list[Judged]]:
    with warned.collecting():
        yield from in_order(
            Judge(asked), paths, batch_size=batch_size, n_workers=n_workers
        )


def _check_not_refused(
    batch: Sequence[Judged], journal: Journal, estimator: BaseEstimator
) -> None:
    # One odd file is listed; a model that has used no file yet may not be for files.
    if journal.n_answers or any(one.finding.probabilities for one in batch):
        return
    refusals = [one.refusal for one in batch if one.refusal is not None]
    if refusals:
        raise DataFileError(
            f"This {type(estimator).__name__} can use none of the first files: "
            f"{refusals[0]}"
        ) from refusals[0]
