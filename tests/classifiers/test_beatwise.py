"""BeatwiseClassifier: beats in, records out."""

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GroupKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from instances import logistic, toy_labels
from skecg.classifiers import BeatwiseClassifier, SignalClassifier
from skecg.datasets import make_ecg
from skecg.exceptions import SignalQualityWarning
from skecg.preprocessing import BeatSegmenter, PatientBeatSegmenter

RATE = 100.0
N_TIMES = 800


def record(peaks: list[float], width: float) -> np.ndarray:
    """Return a record with a bump of `width` seconds at each of the given times."""
    times = np.arange(N_TIMES) / RATE
    bumps = np.exp(-0.5 * ((times[:, np.newaxis] - np.array(peaks)) / width) ** 2)
    return bumps.sum(axis=1)


def tallest(signal: np.ndarray, sampling_rate: float) -> np.ndarray:
    """Detect what is above its neighbours and above half of the maximum."""
    inner = signal[1:-1]
    peak = (inner > signal[:-2]) & (inner >= signal[2:]) & (inner > 0.5 * signal.max())
    return np.flatnonzero(peak) + 1


@pytest.fixture
def data():
    """Narrow and broad beats: X, y, times of the beats."""
    times = [[0.5 + 0.1 * i, 2.0, 3.5, 5.1, 6.6] for i in range(8)]
    y = toy_labels(8)
    X = np.stack(
        [
            record(peaks, 0.02 if label == "normal" else 0.06)
            for peaks, label in zip(times, y, strict=True)
        ]
    )
    return X, y, times


def segmenter(**params):
    return BeatSegmenter(
        sampling_rate=RATE, window=(0.2, 0.2), method=tallest, **params
    )


def test_beats_take_the_label_of_their_record(data):
    X, y, times = data
    model = BeatwiseClassifier(segmenter(), logistic()).fit(X, y)
    assert model.predict(X).tolist() == y.tolist()
    beats = model.predict_beats(X)
    np.testing.assert_allclose(beats.time, np.concatenate(times), atol=0.5 / RATE)
    assert beats.record.tolist() == np.repeat(np.arange(8), 5).tolist()
    assert beats.label.tolist() == np.repeat(y, 5).tolist()
    assert beats.probability.shape == (40, 2)


def test_aggregates_mean_vote_and_function(data):
    X, y, _ = data
    mean = BeatwiseClassifier(segmenter(), logistic()).fit(X, y)
    beats = mean.predict_beats(X)
    by_record = beats.probability.reshape(8, 5, 2)
    np.testing.assert_allclose(mean.predict_proba(X), by_record.mean(axis=1))
    vote = BeatwiseClassifier(segmenter(), logistic(), aggregate="vote").fit(X, y)
    share = (by_record.argmax(axis=2) == 1).mean(axis=1)
    np.testing.assert_allclose(vote.predict_proba(X)[:, 1], share)
    worst = BeatwiseClassifier(
        segmenter(), logistic(), aggregate=lambda p: p[p[:, 0].argmax()]
    ).fit(X, y)
    highest = by_record[..., 0].max(axis=1)
    np.testing.assert_allclose(worst.predict_proba(X)[:, 0], highest)


@pytest.mark.parametrize("wrong", [np.mean, lambda p: p.sum(axis=0), lambda p: p])
def test_aggregate_must_give_probabilities(data, wrong):
    X, y, _ = data
    model = BeatwiseClassifier(segmenter(), logistic(), aggregate=wrong).fit(X, y)
    with pytest.raises(ValueError, match="one probability per class"):
        model.predict(X)


def test_data_frame_keeps_its_names(data):
    X, y, _ = data
    frame = pd.DataFrame(X, columns=[f"t{i}" for i in range(N_TIMES)])
    model = BeatwiseClassifier(segmenter(), logistic()).fit(frame, y)
    assert model.feature_names_in_.tolist() == frame.columns.tolist()
    assert model.predict(frame).tolist() == y.tolist()


def test_frozen_classifier_must_be_fitted(data):
    X, y, _ = data
    with pytest.raises(NotFittedError):
        BeatwiseClassifier(segmenter(), FrozenEstimator(logistic())).fit(X, y)


def test_one_class_among_the_records_with_beats_is_refused(data):
    X, y, _ = data
    X[y == "normal"] = 0.0
    with (
        pytest.warns(SignalQualityWarning, match="rows"),
        pytest.raises(ValueError, match="got one class: 'abnormal'"),
    ):
        BeatwiseClassifier(segmenter(), logistic()).fit(X, y)


def test_frozen_classifier_is_kept_as_it_is(data):
    X, y, _ = data
    beats = segmenter().fit(X).segment(X)
    trained = logistic().fit(beats.data, y[beats.record])
    model = BeatwiseClassifier(segmenter(), FrozenEstimator(trained))
    model.fit(X, np.roll(y, 1))  # wrong labels: they must not matter
    assert model.classifier_.estimator is trained
    assert model.predict(X).tolist() == y.tolist()
    with pytest.raises(ValueError, match=r"\['AF'\], which the fitted classifier"):
        model.fit(X, np.where(y == "normal", "normal", "AF"))


def test_record_without_beats_gets_the_prior(data):
    X, y, _ = data
    model = BeatwiseClassifier(segmenter(), logistic()).fit(X[:7], y[:7])
    X[2] = 0.0
    with pytest.warns(SignalQualityWarning, match="rows 2"):
        probabilities = model.predict_proba(X)
    np.testing.assert_allclose(probabilities[2], model.class_prior_)
    assert model.class_prior_.tolist() == pytest.approx([4 / 7, 3 / 7])


class TakesGroups(ClassifierMixin, BaseEstimator):
    """Remembers the groups that its fit was given."""

    def fit(self, X, y, groups=None):
        self.classes_ = np.unique(y)
        type(self).seen = groups
        return self

    def predict_proba(self, X):
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))


def test_groups_go_to_the_beats_when_the_classifier_takes_them(data):
    X, y, _ = data
    groups = [f"p{i // 2}" for i in range(8)]
    BeatwiseClassifier(segmenter(), TakesGroups()).fit(X, y, groups)
    assert TakesGroups.seen.tolist() == np.repeat(groups, 5).tolist()
    BeatwiseClassifier(segmenter(), logistic()).fit(X, y, groups)


def test_groups_are_routed_through_a_pipeline_of_beats(data):
    X, y, _ = data
    groups = np.arange(8) // 2
    net = SignalClassifier("convnet1d", max_epochs=1, valid_split=0.5, random_state=0)
    with config_context(enable_metadata_routing=True):
        model = BeatwiseClassifier(segmenter(), make_pipeline(StandardScaler(), net))
        result = cross_validate(
            model,
            X,
            y,
            params={"groups": groups},
            cv=GroupKFold(2),
            error_score="raise",
        )
    assert np.isfinite(result["test_score"]).all()


def test_several_leads(data):
    X, y, _ = data
    stacked = np.stack([X, -X], axis=1)
    net = SignalClassifier("convnet1d", max_epochs=3, batch_size=8, random_state=0)
    model = BeatwiseClassifier(segmenter(), net).fit(stacked, y)
    assert model.classifier_.n_leads_in_ == 2
    assert model.predict_proba(stacked).shape == (8, 2)


def test_segmented_records_give_the_same_answers(data):
    X, y, _ = data
    whole = BeatwiseClassifier(segmenter(), logistic()).fit(X, y)
    steps = make_pipeline(
        segmenter(output="beats"), BeatwiseClassifier(None, logistic())
    ).fit(X, y)
    np.testing.assert_allclose(steps.predict_proba(X), whole.predict_proba(X))
    assert np.isnan(steps[-1].predict_beats(steps[:-1].transform(X)).time).all()
    with pytest.raises(ValueError, match="Pass a BeatSegmenter"):
        BeatwiseClassifier(None, logistic()).fit(X, y)


def test_records_with_fewer_beats_count_only_theirs(data):
    X, y, _ = data
    beats = segmenter(output="beats").fit_transform(X)
    model = BeatwiseClassifier(None, logistic()).fit(beats, y)
    full = model.predict_beats(beats)
    beats[3, 2:] = np.nan
    fewer = model.predict_beats(beats)
    assert np.bincount(fewer.record).tolist() == [5, 5, 5, 2, 5, 5, 5, 5]
    kept = ~((full.record == 3) & (np.arange(40) % 5 >= 2))
    np.testing.assert_allclose(fewer.probability, full.probability[kept])


def test_segmented_records_are_refused_where_records_are_wanted(data):
    X, y, _ = data
    beats = segmenter(output="beats").fit_transform(X)
    with pytest.raises(ValueError, match="BeatwiseClassifier"):
        SignalClassifier(max_epochs=1).fit(beats, y)


def test_records_of_another_length_only_with_a_segmenter_that_takes_them():
    X = make_ecg(4, duration=20, sampling_rate=RATE, random_state=0).data
    y = toy_labels(len(X))
    alike = make_pipeline(FunctionTransformer(_side_by_side), logistic())
    free = BeatwiseClassifier(PatientBeatSegmenter(sampling_rate=RATE), alike).fit(X, y)
    assert free.n_times_in_ == X.shape[1]
    padded = np.full((4, X.shape[1] + 500), np.nan)
    padded[:, : X.shape[1]] = X
    np.testing.assert_allclose(free.predict_proba(padded), free.predict_proba(X))
    fixed = BeatwiseClassifier(BeatSegmenter(sampling_rate=RATE), logistic()).fit(X, y)
    with pytest.raises(ValueError, match="features"):
        fixed.predict_proba(padded)


def _side_by_side(beats):
    return beats.reshape(len(beats), -1)


@pytest.mark.parametrize("leads", [1, 2])
def test_beats_are_the_same_in_records_of_any_length(data, leads):
    X, y, _ = data
    if leads == 2:
        X = np.stack([X, -X], axis=1)
    model = BeatwiseClassifier(segmenter(), logistic_of(leads)).fit(X, y)
    twice = np.concatenate([X, X], axis=-1)
    once, both = model.predict_beats(X), model.predict_beats(twice)
    early = both.time < N_TIMES / RATE
    assert early.sum() == once.time.size == both.time.size / 2
    np.testing.assert_allclose(both.probability[early], once.probability)
    with pytest.raises(ValueError, match="800"):
        model.predict_proba(twice)  # a record's answer stays that of its shape
    with pytest.raises(ValueError, match=r"has 3 lead\(s\).*fitted with"):
        model.predict_beats(np.zeros((2, 3, 500)))


def logistic_of(leads):
    if leads == 1:
        return logistic()
    return make_pipeline(FunctionTransformer(_side_by_side), logistic())
