"""Tests of skecg.signal.quality."""

import numpy as np
import pytest

from skecg.signal.quality import bridge_gaps, usable_mask


def test_flat_and_missing_records_cannot_be_used():
    rows = [[0, 1, 0], [5, 5, 5], [np.nan] * 3, [np.nan, 1, 1], [np.nan, 1, 2]]
    np.testing.assert_array_equal(usable_mask(rows), [True, False, False, False, True])


def test_one_lead_that_can_be_used_is_enough():
    signals = np.zeros((2, 3, 10))
    signals[1, 2, 4] = 1.0
    np.testing.assert_array_equal(usable_mask(signals), [False, True])


def test_infinity_is_missing():
    assert not usable_mask([[np.inf, 0.0, 0.0]])[0]


def test_usable_mask_wants_records():
    with pytest.raises(ValueError, match=r"got shape \(5,\)"):
        usable_mask(np.ones(5))


def test_bridge_gaps_draws_straight_lines():
    signal = np.array([[np.nan, 1.0, np.inf, np.nan, 4.0], [np.nan] * 5])
    bridged, gaps = bridge_gaps(signal)
    np.testing.assert_array_equal(bridged, [[1.0, 1.0, 2.0, 3.0, 4.0], [0.0] * 5])
    np.testing.assert_array_equal(gaps, ~np.isfinite(signal))


def test_bridge_gaps_takes_any_number_of_axes():
    signal = np.ones((2, 3, 4), dtype=np.float32)
    signal[1, 2, 1] = np.nan
    bridged, gaps = bridge_gaps(signal)
    np.testing.assert_array_equal(bridged, np.ones((2, 3, 4)))
    assert bridged.dtype == np.float32
    assert gaps.sum() == 1


def test_bridge_gaps_returns_a_whole_signal_as_it_is():
    signal = np.ones(4)
    bridged, gaps = bridge_gaps(signal)
    assert bridged is signal
    assert not gaps.any()
