import tracemalloc

import numpy as np
import pytest
from PIL import Image
from sklearn.pipeline import make_pipeline

from known_pictures import ecg_picture
from skecg.imaging.resize import area_resize, bilinear_resize
from skecg.preprocessing import GridCropper, GridRemover, ImageResizer

X = np.stack([ecg_picture((120, 160), seed=seed) for seed in range(3)])
GREY = X.min(axis=-1)


def test_it_is_the_kernel():
    np.testing.assert_array_equal(
        ImageResizer((30, 50)).fit_transform(GREY), area_resize(GREY, (30, 50))
    )
    boxed = ImageResizer(
        (60, 60), method="bilinear", aspect="letterbox", color="rgb"
    ).fit_transform(X)
    expected = bilinear_resize(X, (60, 60), aspect="letterbox")
    np.testing.assert_array_equal(boxed, expected)


def test_the_default_is_that_of_the_followed_system():
    assert ImageResizer().fit_transform(X).shape == (3, 182, 256)


def test_colour_and_grey_are_brought_to_one():
    assert ImageResizer((5, 6), color="rgb").fit_transform(GREY).shape == (3, 5, 6, 3)
    assert ImageResizer((5, 6), color="grey").fit_transform(X).shape == (3, 5, 6)


def test_a_picture_that_cannot_be_is_named():
    shades = GREY / 255.0
    shades[1, 3, 4] = np.nan
    step = ImageResizer((5, 6)).fit(shades)
    with pytest.raises(ValueError, match=r"Image 1 of X: .* NaN"):
        step.transform(shades)


def test_files_of_any_size_become_one_array(tmp_path):
    paths = [tmp_path / "a.png", tmp_path / "b.jpg"]
    Image.fromarray(X[0]).save(paths[0])
    Image.fromarray(X[1, :80, :90]).save(paths[1], quality=95)
    result = ImageResizer((20, 25), n_jobs=2).fit_transform(paths)
    assert result.shape == (2, 20, 25)
    expected = ImageResizer((20, 25)).fit_transform(X[:1])
    np.testing.assert_array_equal(result[:1], expected)


def test_a_fit_on_files_takes_arrays_and_the_other_way_round(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(X[0]).save(path)
    from_files = ImageResizer((20, 25)).fit([path])
    from_arrays = ImageResizer((20, 25)).fit(X)
    expected = from_arrays.transform(X[:1])
    np.testing.assert_array_equal(from_files.transform(X[:1]), expected)
    np.testing.assert_array_equal(from_arrays.transform([path]), expected)


@pytest.mark.parametrize("size", [(0, 5), (5,), (5, 6, 7), ("a", "b")])
def test_a_wrong_size_is_refused_in_fit(size):
    with pytest.raises(ValueError, match="size must be"):
        ImageResizer(size).fit(X)


def test_it_stands_at_the_end_of_a_pipeline():
    steps = make_pipeline(
        GridCropper((100, 140)), GridRemover(), ImageResizer((20, 30))
    )
    assert steps.fit_transform(X).shape == (3, 20, 30)


def test_memory_holds_the_result_and_a_picture_for_each_thread(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(np.zeros((800, 1000), dtype=np.uint8)).save(path)
    for n_jobs in (1, 2):
        resizer = ImageResizer((20, 25), n_jobs=n_jobs).fit([path])
        tracemalloc.start()
        resizer.transform([path] * 40)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < (n_jobs + 1) * 3 * 800 * 1000  # bytes; all at once would be 32 MB


@pytest.mark.parametrize("method", ["area", "bilinear"])
def test_a_map_is_laid_over_the_picture_before(method):
    X = np.zeros((2, 40, 90, 3), dtype=np.uint8)
    step = ImageResizer((10, 30), method=method).fit(X)
    maps = np.zeros((2, 10, 30), dtype=np.float32)
    maps[0, 4, 20] = 2
    maps[1] = np.nan
    traced = step.trace_back(maps, X)
    assert traced.shape == (2, 40, 90)
    assert traced.dtype == np.float32
    assert np.isnan(traced[1]).all()
    weight = traced[0] / traced[0].sum()
    centre = [(weight * place).sum() for place in np.indices((40, 90))]
    np.testing.assert_allclose(centre, [4.5 * 4 - 0.5, 20.5 * 3 - 0.5], atol=1e-5)


def test_what_a_letterbox_adds_is_cut_off_the_map():
    X = np.zeros((1, 20, 40), dtype=np.uint8)
    step = ImageResizer((40, 40), aspect="letterbox").fit(X)
    maps = np.full((1, 40, 40), 7.0)
    maps[0, 10:30] = np.arange(20)[:, None]
    np.testing.assert_allclose(step.trace_back(maps, X)[0, :, 0], np.arange(20))


def test_maps_that_do_not_go_with_the_pictures_are_refused():
    X = np.zeros((2, 20, 40), dtype=np.uint8)
    step = ImageResizer((10, 20)).fit(X)
    with pytest.raises(ValueError, match=r"shape \(n_images, 10, 20\).*got maps"):
        step.trace_back(np.zeros((2, 10, 21)), X)
    with pytest.raises(ValueError, match="inconsistent numbers"):
        step.trace_back(np.zeros((1, 10, 20)), X)
