"""Grad-CAM on pictures, by the code that serves signals."""

import functools

import numpy as np
import pytest
import torch
from captum.attr import LayerAttribution, LayerGradCam, LayerGradientXActivation
from sklearn.pipeline import make_pipeline
from torch import nn

from skecg.classifiers import ImageClassifier
from skecg.inspection import grad_cam
from skecg.nn import list_networks
from skecg.preprocessing import ECGRenderer, ImageResizer

SHAPE = (44, 60)
SQUARE = (slice(8, 18), slice(36, 46))
# Without it, a gradient that is averaged over the picture may be below zero for every
# channel in front of a dense layer, and the map is empty: so the docs say.
NORM = {"batch_norm": True}
OPTIONS = {
    "convnet": {"network_params": NORM},
    "convnet_small": {"network_params": NORM},
    "vit": {"network_params": {"n_features": 32, "n_blocks": 2}, "max_epochs": 1},
    "resnet18": {"network_params": {"head_units": 0}, "max_epochs": 1},
}
LAYERS = {"convnet": "body.6", "convnet_small": "body.8", "resnet18": "body"}


class OneDenseLayer(nn.Module):
    """A network whose logits are sums over the places of its one map."""

    def __init__(self, n_channels, height, width, n_classes):
        super().__init__()
        self.conv = nn.Conv2d(n_channels, 4, 3, padding=1)
        self.act = nn.ReLU()
        self.head = nn.Linear(4 * height * width, n_classes)

    def forward(self, x):
        return self.head(self.act(self.conv(x)).flatten(1))


def as_tensor(X):
    return torch.from_numpy(X[:, np.newaxis] / np.float32(255))


def by_captum(attribution, model, layer, X, y, **options):
    """Return captum's map, stretched over the pictures as ours is."""
    module = model.net_.module_
    theirs = attribution(module, module.get_submodule(layer)).attribute(
        as_tensor(X), target=torch.from_numpy((y == "square").astype(int)), **options
    )
    theirs = theirs.sum(dim=1, keepdim=True).relu()
    # The network itself appends white rows and columns.
    theirs = LayerAttribution.interpolate(theirs, module.padded_size, "bilinear")
    return theirs[:, 0, : SHAPE[0], : SHAPE[1]].detach().numpy()


def planted(n=48, seed=0):
    """Grey noise; in every second picture a bright square at a known place."""
    X = np.random.default_rng(seed).integers(60, 140, (n, *SHAPE), dtype=np.uint8)
    X[1::2][:, *SQUARE] = 250
    return X, np.where(np.arange(n) % 2, "square", "none")


@functools.cache
def train(network):
    options = {"max_epochs": 10, "batch_size": 8, "lr": 2e-3, "random_state": 0}
    return ImageClassifier(network, **options | OPTIONS.get(network, {})).fit(
        *planted()
    )


@pytest.mark.parametrize("network", sorted(set(list_networks("image")) - {"vit"}))
def test_the_map_lights_up_at_the_planted_square(network):
    model = train(network)
    X, y = planted(seed=1)
    assert model.score(X, y) == 1
    maps = grad_cam(model, X[1::2], target="square")
    assert maps.shape == (24, *SHAPE)
    assert np.all(maps >= 0)
    mean = maps.mean(axis=0)
    row, column = np.unravel_index(mean.argmax(), SHAPE)
    assert 4 <= row < 22
    assert 32 <= column < 50
    inside = np.zeros(SHAPE, dtype=bool)
    inside[4:22, 32:50] = True
    assert mean[inside].mean() > 3 * mean[~inside].mean()


def test_tokens_are_laid_out_as_their_patches_lie():
    # Attention carries what it found to other tokens: no promise where the map lights.
    model = train("vit")
    X, y = planted()
    maps = grad_cam(model, X, target=y)
    assert maps.shape == (48, *SHAPE)
    assert maps.max() > 0
    module = model.net_.module_
    found = {}
    layer = module.get_submodule(module.map_layer)
    hook = layer.register_forward_hook(
        lambda _, __, answer: found.update(tokens=answer, kept=answer.retain_grad())
    )
    x = torch.from_numpy(X[:, np.newaxis] / np.float32(255))
    logits = module(x)[torch.arange(48), torch.from_numpy((y == "square").astype(int))]
    logits.sum().backward()
    hook.remove()
    tokens = found["tokens"]
    weights = tokens.grad.mean(dim=1, keepdim=True)
    coarse = torch.relu((weights * tokens).sum(dim=2)).reshape(48, 1, 6, 8)
    fine = torch.nn.functional.interpolate(coarse, (48, 64), mode="bilinear")
    expected = fine[:, 0, : SHAPE[0], : SHAPE[1]].detach().numpy()
    np.testing.assert_allclose(maps, expected, atol=1e-6)


@pytest.mark.parametrize("network", LAYERS)
def test_it_equals_captum(network):
    model, (X, y), layer = train(network), planted(), LAYERS[network]
    maps = grad_cam(model, X, target=y, layer=layer)
    theirs = by_captum(LayerGradCam, model, layer, X, y, relu_attributions=True)
    np.testing.assert_allclose(maps, theirs, atol=1e-5)
    assert maps.max() > 0


@pytest.mark.parametrize("network", LAYERS)
def test_hires_cam_is_gradient_times_activation_place_by_place(network):
    model, (X, y), layer = train(network), planted(), LAYERS[network]
    maps = grad_cam(model, X, target=y, layer=layer, method="hires_cam")
    theirs = by_captum(LayerGradientXActivation, model, layer, X, y)
    np.testing.assert_allclose(maps, theirs, rtol=1e-4, atol=1e-5 * theirs.max())
    assert maps.max() > 0


def test_hires_cam_of_tokens_is_captums_laid_out():
    model, (X, y) = train("vit"), planted()
    module = model.net_.module_
    layer = module.get_submodule(module.map_layer)
    theirs = LayerGradientXActivation(module, layer).attribute(
        as_tensor(X), target=torch.from_numpy((y == "square").astype(int))
    )
    coarse = theirs.sum(dim=2).relu().reshape(48, 1, 6, 8)
    fine = LayerAttribution.interpolate(coarse, module.padded_size, "bilinear")
    maps = grad_cam(model, X, target=y, method="hires_cam")
    expected = fine[:, 0, : SHAPE[0], : SHAPE[1]].detach().numpy()
    np.testing.assert_allclose(maps, expected, atol=1e-6)
    assert maps.max() > 0


def test_behind_an_average_hires_cam_is_grad_cam():
    # The gradient of a mean is the same everywhere.
    X, y = planted()
    maps = [
        grad_cam(train("resnet18"), X, target=y, method=method)
        for method in ("grad_cam", "hires_cam")
    ]
    np.testing.assert_allclose(*maps, rtol=1e-4, atol=1e-6)


def test_in_front_of_a_dense_layer_hires_cam_shows_the_terms_of_the_logit():
    X, y = planted()
    model = ImageClassifier(OneDenseLayer, max_epochs=3, random_state=0).fit(X, y)
    module = model.net_.module_
    with torch.no_grad():
        answer = module.act(module.conv(as_tensor(X)))
        terms = answer * module.head.weight[1].reshape(1, 4, *SHAPE)
        logits = terms.sum(dim=(1, 2, 3)) + module.head.bias[1]
        torch.testing.assert_close(logits, module(as_tensor(X))[:, 1])
    maps = grad_cam(model, X, target="square", layer="act", method="hires_cam")
    expected = terms.sum(dim=1).clamp(min=0).numpy()
    np.testing.assert_allclose(maps, expected, atol=1e-5)


def test_without_batch_normalisation_hires_cam_still_has_a_map():
    X, y = planted()
    model = ImageClassifier(max_epochs=10, batch_size=8, lr=2e-3, random_state=0)
    maps = grad_cam(model.fit(X, y), X[1::2], target="square", method="hires_cam")
    mean = maps.mean(axis=0)
    assert maps.max(axis=(1, 2)).min() > 0
    assert mean[SQUARE].mean() > 3 * mean.mean()


def test_blank_pictures_have_no_map():
    X, y = planted()
    model = make_pipeline(
        ImageResizer((22, 30)), ImageClassifier(max_epochs=1, random_state=0)
    ).fit(X, y)
    X = X[:4].copy()
    X[2] = 7
    for at, shape in (("network", (22, 30)), ("input", SHAPE)):
        with pytest.warns(match="rows 2"):
            maps = grad_cam(model, X, at=at)
        assert maps.shape == (4, *shape)
        assert np.isnan(maps).all(axis=(1, 2)).tolist() == [False, False, True, False]


def test_the_map_finds_its_way_back_to_the_picture_before():
    X, y = planted()
    large = np.repeat(np.repeat(X, 2, axis=1), 3, axis=2)
    model = train("convnet_small")
    pipeline = make_pipeline(ImageResizer(SHAPE).fit(large), model)
    np.testing.assert_array_equal(
        grad_cam(pipeline, large, target=y), grad_cam(model, X, target=y)
    )
    maps = grad_cam(pipeline, large, target="square", at="input")
    assert maps.shape == large.shape
    there = np.unravel_index(maps.mean(axis=0).argmax(), large.shape[1:])
    here = np.unravel_index(
        grad_cam(model, X, target="square").mean(axis=0).argmax(), SHAPE
    )
    assert np.abs(np.array(there) / (2, 3) - here).max() <= 1


def test_drawn_records_have_no_way_back():
    rng = np.random.default_rng(0)
    X = rng.normal(scale=0.2, size=(8, 500))
    pipeline = make_pipeline(
        ECGRenderer(sampling_rate=100.0, layout="1x1", size=(40, 60), style="grey"),
        ImageClassifier(max_epochs=1, random_state=0),
    ).fit(X, [0, 1] * 4)
    assert grad_cam(pipeline, X[:2]).shape == (2, 40, 60)
    with pytest.raises(ValueError, match="ECGRenderer does not say where"):
        grad_cam(pipeline, X[:2], at="input")
