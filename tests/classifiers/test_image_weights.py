"""Back-bones by name and weights out of files, through ImageClassifier."""

import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from torchvision import models

from skecg.classifiers import ImageClassifier
from skecg.exceptions import DataFileError
from skecg.inspection import grad_cam

SIZE = 40


@pytest.fixture(scope="module")
def squares():
    """Grey pictures, half of them with a dark square: X, y."""
    X = np.random.default_rng(0).integers(180, 255, (16, SIZE, SIZE), dtype=np.uint8)
    X[1::2, 4:20, 4:20] = 0
    return X, np.where(np.arange(16) % 2, "square", "none")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A file such as torchvision publishes, its weights drawn."""
    torch.manual_seed(1)
    file = tmp_path_factory.mktemp("weights") / "squeezenet.pth"
    torch.save(models.squeezenet1_0(weights=None).state_dict(), file)
    return file


def squeezenet(**params):
    options = {"max_epochs": 1, "batch_size": 8, "lr": 3e-3, "random_state": 0}
    return ImageClassifier("squeezenet1_0", **options | params)


def test_a_published_body_is_frozen_under_a_new_head(squares, published):
    X, y = squares
    model = squeezenet(weights=published, trainable_layers=2, max_epochs=20)
    model = clone(model).fit(X, y)
    state = torch.load(published, weights_only=True)
    body = model.net_.module_.body.state_dict()
    assert len(body) == len(state) - 2  # its last layer is not taken
    assert all(torch.equal(body[name], state[f"features.{name}"]) for name in body)
    assert model.score(X, y) == 1
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    assert grad_cam(model, X, target="square").shape == X.shape


def test_a_fitted_back_bone_gives_weights_and_scale(squares, published):
    X, y = squares
    first = squeezenet(weights=published).fit(X, y)
    model = squeezenet(weights=FrozenEstimator(first), trainable_layers=1).fit(X, y)
    theirs, own = (each.net_.module_ for each in (first, model))
    assert torch.equal(own.scale.std, theirs.scale.std)
    assert own.scale.std[0] < 1
    assert torch.equal(own.body[0].weight, theirs.body[0].weight)


@pytest.mark.parametrize("network", ["convnet_small", "squeezenet1_0"])
def test_a_module_that_was_saved_comes_back(squares, tmp_path, network):
    X, y = squares
    source = ImageClassifier(network, max_epochs=1, random_state=0).fit(X, y)
    torch.save(source.net_.module_.state_dict(), tmp_path / "own.pth")
    model = ImageClassifier(
        network,
        weights=str(tmp_path / "own.pth"),
        trainable_layers=1,
        max_epochs=1,
        random_state=1,  # another draw of the last layer
    ).fit(X, y)
    before, after = (each.net_.module_.state_dict() for each in (source, model))
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == set(list(before)[-2:])


def test_parameters_of_a_back_bone(squares):
    X, y = squares
    params = {"head": "flatten", "head_units": 8}
    model = squeezenet(network_params=params).fit(X, y)
    assert model.net_.module_.head[0].in_features == 512 * 2 * 2
    assert model.net_.module_.head[0].out_features == 8
    assert model.net_.module_.scale.mean.abs().sum() == 0


def test_what_does_not_fit_is_refused(squares, published, tmp_path):
    X, y = squares
    with pytest.raises(ValueError, match="do not fit the network"):
        ImageClassifier("resnet18", weights=published).fit(X, y)
    with pytest.raises(ValueError, match="Did you mean 'squeezenet1_0'"):
        ImageClassifier("squeezenet10").fit(X, y)
    (tmp_path / "text.pth").write_text("no weights")
    with pytest.raises(DataFileError, match=r"text\.pth"):
        squeezenet(weights=tmp_path / "text.pth").fit(X, y)
