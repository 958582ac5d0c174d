"""Records into pictures of ECG paper, as a step of a pipeline."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_is_fitted

from skecg._validation import usable_rows, validate_signals
from skecg.imaging.paper import EcgLayout, PaperStyle, render_ecg
from skecg.preprocessing._frameless import FramelessTransformer


class ECGRenderer(FramelessTransformer, BaseEstimator):
    """Draw each record as a picture of ECG paper.

    So a pipeline that begins with signals can end in a network for pictures. 0 mV is
    drawn on the baseline of its lead: put a `BaselineRemover` in front of records that
    are offset or wander.

    Parameters
    ----------
    sampling_rate : float
        Of the records, in Hz.
    layout : str or sequence of sequences of str, default="3x4+rhythm"
        Which leads stand where, see `skecg.imaging.paper.render_ecg`; ``"rows"`` takes
        leads of any name.
    size : tuple of two ints, default=(850, 1100)
        Height and width of the pictures, in pixels.
    speed : float, default=25.0
        Of the paper, in mm/s.
    gain : float, default=10.0
        In mm/mV.
    duration : float, optional
        Seconds in a row; by default what 250 mm show.
    lead_names : sequence of str, optional
        Of all leads of `X`, in their order. By default twelve leads are the standard
        ones, and others have no names.
    style : str or PaperStyle, default="red"
        Colours, by name or your own.
    n_jobs : int, optional
        Threads; -1 takes one for each processor. By default one.

    Attributes
    ----------
    layout_ : EcgLayout
        Where each lead lies in the pictures, and which are missing.
    image_shape_ : tuple of ints
        Height and width of one picture, and 3 where it is in colour.
    n_leads_in_, n_times_in_ : int
        Leads and samples of the records seen in `fit`.
    n_features_in_ : int
        Samples of the records, for two-dimensional `X` only.

    See Also
    --------
    skecg.imaging.paper.render_ecg : One picture.
    skecg.imaging.paper.render_beats : Small pictures of single beats.

    Examples
    --------
    >>> from skecg.datasets import make_ecg
    >>> from skecg.preprocessing import ECGRenderer
    >>> ecg = make_ecg(3, sampling_rate=250.0, n_leads=12, random_state=0)
    >>> renderer = ECGRenderer(sampling_rate=250.0, layout="6x2", size=(182, 256))
    >>> renderer.fit_transform(ecg.data).shape
    (3, 182, 256, 3)
    >>> renderer.layout_.strips[1].lead
    'V1'
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "sampling_rate": [Interval(Real, 0, None, closed="neither")],
        "layout": [str, list, tuple],
        "size": [list, tuple],
        "speed": [Interval(Real, 0, None, closed="neither")],
        "gain": [Interval(Real, 0, None, closed="neither")],
        "duration": [Interval(Real, 0, None, closed="neither"), None],
        "lead_names": [list, tuple, np.ndarray, None],
        "style": [str, PaperStyle],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        *,
        sampling_rate: float,
        layout: str | Sequence[Sequence[str]] = "3x4+rhythm",
        size: Sequence[int] = (850, 1100),
        speed: float = 25.0,
        gain: float = 10.0,
        duration: float | None = None,
        lead_names: Sequence[str] | None = None,
        style: str | PaperStyle = "red",
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_rate = sampling_rate
        self.layout = layout
        self.size = size
        self.speed = speed
        self.gain = gain
        self.duration = duration
        self.lead_names = lead_names
        self.style = style
        self.n_jobs = n_jobs

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:
        """Note the shape of the records and check that the layout suits them.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records, in mV.
        y : None
            Not used.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If `X` has the wrong shape, or a parameter does not go with another one or
            with `X`.
        """
        X = validate_signals(self, X, reset=True)
        picture, self.layout_ = self._render(X[0])
        self.image_shape_ = self._shape_out = picture.shape
        return self

    def transform(self, X: npt.ArrayLike) -> np.ndarray:
        """Draw records.

        Parameters
        ----------
        X : array-like of shape (n_records, n_times) or (n_records, n_leads, n_times)
            Records like those of `fit`; NaN leaves a gap.

        Returns
        -------
        ndarray of uint8 of shape (n_records, height, width, 3)
            Or (n_records, height, width), where the style is grey. A record that is all
            NaN becomes paper without a trace.

        Raises
        ------
        ValueError
            If every record is all NaN, or `X` differs in shape from what `fit` saw.

        Warns
        -----
        SignalQualityWarning
            If a record is all NaN, with its index.
        """
        check_is_fitted(self)
        X = validate_signals(self, X, reset=False)
        there = ~np.isnan(X).all(axis=tuple(range(1, X.ndim)))
        usable_rows(X, there, reason="are all NaN")
        pictures = np.empty((len(X), *self.image_shape_), dtype=np.uint8)
        # Threads: the compiled pen lets go of the interpreter's lock.
        Parallel(n_jobs=self.n_jobs, require="sharedmem")(
            delayed(self._render_into)(pictures, X, row) for row in range(len(X))
        )
        return pictures

    def _render_into(self, pictures: np.ndarray, X: np.ndarray, row: int) -> None:
        pictures[row] = self._render(X[row])[0]

    def _render(self, record: np.ndarray) -> tuple[np.ndarray, EcgLayout]:
        return render_ecg(
            record,
            sampling_rate=self.sampling_rate,
            layout=self.layout,
            size=self.size,
            speed=self.speed,
            gain=self.gain,
            duration=self.duration,
            lead_names=self.lead_names,
            style=self.style,
            return_layout=True,
        )

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags
