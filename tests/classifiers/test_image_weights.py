"""Back-bones by name and weights out of files, through ImageClassifier."""

import pickle

import numpy as np
import pytest
import timm
import torch
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from skorch.callbacks import Callback
from torchvision import models

from skecg.classifiers import ImageClassifier, Stage, StagedUnfreezing
from skecg.classifiers._transfer import layers_with_parameters
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


BACK_BONES = {
    "vgg16": {"head": "flatten", "head_units": 256},
    "resnet50": {"head": "average", "head_units": 256},
    "efficientnet_b0": {"head": "average", "head_units": 0},
    "vit_small_patch16_224": {"head": "average", "head_units": 0},
}


def timms_own(name, size):
    torch.manual_seed(1)
    options = {"img_size": size} if name.startswith("vit") else {}
    return timm.create_model(name, pretrained=False, **options).eval()


@pytest.mark.parametrize(("name", "head"), BACK_BONES.items(), ids=BACK_BONES)
def test_a_documented_back_bone_sees_what_timms_sees(name, head, tmp_path):
    X = np.random.default_rng(0).integers(0, 255, (6, 64, 64), dtype=np.uint8)
    y = ["a", "b"] * 3
    whole = timms_own(name, 64)
    file = tmp_path / "published.pth"
    # Without VGG16's own dense layers: nine tenths of it, and never read.
    state = whole.state_dict()
    torch.save({k: v for k, v in state.items() if v.numel() < 16_000_000}, file)
    n_layers = 2 if head["head_units"] else 1
    model = ImageClassifier(
        name,
        network_params=head,
        weights=file,
        trainable_layers=n_layers,
        max_epochs=1,
        random_state=0,
    ).fit(X, y)
    assert model.predict(X).shape == (6,)
    module = model.net_.module_
    x = torch.from_numpy(X[:, np.newaxis] / np.float32(255))
    mean, std = (torch.tensor(whole.pretrained_cfg[key]) for key in ("mean", "std"))
    scaled = (x.expand(-1, 3, -1, -1) - mean[:, None, None]) / std[:, None, None]
    with torch.no_grad():
        seen = module.body(module.scale(x))
        torch.testing.assert_close(
            seen, whole.forward_features(scaled), rtol=1e-5, atol=1e-5
        )
    dense = layers_with_parameters(module)[-n_layers]
    assert dense.out_features == (head["head_units"] or 2)


class Moves(Callback):
    """How far each layer moves in each epoch."""

    def on_train_begin(self, net, **kwargs):
        self.moves, self.before = [], self.weights(net)

    def on_epoch_end(self, net, **kwargs):
        after = self.weights(net)
        pairs = zip(self.before, after, strict=True)
        self.moves.append([float((b - a).abs().max()) for a, b in pairs])
        self.before = after

    def weights(self, net):
        layers = layers_with_parameters(net.module_)
        return [layer.weight.detach().clone() for layer in layers]


def test_vgg16_is_fine_tuned_in_two_stages(squares, tmp_path):
    X, y = squares
    file = tmp_path / "vgg16.pth"
    whole = timms_own("vgg16", None)
    torch.save(
        {f"features.{k}": v for k, v in whole.features.state_dict().items()}, file
    )
    rate, n_batches = 1e-5, 2
    stages = [Stage(1, 2), Stage(3, 6, lr=rate, optimizer="rmsprop")]
    model = ImageClassifier(
        "vgg16",
        network_params={"head": "flatten"},
        weights=file,
        optimizer="adam",
        lr_schedule="constant",
        max_epochs=4,
        batch_size=8,
        callbacks=[("stages", StagedUnfreezing(stages)), ("moves", Moves())],
        random_state=0,
    ).fit(X, y)
    moves = np.array(dict(model.net_.callbacks_)["moves"].moves)
    assert moves.shape == (4, 13 + 2)
    learnt = [np.flatnonzero(epoch).tolist() for epoch in moves]
    assert learnt == [[13, 14]] * 2 + [[9, 10, 11, 12, 13, 14]] * 2
    # Adam's first step is as long as its rate; RMSprop's, ten times at most.
    assert moves[0].max() > 5e-4
    assert moves[2:, 9:].min() > 0
    assert moves[2:].max() < 10.1 * rate * n_batches
    assert type(model.net_.optimizer_).__name__ == "RMSprop"
    assert [epoch["stage"] for epoch in model.history_] == [1, 1, 2, 2]
