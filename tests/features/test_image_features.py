"""The checks of `test_image_contract.py` for steps that turn pictures into features."""

import pickle

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from instances import for_image_features, short_name
from known_pictures import ecg_picture
from skecg.exceptions import DataFileError, SignalQualityWarning
from skecg.features import HOGFeatures, TWaveIntensity
from skecg.imaging.hog import hog
from skecg.imaging.intensity import band_intensity

# Some darker than others, all with different traces.
X = np.stack(
    [ecg_picture((90, 120), seed=seed) - np.uint8(4 * seed) for seed in range(4)]
)
every_estimator = pytest.mark.parametrize(
    "estimator", for_image_features(), ids=short_name
)


@pytest.fixture
def paths(tmp_path):
    paths = [tmp_path / f"{index}.png" for index in range(len(X))]
    for path, image in zip(paths, X, strict=True):
        Image.fromarray(image).save(path)
    return paths


def test_they_are_the_kernels():
    np.testing.assert_array_equal(TWaveIntensity().fit_transform(X), band_intensity(X))
    expected = hog(X, cell=(10, 12)).reshape(len(X), -1)
    result = HOGFeatures(cell=(10, 12)).fit_transform(X)
    np.testing.assert_array_equal(result, expected)


@every_estimator
@pytest.mark.parametrize("shape", [(3, 90, 120), (3, 90, 120, 3)])
def test_pictures_of_one_shade_are_named_and_keep_their_numbers(estimator, shape):
    stack = X[:3] if len(shape) == 4 else X[:3, ..., 0]
    blank = stack.copy()
    blank[[0, 2]] = 200
    model = clone(estimator).fit(stack)
    with pytest.warns(SignalQualityWarning, match=r"2 of 3 rows.*shade: 0, 2") as told:
        result = model.transform(blank)
    assert told[0].message.rows == (0, 2)
    assert np.isfinite(result).all()
    np.testing.assert_array_equal(result[1], model.transform(stack)[1])


@every_estimator
def test_one_row_for_each_picture_whatever_the_others(estimator):
    model = clone(estimator).fit(X)
    result = model.transform(X)
    assert result.shape == (len(X), len(model.get_feature_names_out()))
    assert np.isfinite(result).all()
    assert len(np.unique(result, axis=0)) == len(X)
    np.testing.assert_array_equal(model.transform(X[::-1]), result[::-1])
    np.testing.assert_array_equal(model.transform(X[2:3])[0], result[2])
    assert model.image_shape_in_ == X.shape[1:]


@every_estimator
def test_files_are_what_they_hold(estimator, paths):
    expected = clone(estimator).fit_transform(X)
    for given in (paths, np.array(paths), list(map(str, paths))):
        model = clone(estimator).fit(given)
        np.testing.assert_allclose(model.transform(given), expected, atol=1e-6)
    assert model.image_shape_in_ is None
    np.testing.assert_allclose(model.transform(X), expected, atol=1e-6)


@every_estimator
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_and_bytes_are_on_one_scale(estimator, dtype):
    grey = X.min(axis=-1)
    from_bytes = clone(estimator).fit_transform(grey)
    floats = (grey / 255).astype(dtype)
    np.testing.assert_allclose(
        clone(estimator).fit_transform(floats), from_bytes, atol=1e-4
    )


@every_estimator
def test_threads_and_memory_change_nothing(estimator):
    read_only = X.copy()
    read_only.flags.writeable = False
    expected = clone(estimator).set_params(n_jobs=1).fit_transform(read_only)
    for variant in (np.asfortranarray(X), list(X)):
        again = clone(estimator).set_params(n_jobs=3).fit_transform(variant)
        np.testing.assert_array_equal(again, expected)


@every_estimator
def test_names_are_different_and_those_of_the_data_frame(estimator):
    names = clone(estimator).fit(X).get_feature_names_out()
    assert len(set(names)) == len(names)
    frame = clone(estimator).set_output(transform="pandas").fit_transform(X)
    assert isinstance(frame, pd.DataFrame)
    assert frame.columns.tolist() == names.tolist()


@every_estimator
def test_pickle_and_refit(estimator):
    model = clone(estimator).fit(X[:, :60, :80])
    model.fit(X)
    again = pickle.loads(pickle.dumps(model))
    expected = clone(estimator).fit_transform(X)
    np.testing.assert_array_equal(again.transform(X), expected)


@every_estimator
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X: X[0, 0, 0], "n_images, height, width"),
        (lambda X: X[:0], "0 sample"),
        (lambda X: X[:, :-5], "was fitted with"),
        (lambda X: X.astype(np.int64), "uint8 or float"),
        (lambda X: X * np.nan, "finite"),
        (lambda X: "scan.png", "into a list"),
    ],
    ids=["1d", "empty", "lower", "int", "nan", "path"],
)
def test_wrong_input_is_refused(estimator, change, message):
    model = clone(estimator).fit(X)
    with pytest.raises(ValueError, match=message):
        model.transform(change(X))


@every_estimator
def test_unfitted_says_so(estimator):
    with pytest.raises(NotFittedError):
        clone(estimator).transform(X)
    with pytest.raises(NotFittedError):
        clone(estimator).get_feature_names_out()


@every_estimator
def test_a_file_that_cannot_be_used_is_named(estimator, paths, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(paths[0].read_bytes()[:80])
    with pytest.raises(DataFileError, match=r"broken\.png"):
        clone(estimator).fit(paths).transform([*paths, broken])


def test_files_of_other_sizes_want_a_resizer(paths, tmp_path):
    small = tmp_path / "small.png"
    Image.fromarray(X[0, :60, :80]).save(small)
    with pytest.raises(ValueError, match=r"Image 4.*ImageResizer first"):
        HOGFeatures().fit(paths).transform([*paths, small])
    # The band has as many statistics whatever the size.
    assert TWaveIntensity().fit(paths).transform([*paths, small]).shape == (5, 3)


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (TWaveIntensity(band=(0.6, 0.4)), "band must be"),
        (TWaveIntensity(statistics=("mode",)), "statistics must be"),
        (HOGFeatures(cell=(100, 8)), "no room for a block"),
        (HOGFeatures(1), "n_orientations"),
    ],
)
def test_wrong_parameters_are_refused_in_fit(estimator, message):
    with pytest.raises(ValueError, match=message):
        estimator.fit(X)
