"""Tests of skecg.features.RhythmFeatures."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from skecg.exceptions import SignalQualityWarning
from skecg.features import RhythmFeatures
from skecg.signal.rhythm import CONTEXT_COLUMNS, RR_STATISTICS, rr_statistics
from skecg.signal.rpeaks import detect_rpeaks

RATE = 250.0
TIMES = np.arange(0, 20, 1 / RATE)


def beating(period):
    distance = np.abs((TIMES - 0.5 + period / 2) % period - period / 2)
    return np.exp(-0.5 * (distance / 0.015) ** 2)


@pytest.fixture
def records():
    return np.stack([beating(1.0), beating(0.8), beating(0.6)])


def test_the_rate_of_a_record_is_measured(records):
    rhythm = RhythmFeatures(sampling_rate=RATE).set_output(transform="pandas")
    frame = rhythm.fit_transform(records)
    assert tuple(frame.columns) == RR_STATISTICS
    np.testing.assert_allclose(frame["heart_rate"], [60, 75, 100], rtol=0.01)
    np.testing.assert_allclose(frame["rr_sd"], 0, atol=0.01)
    np.testing.assert_allclose(frame["n_beats"], [20, 25, 33], atol=2)


def test_of_several_leads_the_first_counts(records):
    alone = RhythmFeatures(sampling_rate=RATE).fit_transform(records)
    X = np.stack([records, np.zeros_like(records)], axis=1)
    np.testing.assert_array_equal(
        RhythmFeatures(sampling_rate=RATE).fit_transform(X), alone
    )


def test_fused_leads_find_beats_that_the_first_has_lost(records):
    wanted = RhythmFeatures(sampling_rate=RATE).fit_transform(records)
    lost = records.copy()
    lost[:, 1000:2000] = 0.0
    X = np.stack([lost, records], axis=1)
    first, fused = (
        RhythmFeatures(sampling_rate=RATE, leads=leads).fit_transform(X)
        for leads in ("first", "fused")
    )
    n_beats, rate = RR_STATISTICS.index("n_beats"), RR_STATISTICS.index("heart_rate")
    np.testing.assert_allclose(fused[:, n_beats], wanted[:, n_beats], atol=1)
    np.testing.assert_allclose(fused[:, rate], wanted[:, rate], rtol=0.02)
    assert (first[:, n_beats] < 0.9 * wanted[:, n_beats]).all()


def test_it_is_the_kernel_row_by_row(records):
    features = RhythmFeatures(sampling_rate=RATE, method="kachuee").fit_transform(
        records
    )
    for row, record in zip(features, records, strict=True):
        rpeaks = detect_rpeaks(record, sampling_rate=RATE, method="kachuee")
        np.testing.assert_array_equal(row, rr_statistics(rpeaks, sampling_rate=RATE))


@pytest.mark.parametrize("n_leads", [None, 2])
def test_context_columns_are_passed_on(n_leads):
    columns = np.random.default_rng(0).normal(size=(4, 8))
    beats = np.concatenate([np.ones((4, 50)), columns], axis=1)
    if n_leads:
        beats = np.repeat(beats[:, None], n_leads, axis=1)
    rhythm = RhythmFeatures(sampling_rate=RATE, context=8).fit(beats)
    np.testing.assert_array_equal(rhythm.transform(beats), columns)
    assert tuple(rhythm.get_feature_names_out()) == CONTEXT_COLUMNS


def test_other_columns_are_numbered():
    rhythm = RhythmFeatures(sampling_rate=RATE, context=2).fit(np.ones((3, 9)))
    assert rhythm.get_feature_names_out().tolist() == ["context0", "context1"]


def test_rows_that_cannot_be_used_are_reported_and_nan(records):
    records[1] = 0.0
    rhythm = RhythmFeatures(sampling_rate=RATE).fit(records)
    with pytest.warns(SignalQualityWarning, match="fewer than three R-peaks: rows 1"):
        features = rhythm.transform(records)
    np.testing.assert_array_equal(np.isnan(features).any(axis=1), [0, 1, 0])


def test_missing_context_is_reported():
    beats = np.ones((3, 9))
    beats[2, -1] = np.nan
    rhythm = RhythmFeatures(sampling_rate=RATE, context=2).fit(beats)
    with pytest.warns(SignalQualityWarning, match="context columns: rows 2"):
        rhythm.transform(beats)


def test_with_no_usable_row_it_is_an_error():
    rhythm = RhythmFeatures(sampling_rate=RATE).fit(np.zeros((2, 100)))
    with pytest.raises(ValueError, match="No usable row: all 2 rows"):
        rhythm.transform(np.zeros((2, 100)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(records, dtype):
    rhythm = RhythmFeatures(sampling_rate=RATE)
    assert rhythm.fit_transform(records.astype(dtype)).dtype == dtype


def test_more_context_than_columns_is_refused():
    with pytest.raises(ValueError, match="minimum of 9 is required"):
        RhythmFeatures(sampling_rate=RATE, context=8).fit(np.ones((2, 8)))


def test_another_length_after_fit_is_refused(records):
    rhythm = RhythmFeatures(sampling_rate=RATE).fit(records)
    with pytest.raises(ValueError, match="expecting 5000 features"):
        rhythm.transform(records[:, 1:])


def test_names_want_fit_first():
    with pytest.raises(NotFittedError):
        RhythmFeatures(sampling_rate=RATE).get_feature_names_out()
