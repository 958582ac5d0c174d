"""Reading what a source hands over."""

import math
from typing import Any

import numpy as np

from skecg.monitoring._rings import Chunk


def read_chunk(given: Any, n_leads: int, rate: float) -> Chunk:
    """Check what a source hands over.

    Parameters
    ----------
    given : Chunk or tuple
        ``(timestamp, samples)`` or ``(timestamp, samples, patient)``.
    n_leads : int
        That there must be.
    rate : float
        In Hz.

    Returns
    -------
    Chunk
        With samples of shape (n_leads, n_times); not finite ones are NaN.

    Raises
    ------
    ValueError
        If it is something else.
    """
    if not isinstance(given, tuple | list) or not 2 <= len(given) <= 3:
        raise ValueError(
            "A chunk must be (timestamp, samples) or (timestamp, samples, patient), "
            f"got {type(given).__name__}{_length(given)}."
        )
    timestamp, samples, patient = (*given, "")[:3]
    if not isinstance(patient, str):
        raise ValueError(f"A patient is named by a text, got {patient!r}.")
    try:
        time = float(timestamp)
        array = np.asarray(samples, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(
            f"A chunk must have a number for its time and numbers for samples: {error}."
        ) from error
    _check_time(time, rate)
    if array.size == 0:
        return Chunk(time, np.empty((n_leads, 0)), patient)
    if array.ndim == 1:
        array = array[np.newaxis]
    if array.ndim != 2 or len(array) != n_leads:
        raise ValueError(
            f"A chunk of {n_leads} lead(s) must have the shape (n_leads, n_times), or "
            f"(n_times,) for one; got {np.shape(samples)}. Set n_leads on the monitor."
        )
    return Chunk(time, np.where(np.isfinite(array), array, np.nan), patient)


def _check_time(time: float, rate: float) -> None:
    if not math.isfinite(time):
        raise ValueError(f"The time of a chunk must be finite, got {time!r}.")
    if math.ulp(time) > 0.5 / rate:
        # Without the time: each reason is told once, and there must not be many.
        raise ValueError(
            "The time of a chunk must be in seconds; got one so large that samples at "
            f"{rate:g} Hz cannot be told apart."
        )


def _length(given: Any) -> str:
    return f" of length {len(given)}" if isinstance(given, tuple | list) else ""
