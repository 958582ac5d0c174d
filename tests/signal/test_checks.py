"""Checks shared by the signal kernels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skecg.signal._checks import (
    as_peaks,
    as_signal,
    check_sampling_rate,
    check_window,
    first_lead,
    shorten,
)


@given(st.floats(min_value=1e-3, max_value=1e6))
def test_any_positive_rate_is_returned(rate):
    assert check_sampling_rate(rate) == rate


@pytest.mark.parametrize("rate", [0, -1, np.nan, np.inf, -np.inf])
def test_impossible_rate_is_refused(rate):
    with pytest.raises(ValueError, match="finite and above 0 Hz"):
        check_sampling_rate(rate)


@pytest.mark.parametrize("rate", ["360", None, True, [360], 360j])
def test_rate_must_be_a_number(rate):
    with pytest.raises(TypeError, match=r"samples per second \(Hz\)"):
        check_sampling_rate(rate)


def test_numpy_rates_are_numbers():
    assert check_sampling_rate(np.int64(360)) == 360.0
    assert type(check_sampling_rate(np.float32(0.5))) is float


@pytest.mark.parametrize(
    ("given_as", "kept_as"),
    [
        ("int16", "float64"),
        ("float16", "float64"),
        ("float32", "float32"),
        ("longdouble", "float64"),
        (">f4", "float32"),
        (">f8", "float64"),
        ("<f8", "float64"),
    ],
)
def test_signal_becomes_floating(given_as, kept_as):
    assert as_signal(np.zeros(3, dtype=given_as)).dtype == kept_as


def test_floating_signal_is_not_copied():
    signal = np.zeros((2, 3))
    assert as_signal(signal) is signal


def test_what_a_mask_hides_is_missing():
    hidden = np.ma.masked_greater(np.array([1.0, 9.0, 2.0], dtype=np.float32), 5.0)
    array = as_signal(hidden)
    np.testing.assert_array_equal(array, [1.0, np.nan, 2.0])
    assert array.dtype == np.float32
    assert type(array) is np.ndarray
    assert as_signal(np.ma.array([1, 2], mask=False)).tolist() == [1.0, 2.0]


@pytest.mark.parametrize("signal", [3.0, [], np.zeros((3, 0))])
def test_signal_without_samples_is_refused(signal):
    with pytest.raises(ValueError, match="at least one sample"):
        as_signal(signal)


def test_rows_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match=r"must be one array\. Cut or pad"):
        as_signal([[1.0, 2.0], [3.0]])


@pytest.mark.parametrize("signal", [["a"], [1j], [None]])
def test_signal_must_be_real_numbers(signal):
    with pytest.raises(TypeError, match="real numbers"):
        as_signal(signal)


def test_peaks_may_be_whole_floats_and_may_be_none():
    assert as_peaks([1.0, 5.0], n_times=6).tolist() == [1, 5]
    assert as_peaks([], n_times=6).dtype == np.int64


@pytest.mark.parametrize(
    ("peaks", "message"),
    [
        ([1.5], "whole"),
        ([5, 1], "ascending"),
        ([-1, 3], "inside the signal of 6 samples"),
        ([1, 6], "inside the signal of 6 samples"),
        ([[1, 2]], "one-dimensional"),
        (["a"], "one-dimensional"),
    ],
)
def test_impossible_peaks_are_refused(peaks, message):
    with pytest.raises(ValueError, match=message):
        as_peaks(peaks, n_times=6)


def test_long_lists_are_shortened_in_error_texts():
    assert shorten(np.arange(3)) == "0, 1, 2"
    assert shorten(["a", "b", "c"], most=2) == "'a', 'b' and 1 more"


@pytest.mark.parametrize("window", [(0.3, 0.6), [0, 1], (np.float32(0.5), 0.0)])
def test_a_pair_of_durations_is_returned_as_floats(window):
    checked = check_window(window)
    assert checked == (window[0], window[1])
    assert [type(seconds) for seconds in checked] == [float, float]


@pytest.mark.parametrize(
    "window",
    [
        0.3,
        None,
        "ab",
        (0.3,),
        (0.1, 0.2, 0.3),
        ("0.3", 0.6),
        (True, 0.6),
        (np.nan, 0.6),
        (0.3, np.inf),
        (-0.1, 0.6),
        (0, 0),
    ],
)
def test_what_is_no_pair_of_durations_is_refused(window):
    with pytest.raises(ValueError, match=r"window must be two finite .*; got"):
        check_window(window)


@pytest.mark.parametrize("peaks", [[1.0, np.nan], [np.inf], [0.5]])
def test_peaks_that_are_no_samples_are_refused_without_a_warning(peaks):
    with pytest.raises(ValueError, match="whole sample indices without NaN"):
        as_peaks(peaks, n_times=100)


@pytest.mark.parametrize("n_times", [None, 100])
@pytest.mark.parametrize("peaks", [[1e300], [-1.0], np.array([2**63], dtype="uint64")])
def test_peaks_outside_any_signal_are_refused(peaks, n_times):
    with pytest.raises(ValueError, match="must lie inside"):
        as_peaks(peaks, n_times=n_times)


def test_the_first_lead_of_records_with_one_is_the_record():
    records = np.arange(12.0).reshape(2, 2, 3)
    np.testing.assert_array_equal(first_lead(records), records[:, 0])
    assert first_lead(records[:, 0]).shape == (2, 3)
