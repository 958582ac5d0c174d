import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skecg.imaging.intensity import STATISTICS, band_intensity

IMAGE = np.zeros((100, 30), dtype=np.uint8)
IMAGE[40:60] = 255  # white in the default band only
IMAGE[40:45] = 0  # and a quarter of that black


def test_it_is_the_band_that_is_measured():
    expected = [[0.75, 1.0, np.sqrt(0.75 * 0.25)]]
    np.testing.assert_allclose(band_intensity(IMAGE), expected)
    np.testing.assert_array_equal(band_intensity(IMAGE, band=(0.0, 0.4)), 0)


def test_statistics_come_in_the_order_asked_for():
    all_four = band_intensity(IMAGE, statistics=("std", "min", "max", "mean"))
    np.testing.assert_allclose(all_four, [[np.sqrt(0.1875), 0, 1, 0.75]])


def test_uint8_and_float_are_on_one_scale():
    for dtype in (np.float32, np.float64):
        floats = (IMAGE / 255).astype(dtype)
        np.testing.assert_allclose(band_intensity(floats), band_intensity(IMAGE))


def test_colour_is_brought_to_grey():
    red = np.zeros((1, 10, 8, 3), dtype=np.uint8)
    red[..., 0] = 255
    np.testing.assert_allclose(band_intensity(red)[0], [0.299, 0.299, 0], atol=1 / 255)


@given(
    arrays(np.uint8, (3, 20, 7)),
    st.sampled_from([(0.4, 0.6), (0.0, 1.0), (0.52, 0.53), (0.9, 1.0)]),
)
def test_a_stack_is_measured_picture_by_picture(images, band):
    stack = band_intensity(images, band=band, statistics=tuple(STATISTICS))
    one_by_one = [
        band_intensity(image, band=band, statistics=tuple(STATISTICS))[0]
        for image in images
    ]
    np.testing.assert_allclose(stack, one_by_one)
    mean, high, low, std = stack.T
    assert (low <= mean + 1e-12).all()
    assert (mean <= high + 1e-12).all()
    assert (std <= (high - low) / 2 + 1e-12).all()  # Popoviciu


@pytest.mark.parametrize("names", [(), ("median",), ("mean", "mean"), "mean", (3,)])
def test_wrong_statistics_are_refused(names):
    with pytest.raises(ValueError, match="statistics must be different ones"):
        band_intensity(IMAGE, statistics=names)


def test_a_wrong_band_is_refused():
    with pytest.raises(ValueError, match="band must be"):
        band_intensity(IMAGE, band=(0.6, 0.4))
