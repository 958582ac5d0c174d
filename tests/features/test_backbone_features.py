"""Pictures become what the network says of them, with weights from anywhere."""

import numpy as np
import pytest
import torch
from sklearn.frozen import FrozenEstimator
from torchvision import models

from known_pictures import ecg_picture
from skecg.classifiers import ImageClassifier
from skecg.features import BackboneFeatures

SHAPE = (60, 90)
X = np.stack([ecg_picture(SHAPE, seed=seed) for seed in range(4)])
Y = np.array(["a", "b", "a", "b"])


@pytest.fixture(scope="module")
def published():
    torch.manual_seed(0)
    return models.squeezenet1_0(weights=None).eval()


@pytest.fixture
def file(published, tmp_path):
    torch.save(published.state_dict(), tmp_path / "weights.pth")
    return tmp_path / "weights.pth"


def test_it_is_the_module_of_torchvision(published, file):
    pixels = torch.from_numpy(X.transpose(0, 3, 1, 2)).float() / 255
    mean = torch.tensor([0.485, 0.456, 0.406]).reshape(3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225]).reshape(3, 1, 1)
    with torch.no_grad():
        maps = published.features((pixels - mean) / std)
    features = BackboneFeatures(weights=file).fit_transform(X)
    np.testing.assert_allclose(features, maps.mean((2, 3)), atol=1e-5)
    grid = BackboneFeatures(weights=str(file), pool=(1, 2)).fit(X)
    expected = torch.nn.functional.adaptive_avg_pool2d(maps, (1, 2)).flatten(1)
    np.testing.assert_allclose(grid.transform(X), expected, atol=1e-5)
    names = grid.get_feature_names_out()
    assert names[:3].tolist() == [
        "map0_row0_column0",
        "map0_row0_column1",
        "map1_row0_column0",
    ]
    assert len(names) == expected.shape[1]


def test_grey_is_three_equal_colours(file):
    grey = X.min(axis=-1)
    colour = np.repeat(grey[..., np.newaxis], 3, axis=-1)
    features = BackboneFeatures(weights=file, layer="3")
    expected = features.fit_transform(colour)
    np.testing.assert_array_equal(features.fit_transform(grey), expected)


def test_weights_of_a_fitted_classifier():
    model = ImageClassifier(
        "squeezenet1_0", max_epochs=1, batch_size=2, lr=1e-5, random_state=0
    ).fit(X, Y)
    features = BackboneFeatures(weights=FrozenEstimator(model)).fit_transform(X)
    network = model.net_.module_.eval()
    pixels = torch.from_numpy(X.transpose(0, 3, 1, 2)).float() / 255
    with torch.no_grad():
        expected = network.forward_features(pixels)
    np.testing.assert_allclose(features, expected, atol=1e-5)


def test_a_frozen_model_of_another_kind_is_refused():
    small = ImageClassifier(max_epochs=1, batch_size=2, random_state=0).fit(X, Y)
    for weights in (small, ImageClassifier("squeezenet1_0")):
        with pytest.raises(TypeError, match="ImageClassifier whose network"):
            BackboneFeatures(weights=FrozenEstimator(weights)).fit(X)


def test_drawn_weights_follow_the_seed_and_move_no_other():
    state = torch.random.get_rng_state()
    first = BackboneFeatures(layer="3", random_state=0).fit_transform(X)
    again = BackboneFeatures(layer="3", random_state=0).fit_transform(X)
    other = BackboneFeatures(layer="3", random_state=1).fit_transform(X)
    free = BackboneFeatures(layer="3").fit_transform(X)
    assert torch.equal(torch.random.get_rng_state(), state)
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)
    assert not np.allclose(first, free)


def test_another_size_wants_a_resizer(tmp_path):
    from PIL import Image

    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    Image.fromarray(X[0]).save(paths[0])
    Image.fromarray(X[0, :50]).save(paths[1])
    with pytest.raises(ValueError, match="ImageResizer first"):
        BackboneFeatures(layer="3", random_state=0).fit_transform(paths)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"architecture": "squeezenet9"}, "squeezenet9"),
        ({"layer": "99"}, "no layer '99'"),
        ({"pool": "median"}, "pool must be"),
        ({"weights": "absent.pth"}, "not there"),
    ],
)
def test_wrong_parameters_are_refused_in_fit(params, message):
    with pytest.raises((ValueError, OSError), match=message):
        BackboneFeatures(**params).fit(X)
