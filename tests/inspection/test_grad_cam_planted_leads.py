"""Where the class depends on one lead alone, the map must fall on that lead."""

import copy
import functools

import numpy as np
import pytest

from cascading import likeness_down_to_random
from planted_leads import printouts
from skecg.classifiers import ImageClassifier
from skecg.inspection import grad_cam

LEADS = ("I", "II", "III", "V1", "V2", "V3")


@functools.cache
def train(lead):
    model = ImageClassifier(
        network_params={"batch_norm": True, "n_filters": 8},
        batch_size=16,
        lr=5e-3,
        random_state=0,
    )
    seen = printouts(lead, 100)
    return model.fit(seen.X, seen.y)


@pytest.mark.parametrize("lead", ["I", "III", "V2"])
def test_the_map_of_a_convolutional_network_falls_on_the_planted_lead(lead):
    model, held_out = train(lead), printouts(lead, 30, seed=1)
    assert model.score(held_out.X, held_out.y) > 0.9
    X = held_out.X[1::2]
    coarse = grad_cam(model, X, target="raised")
    assert held_out.shares(coarse, lead).mean() > 1.5
    fine = grad_cam(model, X, target="raised", method="hires_cam")
    assert held_out.shares(fine, lead).min() > 4
    for maps in (coarse, fine):
        found = {each: held_out.shares(maps, each).mean() for each in LEADS}
        assert max(found, key=found.get) == lead


@pytest.mark.parametrize("method", ["grad_cam", "hires_cam"])
def test_the_map_depends_on_the_weights_layer_by_layer(method):
    model, held_out = copy.deepcopy(train("V2")), printouts("V2", 30, seed=1)
    shares = []

    def mean_map():
        maps = grad_cam(model, held_out.X[1::2], target="raised", method=method)
        shares.append(held_out.shares(maps, "V2").mean())
        return maps.mean(axis=0)

    likeness = likeness_down_to_random(model.net_.module_, mean_map)
    assert likeness[-1] < 0.5
    assert shares[-1] < shares[0]
    if method == "hires_cam":
        assert shares[-1] < shares[0] / 3


def test_the_map_of_a_transformer_falls_on_the_planted_lead():
    size = (80, 128)
    seen, held_out = (
        printouts("V2", n, size=size, seed=seed) for n, seed in ((240, 0), (60, 1))
    )
    model = ImageClassifier(
        "vit",
        network_params={"n_features": 64, "n_blocks": 3},
        max_epochs=12,
        batch_size=16,
        random_state=0,
    ).fit(seen.X, seen.y)
    assert model.score(held_out.X, held_out.y) > 0.8
    X = held_out.X[1::2]
    shares = {
        layer: held_out.shares(
            grad_cam(model, X, target="raised", method="hires_cam", layer=layer), "V2"
        )
        for layer in (None, "body.block2.norm1")
    }
    assert np.median(shares[None]) > 3
    assert np.median(shares[None]) > 2 * np.median(shares["body.block2.norm1"])
