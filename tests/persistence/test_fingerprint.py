"""One model has one fingerprint, and another model another one."""

import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import skecg
from persistence_models import small_network, waves
from skecg.persistence._fingerprint import fingerprint
from skecg.preprocessing import RecordScaler

X, Y = waves()


def fitted(**params):
    return make_pipeline(RecordScaler(), small_network(**params)).fit(X, Y)


@pytest.fixture(scope="module")
def model():
    return fitted()


def test_answering_changes_nothing(model):
    before = fingerprint(model)
    model.predict_proba(X)
    assert fingerprint(model) == before
    assert len(before) == 64


def test_other_weights_are_another_model(model):
    assert fingerprint(fitted(random_state=1)) != fingerprint(model)


def test_a_model_is_known_again_whenever_it_is_loaded(model, tmp_path):
    file = tmp_path / "model.skecg"
    skecg.save(model, file)
    assert fingerprint(skecg.load(file)) == fingerprint(skecg.load(file))


def test_what_cannot_be_serialised_has_none():
    assert fingerprint(FunctionTransformer(lambda X: X).fit(X)) == ""
