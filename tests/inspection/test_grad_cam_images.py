"""Grad-CAM on pictures, by the code that serves signals."""

import numpy as np
import pytest
import torch
from captum.attr import LayerAttribution, LayerGradCam
from sklearn.pipeline import make_pipeline

from skecg.classifiers import ImageClassifier
from skecg.inspection import grad_cam
from skecg.nn import list_networks
from skecg.preprocessing import ImageResizer

SHAPE = (44, 60)
SQUARE = (slice(8, 18), slice(36, 46))
# Without it, a gradient that is averaged over the picture may be below zero for every
# channel in front of a dense layer, and the map is empty: so the docs say.
NORM = {"batch_norm": True}
OPTIONS = {
    "convnet": {"network_params": NORM},
    "convnet_small": {"network_params": NORM},
    "vit": {"network_params": {"n_features": 32, "n_blocks": 2}, "max_epochs": 1},
}


def planted(n=48, seed=0):
    """Grey noise; in every second picture a bright square at a known place."""
    X = np.random.default_rng(seed).integers(60, 140, (n, *SHAPE), dtype=np.uint8)
    X[1::2][:, *SQUARE] = 250
    return X, np.where(np.arange(n) % 2, "square", "none")


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


def test_it_equals_captum():
    model = train("convnet_small")
    X, y = planted()
    module = model.net_.module_
    layer = "body.8"
    maps = grad_cam(model, X, target=y, layer=layer)
    # The network itself appends 4 white rows and columns.
    theirs = LayerGradCam(module, module.get_submodule(layer)).attribute(
        torch.from_numpy(X[:, np.newaxis] / np.float32(255)),
        target=torch.from_numpy((y == "square").astype(int)),
        relu_attributions=True,
    )
    theirs = LayerAttribution.interpolate(theirs, module.padded_size, "bilinear")
    theirs = theirs[:, 0, : SHAPE[0], : SHAPE[1]].detach().numpy()
    np.testing.assert_allclose(maps, theirs, atol=1e-5)
    assert maps.max() > 0


def test_blank_pictures_have_no_map_and_steps_no_way_back():
    X, y = planted()
    model = make_pipeline(
        ImageResizer((22, 30)), ImageClassifier(max_epochs=1, random_state=0)
    ).fit(X, y)
    X = X[:4].copy()
    X[2] = 7
    with pytest.warns(match="rows 2"):
        maps = grad_cam(model, X)
    assert maps.shape == (4, 22, 30)
    assert np.isnan(maps).all(axis=(1, 2)).tolist() == [False, False, True, False]
    with pytest.raises(ValueError, match="ImageResizer does not say where"):
        grad_cam(model, X[:2], at="input")
