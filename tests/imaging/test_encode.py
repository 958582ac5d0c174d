"""Pictures as PNG files."""

import io

import numpy as np
import pytest
from PIL import Image

from skecg.imaging._encode import encode_png


@pytest.mark.parametrize("shape", [(20, 30), (20, 30, 3)])
def test_the_pixels_are_kept(shape):
    picture = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    back = np.asarray(Image.open(io.BytesIO(encode_png(picture))))
    np.testing.assert_array_equal(back, picture)


def test_what_is_larger_is_made_smaller():
    picture = np.zeros((100, 400), dtype=np.uint8)
    assert Image.open(io.BytesIO(encode_png(picture, most_side=40))).size == (40, 10)
