"""What the transformers that turn records into records have in common."""

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skecg.datasets import make_ecg
from skecg.exceptions import SignalQualityWarning
from skecg.features import TWaveFeatures
from skecg.preprocessing import (
    BandpassFilter,
    BaselineRemover,
    LeadSelector,
    RecordScaler,
    Resampler,
)

RATE = 250.0
ALL = [
    BandpassFilter(sampling_rate=RATE),
    BaselineRemover(sampling_rate=RATE),
    LeadSelector(["lead0"]),
    RecordScaler(),
    Resampler(sampling_rate=RATE, target_rate=200.0),
]
every_one = pytest.mark.parametrize("step", ALL, ids=lambda step: type(step).__name__)


@pytest.fixture
def records():
    return make_ecg(4, sampling_rate=RATE, n_leads=2, random_state=0).data


@every_one
def test_rows_of_nan_are_reported_and_passed_through(step, records):
    records[2] = np.nan
    with pytest.warns(
        SignalQualityWarning, match="1 of 4 rows of X are all NaN: rows 2"
    ):
        result = step.fit(records).transform(records)
    np.testing.assert_array_equal(np.isnan(result).all(axis=(1, 2)), [0, 0, 1, 0])


@every_one
def test_a_lead_that_is_missing_harms_no_other(step, records):
    whole = step.fit(records).transform(records)
    records[2, 1] = np.nan
    result = step.transform(records)
    np.testing.assert_allclose(result[:, 0], whole[:, 0])
    if result.shape[1] > 1:
        assert np.isnan(result[2, 1]).all()


@every_one
def test_the_result_is_an_array_of_its_own(step, records):
    for X in (records, records[:, 0].copy()):
        before = X.copy()
        step.fit(X).transform(X)[:] = 7
        np.testing.assert_array_equal(X, before)


@every_one
def test_a_data_frame_reaches_the_feature_step_behind_it(step, records):
    rate = 200.0 if isinstance(step, Resampler) else RATE
    pipeline = make_pipeline(step, TWaveFeatures(sampling_rate=rate))
    frame = pipeline.set_output(transform="pandas").fit_transform(records)
    assert list(frame.columns) == list(pipeline[-1].get_feature_names_out())
    assert list(frame.columns) == list(pipeline.get_feature_names_out())
    assert len(frame) == 4
