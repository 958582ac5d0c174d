"""The package's own R-peak detector: envelope, choice, refinement."""

from typing import Literal

import numpy as np

from skecg.signal._bad_stretches import mark_unusable
from skecg.signal._rpeak_bands import weigh_bands
from skecg.signal._rpeak_choice import BeatSequence
from skecg.signal._rpeak_filter import Envelope, qrs_envelope
from skecg.signal._rpeak_refine import levels, refine
from skecg.signal._rpeak_select import candidates

Polarity = Literal["auto", "up", "down"]
"""Which way the main deflection of a QRS complex goes."""

POLARITIES: tuple[Polarity, ...] = ("auto", "up", "down")
"""The polarities that the detector knows."""

LEAST_RATE: float = 50.0
"""Hz; below it the QRS band has no room."""


def detect_skecg(
    signal: np.ndarray,
    *,
    sampling_rate: float,
    polarity: Polarity = "auto",
    whole: bool = True,
) -> np.ndarray:
    """Find R-peaks with the package's own detector.

    Parameters
    ----------
    signal : ndarray of float32 or float64 of shape (n_times,)
        One lead, in any unit; samples that are not finite count as missing.
    sampling_rate : float
        In Hz.
    polarity : {"auto", "up", "down"}, default="auto"
        Which extremum of the QRS complex is the answer.
    whole : bool, default=True
        Whether to leave out what only a whole record tells to be clipped, or noise
        alone. Without it every decision is local, as in a stream.

    Returns
    -------
    ndarray of int64 of shape (n_beats,)
        Ascending, each once.

    Raises
    ------
    ValueError
        If the sampling rate is below 50 Hz, or `polarity` is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal._rpeak_detector import detect_skecg
    >>> times = np.arange(0, 5, 1 / 250)
    >>> signal = np.exp(-0.5 * (((times % 1.0) - 0.5) / 0.02) ** 2)
    >>> detect_skecg(signal, sampling_rate=250.0)
    array([ 125,  375,  625,  875, 1125])
    """
    check_detectable(sampling_rate, polarity)
    signal = np.ascontiguousarray(signal)
    envelope = qrs_envelope(signal, sampling_rate=sampling_rate)
    if whole:
        envelope = mark_unusable(envelope)
    beats = choose_beats(weigh_bands(envelope))
    return refine_beats(signal, envelope, beats, sampling_rate, polarity)


def refine_beats(
    signal: np.ndarray,
    envelope: Envelope,
    beats: np.ndarray,
    sampling_rate: float,
    polarity: Polarity,
) -> np.ndarray:
    """Go from the bins of beats to the samples of their R-peaks.

    Parameters
    ----------
    signal : ndarray of shape (n_times,)
        The lead.
    envelope : Envelope
        Of this lead.
    beats : ndarray of int64 of shape (n_beats,)
        Bins.
    sampling_rate : float
        In Hz.
    polarity : {"auto", "up", "down"}
        Which extremum of the QRS complex is the answer.

    Returns
    -------
    ndarray of int64 of shape (n_peaks,)
        Ascending, each once.
    """
    means = levels(envelope.bins, beats, envelope.rate)
    centres = beats * envelope.step + envelope.step // 2
    way = POLARITIES.index(polarity)
    peaks = refine(signal, centres, means, rate=sampling_rate, polarity=way)
    peaks.sort()
    return peaks[np.diff(peaks, prepend=-1) > 0]


def check_detectable(sampling_rate: float, polarity: Polarity) -> None:
    """Refuse what the detector cannot work with.

    Parameters
    ----------
    sampling_rate : float
        In Hz.
    polarity : {"auto", "up", "down"}
        Which extremum is asked for.

    Raises
    ------
    ValueError
        If the sampling rate is below 50 Hz, or `polarity` is unknown.
    """
    if sampling_rate < LEAST_RATE:
        raise ValueError(
            f"The 'skecg' detector needs a sampling_rate of at least {LEAST_RATE:g} "
            f"Hz, got {sampling_rate:g} Hz. Is the rate right? If so, resample the "
            "signal."
        )
    if polarity not in POLARITIES:
        raise ValueError(f"polarity must be one of {POLARITIES}, got {polarity!r}.")


def choose_beats(envelope: Envelope) -> np.ndarray:
    """Say which humps of an envelope are heartbeats.

    Parameters
    ----------
    envelope : Envelope
        Of one lead, or of several fused.

    Returns
    -------
    ndarray of int64 of shape (n_beats,)
        Bins, ascending.
    """
    sequence = BeatSequence(envelope.rate)
    sequence.add(candidates(envelope), envelope.bins)
    return sequence.decide(np.inf)
