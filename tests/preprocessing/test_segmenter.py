"""Tests of skecg.preprocessing.BeatSegmenter."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skecg.exceptions import DroppedBeatWarning, SignalQualityWarning
from skecg.features import TWaveFeatures
from skecg.preprocessing import BeatSegmenter

RATE = 250.0
TIMES = np.arange(0, 10, 1 / RATE)
N_WINDOW = 225  # 0.9 s


def beating(period=1.0, t_height=0.2):
    """Ten seconds of an R and a T wave, the first R at 0.5 s."""
    phase = (TIMES + period - 0.5) % period
    near = np.minimum(phase, period - phase)
    t_wave = t_height * np.exp(-0.5 * ((phase - 0.25) / 0.04) ** 2)
    return np.exp(-0.5 * (near / 0.015) ** 2) + t_wave


@pytest.fixture
def records():
    return np.stack([beating(1.0), beating(0.8, t_height=-0.3), 2 * beating(1.2)])


def leads(records):
    return np.stack([records, -0.5 * records], axis=1)


class TestMedian:
    def test_it_is_a_short_record_with_r_in_its_place(self, records):
        medians = BeatSegmenter(sampling_rate=RATE).fit_transform(records)
        assert medians.shape == (3, N_WINDOW)
        np.testing.assert_array_equal(medians.argmax(axis=1), 75)
        np.testing.assert_allclose(medians.max(axis=1), [1, 1, 2], atol=0.01)

    def test_leads_are_cut_at_the_peaks_of_the_first(self, records):
        alone = BeatSegmenter(sampling_rate=RATE).fit_transform(records)
        both = BeatSegmenter(sampling_rate=RATE).fit_transform(leads(records))
        assert both.shape == (3, 2, N_WINDOW)
        np.testing.assert_allclose(both[:, 0], alone)
        np.testing.assert_allclose(both[:, 1], -0.5 * alone)

    def test_one_odd_beat_does_not_show(self, records):
        spoilt = records.copy()
        spoilt[0, 1100:1150] = -9.0
        segmenter = BeatSegmenter(
            sampling_rate=RATE, method=lambda x, rate: range(125, 2400, 250)
        )
        np.testing.assert_allclose(
            segmenter.fit_transform(spoilt)[0],
            segmenter.fit_transform(records)[0],
            atol=1e-6,
        )

    def test_missing_samples_are_left_out(self, records):
        gappy = records.copy()
        gappy[:, 1100:1120] = np.nan
        medians = BeatSegmenter(sampling_rate=RATE).fit_transform(gappy)
        whole = BeatSegmenter(sampling_rate=RATE).fit_transform(records)
        np.testing.assert_allclose(medians, whole, atol=0.02)

    def test_a_record_without_a_beat_is_reported_and_nan(self, records):
        records[1] = 3.0
        segmenter = BeatSegmenter(sampling_rate=RATE).fit(records)
        with pytest.warns(SignalQualityWarning, match="1 of 3 rows .*: rows 1"):
            medians = segmenter.transform(records)
        np.testing.assert_array_equal(np.isnan(medians).all(axis=1), [0, 1, 0])

    def test_with_no_usable_record_it_is_an_error(self):
        segmenter = BeatSegmenter(sampling_rate=RATE).fit(np.zeros((2, 500)))
        with pytest.raises(ValueError, match="No usable row: all 2 rows"):
            segmenter.transform(np.zeros((2, 500)))

    def test_beats_at_the_edge_are_treated_as_asked(self):
        records = np.zeros((2, 100))
        records[0, 50], records[1, 5] = 1.0, 1.0
        options = {"sampling_rate": RATE, "window": (0.1, 0.1)}
        padded = BeatSegmenter(**options).fit_transform(records)
        assert np.isfinite(padded).all()
        blank = BeatSegmenter(edge="nan", **options).fit_transform(records)
        np.testing.assert_array_equal(np.isnan(blank[1]), np.arange(50) < 20)
        with pytest.warns(SignalQualityWarning, match="rows 1"):
            dropped = BeatSegmenter(edge="drop", **options).fit_transform(records)
        assert np.isnan(dropped[1]).all()


class TestBeats:
    @pytest.mark.parametrize("n_leads", [1, 2])
    def test_they_stand_in_four_dimensions_and_in_order(self, records, n_leads):
        X = records if n_leads == 1 else leads(records)
        segmenter = BeatSegmenter(sampling_rate=RATE, output="beats")
        arranged = segmenter.fit_transform(X)
        counts = np.bincount(segmenter.segment(X).record)
        assert segmenter.n_beats_ == counts.max()
        assert arranged.shape == (3, counts.max(), n_leads, N_WINDOW)
        there = ~np.isnan(arranged).all(axis=(2, 3))
        np.testing.assert_array_equal(there.sum(axis=1), counts)
        np.testing.assert_array_equal(
            arranged[there].reshape(segmenter.segment(X).data.shape),
            segmenter.segment(X).data,
        )

    def test_fit_transform_is_fit_and_transform(self, records):
        segmenter = BeatSegmenter(sampling_rate=RATE, output="beats")
        at_once = segmenter.fit_transform(records)
        np.testing.assert_array_equal(
            segmenter.fit(records).transform(records), at_once
        )

    def test_surplus_beats_are_left_out_and_told(self, records):
        segmenter = BeatSegmenter(sampling_rate=RATE, output="beats").fit(records[2:])
        with pytest.warns(DroppedBeatWarning, match="rows 0, 1 of X have more than"):
            arranged = segmenter.transform(records)
        assert arranged.shape[1] == segmenter.n_beats_
        first = segmenter.segment(records[:1]).data[: segmenter.n_beats_]
        np.testing.assert_array_equal(arranged[0, :, 0], first)

    def test_median_of_the_beats_is_the_median_beat(self, records):
        options = {"sampling_rate": RATE}
        beats = BeatSegmenter(output="beats", **options).fit_transform(leads(records))
        medians = BeatSegmenter(**options).fit_transform(leads(records))
        np.testing.assert_allclose(np.nanmedian(beats, axis=1), medians)

    def test_no_record_with_a_beat_is_an_error_in_fit(self):
        with pytest.raises(ValueError, match="have no beat that can be cut"):
            BeatSegmenter(sampling_rate=RATE, output="beats").fit(np.zeros((2, 500)))


class TestSegment:
    def test_beats_know_their_record_and_time(self, records):
        segmenter = BeatSegmenter(sampling_rate=RATE).fit(records)
        beats = segmenter.segment(records)
        assert beats.data.shape == (len(beats.record), N_WINDOW)
        np.testing.assert_allclose(
            beats.time[beats.record == 0], np.arange(0.5, 10), atol=0.02
        )
        assert segmenter.fit(leads(records)).segment(leads(records)).data.ndim == 3

    def test_it_wants_fit_first(self, records):
        with pytest.raises(NotFittedError):
            BeatSegmenter(sampling_rate=RATE).segment(records)


@pytest.mark.parametrize("output", ["median", "beats"])
class TestBoth:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_dtype_is_kept(self, records, output, dtype):
        X = leads(records).astype(dtype)
        segmenter = BeatSegmenter(sampling_rate=RATE, output=output)
        assert segmenter.fit_transform(X).dtype == dtype

    def test_input_may_be_read_only_and_is_left_alone(self, records, output):
        X = np.repeat(leads(records), 2, axis=2)[..., ::2]  # not contiguous
        before = X.copy()
        X.flags.writeable = False
        BeatSegmenter(sampling_rate=RATE, output=output).fit_transform(X)
        np.testing.assert_array_equal(X, before)

    @pytest.mark.parametrize("other", [(3, 1, 2500), (3, 2, 2400), (3, 2500)])
    def test_another_shape_after_fit_is_refused(self, records, output, other):
        segmenter = BeatSegmenter(sampling_rate=RATE, output=output)
        segmenter.fit(leads(records))
        with pytest.raises(ValueError, match="was fitted with 2 lead"):
            segmenter.transform(np.ones(other))


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.ones((2, 1)), "minimum of 2"),
        (np.ones((2, 2, 1)), "at least 2 samples"),
        (np.ones((2, 2, 2, 9)), "Segmented records"),
        (np.array([[0.0, np.inf, 1.0]]), "infinity"),
    ],
)
def test_what_is_no_record_is_refused(X, message):
    with pytest.raises(ValueError, match=message):
        BeatSegmenter(sampling_rate=RATE).fit(X)


def test_a_data_frame_reaches_the_feature_step_behind_it(records):
    pipeline = make_pipeline(
        BeatSegmenter(sampling_rate=RATE),
        TWaveFeatures(sampling_rate=RATE, r_peak=0.3),
    ).set_output(transform="pandas")
    frame = pipeline.fit_transform(leads(records))
    assert frame.shape == (3, 16)
    assert frame["lead0__t_amplitude"].iloc[0] == pytest.approx(0.2, abs=0.02)
    assert frame["lead1__t_amplitude"].iloc[1] == pytest.approx(0.15, abs=0.02)


def test_it_stands_in_a_pipeline_that_classifies():
    X = np.stack([beating(0.9, height) for height in (0.2, 0.25, -0.2, -0.25)])
    y = ["up", "up", "down", "down"]
    pipeline = make_pipeline(
        BeatSegmenter(sampling_rate=RATE, output="beats"),
        TWaveFeatures(sampling_rate=RATE, r_peak=0.3),
        LogisticRegression(),
    )
    assert pipeline.fit(X, y).predict(X).tolist() == y


@pytest.mark.parametrize("output", ["median", "beats"])
@pytest.mark.parametrize("window", [(0.3,), (-0.1, 0.5), (0.3, np.nan), (0.0, 0.001)])
def test_a_window_that_cuts_nothing_is_refused_in_fit(records, output, window):
    segmenter = BeatSegmenter(sampling_rate=RATE, output=output, window=window)
    with pytest.raises(ValueError, match="window must be"):
        segmenter.fit(records)


def test_a_window_may_be_a_list(records):
    listed = BeatSegmenter(sampling_rate=RATE, window=[0.3, 0.6]).fit_transform(records)
    paired = BeatSegmenter(sampling_rate=RATE, window=(0.3, 0.6)).fit_transform(records)
    np.testing.assert_array_equal(listed, paired)


@pytest.mark.parametrize("output", ["median", "beats"])
def test_all_leads_can_be_looked_at(records, output):
    X = leads(records)
    X[:, 0, :1250] = np.nan
    options = {"sampling_rate": RATE, "output": output}
    first = BeatSegmenter(**options).fit(X).segment(X)
    fused = BeatSegmenter(**options, leads="fused").fit(X).segment(X)
    assert first.record.size < fused.record.size == 10 + 12 + 8
    assert not np.isnan(fused.data[:, 1]).any()


def test_one_warning_tells_of_a_record_without_a_beat(records):
    records[1] = 0.0
    with pytest.warns(SignalQualityWarning) as caught:
        BeatSegmenter(sampling_rate=RATE).fit_transform(records)
    assert len(caught) == 1
