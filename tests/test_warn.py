"""Warnings point at the user's line, whatever stands between it and ours."""

import inspect
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

import skecg
from skecg._warn import warn_user
from skecg.exceptions import SignalQualityWarning
from skecg.features import RhythmFeatures
from skecg.signal.rpeaks import detect_rpeaks

RATE = 100.0
FLAT = np.zeros(1000)


@pytest.fixture
def records():
    ecg = skecg.datasets.make_ecg(8, sampling_rate=RATE, duration=10, random_state=0)
    X = np.array(ecg.data)
    X[2] = 0.0
    return X


def told_of(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [each for each in caught if issubclass(each.category, SignalQualityWarning)]


def assert_here(caught, line):
    assert caught
    assert {(each.filename, each.lineno) for each in caught} == {(__file__, line)}


def line_of(call):
    return inspect.getsourcelines(call)[1]


def test_a_function_points_at_its_caller():
    call = lambda: detect_rpeaks(FLAT, sampling_rate=RATE)  # noqa: E731
    assert_here(told_of(call), line_of(call))


def test_a_step_of_a_pipeline_points_at_the_call_of_the_pipeline(records):
    model = make_pipeline(RhythmFeatures(sampling_rate=RATE), DummyClassifier())
    call = lambda: model.fit(records, [0, 1] * 4)  # noqa: E731
    assert_here(told_of(call), line_of(call))


def test_a_cross_validation_too(records):
    model = make_pipeline(RhythmFeatures(sampling_rate=RATE), DummyClassifier())
    call = lambda: cross_val_score(model, records, [0, 1] * 4, cv=2)  # noqa: E731
    assert_here(told_of(call), line_of(call))


def test_in_a_thread_without_a_line_of_the_user_it_points_at_ours():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(detect_rpeaks, FLAT, sampling_rate=RATE).result()
    (one,) = caught
    assert one.filename.endswith("rpeaks.py")


def test_a_warning_may_be_made_before():
    with pytest.warns(SignalQualityWarning, match="odd") as caught:
        warn_user(SignalQualityWarning.about("odd", rows=[1], reason="odd"))
    assert caught[0].filename == __file__
    assert caught[0].message.rows == (1,)
