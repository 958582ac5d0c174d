"""Records, beats and pictures are no tables, and pipelines get past them."""

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline, make_union

from skecg.datasets import load_ecg_images, make_ecg
from skecg.features import HOGFeatures, TWaveFeatures
from skecg.preprocessing import (
    BandpassFilter,
    BeatSegmenter,
    ECGRenderer,
    ImageResizer,
    RecordScaler,
    Resampler,
    TraceReader,
)

RATE = 250.0
FILTER = BandpassFilter(sampling_rate=RATE)
CUT = BeatSegmenter(sampling_rate=RATE, window=(0.2, 0.4))
TRACES = TraceReader(sampling_rate=RATE, duration=10.0)


@pytest.fixture(scope="module")
def records():
    return make_ecg(3, duration=6.0, sampling_rate=RATE, random_state=0).data


@pytest.mark.parametrize(
    "step", [FILTER, CUT, Resampler(sampling_rate=RATE, target_rate=100.0)]
)
def test_samples_of_one_lead_are_numbered(step, records):
    step = clone(step)
    n_out = step.fit_transform(records).shape[1]
    names = step.get_feature_names_out()
    assert names[[0, -1]].tolist() == ["sample0", f"sample{n_out - 1}"]
    with pytest.raises(ValueError, match="input_features should have length"):
        step.get_feature_names_out(["a", "b"])


@pytest.mark.parametrize(
    "step", [FILTER, RecordScaler(), CUT, clone(CUT).set_params(output="beats")]
)
def test_what_has_more_dimensions_has_no_columns(step, records):
    assert clone(step).fit(records[:, np.newaxis]).get_feature_names_out() is None


def test_names_are_asked_for_after_fit():
    for step in (FILTER, CUT, ImageResizer((9, 9)), TRACES):
        with pytest.raises(NotFittedError):
            clone(step).get_feature_names_out()


def test_a_pipeline_names_the_features_of_signals_and_pictures(records):
    t_wave = TWaveFeatures(sampling_rate=RATE, r_peak=0.2)
    signals = make_pipeline(FILTER, CUT, t_wave).fit(records)
    assert "t_mean" in signals.get_feature_names_out()
    pictures = make_pipeline(ImageResizer((64, 96)), HOGFeatures())
    scans = load_ecg_images().paths[:2]
    n_columns = pictures.fit_transform(scans).shape[1]
    assert len(pictures.get_feature_names_out()) == n_columns
    drawn = make_pipeline(ECGRenderer(sampling_rate=RATE, layout="rows"), pictures).fit(
        records
    )
    assert len(drawn.get_feature_names_out()) > 0
    read = make_pipeline(TRACES, TWaveFeatures(sampling_rate=RATE)).fit(scans)
    assert "lead0__t_mean" in read.get_feature_names_out()


def test_a_union_of_pipelines_becomes_a_frame(records):
    t_wave = TWaveFeatures(sampling_rate=RATE, r_peak=0.2)
    union = make_union(make_pipeline(CUT, t_wave), make_pipeline(FILTER, CUT, t_wave))
    frame = union.set_output(transform="pandas").fit_transform(records)
    assert frame.columns[0] == "pipeline-1__t_mean"


def test_a_setting_for_all_estimators_leaves_arrays_alone(records):
    with config_context(transform_output="pandas"):
        assert isinstance(clone(FILTER).fit_transform(records), np.ndarray)
        cut = clone(CUT).set_params(output="beats")
        assert cut.fit_transform(records[:, np.newaxis]).ndim == 4
