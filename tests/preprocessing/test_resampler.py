import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skecg.datasets import make_ecg
from skecg.features import TWaveFeatures
from skecg.preprocessing import BandpassFilter, BeatSegmenter, RecordScaler, Resampler
from skecg.signal.resampling import resample


@pytest.mark.parametrize("target_rate", [100.0, 125.0, 360.0, 500.0])
def test_it_is_the_resampling_of_the_kernel(target_rate):
    X = np.random.default_rng(0).normal(size=(3, 2, 720))
    step = Resampler(sampling_rate=360.0, target_rate=target_rate)
    result = step.fit_transform(X)
    assert result.shape == (3, 2, 2 * target_rate)
    np.testing.assert_array_equal(
        result, resample(X, sampling_rate=360.0, target_rate=target_rate)
    )


def test_peaks_keep_their_time():
    ecg = make_ecg(
        3, sampling_rate=500.0, noise=0.0, wander=0.0, heart_rate=60, random_state=0
    )
    step = Resampler(sampling_rate=500.0, target_rate=250.0)
    for row, rpeaks in zip(step.fit_transform(ecg.data), ecg.rpeaks, strict=True):
        for at in np.rint(rpeaks[1:-1] / 2).astype(int):
            assert abs(row[at - 10 : at + 11].argmax() - 10) <= 1


def test_a_pipeline_may_change_its_rate():
    ecg = make_ecg(20, sampling_rate=500.0, inverted_t=0.5, random_state=0)
    model = make_pipeline(
        BandpassFilter(sampling_rate=500.0),
        Resampler(sampling_rate=500.0, target_rate=125.0),
        RecordScaler(),
        BeatSegmenter(sampling_rate=125.0),
        TWaveFeatures(sampling_rate=125.0, r_peak=0.3),
        LogisticRegression(),
    )
    model.fit(ecg.data[:12], ecg.inverted_t[:12])
    assert model.score(ecg.data[12:], ecg.inverted_t[12:]) == 1.0


@pytest.mark.parametrize("name", ["sampling_rate", "target_rate"])
def test_both_rates_are_needed_and_above_zero(name):
    rates = {"sampling_rate": 360.0, "target_rate": 125.0}
    with pytest.raises(ValueError, match=f"'{name}' parameter"):
        Resampler(**{**rates, name: 0.0}).fit(np.ones((2, 100)))
    del rates[name]
    with pytest.raises(TypeError, match=name):
        Resampler(**rates)


@pytest.mark.parametrize(("rate", "target"), [(360.0, 125.0), (125.0, 360.0)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_map_is_brought_back_to_its_samples(rate, target, dtype):
    step = Resampler(sampling_rate=rate, target_rate=target).fit(np.ones((2, 720)))
    n_out = round(720 * target / rate)
    ramps = np.outer([1.0, -2.0], np.arange(n_out) / target).astype(dtype)
    traced = step.trace_back(ramps)
    assert traced.shape == (2, 720)
    assert traced.dtype == dtype
    # Behind the last sample of the result its value is kept.
    times = np.minimum(np.arange(720) / rate, (n_out - 1) / target)
    np.testing.assert_allclose(traced, np.outer([1.0, -2.0], times), atol=1e-5)


@pytest.mark.parametrize("shape", [(2, 249), (250,), (2, 1, 250)])
def test_a_map_of_another_length_is_refused(shape):
    step = Resampler(sampling_rate=360.0, target_rate=125.0).fit(np.ones((2, 720)))
    with pytest.raises(ValueError, match=r"shape \(n_records, 250\).*got shape"):
        step.trace_back(np.ones(shape))
