"""Reading what a source hands over."""

import math
from typing import Any

import numpy as np

from skecg.monitoring._rings import Chunk


def read_chunk(given: Any, n_leads: int) -> Chunk:
    """Check what a source hands over.

    Parameters
    ----------
    given : Chunk or tuple
        ``(timestamp, samples)`` or ``(timestamp, samples, patient)``.
    n_leads : int
        That there must be.

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
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"A chunk must have a number for its time and numbers for samples: {error}."
        ) from error
    if not math.isfinite(time):
        raise ValueError(f"The time of a chunk must be finite, got {time!r}.")
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


def _length(given: Any) -> str:
    return f" of length {len(given)}" if isinstance(given, tuple | list) else ""
