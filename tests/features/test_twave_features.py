"""Tests of skecg.features.TWaveFeatures."""

import numpy as np
import pytest

from skecg.datasets import load_heartbeats
from skecg.exceptions import SignalQualityWarning
from skecg.features import TWaveFeatures
from skecg.signal.t_region import T_STATISTICS, t_wave_statistics

RATE = 250.0
HEIGHTS = np.array([0.2, -0.3, 0.4])
AMPLITUDE = T_STATISTICS.index("t_amplitude")
TIME = T_STATISTICS.index("t_time")


def waves(after_r, heights):
    """An R wave and, 0.28 s behind it, a T wave."""
    r_wave = np.exp(-0.5 * (after_r / 0.012) ** 2)
    t_wave = np.exp(-0.5 * ((after_r - 0.28) / 0.03) ** 2)
    return r_wave + np.asarray(heights)[:, None] * t_wave


@pytest.fixture
def beats():
    return waves(np.arange(-75, 150) / RATE, HEIGHTS)


@pytest.fixture
def records():
    times = np.arange(0, 10, 1 / RATE)
    return waves((times - 0.5 + 0.4) % 1.0 - 0.4, HEIGHTS)


def test_beats_are_measured_by_the_kernel(beats):
    features = TWaveFeatures(sampling_rate=RATE, r_peak=0.3).fit_transform(beats)
    wanted = t_wave_statistics(beats, sampling_rate=RATE, r_peak=0.3)
    np.testing.assert_array_equal(features, wanted)
    np.testing.assert_allclose(features[:, AMPLITUDE], HEIGHTS, atol=0.01)


def test_records_are_measured_by_their_median_beat(records):
    features = TWaveFeatures(sampling_rate=RATE).fit_transform(records)
    np.testing.assert_allclose(features[:, AMPLITUDE], HEIGHTS, atol=0.02)
    np.testing.assert_allclose(features[:, TIME], 0.28, atol=0.02)


def test_leads_stand_side_by_side(beats):
    X = np.stack([beats, -beats, 2 * beats], axis=1)
    t_wave = TWaveFeatures(sampling_rate=RATE, r_peak=0.3).fit(X)
    alone = TWaveFeatures(sampling_rate=RATE, r_peak=0.3).fit_transform(beats)
    features = t_wave.transform(X)
    names = t_wave.get_feature_names_out().tolist()
    assert features.shape == (3, 24)
    assert names[0] == "lead0__t_mean"
    np.testing.assert_array_equal(features[:, :8], alone)
    amplitude = features[:, names.index("lead2__t_amplitude")]
    np.testing.assert_allclose(amplitude, 2 * alone[:, AMPLITUDE])


@pytest.mark.parametrize("shape", [(3, 225), (3, 1, 225), (3, 1, 1, 225)])
def test_one_lead_has_plain_names(beats, shape):
    t_wave = TWaveFeatures(sampling_rate=RATE, r_peak=0.3).fit(beats.reshape(shape))
    assert tuple(t_wave.get_feature_names_out()) == T_STATISTICS


def test_of_segmented_records_the_median_beat_is_measured(beats):
    X = np.full((3, 4, 2, 225), np.nan)
    X[:, :3, 0], X[:, :3, 1] = beats[:, None], -beats[:, None]
    X[0, 1, 0] = 99.0  # an outlier among three
    features = TWaveFeatures(sampling_rate=RATE, r_peak=0.3).fit_transform(X)
    both = np.stack([beats, -beats], axis=1)
    wanted = TWaveFeatures(sampling_rate=RATE, r_peak=0.3).fit_transform(both)
    np.testing.assert_allclose(features, wanted)


def test_segmented_records_want_to_know_where_r_is():
    with pytest.raises(ValueError, match="Segmented records"):
        TWaveFeatures(sampling_rate=RATE).fit(np.ones((2, 3, 1, 225)))


@pytest.mark.parametrize("r_peak", [None, 0.3])
def test_context_columns_are_not_measured(beats, records, r_peak):
    X = records if r_peak is None else beats
    options = {"sampling_rate": RATE, "r_peak": r_peak}
    alone = TWaveFeatures(**options).fit_transform(X)
    with_context = np.concatenate([X, np.full((3, 2), 1e6)], axis=1)
    t_wave = TWaveFeatures(context=2, **options)
    np.testing.assert_array_equal(t_wave.fit_transform(with_context), alone)
    assert t_wave.n_times_in_ == X.shape[1]


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_rows_that_cannot_be_used_are_reported_and_nan(beats, value):
    beats[1] = value
    t_wave = TWaveFeatures(sampling_rate=RATE, r_peak=0.3).fit(beats)
    with pytest.warns(SignalQualityWarning, match="no T wave to measure.*rows 1"):
        features = t_wave.transform(beats)
    np.testing.assert_array_equal(np.isnan(features).all(axis=1), [0, 1, 0])
    np.testing.assert_array_equal(np.isnan(features).any(axis=1), [0, 1, 0])


def test_a_lead_that_cannot_be_used_is_nan_and_the_row_is_used(beats):
    X = np.stack([beats, np.zeros_like(beats)], axis=1)
    features = TWaveFeatures(sampling_rate=RATE, r_peak=0.3).fit_transform(X)
    assert np.isfinite(features[:, :8]).all()
    assert np.isnan(features[:, 8:]).all()


def test_a_record_without_a_peak_is_reported(records):
    records[2] = 1.0
    t_wave = TWaveFeatures(sampling_rate=RATE).fit(records)
    with pytest.warns(SignalQualityWarning, match="rows 2"):
        features = t_wave.transform(records)
    assert np.isnan(features[2]).all()


def test_with_no_usable_row_it_is_an_error():
    t_wave = TWaveFeatures(sampling_rate=RATE).fit(np.zeros((2, 500)))
    with pytest.raises(ValueError, match="No usable row: all 2 rows"):
        t_wave.transform(np.zeros((2, 500)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("r_peak", [None, 0.3])
def test_dtype_is_kept(beats, records, dtype, r_peak):
    X = (records if r_peak is None else beats).astype(dtype)
    t_wave = TWaveFeatures(sampling_rate=RATE, r_peak=r_peak)
    assert t_wave.fit_transform(X).dtype == dtype


def test_set_output_gives_a_named_frame(beats):
    t_wave = TWaveFeatures(sampling_rate=RATE, r_peak=0.3)
    frame = t_wave.set_output(transform="pandas").fit_transform(beats)
    assert tuple(frame.columns) == T_STATISTICS


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"r_peak": 0.3, "window": (0.7, 0.9)}, r"do not fit into beats of 0\.9 s"),
        ({"r_peak": 5.0}, r"do not fit into beats of 0\.9 s"),
        ({"r_peak": 0.3, "window": (0.4, 0.1)}, "window must be"),
        ({"r_peak": None, "window": (0.4, 0.1)}, "window must be"),
        ({"r_peak": None, "window": (0.1, np.nan)}, "window must be"),
        ({"r_peak": None, "window": (0.1,)}, "window must be"),
    ],
)
def test_a_window_that_cannot_be_measured_is_refused_in_fit(beats, options, message):
    t_wave = TWaveFeatures(sampling_rate=RATE, **options)
    with pytest.raises(ValueError, match=message):
        t_wave.fit(beats)


@pytest.mark.parametrize("r_peak", [None, 0.3])
def test_a_window_may_be_a_list(beats, records, r_peak):
    X = records if r_peak is None else beats
    listed, paired = (
        TWaveFeatures(sampling_rate=RATE, r_peak=r_peak, window=window)
        for window in ([0.1, 0.4], (0.1, 0.4))
    )
    np.testing.assert_array_equal(listed.fit_transform(X), paired.fit_transform(X))


def test_a_beat_padded_behind_its_qrs_is_reported(beats):
    X = beats[:, 75:].copy()
    X[1, 20:] = 0.0
    t_wave = TWaveFeatures(sampling_rate=RATE, r_peak=0.0).fit(X)
    with pytest.warns(SignalQualityWarning, match="rows 1"):
        features = t_wave.transform(X)
    np.testing.assert_array_equal(np.isnan(features).all(axis=1), [0, 1, 0])


def test_every_packaged_heartbeat_has_a_t_wave_stretch():
    X, _ = load_heartbeats(return_X_y=True)
    features = TWaveFeatures(sampling_rate=125.0, r_peak=0.0).fit_transform(X)
    assert np.isfinite(features).all()
