"""Tests of skecg.features.TWaveFeatures where it measures the marked waves."""

import numpy as np
import pytest

from skecg.datasets import make_ecg
from skecg.exceptions import SignalQualityWarning
from skecg.features import TWaveFeatures
from skecg.signal.beats import extract_beats
from skecg.signal.measures import WAVE_MEASURES
from skecg.signal.t_region import T_STATISTICS

RATE = 250.0
COLUMNS = (*WAVE_MEASURES, "t_inverted", "t_biphasic")


@pytest.fixture(scope="module")
def ecg():
    return make_ecg(
        6, sampling_rate=RATE, n_leads=2, inverted_t=0.5, wander=0.0, random_state=0
    )


def frame(X, **options):
    options = {"sampling_rate": RATE, "measures": "waves", **options}
    t_wave = TWaveFeatures(**options).set_output(transform="pandas")
    return t_wave.fit_transform(X)


def cut(ecg, **options):
    return extract_beats(
        ecg.data, ecg.rpeaks, sampling_rate=RATE, window=(0.35, 0.6), **options
    )


class TestRecords:
    def test_waves_of_known_size(self, ecg):
        measured = frame(ecg.data[:, 0])
        signs = np.where(ecg.inverted_t, -1, 1)
        np.testing.assert_allclose(measured.t_peak_amplitude, 0.3 * signs, atol=0.03)
        np.testing.assert_array_equal(measured.t_polarity, signs)
        np.testing.assert_array_equal(measured.t_inverted, ecg.inverted_t)
        np.testing.assert_array_equal(measured.t_biphasic, 0)
        np.testing.assert_allclose(measured.r_amplitude, 1.1, atol=0.05)
        np.testing.assert_allclose(measured.p_peak_amplitude, 0.12, atol=0.03)

    def test_leads_stand_side_by_side(self, ecg):
        measured = frame(ecg.data)
        wanted = [f"lead{lead}__{name}" for lead in (0, 1) for name in COLUMNS]
        assert measured.columns.tolist() == wanted
        alone = frame(ecg.data[:, 0])
        np.testing.assert_array_equal(measured.iloc[:, : len(COLUMNS)], alone)
        ratio = measured.lead1__t_peak_amplitude / measured.lead0__t_peak_amplitude
        np.testing.assert_allclose(ratio, 1.2, atol=0.15)  # as high as in V5

    def test_all_is_the_stretch_and_the_waves(self, ecg):
        both = frame(ecg.data, measures="all")
        region, waves = frame(ecg.data, measures="region"), frame(ecg.data)
        n_region, n_waves = len(T_STATISTICS), len(COLUMNS)
        assert both.columns[n_region] == "lead0__p_duration"
        np.testing.assert_array_equal(both[region.columns], region)
        np.testing.assert_array_equal(both[waves.columns], waves)
        assert both.shape == (6, 2 * (n_region + n_waves))

    def test_a_lead_that_cannot_be_used_is_nan_and_the_row_is_used(self, ecg):
        X = ecg.data.copy()
        X[2, 1] = np.nan
        measured = frame(X).to_numpy()
        assert np.isnan(measured[2, len(COLUMNS) :]).all()
        assert np.isfinite(measured[2, : len(COLUMNS)]).any()

    def test_a_record_that_cannot_be_used_is_reported(self, ecg):
        X = ecg.data.copy()
        X[3] = 0.5
        with pytest.warns(SignalQualityWarning, match="rows 3"):
            measured = frame(X)
        assert (
            measured.isna().all(axis=1).tolist() == [False] * 3 + [True] + [False] * 2
        )

    def test_with_no_usable_row_it_is_an_error(self):
        with pytest.raises(ValueError, match="No usable row: all 2 rows"):
            frame(np.zeros((2, 2500)))

    def test_leads_may_be_fused_to_find_the_beats(self, ecg):
        X = ecg.data.copy()
        X[:, 0] = 0.5  # nothing to be seen on the first lead
        fused = frame(X, leads="fused")
        wanted = frame(ecg.data).lead1__t_peak_amplitude
        np.testing.assert_allclose(fused.lead1__t_peak_amplitude, wanted, atol=0.02)
        with pytest.raises(ValueError, match="No usable row"):
            frame(X, leads="first")

    def test_a_record_of_one_beat_has_no_corrected_qt(self, ecg):
        rpeak = ecg.rpeaks[0][4]
        one = ecg.data[:1, 0, rpeak - 120 : rpeak + 170]
        measured = frame(one, method=lambda signal, rate: np.array([120]))
        assert np.isfinite(measured.qt_interval).all()
        assert measured.filter(like="qtc_").isna().all(axis=None)


class TestBeats:
    def test_a_beat_is_measured_as_in_its_record(self, ecg):
        beats = cut(ecg)
        measured = frame(beats.data[:, 0], r_peak=0.35)
        assert measured.columns.tolist() == [c for c in COLUMNS if c[:3] != "qtc"]
        of_records = frame(ecg.data[:, 0])
        medians = measured.groupby(beats.record).median()
        for name in ("t_peak_amplitude", "qt_interval", "qrs_duration", "r_amplitude"):
            difference = medians[name] - of_records[name]
            assert np.abs(difference).max() < 0.04, name
        inverted = ecg.inverted_t[beats.record]
        np.testing.assert_array_equal(measured.t_inverted, inverted)

    def test_context_tells_the_interval_before(self, ecg):
        beats = cut(ecg, context=True)
        measured = frame(beats.data, r_peak=0.35, context=8)
        rr = beats.data[:, 0, -8]
        assert measured.notna().mean()["lead1__qtc_bazett"] > 0.9
        np.testing.assert_allclose(
            measured.lead1__qtc_bazett, measured.lead1__qt_interval / np.sqrt(rr)
        )
        assert measured.shape == (len(beats.data), 2 * len(COLUMNS))

    def test_other_context_does_not(self, ecg):
        beats = cut(ecg)
        X = np.pad(beats.data[:, 0], ((0, 0), (0, 3)))
        alone = frame(beats.data[:, 0], r_peak=0.35)
        np.testing.assert_array_equal(frame(X, r_peak=0.35, context=3), alone)

    def test_of_segmented_records_the_median_is_told(self, ecg):
        beats = cut(ecg)
        X = np.full((6, 20, 2, beats.data.shape[-1]), np.nan)
        for record in range(6):
            mine = beats.data[beats.record == record]
            X[record, : len(mine)] = mine
        measured = frame(X, r_peak=0.35)
        single = frame(beats.data, r_peak=0.35)
        medians = single.groupby(beats.record).median()
        wanted = medians.drop(columns=medians.filter(regex="t_(inv|bip)"))
        np.testing.assert_allclose(measured[wanted.columns], wanted)
        np.testing.assert_array_equal(measured.lead0__t_inverted, ecg.inverted_t)

    def test_beats_that_begin_at_r_keep_their_stretch(self, ecg):
        beats = cut(ecg).data[:, 0, round(0.35 * RATE) :]
        measured = frame(beats, r_peak=0.0, measures="all")
        assert measured[list(T_STATISTICS)].notna().all(axis=None)
        assert measured.qt_interval.isna().all()

    def test_zeros_behind_a_short_beat_are_missing(self, ecg):
        beats = cut(ecg).data[:, 0]
        beats[:, -80:] = 0.0  # from about the peak of T
        missing = beats.copy()
        missing[:, -80:] = np.nan
        padded, known = frame(beats, r_peak=0.35), frame(missing, r_peak=0.35)
        np.testing.assert_array_equal(padded, known)
        assert known.t_duration.isna().any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(ecg, dtype):
    X = ecg.data.astype(dtype)
    t_wave = TWaveFeatures(sampling_rate=RATE, measures="all")
    assert t_wave.fit_transform(X).dtype == dtype


def test_what_to_measure_is_one_of_three(ecg):
    with pytest.raises(ValueError, match="'measures' parameter"):
        TWaveFeatures(sampling_rate=RATE, measures="wave").fit(ecg.data)
