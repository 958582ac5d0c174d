"""Average beats: what the beats of a record have in common."""

import numpy as np
import numpy.typing as npt

from skecg.signal._checks import as_signal


def nan_median(values: npt.ArrayLike, *, axis: int) -> np.ndarray:
    """Take the median of what is there, without a warning where nothing is.

    Parameters
    ----------
    values : array-like of float
        NaN is missing.
    axis : int
        Axis to take the median over.

    Returns
    -------
    ndarray
        `values` without that axis; NaN where all were missing, or there are none. Same
        dtype; integers become float64.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.averaging import nan_median
    >>> nan_median([[1.0, np.nan, 4.0], [np.nan] * 3], axis=1)
    array([2.5, nan])
    """
    values = np.asarray(values)
    if values.dtype.kind != "f":  # the sum of two small integers may not be one
        values = values.astype(np.float64)
    if values.shape[axis] == 0:
        return np.full_like(values, np.nan, shape=np.delete(values.shape, axis))
    ranked = np.sort(values, axis=axis)  # NaN comes last
    count = np.sum(~np.isnan(ranked), axis=axis, keepdims=True)
    middle = np.maximum(count - 1, 0)
    lower = np.take_along_axis(ranked, middle // 2, axis=axis)
    upper = np.take_along_axis(ranked, middle - middle // 2, axis=axis)
    return np.squeeze((lower + upper) / 2, axis=axis)


def median_beats(
    data: npt.ArrayLike, record: npt.ArrayLike, *, n_records: int
) -> np.ndarray:
    """Take the median beat of every record, sample by sample.

    Parameters
    ----------
    data : array-like of shape (n_beats, ...)
        Beats of one length, NaN where samples are missing.
    record : array-like of int of shape (n_beats,)
        Which record each comes from, ascending.
    n_records : int
        How many records there are.

    Returns
    -------
    ndarray of shape (n_records, ...)
        NaN for a record without a beat. Same dtype as `data`.

    Raises
    ------
    ValueError
        If `record` and `data` differ in length, or `record` is not ascending.

    Examples
    --------
    >>> from skecg.signal.averaging import median_beats
    >>> median_beats([[1.0, 2.0], [3.0, 2.0], [5.0, 9.0]], [0, 0, 2], n_records=3)
    array([[ 2.,  2.],
           [nan, nan],
           [ 5.,  9.]])
    """
    data, record = as_signal(data, name="data"), np.asarray(record)
    if len(data) != len(record) or np.any(np.diff(record) < 0):
        raise ValueError(
            f"record must be ascending and have one element per beat, got "
            f"{len(record)} for {len(data)} beats."
        )
    bounds = np.searchsorted(record, np.arange(n_records + 1))
    medians = np.full((n_records, *data.shape[1:]), np.nan, dtype=data.dtype)
    for index in np.flatnonzero(np.diff(bounds)):
        medians[index] = nan_median(data[bounds[index] : bounds[index + 1]], axis=0)
    return medians
