"""R-peaks from all leads of a record together.

For the package's own detector the QRS envelopes of the leads are added, each divided by
the height of a beat in it and weighted by how clearly beats stand out of it just there;
a lead does not count where it is missing, flat, clipped or noise only. Of other
detectors the answers are put together: a beat is what half of the leads that can be
used there have found, and its R-peak is the median.
"""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from skecg.signal._bad_stretches import mark_unusable
from skecg.signal._rpeak_detector import (
    Polarity,
    check_detectable,
    choose_beats,
    refine_beats,
)
from skecg.signal._rpeak_filter import Envelope, cell_size, qrs_envelope

_BLOCK = 2.0  # s: there is a beat in most of them even at 20 a minute
_BLOCKS = 4  # in a row that say how clear the beats are
_NOISE = 1.9  # kurtosis of an envelope without beats, or a little less
_LEAST = 0.01  # weight of a lead in which nothing stands out; of a clear one it is 5
_APART = 0.15  # s: peaks of two leads that are closer belong to one beat


def detect_fused(
    record: np.ndarray, *, sampling_rate: float, polarity: Polarity = "auto"
) -> np.ndarray:
    """Find R-peaks in all leads together with the package's own detector.

    Parameters
    ----------
    record : ndarray of float32 or float64 of shape (n_leads, n_times)
        Leads, each in any unit.
    sampling_rate : float
        In Hz.
    polarity : {"auto", "up", "down"}, default="auto"
        Which extremum of the QRS complex is the answer.

    Returns
    -------
    ndarray of int64 of shape (n_beats,)
        Ascending, each once. Each is an extremum of the first lead that can be used at
        this beat.

    Raises
    ------
    ValueError
        If the sampling rate is below 50 Hz, or `polarity` is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.signal._rpeak_fusion import detect_fused
    >>> times = np.arange(0, 5, 1 / 250)
    >>> signal = np.exp(-0.5 * (((times % 1.0) - 0.5) / 0.02) ** 2)
    >>> record = np.stack([signal, -signal])
    >>> record[0, 600:] = np.nan
    >>> detect_fused(record, sampling_rate=250.0)
    array([ 125,  375,  625,  875, 1125])
    """
    check_detectable(sampling_rate, polarity)
    leads = [np.ascontiguousarray(lead) for lead in record]
    envelopes = [
        mark_unusable(qrs_envelope(lead, sampling_rate=sampling_rate)) for lead in leads
    ]
    beats = choose_beats(fuse(envelopes))
    there = ~np.stack([envelope.missing[beats] for envelope in envelopes])
    first = there.argmax(axis=0)
    peaks = [
        refine_beats(lead, envelope, beats[first == k], sampling_rate, polarity)
        for k, (lead, envelope) in enumerate(zip(leads, envelopes, strict=True))
    ]
    return np.unique(np.concatenate(peaks))


def fuse(envelopes: list[Envelope]) -> Envelope:
    """Add the envelopes of the leads of a record.

    Parameters
    ----------
    envelopes : list of Envelope
        Of its leads; bins that are `missing` do not count.

    Returns
    -------
    Envelope
        `missing` where no lead is left. The steps of `bins` are the weighted means of
        those of the leads, so that a change of weight is no step.
    """
    first = envelopes[0]
    block = max(1, round(_BLOCK * first.rate))
    cells = slice(0, first.slow.size * cell_size(first.rate), cell_size(first.rate))
    total, qrs, steps = np.zeros((3, first.qrs.size))
    slow = np.zeros(first.slow.size)
    for envelope in envelopes:
        height, clarity = _height_and_clarity(envelope, block)
        weight = np.where(envelope.missing, 0.0, clarity)
        total += weight
        qrs += weight / height * envelope.qrs
        slow += (weight / height)[cells] * envelope.slow
        steps += weight / height * np.diff(envelope.bins, prepend=envelope.bins[:1])
    missing = total == 0
    total[missing] = 1.0
    return first._replace(
        bins=np.cumsum(steps / total),
        qrs=qrs / total,
        slow=slow / total[cells],
        missing=missing,
    )


def vote(
    peaks: list[np.ndarray], usable: np.ndarray, *, sampling_rate: float
) -> np.ndarray:
    """Put together what a detector found in each lead.

    Parameters
    ----------
    peaks : list of ndarray of int64, one per lead
        Ascending.
    usable : ndarray of bool of shape (n_leads, n_times)
        Where each lead can be used.
    sampling_rate : float
        In Hz.

    Returns
    -------
    ndarray of int64 of shape (n_beats,)
        Ascending, each once.
    """
    found = np.concatenate(peaks)
    lead = np.repeat(np.arange(len(peaks)), [one.size for one in peaks])
    order = np.argsort(found, kind="stable")
    found, lead = found[order], lead[order]
    beat = np.cumsum(np.diff(found, prepend=found[:1]) > _APART * sampling_rate)
    starts = np.flatnonzero(np.diff(beat, prepend=-1))
    ends = np.append(starts[1:], found.size)
    median = (found[(starts + ends - 1) // 2] + found[(starts + ends) // 2]) // 2
    votes = np.zeros((len(peaks), starts.size), dtype=bool)
    votes[lead, beat] = True
    return np.unique(median[2 * votes.sum(axis=0) >= usable[:, median].sum(axis=0)])


def _height_and_clarity(
    envelope: Envelope, block: int
) -> tuple[np.ndarray, np.ndarray]:
    # By block, of what surrounds it; then for each bin.
    n_bins = envelope.qrs.size
    n_blocks = max(1, n_bins // block)
    used = np.where(envelope.missing, 0.0, envelope.qrs.astype(np.float64))
    starts = np.arange(n_blocks) * block
    highest = np.maximum.reduceat(used, starts)
    second, fourth = np.add.reduceat(used**2, starts), np.add.reduceat(used**4, starts)
    count = np.add.reduceat((~envelope.missing).astype(np.float64), starts)
    power, peaks, n = (_around(sums, np.sum) for sums in (second, fourth, count))
    height = _around(highest, np.median)
    with np.errstate(invalid="ignore", divide="ignore"):
        kurtosis = np.nan_to_num(peaks * n / power**2)
    clarity = np.maximum(kurtosis - _NOISE, _LEAST)
    here = np.minimum(np.arange(n_bins) // block, n_blocks - 1)
    height = np.where(height > 0, height, max(float(highest.max()), 1e-300))
    return height[here], clarity[here]


def _around(blocks: np.ndarray, reduce: Callable[..., np.ndarray]) -> np.ndarray:
    width = min(_BLOCKS, blocks.size)
    reduced = reduce(sliding_window_view(blocks, width), axis=1)
    first = np.clip(np.arange(blocks.size) - width // 2, 0, reduced.size - 1)
    return reduced[first]
