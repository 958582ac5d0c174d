"""What is warned of in records that are unlike those of the training."""

import warnings

import numpy as np
import pytest
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skecg.classifiers import BeatwiseClassifier
from skecg.datasets import load_mitbih_sample
from skecg.datasets._mitbih_facts import DS1
from skecg.exceptions import SkecgWarning, UnfamiliarSignalWarning
from skecg.preprocessing import BeatSegmenter, PatientBeatSegmenter
from skecg.signal.resampling import resample

SAMPLE = load_mitbih_sample()
RATE = SAMPLE.sampling_rate
OWN = np.flatnonzero(np.isin(SAMPLE.record, DS1))
X = SAMPLE.data[OWN, 0]


def _flat(beats):
    return beats.reshape(len(beats), -1)


@pytest.fixture(scope="module")
def model():
    y = np.array(["first", "second"] * (len(X) // 2))
    classifier = make_pipeline(FunctionTransformer(_flat), LogisticRegression(C=1e-6))
    return BeatwiseClassifier(
        PatientBeatSegmenter(sampling_rate=RATE), classifier, check_records=True
    ).fit(X, y)


def at(model, rate):
    """Return a model for records of another rate, as `load_pretrained` gives it."""
    again = BeatwiseClassifier(
        PatientBeatSegmenter(sampling_rate=rate),
        FrozenEstimator(model.classifier_),
        check_records=True,
    )
    vars(again).update({k: v for k, v in vars(model).items() if k.endswith("_")})
    again.segmenter_ = PatientBeatSegmenter(sampling_rate=rate).fit(X)
    return again


def reasons(model, records):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", SkecgWarning)
        model.predict_beats(records)
    told = [one.message for one in caught]
    return {
        one.reason: one.rows for one in told if isinstance(one, UnfamiliarSignalWarning)
    }


def test_the_records_of_the_training_are_familiar(model):
    assert reasons(model, X) == {}


@pytest.mark.parametrize("rate", [200.0, 360.0, 500.0, 1000.0])
def test_another_rate_is_none_to_warn_of(model, rate):
    moved = resample(X[:4], sampling_rate=RATE, target_rate=rate)
    assert reasons(at(model, rate), moved) == {}


def test_too_few_samples_a_second_are_warned_of(model):
    moved = resample(X[:2], sampling_rate=RATE, target_rate=100.0)
    (reason,) = reasons(at(model, 100.0), moved)
    assert "100 Hz" in reason


def test_microvolts_are_recognised_row_by_row(model):
    records = X[:4].copy()
    records[[1, 3]] *= 1000
    told = reasons(model, records)
    ((reason, rows),) = told.items()
    assert rows == (1, 3)
    assert "times as high (microvolts" in reason
    assert "in training" in reason


def test_volts_are_recognised(model):
    ((reason, rows),) = reasons(model, X[:3] / 1000).items()
    assert rows == (0, 1, 2)
    assert "(volts" in reason


def test_most_records_turned_over_are_called_upside_down(model):
    told = reasons(model, -X)
    rows = next(rows for reason, rows in told.items() if "upside down" in reason)
    assert len(rows) >= 0.8 * len(X)


def test_shorter_records_than_those_of_the_training_are_told(model):
    told = reasons(model, X[:2, : round(8 * RATE)])
    assert any("shorter than 120 s" in reason for reason in told)


def test_clipped_records_are_told(model):
    # A converter whose range ends far below the R-peaks.
    records = np.clip(X[:6], -0.25, 0.1)
    told = reasons(model, records)
    assert told
    assert set().union(*told.values()) >= set(range(3))


def test_noise_is_like_no_record(model):
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(4, X.shape[1]))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", SkecgWarning)
        model.predict_beats(np.concatenate([X[:1], noise]))
    rows = [getattr(one.message, "rows", ()) for one in caught]
    assert set().union(*rows) == {1, 2, 3, 4}


def test_nothing_is_checked_unless_asked(model):
    plain = at(model, RATE).set_params(check_records=False)
    assert reasons(plain, X[:2] * 1000) == {}


def test_plain_segmenters_are_checked_too():
    y = np.array(["first", "second"] * 4)
    clf = BeatwiseClassifier(
        BeatSegmenter(sampling_rate=RATE), LogisticRegression(), check_records=True
    ).fit(X[:8], y)
    assert any("microvolts" in reason for reason in reasons(clf, X[:8] * 1000))


def test_beats_without_records_cannot_be_checked():
    beats = BeatSegmenter(sampling_rate=RATE, output="beats").fit_transform(X[:4])
    clf = BeatwiseClassifier(None, LogisticRegression(), check_records=True)
    with pytest.raises(ValueError, match="check_records needs records"):
        clf.fit(beats, ["a", "b", "a", "b"])
