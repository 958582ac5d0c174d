"""A piece of a record gives what the whole record gives there, to the last bit."""

import numpy as np
import pytest

from known_beats import RATE, known_record
from skecg.signal import streaming
from skecg.signal._rpeak_bands import AHEAD, weigh_bands
from skecg.signal._rpeak_filter import REACH, cell_size, qrs_envelope
from skecg.signal._rpeak_level import (
    BLOCK,
    EDGE,
    HISTORY,
    beat_level,
    block_heights,
    cells,
)
from skecg.signal._rpeak_rhythm import usual_intervals
from skecg.signal._rpeak_select import candidates, find_humps


def changing_record(seed, *, gaps):
    """Noise that comes and goes every half a second to four, and is lost at times."""
    signal, _ = known_record(150.0, seed=seed)
    rng = np.random.default_rng(seed)
    start = 0
    while start < signal.size:
        stop = start + round(RATE * rng.uniform(0.5, 4.0))
        strength = rng.choice([0.0, 0.05, 0.3])
        signal[start:stop] += strength * rng.normal(size=signal[start:stop].size)
        if gaps and rng.random() < 0.3:
            lost = slice(start, start + round(RATE * rng.uniform(0.2, 2.0)))
            signal[lost] = rng.choice([np.nan, 0.0])  # a flat line may be a baseline
        start = stop
    return signal


def pieces(signal, n_blocks=16):
    """Yield first bins and envelopes of pieces that begin where a stream's begin."""
    whole = qrs_envelope(signal, sampling_rate=RATE)
    block = BLOCK * cell_size(whole.rate)
    for first in range(0, whole.qrs.size - n_blocks * block, block):
        for rest in (0, block // 5, block // 2):
            part = signal[whole.step * first :][
                : whole.step * (n_blocks * block + rest)
            ]
            envelope = qrs_envelope(part, sampling_rate=RATE)
            yield first, block, weigh_bands(envelope)


@pytest.mark.parametrize("seed", range(3))
def test_the_bands_of_a_piece(seed):
    signal = changing_record(seed, gaps=False)
    whole = weigh_bands(qrs_envelope(signal, sampling_rate=RATE))
    for first, block, piece in pieces(signal):
        stop = piece.qrs.size - round((AHEAD + REACH) * piece.rate)
        there = whole.qrs[first : first + stop]
        np.testing.assert_array_equal(
            piece.qrs[EDGE * block : stop], there[EDGE * block :]
        )


@pytest.mark.parametrize("seed", range(6))
def test_the_humps_of_a_piece(seed):
    signal = changing_record(seed, gaps=True)
    whole = weigh_bands(qrs_envelope(signal, sampling_rate=RATE))
    wanted = candidates(whole)
    rate = whole.rate
    for first, block, piece in pieces(signal):
        known = wanted.heights[: first // block + EDGE if first else 0]
        found = candidates(piece, known[-HISTORY - EDGE :])
        start = round(streaming._PAST * rate) if first else 0
        stop = piece.qrs.size - round(streaming._seconds_ahead(rate) * rate)
        found = found.part(slice(*np.searchsorted(found.bins, [start, stop])))
        here = slice(*np.searchsorted(wanted.bins, [first + start, first + stop]))
        np.testing.assert_array_equal(found.bins + first, wanted.bins[here])
        np.testing.assert_array_equal(found.features, wanted.features[here])
        np.testing.assert_array_equal(found.noise, wanted.noise[here])


@pytest.mark.parametrize("seed", range(12))
def test_the_heights_of_a_piece(seed):
    signal = changing_record(seed, gaps=True)
    wanted = candidates(weigh_bands(qrs_envelope(signal, sampling_rate=RATE))).heights
    for first, block, piece in pieces(signal):
        _, highest = cells(piece.qrs, cell_size(piece.rate))
        heights = block_heights(highest)[EDGE:-4]
        there = wanted[first // block + EDGE :][: heights.size]
        np.testing.assert_array_equal(heights, there)


def test_levels_of_a_piece():
    rng = np.random.default_rng(0)
    heights, block = rng.gamma(4.0, size=400), 168
    places = np.sort(rng.integers(0, 400 * block, 3000))
    whole = beat_level(heights, places, block, np.empty(0))
    for first in (7, 100, 301):
        near = (places >= (first + EDGE) * block) & (places < 390 * block)
        piece = beat_level(
            np.concatenate([rng.gamma(4.0, size=EDGE), heights[first + EDGE :]]),
            places[near] - first * block,
            block,
            heights[: first + EDGE][-HISTORY - EDGE :],
        )
        np.testing.assert_array_equal(piece, whole[near])


def test_the_level_of_a_loose_electrode_is_that_of_the_beats_before():
    heights = np.concatenate([np.full(20, 1.0), np.full(40, 0.01)])
    level = beat_level(heights, np.arange(60) * 100, 100, np.empty(0))
    np.testing.assert_array_equal(level, 1.0)


def test_one_artefact_is_no_level():
    heights = np.ones(30)
    heights[10] = 50.0
    level = beat_level(heights, np.arange(30) * 100, 100, np.empty(0))
    np.testing.assert_array_equal(level, 1.0)


def test_usual_intervals_do_not_hang_on_what_is_long_gone():
    # One interval after a gap of a minute is no rhythm, whatever was before the gap.
    before = np.arange(10) * 90
    after = before[-1] + 7000 + np.array([0, 200])
    humps = np.concatenate([before, after])
    usual = usual_intervals(humps, np.full(humps.size, 5.0), 100.0)
    alone = usual_intervals(after, np.full(2, 5.0), 100.0)
    np.testing.assert_array_equal(usual[-2:], alone)
    np.testing.assert_array_equal(usual[1:10], 90.0)


def test_the_last_block_takes_what_is_left_over():
    highest = np.arange(60.0)
    np.testing.assert_array_equal(block_heights(highest), [23.0, 59.0])
    np.testing.assert_array_equal(block_heights(highest[:5]), [4.0])


def test_humps_are_the_highest_points_around():
    rng = np.random.default_rng(1)
    for size in (100, 1003, 1009):
        envelope = rng.integers(0, 50, size).astype(np.float32)
        highest = envelope[: size // 10 * 10].reshape(-1, 10).max(axis=1)
        found = find_humps(envelope, highest.astype(np.float64), 10, 12)
        wanted = [
            i
            for i in range(1, size - 1)
            if envelope[i] > envelope[max(0, i - 12) : i].max()
            and envelope[i] >= envelope[i : i + 13].max()
        ]
        np.testing.assert_array_equal(found, wanted)
