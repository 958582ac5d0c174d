"""Tests of skecg.inspection.layer_activations and filters."""

import numpy as np
import pytest
import torch
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import make_pipeline

from skecg.classifiers import ImageClassifier, SignalClassifier
from skecg.inspection import ActivationsDisplay, filters, layer_activations
from skecg.preprocessing import RecordScaler

X = np.random.default_rng(0).normal(size=(30, 2, 150))
y = np.repeat(["a", "b", "c"], 10)


@pytest.fixture(scope="module")
def model():
    return SignalClassifier("resnet1d", max_epochs=1, random_state=0).fit(X, y)


def test_layers_come_in_the_order_in_which_they_run(model):
    answers = layer_activations(model, X[:4])
    assert next(iter(answers)) == "stem"
    assert list(answers)[-1] == "head.4"
    assert answers["stem"].shape == (4, 32, 150)
    assert answers["blocks.0.pool"].shape == (4, 32, 73)
    assert answers["head.4"].shape == (4, 3)


def test_the_last_layer_is_what_the_model_answers_by(model):
    logits = layer_activations(model, X, layers=["head"])["head"]
    np.testing.assert_array_equal(
        model.classes_[logits.argmax(axis=1)], model.predict(X)
    )


def test_a_layer_answers_what_torch_says(model):
    stem = model.net_.module_.stem
    with torch.no_grad():
        wanted = stem(torch.from_numpy(X[:3].astype(np.float32))[:, :, None])
    got = layer_activations(model, X[:3], layers=["stem"])["stem"]
    np.testing.assert_allclose(got, wanted[:, :, 0].numpy(), atol=1e-6)


def test_rows_in_many_batches_are_as_in_one(model):
    many = np.tile(X, (20, 1, 1))
    answers = layer_activations(model, many, layers=["blocks.4.pool"])
    few = layer_activations(model, X, layers=["blocks.4.pool"])
    np.testing.assert_allclose(
        answers["blocks.4.pool"][-30:], few["blocks.4.pool"], atol=1e-5
    )


def test_a_row_that_cannot_be_used_is_nan(model):
    bad = X[:3].copy()
    bad[1] = np.nan
    with pytest.warns(match="rows 1"):
        stem = layer_activations(model, bad, layers=["stem"])["stem"]
    assert np.isnan(stem).all(axis=(1, 2)).tolist() == [False, True, False]


def test_steps_in_front_are_applied(model):
    pipeline = make_pipeline(RecordScaler(), model).fit(X, y)
    got = layer_activations(pipeline, 7 * X[:2], layers=["stem"])
    wanted = layer_activations(
        pipeline[-1], pipeline[0].transform(X[:2]), layers=["stem"]
    )
    np.testing.assert_allclose(got["stem"], wanted["stem"], atol=1e-5)
    model.fit(X, y)


def test_filters_are_those_of_the_network(model):
    stem = model.net_.module_.stem.weight.detach().numpy()
    np.testing.assert_array_equal(filters(model), stem[:, :, 0])
    assert filters(model, layer="blocks.2.conv1").shape == (32, 32, 5)
    filters(model)[:] = 0
    assert model.net_.module_.stem.weight.detach().abs().max() > 0


@pytest.mark.parametrize("layer", ["head.0", "blocks"])
def test_only_convolutions_have_filters(model, layer):
    with pytest.raises(ValueError, match=f"'{layer}' is no convolution .*'stem'"):
        filters(model, layer=layer)


def test_unknown_layers_are_named(model):
    for function in (
        lambda: filters(model, layer="conv7"),
        lambda: layer_activations(model, X, layers=["conv7"]),
    ):
        with pytest.raises(ValueError, match=r"no layer 'conv7'; it has .*'stem'"):
            function()


def test_several_networks_are_too_many():
    inner = SignalClassifier("convnet1d", max_epochs=1, random_state=0)
    calibrated = CalibratedClassifierCV(inner, cv=2).fit(X, y)
    with pytest.raises(ValueError, match="holds 2 networks"):
        layer_activations(calibrated, X)


def test_pictures_keep_their_height_and_width():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 255, size=(8, 16, 24), dtype=np.uint8)
    model = ImageClassifier(max_epochs=1, random_state=0).fit(X, [0, 1] * 4)
    module = model.net_.module_
    np.testing.assert_array_equal(
        filters(model), module.get_submodule("body.0").weight.detach()
    )
    answers = layer_activations(model, X[:3], layers=["body.0"])
    assert answers["body.0"].shape == (3, 16, 16, 24)
    with pytest.raises(TypeError, match="not of ImageClassifier; layer_activations"):
        ActivationsDisplay.from_estimator(model, X[0])
