"""A record as if it came in now."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from skecg.monitoring._rings import Chunk


def replay(
    signal: npt.ArrayLike,
    *,
    sampling_rate: float,
    patient: str = "",
    start: float = 0.0,
    speed: float | None = None,
    chunk: float = 0.25,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Chunk]:
    """Hand over a record chunk by chunk.

    Parameters
    ----------
    signal : array-like of shape (n_times,) or (n_leads, n_times)
        In mV.
    sampling_rate : float
        In Hz.
    patient : str, default=""
        Whose it is.
    start : float, default=0.0
        Time of the first sample, in seconds.
    speed : float, optional
        So many times as fast as it was recorded; by default as fast as it is taken.
    chunk : float, default=0.25
        Seconds in a chunk.
    clock, sleep : callable
        Replaced by tests.

    Yields
    ------
    Chunk

    Raises
    ------
    ValueError
        If `speed` or `chunk` is not above zero.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.monitoring import replay
    >>> chunks = list(replay(np.zeros(500), sampling_rate=250, chunk=1.0))
    >>> [(chunk.timestamp, chunk.samples.shape) for chunk in chunks]
    [(0.0, (1, 250)), (1.0, (1, 250))]
    """
    if (speed is not None and speed <= 0) or chunk * sampling_rate < 1:
        raise ValueError(
            f"speed and chunk must be above 0, got speed={speed!r}, chunk={chunk!r}."
        )
    leads = np.atleast_2d(np.asarray(signal, dtype=np.float64))
    length, begun = round(chunk * sampling_rate), clock()
    for first in range(0, leads.shape[1], length):
        piece = leads[:, first : first + length]
        if speed is not None:
            due = begun + (first + piece.shape[1]) / sampling_rate / speed
            sleep(max(0.0, due - clock()))
        yield Chunk(start + first / sampling_rate, piece, patient)
