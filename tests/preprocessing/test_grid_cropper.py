import numpy as np
import pytest

from known_pictures import ecg_picture
from skecg.exceptions import GridNotFoundWarning
from skecg.imaging.resize import area_resize
from skecg.preprocessing import GridCropper

PAPER = ecg_picture((301, 401))
X = np.full((3, 420, 520, 3), 255, dtype=np.uint8)
for place, image in zip(((40, 50), (60, 30), (100, 90)), X, strict=True):
    image[place[0] : place[0] + 301, place[1] : place[1] + 401] = PAPER


def test_the_paper_is_cut_out_wherever_it_lies():
    cropper = GridCropper()
    cropped = cropper.fit_transform(X)
    assert cropper.size_ == (301, 401)
    for one in cropped:
        np.testing.assert_array_equal(one, PAPER)


def test_a_size_is_kept_to():
    cropped = GridCropper((60, 80)).fit_transform(X)
    np.testing.assert_array_equal(cropped, [area_resize(PAPER, (60, 80))] * 3)
    assert GridCropper((60, 80), color="grey").fit_transform(X).shape == (3, 60, 80)


def test_an_image_without_a_grid_stays_whole_and_is_named():
    blank = X.copy()
    blank[1] = 255
    blank[1, 100:120] = 0
    cropper = GridCropper((84, 104)).fit(X)
    with pytest.warns(GridNotFoundWarning, match=r"1 of 3 images.*rows 1 of X") as told:
        cropped = cropper.transform(blank)
    np.testing.assert_array_equal(cropped[1], area_resize(blank[1], (84, 104)))
    np.testing.assert_array_equal(cropped[2], area_resize(PAPER, (84, 104)))
    assert told[0].message.rows == (1,)


def test_a_map_comes_back_into_the_box_of_each_picture():
    X = np.full((2, 300, 400), 255, dtype=np.uint8)
    for image, top in zip(X, (50, 80), strict=True):
        image[top : top + 201 : 5, 40:381] = 180
        image[top : top + 201, 40:381:5] = 180
    step = GridCropper(color="grey", size=(50, 100)).fit(X)
    traced = step.trace_back(np.ones((2, 50, 100)), X)
    expected = np.zeros((2, 300, 400))
    expected[0, 50:251, 40:381] = expected[1, 80:281, 40:381] = 1
    np.testing.assert_allclose(traced, expected)
