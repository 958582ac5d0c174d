"""Tests of skecg.signal.averaging."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from skecg.signal.averaging import median_beats, nan_median


@given(
    values=arrays(
        np.float64,
        array_shapes(min_dims=2, max_dims=3, max_side=6),
        elements=st.one_of(st.just(np.nan), st.floats(-1e6, 1e6)),
    ),
    axis=st.integers(0, 1),
)
@settings(max_examples=60, deadline=None)
def test_nan_median_is_the_median_of_what_is_there(values, axis):
    wanted = np.apply_along_axis(
        lambda row: (
            np.median(row[~np.isnan(row)]) if np.isfinite(row).any() else np.nan
        ),
        axis,
        values,
    )
    np.testing.assert_allclose(nan_median(values, axis=axis), wanted)


@pytest.mark.parametrize("axis", [0, -2])
def test_nan_median_of_nothing_is_missing(axis):
    found = nan_median(np.empty((0, 3), dtype=np.float32), axis=axis)
    np.testing.assert_array_equal(found, [np.nan] * 3)
    assert found.dtype == np.float32
    assert nan_median([], axis=0).shape == ()


def test_nan_median_of_small_integers_does_not_overflow():
    assert nan_median(np.array([100, 120], dtype=np.int8), axis=0) == 110


class TestMedianBeats:
    def test_each_record_has_its_own(self):
        data = np.random.default_rng(0).normal(size=(7, 2, 5)).astype(np.float32)
        record = np.array([0, 0, 0, 2, 2, 2, 2])
        medians = median_beats(data, record, n_records=4)
        assert medians.dtype == np.float32
        np.testing.assert_allclose(medians[0], np.median(data[:3], axis=0))
        np.testing.assert_allclose(medians[2], np.median(data[3:], axis=0))
        assert np.isnan(medians[[1, 3]]).all()

    def test_missing_samples_are_left_out(self):
        data = [[1.0, np.nan], [3.0, 5.0], [np.nan, 7.0]]
        medians = median_beats(data, [0, 0, 0], n_records=1)
        np.testing.assert_array_equal(medians, [[2.0, 6.0]])

    @pytest.mark.parametrize("record", [[0], [1, 0]])
    def test_record_must_go_with_data(self, record):
        with pytest.raises(ValueError, match="record must be ascending and have one"):
            median_beats(np.ones((2, 3)), record, n_records=2)
