"""Tests of skecg.inspection.SamplesDisplay."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from skecg.inspection import SamplesDisplay, render_png

rng = np.random.default_rng(0)
X = rng.integers(0, 255, size=(12, 20, 30), dtype=np.uint8)
y = np.array(["wide", "narrow"])[[0] * 10 + [1] * 2]


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_a_few_pictures_of_each_class_under_its_name_and_number():
    display = SamplesDisplay.from_data(X, y, n_per_class=3)
    assert display.labels.tolist() == ["narrow", "wide"]
    assert display.counts.tolist() == [2, 10]
    assert [len(group) for group in display.samples] == [2, 3]
    for label, group in zip(display.labels, display.samples, strict=True):
        assert {each.tobytes() for each in group} <= {
            each.tobytes() for each in X[y == label]
        }
    titles = [panel.get_title(loc="left") for panel in display.ax_]
    assert titles == ["narrow (n = 2)", "", "wide (n = 10)", "", ""]
    drawn = [picture for group in display.samples for picture in group]
    for image, picture in zip(display.images_, drawn, strict=True):
        np.testing.assert_array_equal(image.get_array(), picture)


def test_the_choice_is_settled_by_random_state_and_labels():
    first, again, other = (
        SamplesDisplay.from_data(X, y, labels=["wide"], random_state=seed).samples[0]
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_of_files_only_those_that_are_drawn_are_read(tmp_path):
    paths = [str(tmp_path / f"{index}.png") for index in range(4)]
    Image.fromarray(X[0]).save(paths[0])
    Image.fromarray(X[1][:10]).save(paths[1])  # of another size
    display = SamplesDisplay.from_data(paths, ["a", "b", "c", "c"], labels=["a", "b"])
    np.testing.assert_array_equal(display.samples[0][0][..., 0], X[0])
    assert display.samples[1][0].shape == (10, 30, 3)


def test_it_draws_into_axes_and_into_a_file():
    figure, axes = plt.subplots(1, 2)
    assert SamplesDisplay.from_data(X, y, ax=axes[1]).figure_ is figure
    data = render_png(lambda ax: SamplesDisplay.from_data(X, y, ax=ax))
    assert data[1:4] == b"PNG"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (np.zeros((12, 187)), "takes images of shape.*drawn by BeatsDisplay"),
        (np.full((12, 2, 187), -0.4), "goes from -0.4 .*drawn by BeatsDisplay"),
        (X[:5], "inconsistent numbers of samples"),
    ],
)
def test_what_is_no_picture_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        SamplesDisplay.from_data(data, y)
    assert plt.get_fignums() == []


def test_classes_without_pictures_are_an_error_only_together():
    display = SamplesDisplay.from_data(X, y, labels=["wide", "flat"])
    assert display.counts.tolist() == [10, 0]
    with pytest.raises(ValueError, match=r"none is of the classes \['flat'\]"):
        SamplesDisplay.from_data(X, y, labels=["flat"])
    with pytest.raises(ValueError, match="No picture to draw"):
        SamplesDisplay.from_data(X, y, n_per_class=-1)
    assert SamplesDisplay.from_data(X, y, labels="wide").counts.tolist() == [10]


def test_a_resized_float_may_be_rounded_beyond_white():
    white = np.nextafter(np.ones((2, 9, 12)), 2)
    assert SamplesDisplay.from_data(white, ["a", "b"]).counts.tolist() == [1, 1]
