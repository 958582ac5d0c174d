"""What a manifest says of a model."""

import json

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from persistence_models import small_network, waves
from skecg.persistence._describe import describe
from skecg.preprocessing import BandpassFilter

X, Y = waves()


def test_every_step_is_told_with_its_parameters():
    steps = BandpassFilter(sampling_rate=250.0), small_network(lr=np.float64(0.002))
    told = describe(make_pipeline(*steps).fit(X, Y), None)
    (_, first), (_, second) = told["estimator"]["params"]["steps"]
    assert first["class"].endswith("BandpassFilter")
    assert second["params"]["lr"] == 0.002
    assert told["input"] == {"sampling_rate": 250.0, "n_leads": 1, "n_times": 60}
    assert told["card"] is None
    json.dumps(told, allow_nan=False)


def test_what_json_does_not_know_is_told_as_text():
    model = LogisticRegression(C=np.inf, class_weight={0: 1.0, 1: 2.0})
    told = describe(model.fit([[0.0], [1.0], [2.0]], [0, 1, 1]), None)
    assert told["estimator"]["params"]["C"] == "inf"
    assert told["estimator"]["params"]["class_weight"] == {"0": 1.0, "1": 2.0}
    assert told["classes"] == [0, 1]
    json.dumps(told, allow_nan=False)
