"""Records into beats, inside a pipeline."""

import warnings
from numbers import Real
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skecg._validation import usable_rows, validate_signals
from skecg._warn import warn_user
from skecg.exceptions import DroppedBeatWarning, SignalQualityWarning
from skecg.preprocessing._frameless import FramelessTransformer
from skecg.signal._checks import shorten
from skecg.signal.averaging import median_beats
from skecg.signal.beats import ExtractedBeats, extract_beats, window_offsets
from skecg.signal.rpeaks import (
    DETECTORS,
    LEADS,
    Detector,
    Leads,
    rpeaks_of_records,
)


class BeatSegmenter(FramelessTransformer, BaseEstimator):
    """Turn each record into its median beat, or into all of its beats.

    One row in, one row out: a record stays one row, so that the step is legal in a
    `Pipeline`. To train on single beats, call `skecg.signal.beats.extract_beats`
    outside of one, or hand the segmenter to `skecg.classifiers.BeatwiseClassifier`.

    Parameters
    ----------
    sampling_rate : float
        Of the records, in Hz.
    window : tuple of float, default=(0.3, 0.6)
        Seconds before and after the R-peak; a beat has ``n_window = round(before *
        sampling_rate) + round(after * sampling_rate)`` samples.
    output : {"median", "beats"}, default="median"
        Whether `transform` returns median beats, which are short records again, or all
        beats in four dimensions.
    method : str or callable, default="skecg"
        Detector of the R-peaks, see `skecg.signal.rpeaks.detect_rpeaks`.
    edge : {"pad", "drop", "nan"}, default="pad"
        What becomes of beats that cross the record's edge, see
        `skecg.signal.beats.extract_beats`. Here the default is "pad", so that a short
        record whose only beat crosses its edge keeps a row.
    leads : {"first", "fused"}, default="first"
        Whether the R-peaks of records with several leads are found on the first, or on
        all of them together.

    Attributes
    ----------
    n_beats_ : int
        With ``output="beats"``: the largest number of beats that a record had in `fit`.
    n_leads_in_, n_times_in_ : int
        Leads and samples of the records seen in `fit`.
    n_features_in_ : int
        Samples of the records, for two-dimensional `X` only.

    See Also
    --------
    skecg.signal.beats.extract_beats : The same with labels, outside of a pipeline.
    skecg.features.TWaveFeatures : Measures the median beats.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.preprocessing import BeatSegmenter
    >>> times = np.arange(0, 10, 1 / 250)
    >>> record = np.exp(-0.5 * (((times % 1.0) - 0.5) / 0.02) ** 2)
    >>> X = np.stack([record, 2 * record])
    >>> BeatSegmenter(sampling_rate=250.0).fit_transform(X).shape
    (2, 225)
    >>> BeatSegmenter(sampling_rate=250.0, output="beats").fit_transform(X).shape
    (2, 10, 1, 225)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "sampling_rate": [Interval(Real, 0, None, closed="neither")],
        "window": [tuple, list],
        "output": [StrOptions({"median", "beats"})],
        "method": [StrOptions(set(DETECTORS)), callable],
        "edge": [StrOptions({"pad", "drop", "nan"})],
        "leads": [StrOptions(set(LEADS))],
    }

    def __init__(
        self,
        *,
        sampling_rate: float,
        window: tuple[float, float] = (0.3, 0.6),
        output: Literal["median", "beats"] = "median",
        method: str | Detector = "skecg",
        edge: Literal["pad", "drop", "nan"] = "pad",
        leads: Leads = "first",
    ) -> None:
        self.sampling_rate = sampling_rate
        self.window = window
        self.output = output
        self.method = method
        self.edge = edge
        self.leads = leads

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:
        """Note the shape of the records and, for all beats, their largest number.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records of at least two samples; NaN is a missing sample.
        y : None
            Not used.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If `X` has the wrong shape or, with ``output="beats"``, not one beat; or if
            the window is no pair of durations.

        Warns
        -----
        SignalQualityWarning
            With ``output="beats"``: if a record has no beat.
        """
        self._learn(X)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X: npt.ArrayLike, y: object = None) -> np.ndarray:
        """Do what `fit` and `transform` do, and look for the R-peaks once.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records.
        y : None
            Not used.

        Returns
        -------
        ndarray
            As from `transform`.
        """
        X, beats = self._learn(X)
        return self._arrange(self._cut(X) if beats is None else beats, len(X))

    def transform(self, X: npt.ArrayLike) -> np.ndarray:
        """Cut records.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records like those of `fit`.

        Returns
        -------
        ndarray of shape (n_records, n_window) or (n_records, n_leads, n_window), or \
with ``output="beats"`` ``(n_records, n_beats_, n_leads, n_window)``
            Median beats with as many dimensions as `X`, or all beats in order of time,
            NaN where a record has fewer. A record without a beat is NaN. float32 stays
            float32.

        Raises
        ------
        ValueError
            If no record has a beat, or `X` differs in shape from what `fit` saw.

        Warns
        -----
        SignalQualityWarning
            If a record has no beat, with its index.
        DroppedBeatWarning
            If a record has more beats than `n_beats_`; the last ones are left out.
        """
        check_is_fitted(self)
        X = validate_signals(self, X, reset=False, min_times=2)
        return self._arrange(self._cut(X), len(X))

    def segment(self, X: npt.ArrayLike) -> ExtractedBeats:
        """Cut records into single beats, with the record and the time of each.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records with as many leads as those of `fit`, of any length.

        Returns
        -------
        ExtractedBeats
            `data` of shape (n_beats, n_window) or (n_beats, n_leads, n_window),
            `record` (rows of `X`), `time` in seconds, `rpeak` in samples, `dropped`;
            `target` and `groups` are None.

        Raises
        ------
        ValueError
            If no record has a beat, or `X` differs in its leads from what `fit` saw.

        Warns
        -----
        SignalQualityWarning
            If a record has no beat, with its index.
        """
        check_is_fitted(self)
        X = validate_signals(self, X, reset=False, min_times=2, any_length=True)
        return self._cut(X)

    def _learn(self, X: npt.ArrayLike) -> tuple[np.ndarray, ExtractedBeats | None]:
        # The beats are handed on, for finding them is what takes the time.
        X = validate_signals(self, X, reset=True, min_times=2)
        n_window = window_offsets(self.window, sampling_rate=self.sampling_rate).size
        self._shape_out: tuple[int, ...] = (*X.shape[1:-1], n_window)
        if self.output == "median":
            return X, None
        beats = self._cut(X)
        self.n_beats_ = int(np.bincount(beats.record).max())
        self._shape_out = (self.n_beats_, self.n_leads_in_, n_window)
        return X, beats

    def _cut(self, X: np.ndarray) -> ExtractedBeats:
        rate = self.sampling_rate
        rpeaks = rpeaks_of_records(
            X, sampling_rate=rate, method=self.method, leads=self.leads
        )
        with warnings.catch_warnings():  # told below, with the rows
            warnings.simplefilter("ignore", SignalQualityWarning)
            beats = extract_beats(
                X, rpeaks, sampling_rate=rate, window=self.window, edge=self.edge
            )
        counts = np.bincount(beats.record, minlength=len(X))
        usable_rows(X, counts > 0, reason="have no beat that can be cut")
        return beats

    def _arrange(self, beats: ExtractedBeats, n_records: int) -> np.ndarray:
        if self.output == "median":
            return median_beats(beats.data, beats.record, n_records=n_records)
        first = np.searchsorted(beats.record, np.arange(n_records))
        place = np.arange(beats.record.size) - first[beats.record]
        kept = place < self.n_beats_
        if not kept.all():
            _warn_of_surplus(beats.record[~kept], self.n_beats_)
        data = beats.data.reshape(len(beats.data), self.n_leads_in_, -1)
        shape = (n_records, self.n_beats_, *data.shape[1:])
        arranged = np.full(shape, np.nan, dtype=data.dtype)
        arranged[beats.record[kept], place[kept]] = data[kept]
        return arranged

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _warn_of_surplus(records: np.ndarray, n_beats: int) -> None:
    rows, counts = np.unique(records, return_counts=True)
    warn_user(
        f"{counts.sum()} beats are left out: rows {shorten(rows)} of X have more than "
        f"the {n_beats} beats that fit saw in any record. Fit on the longest records.",
        DroppedBeatWarning,
    )
