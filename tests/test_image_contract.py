"""The checks of `test_contract.py` for what takes pictures, in grey, colour and files.

Each runs on every estimator, on drawn pictures of a grid and a trace.
"""

import copy
import pickle
import threading

import numpy as np
import pytest
from PIL import Image
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.exceptions import NotFittedError

from instances import for_images, short_name, toy_labels
from known_pictures import ecg_picture
from skecg.exceptions import DataFileError, DataFileNotFoundError

N_IMAGES, SHAPE = 4, (90, 120)

every_estimator = pytest.mark.parametrize("estimator", for_images(), ids=short_name)
every_transformer = pytest.mark.parametrize(
    "estimator",
    [each for each in for_images() if not is_classifier(each)],
    ids=short_name,
)
every_classifier = pytest.mark.parametrize(
    "estimator", [each for each in for_images() if is_classifier(each)], ids=short_name
)
every_kind = pytest.mark.parametrize("kind", ["grey", "rgb", "paths"])


def pictures(kind: str) -> np.ndarray:
    """Return pictures that differ, in grey or in colour."""
    X = np.stack([ecg_picture(SHAPE, seed=seed) for seed in range(N_IMAGES)])
    return X if kind == "rgb" else X.min(axis=-1)


@pytest.fixture
def images(kind, tmp_path):
    if kind != "paths":
        return pictures(kind)
    paths = [tmp_path / f"{index}.png" for index in range(N_IMAGES)]
    for path, image in zip(paths, pictures("rgb"), strict=True):
        Image.fromarray(image).save(path)
    return paths


def fitted(estimator: BaseEstimator, X) -> BaseEstimator:
    y = toy_labels(len(X)) if is_classifier(estimator) else None
    return clone(estimator).fit(X, y)


def output(model: BaseEstimator, X) -> np.ndarray:
    return model.predict_proba(X) if is_classifier(model) else model.transform(X)


def fit_and_output(estimator: BaseEstimator, X) -> np.ndarray:
    return output(fitted(estimator, X), X)


@every_classifier
@every_kind
def test_one_image_in_one_label_out(estimator, images, kind):
    model = fitted(estimator, images)
    probabilities = model.predict_proba(images)
    assert probabilities.shape == (N_IMAGES, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert set(model.predict(images)) <= set(model.classes_)
    assert not hasattr(model, "n_features_in_")
    assert model.image_shape_in_ == (SHAPE if kind == "grey" else (*SHAPE, 3))
    backwards = model.predict_proba(images[::-1])
    np.testing.assert_allclose(backwards, probabilities[::-1], atol=1e-6)
    alone = model.predict_proba(images[2:3])[0]
    np.testing.assert_allclose(alone, probabilities[2], atol=1e-6)


@every_classifier
@pytest.mark.parametrize("kind", ["grey", "rgb"])
def test_floats_and_bytes_are_the_same_to_a_classifier(estimator, images):
    model = fitted(estimator, images)
    for dtype in (np.float32, np.float64):
        answer = model.predict_proba((images / 255).astype(dtype))
        np.testing.assert_allclose(answer, model.predict_proba(images), atol=1e-5)


@every_transformer
@every_kind
def test_one_image_in_one_image_out(estimator, images, kind):
    model = clone(estimator).fit(images)
    result = model.transform(images)
    assert len(result) == N_IMAGES
    assert result.dtype == np.uint8
    assert not hasattr(model, "n_features_in_")
    assert model.image_shape_in_ == (None if kind == "paths" else images.shape[1:])
    backwards = model.transform(images[::-1])
    np.testing.assert_array_equal(backwards, result[::-1])
    np.testing.assert_array_equal(model.transform(images[2:3])[0], result[2])


@every_estimator
@pytest.mark.parametrize("as_", [list, np.array, lambda paths: list(map(str, paths))])
@pytest.mark.parametrize("kind", ["paths"])
def test_files_are_what_they_hold(estimator, images, as_):
    from_files = fit_and_output(estimator, as_(images))
    np.testing.assert_array_equal(
        from_files, fit_and_output(estimator, pictures("rgb"))
    )


@every_transformer
@pytest.mark.parametrize("kind", ["grey", "rgb"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_stay_floats(estimator, images, dtype):
    result = fit_and_output(estimator, (images / 255).astype(dtype))
    assert result.dtype == dtype
    expected = fit_and_output(estimator, images) / 255
    np.testing.assert_allclose(result, expected, atol=1.1 / 255)


@every_estimator
@pytest.mark.parametrize("kind", ["rgb"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X: X[0], r"shape \(90, 120, 3\)|differ|fitted with"),
        (lambda X: X[0, 0, 0], "n_images, height, width"),
        (lambda X: X[:0], "0 sample"),
        (lambda X: X[:, :-5], "was fitted with"),
        (lambda X: X.astype(np.int64), "uint8 or float"),
        (lambda X: X[..., :2], "n_images, height, width"),
        (lambda X: X / np.where(X > 250, 0.0, 1.0), "finite"),
        (lambda X: "scan.png", "into a list"),
        (lambda X: ["scan.png", 3], "list of paths"),
    ],
    ids=["one", "1d", "empty", "lower", "int", "2 channels", "inf", "path", "mixed"],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.filterwarnings("ignore:invalid value")
def test_wrong_input_is_refused(estimator, images, change, message):
    model = fitted(estimator, images)
    with pytest.raises(ValueError, match=message):
        output(model, change(images))


@every_estimator
@pytest.mark.parametrize("kind", ["paths"])
def test_a_file_that_cannot_be_used_is_named(estimator, images, tmp_path):
    model = fitted(estimator, images)
    broken = tmp_path / "broken.png"
    whole = images[0].read_bytes()
    for content in (b"", whole[:80], whole[:-30], b"GIF89a" + whole[6:]):
        broken.write_bytes(content)
        for n_jobs in (1, 3):
            model.set_params(n_jobs=n_jobs)
            with pytest.raises(DataFileError, match=r"broken\.png"):
                output(model, [images[0], broken, *images[1:]])
    with pytest.raises(DataFileNotFoundError, match=r"absent\.png"):
        output(model, [images[0], tmp_path / "absent.png"])


@every_estimator
@pytest.mark.parametrize("kind", ["rgb"])
def test_kind_of_memory_does_not_matter(estimator, images, tmp_path):
    expected = fit_and_output(estimator, images)
    read_only = images.copy()
    read_only.flags.writeable = False
    mapped = np.memmap(tmp_path / "X", dtype=np.uint8, mode="w+", shape=images.shape)
    mapped[:] = images
    mapped.flush()
    mapped = np.memmap(tmp_path / "X", dtype=np.uint8, mode="r", shape=images.shape)
    wide = np.repeat(images, 2, axis=2)[:, :, ::2]
    for variant in (read_only, mapped, wide, np.asfortranarray(images), list(images)):
        np.testing.assert_array_equal(fit_and_output(estimator, variant), expected)


@every_estimator
@every_kind
def test_threads_change_nothing(estimator, images):
    alone = clone(estimator).set_params(n_jobs=1)
    shared = clone(estimator).set_params(n_jobs=3)
    before = threading.active_count()
    np.testing.assert_array_equal(
        fit_and_output(alone, images), fit_and_output(shared, images)
    )
    assert threading.active_count() == before


@every_estimator
@pytest.mark.parametrize("kind", ["rgb"])
def test_fit_leaves_parameters_data_and_global_seeds_alone(estimator, images):
    model = clone(estimator)
    before = copy.deepcopy(model.get_params())
    kept = images.copy()
    state = np.random.get_state()[1]  # noqa: NPY002 - the global state is the point
    labels = toy_labels(N_IMAGES)
    result = output(model.fit(images, labels), images)
    assert not np.shares_memory(result, images)
    assert model.get_params() == before
    np.testing.assert_array_equal(images, kept)
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002


@every_estimator
@pytest.mark.parametrize("kind", ["grey"])
def test_refit_forgets_the_first_fit(estimator, images):
    model = fitted(estimator, pictures("rgb")[:, :60, :80])
    again = output(model.fit(images, toy_labels(N_IMAGES)), images)
    np.testing.assert_array_equal(again, fit_and_output(estimator, images))


@every_estimator
@every_kind
def test_pickle_keeps_the_answers(estimator, images):
    model = fitted(estimator, images)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(output(again, images), output(model, images))


@every_estimator
@pytest.mark.parametrize("kind", ["rgb"])
def test_unfitted_says_so(estimator, images):
    with pytest.raises(NotFittedError):
        output(clone(estimator), images)


@every_transformer
@pytest.mark.parametrize("kind", ["rgb"])
def test_set_output_is_accepted(estimator, images):
    model = clone(estimator).set_output(transform="pandas").fit(images)
    assert isinstance(model.transform(images), np.ndarray)
