"""Printouts into the records that were printed, as a step of a pipeline."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from skecg._validation import usable_rows, validate_images
from skecg.imaging._paper_checks import check_rows
from skecg.imaging._pictures import in_threads
from skecg.imaging.tracing import follow_traces
from skecg.preprocessing._frameless import FramelessTransformer


class TraceReader(FramelessTransformer, BaseEstimator):
    """Read the signals off printouts of one layout.

    What comes out are records, so everything that measures signals can stand behind it:
    R-peaks, rhythm, ST and T waves. Each lead is there while it was printed, and NaN
    else; 0 mV is the median of what was printed of it.

    Parameters
    ----------
    sampling_rate : float
        Of the records, in Hz. A column of the picture is one sample; between them lie
        straight lines.
    layout : str or sequence of sequences of str, default="3x4+rhythm"
        Which leads stand where: ``"3x4+rhythm"``, ``"3x4"``, ``"6x2"``, ``"12x1"``, or
        rows of lead names.
    columns : tuple of two floats, default=(0.0, 1.0)
        Where the traces begin and end, in fractions of the width: behind the pulses for
        calibration, before the margin.
    duration : float, default=10.0
        Seconds that a row shows, all its leads together.
    speed : float, default=25.0
        Of the paper, in mm/s.
    gain : float, default=10.0
        In mm/mV. With `columns`, `duration` and `speed` it says how many pixels are a
        millivolt; they must be as high as they are wide.
    n_jobs : int, optional
        Threads that decode and read. -1 means one for each core; None means one unless
        a `joblib.parallel_config` says otherwise.

    Attributes
    ----------
    leads_ : tuple of str
        Names of the leads in the order of the records: row by row of the sheet.
    image_shape_in_ : tuple of int or None
        Shape of the images seen in `fit`; None for paths, whose sizes may differ.

    See Also
    --------
    skecg.imaging.tracing.follow_traces : How a trace is followed.
    GridCropper : Cuts the paper out of a scan.
    ECGRenderer : The way from records to pictures.

    Notes
    -----
    The pictures must be upright and show the paper only. Names of leads beside a trace
    are read as part of it, so the first tenth of a second of a lead may be wrong.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.datasets import load_ptb_sample
    >>> from skecg.preprocessing import ECGRenderer, TraceReader
    >>> sample = load_ptb_sample()
    >>> renderer = ECGRenderer(sampling_rate=sample.sampling_rate)
    >>> pictures = renderer.fit_transform(sample.data[:2])
    >>> strips, width = renderer.layout_.strips, pictures.shape[2]
    >>> columns = strips[0].left / width, strips[-1].right / width
    >>> reader = TraceReader(sampling_rate=100.0, columns=columns)
    >>> reader.fit_transform(pictures).shape
    (2, 13, 1000)
    >>> reader.leads_[:2]
    ('I', 'aVR')
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "sampling_rate": [Interval(Real, 0, None, closed="neither")],
        "layout": [str, list, tuple],
        "columns": [list, tuple],
        "duration": [Interval(Real, 0, None, closed="neither")],
        "speed": [Interval(Real, 0, None, closed="neither")],
        "gain": [Interval(Real, 0, None, closed="neither")],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        *,
        sampling_rate: float,
        layout: str | Sequence[Sequence[str]] = "3x4+rhythm",
        columns: Sequence[float] = (0.0, 1.0),
        duration: float = 10.0,
        speed: float = 25.0,
        gain: float = 10.0,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_rate = sampling_rate
        self.layout = layout
        self.columns = columns
        self.duration = duration
        self.speed = speed
        self.gain = gain
        self.n_jobs = n_jobs

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: object = None) -> Self:
        """Note the shape of the images and the names of the leads.

        Parameters
        ----------
        X : array-like of shape (n_images, height, width[, 3]) or (n_images,)
            Images, uint8 or float; or paths of files.
        y : None
            Not used.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If `X` is neither of the two, or a parameter is unusable.
        """
        validate_images(self, X, reset=True)
        self._rows = check_rows(self.layout)
        self.leads_ = tuple(lead for row in self._rows for lead in row)
        _check_columns(self.columns)
        if self._n_times() < len(self.leads_):
            raise ValueError(
                f"duration={self.duration} at sampling_rate={self.sampling_rate} gives "
                "less than a sample for each lead. duration is in seconds, and "
                "sampling_rate in Hz."
            )
        self._shape_out = len(self.leads_), self._n_times()
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Read images.

        Parameters
        ----------
        X : array-like of shape (n_images, height, width[, 3]) or (n_images,)
            Images like those of `fit`, or paths of files.

        Returns
        -------
        ndarray of float64 of shape (n_images, n_leads, n_times)
            In mV, with ``n_times = round(duration * sampling_rate)``. NaN where a lead
            was not printed, and all of a picture without enough traces.

        Raises
        ------
        ValueError
            If no picture has enough traces, the images differ in shape from what `fit`
            saw, or a pixel is not finite.
        DataFileError
            If a file cannot be used.

        Warns
        -----
        SignalQualityWarning
            If a picture has fewer traces than the layout has rows, with its index.
        """
        check_is_fitted(self)
        images = validate_images(self, X, reset=False)
        shape = (len(images), len(self.leads_), self._n_times())
        records = np.full(shape, np.nan)

        def fill(index: int) -> None:
            self._read(images[index], records[index])

        in_threads(fill, range(len(images)), effective_n_jobs(self.n_jobs))
        usable = ~np.isnan(records).all(axis=(1, 2))
        usable_rows(
            records, usable, reason="show fewer traces than the layout has rows"
        )
        return records

    def _n_times(self) -> int:
        return round(self.duration * self.sampling_rate)

    def _read(self, image: np.ndarray, record: np.ndarray) -> None:
        # Writes each lead where it was printed.
        traces = follow_traces(image, n_rows=len(self._rows))
        if traces is None:
            return
        left, right = (edge * image.shape[1] for edge in self.columns)
        px_per_second = (right - left) / self.duration
        px_per_mv = px_per_second / self.speed * self.gain
        samples = np.arange(record.shape[1])
        at = left + samples / self.sampling_rate * px_per_second
        columns, lead = np.arange(image.shape[1]), 0
        for names, heights in zip(self._rows, traces.heights, strict=True):
            row = np.interp(at, columns, heights) / px_per_mv
            for part in np.array_split(samples, len(names)):
                record[lead, part] = row[part] - np.median(row[part])
                lead += 1

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = True
        tags.input_tags.string = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _check_columns(columns: Sequence[float]) -> None:
    numbers = all(isinstance(edge, Real) for edge in columns)
    if not (numbers and len(columns) == 2 and 0 <= columns[0] < columns[1] <= 1):
        raise ValueError(
            "columns must be two ascending fractions of the width from 0 to 1, e.g. "
            f"columns=(0.05, 0.95); got {columns!r}."
        )
