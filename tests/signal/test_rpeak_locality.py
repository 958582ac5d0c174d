"""A piece of a record gives what the whole record gives there, to the last bit."""

import numpy as np

from skecg.signal._rpeak_level import EDGE, HISTORY, beat_level, block_heights
from skecg.signal._rpeak_rhythm import usual_intervals
from skecg.signal._rpeak_select import find_humps


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
