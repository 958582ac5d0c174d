"""The pieces together, on real records, as scikit-learn's tools use them."""

import numpy as np
import pytest
from sklearn import config_context
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedGroupKFold,
    cross_validate,
)
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from instances import logistic
from skecg.classifiers import BeatwiseClassifier, SignalClassifier
from skecg.datasets import load_heartbeats, load_mitbih_sample
from skecg.features import RhythmFeatures, TWaveFeatures
from skecg.preprocessing import BeatSegmenter

RATE = 125.0
every_shape = pytest.mark.parametrize("n_leads", [None, 2], ids=["2d", "3d"])


def records(n_leads: int | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return 24 real records of 6 s, two labels, and patients with both."""
    X = load_mitbih_sample().data[:24, :, :750]
    y = np.where(np.arange(24) % 2, "odd", "even")
    return (X[:, 0] if n_leads is None else X[:, :n_leads]), y, np.arange(24) // 3


def network(**params: object) -> SignalClassifier:
    return SignalClassifier("convnet1d", max_epochs=1, random_state=0, **params)


def segmenter() -> BeatSegmenter:
    return BeatSegmenter(sampling_rate=RATE)


def measured() -> Pipeline:
    beats = TWaveFeatures(sampling_rate=RATE, r_peak=0.3)
    return make_pipeline(segmenter(), beats, SimpleImputer(), logistic())


@every_shape
@pytest.mark.parametrize(
    "estimator",
    [network(), BeatwiseClassifier(segmenter(), network()), measured()],
    ids=["network", "beatwise", "features"],
)
def test_classifiers_are_calibrated(estimator, n_leads):
    X, y, _ = records(n_leads)
    for model in (
        CalibratedClassifierCV(estimator, method="temperature", cv=2),
        CalibratedClassifierCV(FrozenEstimator(estimator.fit(X, y)), method="sigmoid"),
    ):
        probabilities = model.fit(X, y).predict_proba(X)
        np.testing.assert_allclose(probabilities.sum(axis=1), 1)


@every_shape
def test_set_output_reaches_the_features_behind_the_segmenter(n_leads):
    X, y, _ = records(n_leads)
    model = measured().set_output(transform="pandas").fit(X, y)
    frame = model[:-1].transform(X)
    assert len(frame.columns) == 8 * (n_leads or 1)
    assert frame.columns[0] == ("t_mean" if n_leads is None else "lead0__t_mean")


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_search_over_the_steps_of_a_pipeline(n_jobs):
    X, y, _ = records(2)
    grid = {
        "beatsegmenter__window": [(0.3, 0.6), (0.3, 0.5)],
        "twavefeatures__window": [(0.1, 0.4), (0.15, 0.45)],
    }
    search = GridSearchCV(measured(), grid, cv=2, n_jobs=n_jobs).fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


@every_shape
@pytest.mark.parametrize(
    ("estimator", "grid"),
    [
        (
            Pipeline([("cut", segmenter()), ("net", network(valid_split=0.3))]),
            {"net__lr": [1e-3, 1e-2]},
        ),
        (
            BeatwiseClassifier(segmenter(), network(valid_split=0.3)),
            {"classifier__lr": [1e-3, 1e-2]},
        ),
    ],
    ids=["pipeline", "beatwise"],
)
def test_nested_search_with_routing_brings_patients_to_every_fit(
    estimator, grid, n_leads
):
    # A fit without groups would warn (GroupsWarning), and warnings are errors here.
    X, y, groups = records(n_leads)
    with config_context(enable_metadata_routing=True):
        result = cross_validate(
            GridSearchCV(estimator, grid, cv=StratifiedGroupKFold(2)),
            X,
            y,
            params={"groups": groups},
            cv=StratifiedGroupKFold(2),
            error_score="raise",
        )
    assert np.isfinite(result["test_score"]).all()


def test_features_and_network_share_one_cross_validate_call():
    beats = load_heartbeats(context=True)
    rows = np.flatnonzero(np.isin(beats.target, ["N", "V"]))[::20]
    X, y, groups = beats.data[rows], beats.target[rows], beats.groups[rows]
    k = len(beats.context_names)
    union = FeatureUnion(
        [
            ("rhythm", RhythmFeatures(sampling_rate=RATE, context=k)),
            ("t", TWaveFeatures(sampling_rate=RATE, r_peak=0.0, context=k)),
        ]
    )
    with config_context(enable_metadata_routing=True):
        for model in (
            make_pipeline(union, SimpleImputer(), logistic()),
            network(context=k),
        ):
            cv = StratifiedGroupKFold(3)
            result = cross_validate(model, X, y, params={"groups": groups}, cv=cv)
            assert np.isfinite(result["test_score"]).all()
