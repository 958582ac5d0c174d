"""Records into beats that stand beside their own patient's."""

from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skecg._validation import usable_rows, validate_signals
from skecg._warn import warn_user
from skecg.exceptions import DroppedBeatWarning
from skecg.signal._checks import shorten
from skecg.signal.beats import ExtractedBeats, window_offsets
from skecg.signal.patient import PATIENT_RATE, patient_beats
from skecg.signal.rpeaks import DETECTORS, LEADS, Detector, Leads, rpeaks_of_records

_SLOWEST = 80.0  # Hz, for the filter of `patient_beats`


class PatientBeatSegmenter(BaseEstimator):
    """Cut records into beats beside their record's median beat and rhythm.

    For `skecg.classifiers.BeatwiseClassifier` around a classifier of the beats of
    `skecg.signal.patient.patient_beats`. Records may be of any length, at `segment`
    another than in `fit`; shorter ones of one array are filled up with NaN.

    Parameters
    ----------
    sampling_rate : float
        Of the records, in Hz; more than 80.
    window : tuple of float, default=(0.4, 0.8)
        Seconds before and after the R-peak.
    method : str or callable, default="skecg"
        Detector of the R-peaks, see `skecg.signal.rpeaks.detect_rpeaks`.
    leads : {"first", "fused"}, default="first"
        Whether the R-peaks of records with several leads are found on the first, or on
        all of them together.

    Attributes
    ----------
    n_leads_in_, n_times_in_ : int
        Leads and samples of the records seen in `fit`.
    n_features_in_ : int
        Samples of the records in `fit`, for two-dimensional `X` only.

    See Also
    --------
    BeatSegmenter : Beats as they are, or the record's median beat.
    skecg.classifiers.make_patient_classifier : Takes these beats.

    Examples
    --------
    >>> from skecg.datasets import make_ecg
    >>> from skecg.preprocessing import PatientBeatSegmenter
    >>> ecg = make_ecg(2, duration=20, sampling_rate=250, random_state=0)
    >>> segmenter = PatientBeatSegmenter(sampling_rate=250).fit(ecg.data)
    >>> beats = segmenter.segment(ecg.data)
    >>> beats.data.shape[1:], beats.record[[0, -1]].tolist()
    ((2, 195), [0, 1])
    """

    takes_any_length: ClassVar[bool] = True

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "sampling_rate": [Interval(Real, _SLOWEST, None, closed="neither")],
        "window": [tuple, list],
        "method": [StrOptions(set(DETECTORS)), callable],
        "leads": [StrOptions(set(LEADS))],
    }

    def __init__(
        self,
        *,
        sampling_rate: float,
        window: tuple[float, float] = (0.4, 0.8),
        method: str | Detector = "skecg",
        leads: Leads = "first",
    ) -> None:
        self.sampling_rate = sampling_rate
        self.window = window
        self.method = method
        self.leads = leads

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:
        """Note how many leads the records have.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records in mV; NaN is a missing sample.
        y : None
            Not used.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If `X` has the wrong shape, the rate is 80 Hz or less, or the window is no
            pair of durations.
        """
        validate_signals(self, X, reset=True, min_times=2)
        window_offsets(self.window, sampling_rate=PATIENT_RATE)  # or refused
        return self

    def segment(self, X: npt.ArrayLike) -> ExtractedBeats:
        """Cut records into beats, with the record and the time of each.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records of any length with the leads of `fit`, NaN behind their ends.

        Returns
        -------
        ExtractedBeats
            `data` of shape (n_beats, 2 * n_leads, n_window + n_columns), at 125 Hz as
            `skecg.signal.patient.patient_beats` cuts them; `record` (rows of `X`),
            `time` in seconds, `rpeak` in samples, `dropped`; `target` and `groups` are
            None.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If no record has two beats, or `X` has other leads than in `fit`.

        Warns
        -----
        SignalQualityWarning
            If a record has fewer than two beats, with its index: beats are set beside
            others of their record.
        DroppedBeatWarning
            If beats touch missing samples.
        """
        check_is_fitted(self)
        X = validate_signals(self, X, reset=False, min_times=2, any_length=True)
        found = rpeaks_of_records(
            X, sampling_rate=self.sampling_rate, method=self.method, leads=self.leads
        )
        found = [peaks if peaks.size > 1 else peaks[:0] for peaks in found]
        there = np.array([peaks.size > 0 for peaks in found])
        usable_rows(X, there, reason="have fewer than two beats that can be found")
        data = np.concatenate(
            [
                self._cut(record, peaks)
                for record, peaks in zip(X, found, strict=True)
                if peaks.size
            ]
        )
        record = np.repeat(np.arange(len(X)), [peaks.size for peaks in found])
        rpeak = np.concatenate(found)
        whole = ~np.isnan(data).any(axis=(1, 2))
        if not whole.all():
            self._check_whole(X, record, whole)
        return ExtractedBeats(
            data[whole],
            None,
            None,
            record[whole],
            (rpeak / self.sampling_rate)[whole],
            rpeak[whole],
            np.stack([record, rpeak], axis=1)[~whole],
        )

    def _cut(self, record: np.ndarray, peaks: np.ndarray) -> np.ndarray:
        # Without what only fills the row: it is no gap of the record.
        leads = np.atleast_2d(record)
        there = np.flatnonzero(~np.isnan(leads).all(axis=0))
        start, stop = int(there[0]), int(there[-1]) + 1
        return patient_beats(
            leads[:, start:stop],
            peaks - start,
            sampling_rate=self.sampling_rate,
            window=self.window,
        )

    def _check_whole(
        self, X: np.ndarray, record: np.ndarray, whole: np.ndarray
    ) -> None:
        warn_user(
            f"{np.sum(~whole)} of {whole.size} beats touch missing samples and are "
            f"left out: rows {shorten(np.unique(record[~whole]))} of X.",
            DroppedBeatWarning,
        )
        counts = np.bincount(record[whole], minlength=len(X))
        lost = (counts == 0) & (np.bincount(record, minlength=len(X)) > 0)
        usable_rows(X, ~lost, reason="have no beat without missing samples")

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        return tags
