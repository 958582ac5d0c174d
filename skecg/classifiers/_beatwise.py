"""From records to beats and back: a classifier of beats that answers per record."""

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    MetaEstimatorMixin,
    _fit_context,
    clone,
)
from sklearn.frozen import FrozenEstimator
from sklearn.utils import Tags
from sklearn.utils._param_validation import HasMethods, StrOptions
from sklearn.utils.metadata_routing import _routing_enabled, get_routing_for_object
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    check_consistent_length,
    check_is_fitted,
    has_fit_parameter,
    validate_data,
)

from skecg._validation import usable_rows, validate_signals
from skecg.classifiers._known_records import KnownRecords, learn, warn_of_unfamiliar
from skecg.preprocessing import BeatSegmenter, PatientBeatSegmenter


class BeatPredictions(NamedTuple):
    """What a classifier says of each beat.

    Attributes
    ----------
    record : ndarray of int of shape (n_beats,)
        Row of X that the beat is from.
    time : ndarray of shape (n_beats,)
        Time of its R-peak in that record, in seconds; NaN where the records came
        segmented.
    label : ndarray of shape (n_beats,)
        Its class, a member of `classes_`.
    probability : ndarray of shape (n_beats, n_classes)
        In the order of `classes_`.
    """

    record: np.ndarray
    time: np.ndarray
    label: np.ndarray
    probability: np.ndarray


class BeatwiseClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Cut records into beats, classify each beat, answer per record.

    In `fit` each beat takes the label of its record. A classifier that was trained on
    beats already is kept as it is when it comes in a `FrozenEstimator`; its classes are
    then the classes of the records.

    Parameters
    ----------
    segmenter : BeatSegmenter, PatientBeatSegmenter or None
        Cuts the beats; its `sampling_rate`, `window` and `method` hold. None if `X` is
        segmented already, by ``BeatSegmenter(output="beats")`` in the steps before.
    classifier : classifier
        Of beats ``(n_beats, n_times)`` or ``(n_beats, n_leads, n_times)``, with
        `predict_proba`; or a fitted one in a `FrozenEstimator`.
    aggregate : {"mean", "vote"} or callable, default="mean"
        How the beats of a record speak for it: the mean of their probabilities, the
        share of beats per most probable class, or a function from ``(n_beats,
        n_classes)`` to ``(n_classes,)`` that gives probabilities.
    check_records : bool, default=False
        Whether `fit` notes what its records are like, and predicting warns of those
        that are unlike them: in other units, upside down, of another lead, too short.
        Needs a segmenter, and records of more than 80 Hz.

    Attributes
    ----------
    segmenter_ : BeatSegmenter, PatientBeatSegmenter or None
        The fitted segmenter.
    classifier_ : classifier
        The fitted classifier of beats.
    classes_ : ndarray of shape (n_classes,)
        Those of `classifier_`.
    class_prior_ : ndarray of shape (n_classes,)
        Shares of the records in `fit`; the answer for a record without beats.
    n_leads_in_, n_times_in_ : int
        Shape of a record in `fit`. With a `PatientBeatSegmenter`, later records may be
        of any length, NaN behind their ends.
    n_features_in_ : int
        Samples of a record in `fit`, only for 2-D `X`.
    known_records_ : NamedTuple
        With `check_records`: what the records of `fit` are like.

    See Also
    --------
    skecg.preprocessing.BeatSegmenter : The median beat of a record, in a pipeline.
    skecg.signal.beats.extract_beats : Beats as rows, outside a pipeline.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skecg.classifiers import BeatwiseClassifier
    >>> from skecg.datasets import load_mitbih_sample
    >>> from skecg.preprocessing import BeatSegmenter
    >>> sample = load_mitbih_sample()
    >>> X = sample.data[:6, 0, :2500]  # 20 s of one lead of six records
    >>> y = np.array(["first", "second"] * 3)
    >>> clf = BeatwiseClassifier(
    ...     BeatSegmenter(sampling_rate=sample.sampling_rate), LogisticRegression()
    ... ).fit(X, y)
    >>> clf.predict_proba(X).shape
    (6, 2)
    >>> beats = clf.predict_beats(X)
    >>> beats.label.shape == beats.time.shape
    True
    """

    __metadata_request__fit: ClassVar[dict[str, bool]] = {"groups": True}

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "segmenter": [HasMethods(["fit", "segment"]), None],
        "classifier": [HasMethods(["fit", "predict_proba"])],
        "aggregate": [StrOptions({"mean", "vote"}), callable],
        "check_records": ["boolean"],
    }

    def __init__(
        self,
        segmenter: BeatSegmenter | PatientBeatSegmenter | None,
        classifier: BaseEstimator,
        *,
        aggregate: str | Callable[[np.ndarray], np.ndarray] = "mean",
        check_records: bool = False,
    ) -> None:
        self.segmenter = segmenter
        self.classifier = classifier
        self.aggregate = aggregate
        self.check_records = check_records

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(
        self, X: npt.ArrayLike, y: npt.ArrayLike, groups: npt.ArrayLike | None = None
    ) -> Self:
        """Cut the records and train the classifier on their beats.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records; without a segmenter (n_records, n_beats, n_leads, n_times), NaN
            where a record has fewer beats.
        y : array-like of shape (n_records,)
            Class labels.
        groups : array-like of shape (n_records,), default=None
            The patient of each record; reaches a classifier whose `fit` takes it.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If shapes or lengths do not go together, no record has a beat, there are
            fewer than two classes, or a frozen classifier does not know them.

        Warns
        -----
        SignalQualityWarning
            If records have no beat, with their indices.
        """
        # First: it forgets the names of columns.
        labels: np.ndarray = validate_data(self, y=y)
        X = self._read(X, reset=True)
        check_consistent_length(X, labels)
        check_classification_targets(labels)
        self.segmenter_ = None
        if self.segmenter is not None:
            self.segmenter_ = clone(self.segmenter).fit(X)
        self.classifier_ = clone(self.classifier)
        beats = self._cut(X)
        fit_params = self._beat_groups(groups, beats, n_records=len(X))
        self._check_labels(labels[np.unique(beats.record)])
        self.classifier_.fit(beats.data, labels[beats.record], **fit_params)
        self.classes_ = self.classifier_.classes_
        self.class_prior_ = (labels[:, np.newaxis] == self.classes_).mean(axis=0)
        if self.check_records:
            rate = self._rate_to_check()
            self.known_records_: KnownRecords = learn(X, beats.record, beats.time, rate)
        return self

    def predict_beats(self, X: npt.ArrayLike) -> BeatPredictions:
        """Classify every beat.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records with as many leads as those in `fit`. Where a segmenter cuts them
            they may have any length: a beat is as long in all of them.

        Returns
        -------
        BeatPredictions
            Record, time (s), label and probabilities of each beat, in order of record
            and time.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If `X` differs in its leads from that of `fit`, or no record has a beat.

        Warns
        -----
        SignalQualityWarning
            If records have no beat, with their indices.
        UnfamiliarSignalWarning
            With `check_records`: if records are unlike those of `fit`, with their
            indices, once for each way in which they are.
        """
        check_is_fitted(self)
        any_length = self.segmenter is not None
        return self._classify_beats(self._read(X, reset=False, any_length=any_length))

    def predict_proba(self, X: npt.ArrayLike) -> np.ndarray:
        """Return the probability of each class, per record.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records of the shape of those in `fit`.

        Returns
        -------
        ndarray of shape (n_records, n_classes)
            `aggregate` of the beats; for a record without beats, the share of each
            class in `fit`.
        """
        check_is_fitted(self)
        X = self._read(X, reset=False)
        beats, n_records = self._classify_beats(X), len(X)
        if callable(self.aggregate):
            return self._aggregate_each(self.aggregate, beats, n_records)
        votes = beats.probability
        if self.aggregate == "vote":
            votes = np.eye(len(self.classes_))[votes.argmax(axis=1)]
        sums = np.zeros((n_records, len(self.classes_)))
        np.add.at(sums, beats.record, votes)
        counts = np.bincount(beats.record, minlength=n_records)[:, np.newaxis]
        with np.errstate(invalid="ignore"):
            return np.where(counts > 0, sums / counts, self.class_prior_)

    def predict(self, X: npt.ArrayLike) -> np.ndarray:
        """Return the most probable class of each record.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records of the shape of those in `fit`.

        Returns
        -------
        ndarray of shape (n_records,)
            Members of `classes_`.
        """
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    def _read(
        self, X: npt.ArrayLike, *, reset: bool, any_length: bool = False
    ) -> np.ndarray:
        segmented = self.segmenter is None
        X = validate_signals(
            self,
            X,
            reset=reset,
            min_times=2,
            segmented=segmented,
            any_length=any_length or getattr(self.segmenter, "takes_any_length", False),
        )
        if segmented and X.ndim != 4:
            raise ValueError(
                "Without a segmenter, X must be segmented records of shape (n_records, "
                f"n_beats, n_leads, n_times), got shape {X.shape}. Pass a "
                "BeatSegmenter to cut records."
            )
        return X

    def _cut(self, X: np.ndarray) -> "_Beats":
        if self.segmenter_ is None:
            return _gather(X)
        beats = self.segmenter_.segment(X)
        return _Beats(beats.data, beats.record, beats.time)

    def _classify_beats(self, X: np.ndarray) -> BeatPredictions:
        beats = self._cut(X)
        if self.check_records:
            rate = self._rate_to_check()
            known = self.known_records_
            warn_of_unfamiliar(X, beats.record, beats.time, rate, known)
        probability = self.classifier_.predict_proba(beats.data)
        label = self.classes_[probability.argmax(axis=1)]
        return BeatPredictions(beats.record, beats.time, label, probability)

    def _rate_to_check(self) -> float:
        if self.segmenter_ is None:
            raise ValueError(
                "check_records needs records, and without a segmenter X is beats. Give "
                "a segmenter, or check_records=False."
            )
        return float(self.segmenter_.sampling_rate)

    def _check_labels(self, y: np.ndarray) -> None:
        labels = np.unique(y)
        if isinstance(self.classifier, FrozenEstimator):
            check_is_fitted(self.classifier.estimator)
            known = self.classifier.classes_
            unknown = labels[~np.isin(labels, known)].tolist()
            if unknown:
                raise ValueError(
                    f"y holds {unknown}, which the fitted classifier does not know; it "
                    f"tells {known.tolist()} apart. Label the records with these."
                )
        elif labels.size < 2:
            raise ValueError(
                "BeatwiseClassifier needs beats of at least two classes to train, "
                f"got one class: {labels.tolist()[0]!r}."
            )

    def _beat_groups(
        self, groups: npt.ArrayLike | None, beats: "_Beats", *, n_records: int
    ) -> dict[str, np.ndarray]:
        if groups is None:
            return {}
        groups = np.asarray(groups)
        if len(groups) != n_records:
            raise ValueError(
                f"groups has {len(groups)} entries for {n_records} records; give one "
                "patient per record."
            )
        classifier = self.classifier_
        takes = has_fit_parameter(classifier, "groups") or (
            # A Pipeline or a search has `groups` in no signature, but routes them.
            _routing_enabled()
            and get_routing_for_object(classifier).consumes("fit", ["groups"])
        )
        return {"groups": groups[beats.record]} if takes else {}

    def _aggregate_each(
        self,
        aggregate: Callable[[np.ndarray], np.ndarray],
        beats: BeatPredictions,
        n_records: int,
    ) -> np.ndarray:
        answers = np.tile(self.class_prior_, (n_records, 1))
        for record in np.unique(beats.record):
            answer = np.asarray(aggregate(beats.probability[beats.record == record]))
            if answer.shape != self.classes_.shape or not np.isclose(answer.sum(), 1):
                raise ValueError(
                    "aggregate must return one probability per class, "
                    f"{len(self.classes_)} that sum to 1, got {answer!r} for record "
                    f"{record}."
                )
            answers[record] = answer
        return answers

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        return tags


class _Beats(NamedTuple):
    """Beats as rows, with the record and the time of each."""

    data: np.ndarray
    record: np.ndarray
    time: np.ndarray


def _gather(X: np.ndarray) -> _Beats:
    # The beats of segmented records; the empty places behind the last are all NaN.
    there = ~np.isnan(X).all(axis=(2, 3))
    usable_rows(X, there.any(axis=1), reason="have no beat")
    record = np.nonzero(there)[0]
    data = X[there]
    if data.shape[1] == 1:
        data = data[:, 0]
    return _Beats(data, record, np.full(record.shape, np.nan))
