import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skecg.signal.scaling import SCALES, scale

every_method = pytest.mark.parametrize("method", SCALES)


def test_the_three_methods_do_what_they_say():
    signal = np.array([0.0, 1.0, 2.0, 3.0, 14.0])
    np.testing.assert_allclose(scale(signal), (signal - 2) / 2)
    np.testing.assert_allclose(scale(signal, method="minmax"), signal / 14)
    scaled = scale(signal, method="zscore")
    assert scaled.mean() == pytest.approx(0)
    assert scaled.std() == pytest.approx(1)


@every_method
@given(
    signal=arrays(np.float64, 50, elements=st.integers(-1000, 1000)),
    factor=st.floats(0.01, 100),
    offset=st.floats(-100, 100),
)
def test_gain_and_offset_do_not_matter(method, signal, factor, offset):
    centred = scale(signal, method=method)
    again = scale(factor * signal + offset, method=method)
    # A flat signal, or one without a quartile range, is centred and keeps its gain.
    if method == "robust" and np.subtract(*np.quantile(signal, (0.75, 0.25))) == 0:
        return
    np.testing.assert_allclose(again, centred, atol=1e-6)


@every_method
@pytest.mark.parametrize("level", [0.0, 3.0, 0.1])
def test_flat_becomes_zero(method, level):
    flat = np.full(7, level)
    flat[3] = np.nan
    np.testing.assert_array_equal(
        scale(flat, method=method), np.where(np.isnan(flat), np.nan, 0)
    )


@every_method
def test_missing_samples_stay_missing_and_do_not_count(method):
    signal = np.sin(np.arange(100.0))
    gappy = np.insert(signal, 50, [np.nan, np.inf, -np.inf])
    scaled = scale(gappy, method=method)
    np.testing.assert_array_equal(np.isnan(scaled), ~np.isfinite(gappy))
    np.testing.assert_allclose(scaled[np.isfinite(gappy)], scale(signal, method=method))
    assert np.isnan(scale(np.full((2, 5), np.nan), method=method)).all()


@every_method
def test_each_signal_is_scaled_by_itself(method):
    signal = np.random.default_rng(0).normal(size=(3, 2, 50))
    signal[1] *= 100
    together = scale(signal, method=method)
    for index in np.ndindex(3, 2):
        np.testing.assert_allclose(together[index], scale(signal[index], method=method))


@every_method
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept_and_input_left_alone(method, dtype):
    signal = np.arange(12, dtype=dtype).reshape(3, 4)
    signal.flags.writeable = False
    assert scale(signal, method=method).dtype == dtype
    assert scale(signal.astype(np.int16), method=method).dtype == np.float64


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match=r"one of \['minmax', .* got 'max'"):
        scale([1.0, 2.0], method="max")
