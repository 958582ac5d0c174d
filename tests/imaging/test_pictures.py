import numpy as np
import pytest
from PIL import Image

from skecg.imaging._pictures import Pictures, to_color

COLOUR = np.random.default_rng(0).integers(0, 256, (9, 7, 3), dtype=np.uint8)


def test_grey_is_pillows_to_the_last_bit():
    expected = np.asarray(Image.fromarray(COLOUR).convert("L"))
    np.testing.assert_array_equal(to_color(COLOUR, "grey"), expected)


def test_grey_of_floats_is_the_same():
    grey = to_color(COLOUR / 255, "grey")
    np.testing.assert_allclose(grey * 255, to_color(COLOUR, "grey"), atol=0.51)
    assert to_color(COLOUR.astype(np.float32), "grey").dtype == np.float32


def test_grey_in_colour_has_equal_channels():
    grey = COLOUR[..., 0]
    for channel in range(3):
        np.testing.assert_array_equal(to_color(grey, "rgb")[..., channel], grey)
    assert to_color(grey, "grey") is grey
    assert to_color(COLOUR, "rgb") is COLOUR


def test_files_are_opened_when_they_are_asked_for(tmp_path):
    path = tmp_path / "a.png"
    pictures = Pictures([path, tmp_path / "absent.png"], None)
    assert len(pictures) == 2
    Image.fromarray(COLOUR).save(path)
    np.testing.assert_array_equal(pictures[0], COLOUR)
    assert pictures[:1][0].shape == COLOUR.shape
    with pytest.raises(FileNotFoundError):
        pictures[1]
