"""Whether an estimator was fitted for the windows that a stream brings."""

import math
from typing import Any

from skecg.monitoring._pictures import DrawnWindows
from skecg.persistence._walk import rate_of, walk

_ALIKE = 1e-6  # of a rate: the digits that headers and lines leave out


def check_fitted_for(
    estimator: Any, *, sampling_rate: float, n_leads: int, window: float
) -> None:
    """Raise if an estimator tells that it was fitted for other windows.

    An estimator cannot know the rate of what it is shown: at a wrong one it answers
    all the same, about hearts that beat faster or slower than they do. Windows of
    another shape it would refuse, one by one and unheard.

    Parameters
    ----------
    estimator : classifier or None
        Fitted. What comes first in it speaks for it; one that tells nothing is taken.
    sampling_rate : float
        Of the stream, in Hz.
    n_leads : int
        Of the stream.
    window : float
        In seconds.

    Raises
    ------
    ValueError
        If it was fitted for another rate, other leads, records of another length, or
        for pictures.
    """
    name = type(estimator).__name__
    rate = rate_of(estimator)
    if rate is not None and not math.isclose(rate, sampling_rate, rel_tol=_ALIKE):
        raise ValueError(
            f"The stream has {sampling_rate:g} Hz, and this {name} was fitted for "
            f"{rate:g} Hz. Put Resampler(sampling_rate={sampling_rate:g}, "
            f"target_rate={rate:g}) in front of it, take a model of that rate, or "
            "resample the stream."
        )
    if not isinstance(estimator, DrawnWindows):
        _check_shape(estimator, name, n_leads, round(window * sampling_rate))


def _check_shape(estimator: Any, name: str, n_leads: int, n_times: int) -> None:
    first = next(filter(_tells_shape, walk(estimator, as_data_flow=True)), None)
    if hasattr(first, "image_shape_in_"):
        raise ValueError(
            f"This {name} was fitted for pictures, and a stream has none. Put it into "
            "DrawnWindows, which draws each window."
        )
    fitted_leads = getattr(first, "n_leads_in_", n_leads)
    if fitted_leads != n_leads:
        raise ValueError(
            f"The stream has {n_leads} lead(s), and this {name} was fitted for "
            f"{fitted_leads}. Set n_leads, or fit it on such records."
        )
    fitted_times = getattr(first, "n_times_in_", n_times)
    if fitted_times != n_times and not hasattr(first, "predict_beats"):
        raise ValueError(
            f"A window has {n_times} samples, and this {name} was fitted for records "
            f"of {fitted_times}. Set window to the length of these in seconds, or fit "
            "it on what cut_windows makes of records."
        )


def _tells_shape(thing: Any) -> bool:
    return hasattr(thing, "n_times_in_") or hasattr(thing, "image_shape_in_")
