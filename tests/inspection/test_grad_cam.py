"""Tests of skecg.inspection.grad_cam."""

import numpy as np
import pytest
import torch
from captum.attr import LayerAttribution, LayerGradCam
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

from cascading import likeness_down_to_random
from skecg.classifiers import SignalClassifier, make_patient_classifier
from skecg.inspection import grad_cam
from skecg.nn import list_networks
from skecg.preprocessing import BandpassFilter, BeatSegmenter, RecordScaler, Resampler
from skecg.signal.patient import patient_columns

N_TIMES = 200
WAVE = slice(120, 140)


class InPlace(nn.Module):
    """A network whose activations overwrite what they are given."""

    def __init__(self, n_leads, n_times, n_classes):
        super().__init__()
        self.conv1 = nn.Conv1d(n_leads, 8, 7, padding=3)
        self.conv2 = nn.Conv1d(8, 8, 7, padding=3)
        self.act = nn.ReLU(inplace=True)
        self.norm = nn.BatchNorm1d(8)
        self.head = nn.Linear(8, n_classes)

    def forward(self, x):
        x = self.norm(self.act(self.conv1(x)))
        return self.head(self.act(self.conv2(x)).mean(dim=2))


def planted(n=160, n_leads=None, seed=0):
    """Noise; in every second row a wave at a known place."""
    rng = np.random.default_rng(seed)
    shape = (n, N_TIMES) if n_leads is None else (n, n_leads, N_TIMES)
    X = rng.normal(scale=0.3, size=shape)
    X[1::2, ..., WAVE] += 2 * np.hanning(WAVE.stop - WAVE.start)
    return X, np.where(np.arange(n) % 2, "wave", "none")


def train(network="convnet1d", *, data=None, **parameters):
    X, y = planted() if data is None else data
    options = {"max_epochs": 6, "batch_size": 16, "random_state": 0, **parameters}
    return SignalClassifier(network, **options).fit(X, y)


@pytest.fixture(scope="module")
def model():
    return train()


@pytest.mark.parametrize("network", [*list_networks("signal"), InPlace])
def test_the_map_lights_up_at_the_planted_wave(network):
    fitted = train(network)
    X, _ = planted(seed=1)
    maps = grad_cam(fitted, X[1::2], target="wave")
    assert maps.shape == (80, N_TIMES)
    assert np.all(maps >= 0)
    mean = maps.mean(axis=0)
    reach = slice(WAVE.start - 20, WAVE.stop + 20)
    assert reach.start <= mean.argmax() < reach.stop
    assert mean[reach].mean() > 3 * np.delete(mean, np.r_[reach]).mean()


@pytest.mark.parametrize(
    ("network", "layer"),
    [("resnet1d", "blocks.1.conv2"), ("convnet1d", "body.3.0"), (InPlace, "conv2")],
)
@pytest.mark.parametrize("n_leads", [None, 3])
def test_it_equals_captum(network, layer, n_leads):
    X, y = planted(40, n_leads)
    fitted = train(network, data=(X, y), max_epochs=2)
    maps = grad_cam(fitted, X, target=y, layer=layer)
    module = fitted.net_.module_
    tensor = torch.from_numpy(X.astype(np.float32)).reshape(40, -1, N_TIMES)
    theirs = LayerGradCam(module, module.get_submodule(layer)).attribute(
        tensor,
        target=torch.from_numpy((y == "wave").astype(int)),
        relu_attributions=True,
    )
    theirs = theirs.reshape(40, 1, -1)
    theirs = LayerAttribution.interpolate(theirs, (N_TIMES,), "linear")
    np.testing.assert_allclose(maps, theirs[:, 0].detach().numpy(), atol=1e-5)
    assert maps.max() > 0


def test_it_depends_on_the_weights_layer_by_layer():
    X, _ = planted(seed=2)
    copy = train()
    likeness = likeness_down_to_random(
        copy.net_.module_,
        lambda: grad_cam(copy, X[1::2], target="wave").mean(axis=0),
    )
    assert likeness[-1] <= 0.5
    assert min(likeness) < 0.5


def test_the_class_explained_is_the_predicted_one_unless_named(model):
    X, y = planted(20)
    predicted = model.predict(X)
    np.testing.assert_array_equal(
        grad_cam(model, X), grad_cam(model, X, target=predicted)
    )
    both = {name: grad_cam(model, X, target=name) for name in ("none", "wave")}
    wanted = np.where((y == "wave")[:, None], both["wave"], both["none"])
    np.testing.assert_array_equal(grad_cam(model, X, target=y), wanted)
    assert not np.allclose(both["none"], both["wave"])


def test_the_network_is_left_as_it_was(model):
    module = model.net_.module_
    X, _ = planted(10)
    module.train()
    before = {name: each.clone() for name, each in module.state_dict().items()}
    modes = [each.training for each in module.modules()]
    gradients = [each.grad for each in module.parameters()]
    grad_cam(model, X, target="wave")
    assert [each.training for each in module.modules()] == modes
    module.eval()
    for name, tensor in module.state_dict().items():
        torch.testing.assert_close(tensor, before[name], rtol=0, atol=0)
    assert all(not each._forward_hooks for each in module.modules())
    for each, gradient in zip(module.parameters(), gradients, strict=True):
        assert each.grad is gradient


def test_an_error_inside_leaves_no_hook(model):
    X, _ = planted(10)
    with pytest.raises(ValueError, match="no axis of time is left"):
        grad_cam(model, X, layer="head")
    assert all(not each._forward_hooks for each in model.net_.module_.modules())


def test_a_frozen_body_has_a_map(model):
    X, y = planted()
    frozen = SignalClassifier(
        "convnet1d",
        weights=FrozenEstimator(model),
        trainable_layers=1,
        max_epochs=1,
        random_state=0,
    ).fit(X, y)
    assert grad_cam(frozen, X[:4], target="wave").max() > 0


def test_rows_that_cannot_be_used_are_nan(model):
    X, _ = planted(6)
    X[2] = np.nan
    with pytest.warns(match="rows 2"):
        maps = grad_cam(model, X, target="wave")
    assert np.isnan(maps).all(axis=1).tolist() == [False, False, True, *[False] * 3]
    np.testing.assert_allclose(
        np.delete(maps, 2, axis=0),
        grad_cam(model, np.delete(X, 2, axis=0), target="wave"),
        atol=1e-6,
    )


def test_context_columns_have_no_part_in_the_map():
    X, y = planted()
    X = np.c_[X, np.random.default_rng(0).normal(size=(len(X), 2))]
    fitted = train(data=(X, y), context=2)
    assert grad_cam(fitted, X[:3]).shape == (3, N_TIMES)


def test_a_short_signal_is_mapped_over_its_own_samples():
    X, y = planted()
    fitted = train("resnet1d", data=(X[:, 110:150], y))
    assert fitted.net_.module_.min_times > 40
    assert grad_cam(fitted, X[:3, 110:150]).shape == (3, 40)


class TestAroundTheNetwork:
    def test_a_calibrated_model_gives_the_mean_of_its_networks(self):
        X, y = planted()
        inner = SignalClassifier("convnet1d", max_epochs=2, random_state=0)
        calibrated = CalibratedClassifierCV(inner, cv=2, ensemble=True).fit(X, y)
        single = [
            grad_cam(each.estimator, X, target="wave")
            for each in calibrated.calibrated_classifiers_
        ]
        assert len(single) == 2
        np.testing.assert_allclose(
            grad_cam(calibrated, X, target="wave"), np.mean(single, axis=0), rtol=1e-6
        )

    def test_a_soft_vote_gives_the_mean_by_its_weights(self):
        X, y = planted()
        networks = [
            (str(seed), SignalClassifier("convnet1d", max_epochs=2, random_state=seed))
            for seed in range(3)
        ]
        vote = VotingClassifier(
            [*networks[:2], ("left out", "drop"), networks[2]],
            voting="soft",
            weights=[1, 3, 7, 0],
        ).fit(X, y)
        single = [grad_cam(each, X, target=1) for each in vote.estimators_]
        np.testing.assert_allclose(
            grad_cam(vote, X, target="wave"),
            0.25 * single[0] + 0.75 * single[1],
            rtol=1e-5,
            atol=1e-7,
        )
        np.testing.assert_array_equal(
            grad_cam(vote, X[:9]), grad_cam(vote, X[:9], target=vote.predict(X[:9]))
        )
        # Members that were fitted before know the classes by name.
        frozen = [(name, FrozenEstimator(train(max_epochs=1))) for name in "ab"]
        before = VotingClassifier(frozen, voting="soft").fit(X, y)
        np.testing.assert_allclose(
            grad_cam(before, X[:9], target="wave"),
            grad_cam(frozen[0][1], X[:9], target="wave"),
        )
        with pytest.raises(ValueError, match="are not averaged"):
            grad_cam(vote.set_params(voting="hard"), X)

    def test_the_recipe_for_patients_has_a_map(self):
        X, y = planted(60, n_leads=2)
        columns = np.zeros((60, 2, len(patient_columns(1))))
        X = np.concatenate([X, columns], axis=2)
        vote = make_patient_classifier(1, n_networks=2, max_epochs=1, random_state=0)
        vote.fit(X, y)
        maps = grad_cam(vote, X[:4], target="wave")
        assert maps.shape == (4, N_TIMES)
        assert maps.max() > 0

    def test_a_search_gives_that_of_its_best(self):
        X, y = planted()
        pipeline = make_pipeline(
            RecordScaler(), SignalClassifier("convnet1d", max_epochs=1, random_state=0)
        )
        search = GridSearchCV(pipeline, {"signalclassifier__lr": [1e-3, 3e-3]}, cv=2)
        search.fit(X, y)
        np.testing.assert_array_equal(
            grad_cam(search, X[:5]), grad_cam(search.best_estimator_, X[:5])
        )

    def test_the_map_finds_its_way_back_through_a_change_of_rate(self):
        X, y = planted()
        pipeline = make_pipeline(
            BandpassFilter(sampling_rate=200.0),
            Resampler(sampling_rate=200.0, target_rate=125.0),
            RecordScaler(),
            "passthrough",
            SignalClassifier("convnet1d", max_epochs=6, batch_size=16, random_state=0),
        ).fit(X, y)
        at_network = grad_cam(pipeline, X[1::2], target="wave")
        at_input = grad_cam(pipeline, X[1::2], target="wave", at="input")
        assert at_network.shape == (80, 125)
        assert at_input.shape == (80, N_TIMES)
        peak = at_input.mean(axis=0).argmax()
        assert WAVE.start - 20 <= peak < WAVE.stop + 20
        assert abs(peak / 200 - at_network.mean(axis=0).argmax() / 125) < 0.01

    def test_steps_that_work_sample_by_sample_keep_the_map(self, model):
        X, y = planted()
        pipeline = make_pipeline(StandardScaler(), model).fit(X, y)
        np.testing.assert_array_equal(
            grad_cam(pipeline, X[:3]), grad_cam(pipeline, X[:3], at="input")
        )
        model.fit(X, y)

    def test_a_step_without_a_way_back_says_so(self):
        times = np.arange(1000) / 250
        X = np.exp(-0.5 * (((times % 0.8) - 0.4) / 0.02) ** 2)
        X = X + np.random.default_rng(0).normal(scale=0.05, size=(12, 1000))
        pipeline = make_pipeline(
            BeatSegmenter(sampling_rate=250.0),
            SignalClassifier("convnet1d", max_epochs=1, random_state=0),
        ).fit(X, [0, 1] * 6)
        assert grad_cam(pipeline, X).shape[0] == 12
        with pytest.raises(ValueError, match="BeatSegmenter does not say where"):
            grad_cam(pipeline, X, at="input")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "flutter"}, "must be of the classes .*none.*got 'flutter'"),
        ({"target": ["wave", "none"]}, "one for each of the 4 rows"),
        ({"layer": "conv9"}, "no layer 'conv9'; it has"),
        ({"at": "end"}, "at must be 'network' or 'input'"),
        ({"method": "cam"}, "method must be 'grad_cam' or 'hires_cam'"),
    ],
)
def test_what_cannot_be_explained_is_refused(model, options, message):
    with pytest.raises(ValueError, match=message):
        grad_cam(model, planted(4)[0], **options)


def test_only_fitted_networks_have_maps():
    X, y = planted(4)
    with pytest.raises(NotFittedError):
        grad_cam(SignalClassifier(), X)
    with pytest.raises(TypeError, match=r"must be a network classifier .* Logistic"):
        grad_cam(make_pipeline(RecordScaler(), LogisticRegression()).fit(X, y), X)
