"""What the records of a training were like, and whether another one is like them.

A model answers for any record, as surely for one in microvolts or with its electrodes
swapped as for those that it has learnt from. So a few plain measures of the training
records go with it: the height of the QRS complex, the shape of the median beat, the
heart rate, the length.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from skecg._warn import warn_user
from skecg.exceptions import UnfamiliarSignalWarning
from skecg.signal._checks import shorten
from skecg.signal.filters import bandpass
from skecg.signal.quality import bridge_gaps, quality_mask
from skecg.signal.resampling import resample

RATE = 125.0  # Hz, at which median beats are compared
_WINDOW = (0.2, 0.45)  # s around the R-peak: QRS complex and T wave, at any heart rate
_QRS = 0.12  # s on each side of the R-peak
_MOST_BEATS = 200  # median beats that are kept
_FAR = 2.0  # times beyond the highest or below the lowest of the training
_MICROVOLTS = 100.0  # times too high: no heart is, and no gain of an amplifier
_UPSIDE_DOWN = 0.05  # by how much better a beat fits when it is turned over
_ALIKE = 0.7  # correlation with the likeliest of the training's median beats
_USABLE = 0.7  # share of a record without gaps, clipping and noise


class KnownRecords(NamedTuple):
    """What records were like.

    Attributes
    ----------
    beats : ndarray of float32 of shape (n_kept, n_leads, n_samples)
        Median beats at 125 Hz, with mean 0 and length 1; of some of the records.
    heights : ndarray of shape (3, n_leads)
        Lowest, median and highest height of the QRS complex, in the records' unit.
    heart_rates : ndarray of shape (2,)
        Slowest and fastest mean, in beats a minute.
    steadiness : float
        Correlation of a record's beats with its median beat, on the first lead, of the
        least steady record.
    shortest : float
        Of the records, in seconds.
    rate : float
        Of the records, in Hz.
    """

    beats: np.ndarray
    heights: np.ndarray
    heart_rates: np.ndarray
    steadiness: float
    shortest: float
    rate: float


class _Facts(NamedTuple):
    """What is measured of each record, NaN where it has too few beats."""

    beats: np.ndarray
    heights: np.ndarray
    heart_rate: np.ndarray
    steadiness: np.ndarray
    seconds: np.ndarray
    usable: np.ndarray


def learn(
    X: np.ndarray, record: np.ndarray, time: np.ndarray, rate: float
) -> KnownRecords:
    """Note what records are like.

    Parameters
    ----------
    X : ndarray of shape (n_records, n_times) or (n_records, n_leads, n_times)
        Records, NaN behind their ends.
    record, time : ndarray of shape (n_beats,)
        Row and time (s) of each beat.
    rate : float
        In Hz, more than 80.

    Returns
    -------
    KnownRecords
    """
    facts = _measure(X, record, time, rate)
    there = np.flatnonzero(np.isfinite(facts.heart_rate))
    kept = np.linspace(0, there.size - 1, min(there.size, _MOST_BEATS)).round()
    heights = facts.heights[there]
    return KnownRecords(
        facts.beats[there[kept.astype(int)]].astype(np.float32),
        np.stack(
            [heights.min(axis=0), np.median(heights, axis=0), heights.max(axis=0)]
        ),
        np.array([facts.heart_rate[there].min(), facts.heart_rate[there].max()]),
        float(facts.steadiness[there].min()),
        float(facts.seconds[there].min()),
        rate,
    )


def warn_of_unfamiliar(
    X: np.ndarray,
    record: np.ndarray,
    time: np.ndarray,
    rate: float,
    known: KnownRecords,
) -> None:
    """Warn of each way in which records are unlike those that are known.

    Parameters
    ----------
    X : ndarray of shape (n_records, n_times) or (n_records, n_leads, n_times)
        Records, NaN behind their ends.
    record, time : ndarray of shape (n_beats,)
        Row and time (s) of each beat.
    rate : float
        In Hz.
    known : KnownRecords
        Of the training.

    Warns
    -----
    UnfamiliarSignalWarning
        With the rows, and with what is odd as `reason`.
    """
    facts = _measure(X, record, time, rate)
    for odd, reason in _oddities(facts, rate, known):
        rows = np.flatnonzero(odd)
        if rows.size:
            text = (
                f"{rows.size} of {len(X)} rows of X {reason}; the model was not trained"
                f" on such records: rows {shorten(rows)}."
            )
            warning = UnfamiliarSignalWarning.about(text, rows=rows, reason=reason)
            warn_user(warning)


def _oddities(
    facts: _Facts, rate: float, known: KnownRecords
) -> Iterator[tuple[np.ndarray, str]]:
    yield from _odd_heights(facts.heights, known)
    yield from _odd_shapes(facts.beats, known)
    slow, fast = known.heart_rates
    odd = (facts.heart_rate < slow / 1.25) | (facts.heart_rate > fast * 1.25)
    yield odd, f"have a mean heart rate outside the {slow:.0f} to {fast:.0f} a minute"
    restless = facts.steadiness < known.steadiness
    yield restless, "have beats that differ more among themselves (noise?)"
    least = known.shortest
    short = facts.seconds < 0.99 * least
    yield short, f"are shorter than {least:.0f} s, the shortest of the training"
    coarse = np.full(len(short), rate < 0.99 * min(RATE, known.rate))
    yield coarse, f"have {rate:g} Hz, too few for a model that looks at {RATE:g} Hz"
    share = 1 - _USABLE
    bad = facts.usable < _USABLE
    yield bad, f"are missing, flat, clipped or noisy in more than {share:.0%} of them"


def _odd_heights(
    heights: np.ndarray, known: KnownRecords
) -> Iterator[tuple[np.ndarray, str]]:
    low, middle, high = known.heights
    times = heights / middle
    small = (heights < low / _FAR).any(axis=1)
    tall = (heights > high * _FAR).any(axis=1)
    usual = f"in training {low.min():.2g} to {high.max():.2g} mV"
    for odd, hint in ((tall, _too_high), (small, _too_low)):
        if odd.any():
            by = float(np.median(times[odd]))
            yield odd, f"have QRS complexes {hint(by)}, {usual}"


def _too_high(by: float) -> str:
    hint = " (microvolts, or the counts of a converter?)" if by > _MICROVOLTS else ""
    times = f"{by:,.0f}" if by >= 10 else f"{by:.1f}"
    return f"about {times} times as high{hint}"


def _too_low(by: float) -> str:
    hint = " (volts, or scaled already?)" if by < 1 / _MICROVOLTS else ""
    return f"of about {by:.2g} of the height{hint}"


def _odd_shapes(
    beats: np.ndarray, known: KnownRecords
) -> Iterator[tuple[np.ndarray, str]]:
    for lead in range(beats.shape[1]):
        likeness = beats[:, lead] @ known.beats[:, lead].T
        best, turned = likeness.max(axis=1), (-likeness).max(axis=1)
        which = f" in lead {lead}" if beats.shape[1] > 1 else ""
        over = turned > best + _UPSIDE_DOWN
        yield over, f"look upside down{which} (electrodes swapped, or another lead?)"
        strange = ~over & (best < _ALIKE)
        if strange.any():
            how = f"correlation {np.median(best[strange]):.2f} with the likeliest"
            yield (
                strange,
                f"have a median beat like none of the training{which} ({how})",
            )


def _measure(
    X: np.ndarray, record: np.ndarray, time: np.ndarray, rate: float
) -> _Facts:
    n_leads = 1 if X.ndim == 2 else X.shape[1]
    n_samples = round(_WINDOW[0] * RATE) + round(_WINDOW[1] * RATE)
    beats = np.full((len(X), n_leads, n_samples), np.nan)
    heights = np.full((len(X), n_leads), np.nan)
    heart_rate, steadiness, seconds, usable = np.full((4, len(X)), np.nan)
    for row, signal in enumerate(X):
        leads = np.atleast_2d(signal)
        there = np.flatnonzero(~np.isnan(leads).all(axis=0))
        times = time[record == row]
        if times.size < 2:
            continue
        leads = leads[:, there[0] : there[-1] + 1]
        seconds[row] = leads.shape[1] / rate
        heart_rate[row] = 60 * (times.size - 1) / max(times[-1] - times[0], 1 / rate)
        good = quality_mask(leads, sampling_rate=rate).usable.mean(axis=-1)
        usable[row] = good.min()
        own = _beats(leads, times - there[0] / rate, rate)
        median = np.median(own, axis=1)
        beats[row], heights[row] = _of_length_1(median), _height(median)
        steadiness[row] = np.median(_of_length_1(own[0]) @ beats[row, 0])
    return _Facts(beats, heights, heart_rate, steadiness, seconds, usable)


def _beats(leads: np.ndarray, times: np.ndarray, rate: float) -> np.ndarray:
    whole = bridge_gaps(leads.astype(np.float64))[0]
    clean = bandpass(whole, sampling_rate=rate)
    clean = resample(clean, sampling_rate=rate, target_rate=RATE)
    before, after = (round(part * RATE) for part in _WINDOW)
    places = np.rint(times * RATE).astype(int)[:, None] + np.arange(-before, after)
    return clean[:, np.clip(places, 0, clean.shape[1] - 1)]


def _of_length_1(beats: np.ndarray) -> np.ndarray:
    centred = beats - beats.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return centred / np.maximum(length, np.finfo(np.float64).tiny)


def _height(median: np.ndarray) -> np.ndarray:
    at = round(_WINDOW[0] * RATE)
    half = round(_QRS * RATE)
    return np.ptp(median[:, at - half : at + half + 1], axis=1)
