"""R-peaks of a signal that is still coming in."""

import math

import numpy as np
import numpy.typing as npt

from skecg.signal import (
    _rpeak_bands,
    _rpeak_flutter,
    _rpeak_level,
    _rpeak_missing,
    _rpeak_rhythm,
)
from skecg.signal._checks import as_signal, check_sampling_rate
from skecg.signal._rpeak_bands import weigh_bands
from skecg.signal._rpeak_choice import BeatSequence
from skecg.signal._rpeak_detector import (
    Polarity,
    check_detectable,
    refine_beats,
)
from skecg.signal._rpeak_filter import Envelope, bin_size, cell_size, qrs_envelope
from skecg.signal._rpeak_select import candidates
from skecg.signal.rpeaks import rpeaks_of_records

LOOK_AHEAD: float = 11.0
"""Seconds of signal after an R-peak with which a stream reports it at the latest."""

_HOP = 0.5  # s of new signal that are worth a look
_REACH = 0.35  # s: what a point of the envelope and its being a hump depend on
_PAST = 15.0  # s before a new hump that it can depend on by itself
_MARGIN = 0.12  # s: an R-peak is not farther from its hump


class RPeakStream:
    """Find R-peaks chunk by chunk: the same ones as in the whole record.

    However the signal is cut into chunks, the peaks that all calls return together are
    those of ``detect_rpeaks(signal, method="skecg")``, to the sample, but for what only
    a whole record tells: that a stretch is clipped, or nothing but noise for 40 s. Of
    such a stretch a stream also reports what looks like beats, and those beside it may
    differ. A peak comes at the latest with the sample `LOOK_AHEAD` seconds after it.

    Parameters
    ----------
    sampling_rate : float
        In Hz, at least 50.
    polarity : {"auto", "up", "down"}, default="auto"
        Which extremum of a QRS complex is its R-peak, see
        `skecg.signal.rpeaks.detect_rpeaks`.

    Raises
    ------
    ValueError
        If the sampling rate is below 50 Hz, or `polarity` is unknown.

    See Also
    --------
    skecg.signal.rpeaks.detect_rpeaks : The peaks of a whole record.

    Notes
    -----
    Every decision of the detector rests on a bounded piece of the signal, so the stream
    keeps less than half a minute of it, and 150 numbers from the five minutes before.
    It looks at that again with every half second that comes in. A chunk of many minutes
    is looked at once, and costs what it costs in `detect_rpeaks`.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal.streaming import RPeakStream
    >>> times = np.arange(0, 14, 1 / 250)
    >>> signal = np.exp(-0.5 * (((times % 1.0) - 0.5) / 0.02) ** 2)
    >>> stream = RPeakStream(250.0)
    >>> stream.push(signal[:2900])
    array([125])
    >>> stream.push(signal[2900:])
    array([375, 625, 875])
    >>> stream.flush()
    array([1125, 1375, 1625, 1875, 2125, 2375, 2625, 2875, 3125, 3375])
    """

    def __init__(self, sampling_rate: float, polarity: Polarity = "auto") -> None:
        self.sampling_rate = check_sampling_rate(sampling_rate)
        self.polarity = polarity
        check_detectable(self.sampling_rate, polarity)
        self._step = bin_size(self.sampling_rate)
        self._rate = self.sampling_rate / self._step
        self._block = cell_size(self._rate) * _rpeak_level.BLOCK
        self._ahead = math.ceil(_seconds_ahead(self._rate) * self._rate)
        self._restart()

    def _restart(self) -> None:
        self._pieces: list[np.ndarray] = []
        self._waiting = 0  # samples in the pieces behind the first
        self._start = 0  # block of the record that the first piece begins with
        self._history = np.empty(0)
        self._sequence = BeatSequence(self._rate)
        self._added = 0.0  # bin up to which humps are in the sequence
        self._pending = np.empty(0, dtype=np.int64)

    def push(self, chunk: npt.ArrayLike) -> np.ndarray:
        """Take the next samples.

        Parameters
        ----------
        chunk : array-like of shape (n_times,)
            Any number of samples, also none; those that are not finite are missing.

        Returns
        -------
        ndarray of int64 of shape (n_peaks,)
            R-peaks that have become certain, counted from the first sample of the
            stream; ascending, also from call to call.

        Raises
        ------
        ValueError
            If `chunk` is not 1-D.
        """
        chunk = np.asarray(chunk)
        if chunk.ndim != 1:
            raise ValueError(
                f"chunk must have shape (n_times,), got shape {chunk.shape}. A stream "
                "takes one lead; make a stream for each."
            )
        if chunk.size:
            self._pieces.append(as_signal(chunk).astype(np.float64))
            self._waiting += chunk.size
        if self._waiting < _HOP * self.sampling_rate:
            return np.empty(0, dtype=np.int64)
        return self._look(last=False)

    def flush(self) -> np.ndarray:
        """Say that the signal has ended; the next chunk begins another.

        Returns
        -------
        ndarray of int64 of shape (n_peaks,)
            The R-peaks that were still uncertain. A signal of less than a second is
            treated as `skecg.signal.rpeaks.detect_rpeaks` does.
        """
        n_samples = sum(piece.size for piece in self._pieces)
        if n_samples == 0:
            peaks = np.empty(0, dtype=np.int64)
        elif self._start == 0 and n_samples < self.sampling_rate:
            whole = np.concatenate(self._pieces)
            (peaks,) = rpeaks_of_records(
                whole[None], sampling_rate=self.sampling_rate, polarity=self.polarity
            )
        else:
            peaks = self._look(last=True)
        self._restart()
        return peaks

    def _look(self, *, last: bool) -> np.ndarray:
        signal = np.concatenate(self._pieces)
        envelope = weigh_bands(qrs_envelope(signal, sampling_rate=self.sampling_rate))
        first = self._start * self._block
        known = math.inf if last else first + envelope.bins.size - self._ahead
        heights = self._add(envelope, first, known)
        beats = self._sequence.decide(known) - first
        peaks = refine_beats(signal, envelope, beats, self.sampling_rate, self.polarity)
        if not last:
            self._keep(signal, heights)
        return self._release(peaks + first * self._step, known)

    def _add(self, envelope: Envelope, first: int, known: float) -> np.ndarray:
        found = candidates(envelope, self._history)
        new = slice(*np.searchsorted(found.bins + first, [self._added, known]))
        found = found.part(new)
        self._sequence.add(found, envelope.bins, first)
        self._added = max(self._added, known)
        return found.heights

    def _keep(self, signal: np.ndarray, heights: np.ndarray) -> None:
        # Whole blocks are let go; only how high they were is remembered.
        self._sequence.forget(self._added)
        oldest = max(0.0, self._added - _PAST * self._rate)
        gone = max(0, int(oldest // self._block) - self._start)
        if gone:
            edge = _rpeak_level.EDGE
            new = heights[min(edge, self._history.size) : gone + edge]
            self._history = np.concatenate([self._history, new])
            self._history = self._history[-_rpeak_level.HISTORY - edge :]
            signal = signal[gone * self._block * self._step :].copy()
            self._start += gone
        self._pieces, self._waiting = [signal], 0

    def _release(self, peaks: np.ndarray, known: float) -> np.ndarray:
        # Two R-peaks close together may change places on the way from their humps.
        peaks = np.union1d(self._pending, peaks)
        lag = (_rpeak_rhythm.AHEAD + _rpeak_rhythm.LAG + _MARGIN) * self._rate
        sure = np.searchsorted(peaks, (known - lag) * self._step)
        self._pending = peaks[sure:]
        return peaks[:sure]


def _seconds_ahead(rate: float) -> float:
    # How much has to be known after a hump to say what it is worth.
    cell = cell_size(rate) / rate
    level = _rpeak_level.AHEAD * _rpeak_level.BLOCK * cell
    surroundings = max(level, _rpeak_flutter.AHEAD * cell)
    return surroundings + _rpeak_bands.AHEAD + _rpeak_missing.AHEAD + _REACH
