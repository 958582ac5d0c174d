"""Whole records, drawn again and again."""

import numpy as np
import pytest

from skecg.model_selection import aami_report
from skecg.model_selection.bootstrap import (
    bootstrap_predictions,
    percentile_interval,
    resample_records,
)


@pytest.fixture
def predicted():
    """Beats of six records, and two models that err on different ones."""
    rng = np.random.default_rng(0)
    y_true = rng.choice(["N", "V"], size=300)
    record = np.repeat(np.arange(6), 50)
    first = np.where(record == 2, "N", y_true)
    return y_true, first, np.where(record < 2, "V", y_true), record


def test_every_draw_takes_as_many_records_as_there_are():
    tables = np.ones((7, 2, 2), dtype=int)
    rng = np.random.default_rng(0)
    (drawn,) = resample_records(tables, n_bootstraps=20, rng=rng)
    np.testing.assert_array_equal(drawn, np.full((20, 2, 2), 7))


def test_all_tables_get_the_same_draws():
    tables = np.random.default_rng(1).integers(0, 9, size=(5, 3, 3))
    once, twice = resample_records(
        tables, 2 * tables, n_bootstraps=10, rng=np.random.default_rng(0)
    )
    np.testing.assert_array_equal(twice, 2 * once)
    assert len(np.unique(once.reshape(10, -1), axis=0)) > 1


def test_value_and_interval_are_those_of_the_report(predicted):
    y_true, first, _, record = predicted
    labels = ["N", "V"]
    report = aami_report(y_true, first, record=record, labels=labels)
    (found,) = bootstrap_predictions(y_true, first, record=record, labels=labels)
    assert float(found.value.macro_f1) == report.macro_f1
    interval = percentile_interval(found.resampled.macro_f1, confidence=0.95)
    assert interval == report.intervals["macro_f1"]


def test_a_model_differs_from_itself_by_nothing(predicted):
    y_true, first, other, record = predicted
    one, same, second = bootstrap_predictions(
        y_true, first, first, other, record=record, labels=["N", "V"], n_bootstraps=50
    )
    np.testing.assert_array_equal(one.resampled.accuracy, same.resampled.accuracy)
    assert second.value.accuracy != one.value.accuracy
    assert second.resampled.accuracy.shape == (50,)


def test_draws_without_a_class_do_not_count():
    values = np.array([np.nan, 0.0, 1.0, np.nan])
    assert percentile_interval(values, confidence=0.5) == (0.25, 0.75)
    assert np.isnan(percentile_interval(values[:1], confidence=0.5)).all()
