"""Beats beside their patient's own: what must stay, and what must show."""

import numpy as np
import pytest

from skecg.datasets import make_ecg
from skecg.signal.patient import PATIENT_RATE, patient_beats, patient_columns
from skecg.signal.resampling import resample
from skecg.signal.waves import delineate

RATE = 250.0
N_TIMES = 150  # 1.2 s at 125 Hz


@pytest.fixture(scope="module")
def ecg():
    return make_ecg(
        1, duration=120, sampling_rate=RATE, n_leads=2, noise=0.005, random_state=3
    )


def column(beats: np.ndarray, name: str, n_leads: int = 2) -> np.ndarray:
    names = patient_columns(n_leads)
    return beats[:, 0, names.index(name) - len(names)]


def cut(ecg, **changes):
    options = {"sampling_rate": RATE, **changes}
    return patient_beats(ecg.data[0], ecg.rpeaks[0], **options)


def test_each_beat_stands_beside_its_difference_from_the_median(ecg):
    beats = cut(ecg)
    n_columns = len(patient_columns(2))
    assert beats.shape == (len(ecg.rpeaks[0]), 4, N_TIMES + n_columns)
    assert beats.dtype == np.float32
    own, apart = beats[:, :2, :N_TIMES], beats[:, 2:, :N_TIMES]
    median = np.median(own, axis=0)
    np.testing.assert_allclose(own - median, apart, atol=1e-5)
    # The QRS complex of the median beat is one high, on every lead.
    middle = slice(round(0.28 * PATIENT_RATE), round(0.52 * PATIENT_RATE))
    np.testing.assert_allclose(np.ptp(median[:, middle], axis=-1), 1.0, atol=0.02)


def test_context_is_the_same_on_every_lead(ecg):
    context = cut(ecg)[:, :, N_TIMES:]
    assert np.isfinite(context).all()
    np.testing.assert_array_equal(context, context[:, :1].repeat(4, axis=1))


def test_size_and_offset_of_a_lead_do_not_matter(ecg):
    plain = cut(ecg)
    other = patient_beats(
        ecg.data[0] * [[2.0], [0.5]] + [[1.0], [-3.0]],
        ecg.rpeaks[0],
        sampling_rate=RATE,
    )
    heights = [patient_columns(2).index("p_height")]  # in mV, as a reader sees it
    keep = np.setdiff1d(np.arange(plain.shape[-1]), np.array(heights) + N_TIMES)
    np.testing.assert_allclose(plain[..., keep], other[..., keep], rtol=0.05, atol=0.02)


def test_the_recording_rate_hardly_matters(ecg):
    slow = ecg.data[0, :, :15_000]
    peaks = ecg.rpeaks[0][ecg.rpeaks[0] < 14_800]
    fast = resample(slow, sampling_rate=250.0, target_rate=500.0)
    first = patient_beats(slow, peaks, sampling_rate=250.0)
    second = patient_beats(fast, peaks * 2, sampling_rate=500.0)
    assert np.abs(first - second)[3:-3, :, :N_TIMES].max() < 0.05


def test_an_early_beat_is_early_by_every_measure(ecg):
    peaks = np.arange(400, 29_000, 200)  # 0.8 s
    early = 60
    peaks[early] -= 80  # 0.48 s, then a pause of 1.12 s
    beats = patient_beats(ecg.data[0], peaks, sampling_rate=RATE)
    expected = np.log(0.48 / 0.8)
    for name in ("rr_prev_record", "rr_prev_60s", "rr_prev_20_beats"):
        assert column(beats, name)[early] == pytest.approx(expected, abs=0.02), name
    assert column(beats, "rr_prev_next")[early] == pytest.approx(np.log(0.48 / 1.12))
    assert column(beats, "rr_after_300s")[early - 1] == pytest.approx(
        expected, abs=0.02
    )
    assert column(beats, "rr_before_300s")[early + 1] == pytest.approx(
        expected, abs=0.02
    )
    assert column(beats, "fast_run")[early] == pytest.approx(np.log1p(1))
    assert column(beats, "fast_run")[early + 3] == 0.0


def test_a_long_run_stays_early_beside_the_record(ecg):
    slow, fast = np.full(60, 250), np.full(40, 150)  # 1 s, then 40 beats of 0.6 s
    peaks = 300 + np.cumsum(np.concatenate([slow, fast]))
    beats = patient_beats(ecg.data[0][:, : peaks[-1] + 200], peaks, sampling_rate=RATE)
    run = slice(75, 90)
    assert (column(beats, "rr_prev_10s")[run] > -0.05).all()  # its neighbours are too
    assert (column(beats, "rr_prev_record")[run] < -0.2).all()
    np.testing.assert_allclose(column(beats, "fast_run")[run], np.log1p(39), atol=0.1)


def test_fibrillation_is_irregular_and_a_sinus_rhythm_is_not(ecg):
    rng = np.random.default_rng(0)
    steady = 300 + np.arange(120) * 200
    wild = 300 + np.cumsum(rng.integers(120, 280, size=120))
    regular, irregular = (
        patient_beats(ecg.data[0], peaks, sampling_rate=RATE)
        for peaks in (steady, wild)
    )
    for name in ("rr_irregular_20", "rr_step_20", "rr_deviation"):
        wildest, calmest = column(regular, name), column(irregular, name)[20:-20]
        assert calmest.min() > wildest.max(), name


def test_a_beat_of_another_shape_is_unlike_the_median(ecg):
    data = ecg.data[0].copy()
    peak = ecg.rpeaks[0][50]
    around = np.arange(-40, 60)
    data[:, peak + around] = -1.5 * np.exp(-0.5 * (around / 15) ** 2)
    beats = patient_beats(data, ecg.rpeaks[0], sampling_rate=RATE)
    alike, wide = column(beats, "lead0_qrs_alike"), column(beats, "lead0_qrs_width")
    assert alike[50] < 0.5 < 0.9 < np.median(alike)
    assert wide[50] > 1.5
    assert np.abs(beats[50, 2, :N_TIMES]).max() > 0.8
    assert column(beats, "lead0_qrs_apart")[50] > 1.0


def test_waves_are_those_of_the_first_lead(ecg):
    rng = np.random.default_rng(2)
    noisy = ecg.data[0] + rng.normal(0, 0.15, ecg.data[0].shape)  # hides some P waves
    beats = patient_beats(noisy, ecg.rpeaks[0], sampling_rate=RATE)
    marks = delineate(noisy[0], ecg.rpeaks[0], sampling_rate=RATE)
    found = np.isfinite(marks.p.offset - marks.p.onset)
    np.testing.assert_array_equal(column(beats, "p_absent"), ~found)
    assert 0 < found.sum() < len(found)
    interval = (marks.qrs.onset - marks.p.onset) / RATE
    expected = np.where(found, 10 * (interval - np.nanmedian(interval)), 0.0)
    np.testing.assert_allclose(column(beats, "pr_interval"), expected, atol=1e-5)


def test_marks_a_little_off_are_aligned(ecg):
    rng = np.random.default_rng(1)
    off = ecg.rpeaks[0] + rng.integers(-8, 9, size=len(ecg.rpeaks[0]))
    beats = patient_beats(ecg.data[0], off, sampling_rate=RATE)
    assert (
        np.median(np.ptp(beats[:, 0, :N_TIMES] - beats[:, 2, :N_TIMES], axis=0)) < 1e-5
    )
    assert column(beats, "lead0_qrs_alike")[2:-2].min() > 0.9


def test_missing_samples_are_nan_and_harm_no_other_beat(ecg):
    plain = cut(ecg)
    data = ecg.data[0].copy()
    peak = ecg.rpeaks[0][30]
    data[1, peak : peak + 5] = np.nan
    beats = patient_beats(data, ecg.rpeaks[0], sampling_rate=RATE)
    assert np.isnan(beats[30, [1, 3], :N_TIMES]).all()
    assert np.isfinite(beats[30, [0, 2]]).all()
    np.testing.assert_allclose(beats[35:], plain[35:], atol=0.05)


@pytest.mark.parametrize("n_beats", [0, 1])
def test_too_few_beats_have_no_rhythm(ecg, n_beats):
    beats = patient_beats(
        ecg.data[0], ecg.rpeaks[0][5 : 5 + n_beats], sampling_rate=RATE
    )
    assert beats.shape == (n_beats, 4, N_TIMES + len(patient_columns(2)))
    assert np.isnan(beats[:, :, N_TIMES]).all()


def test_two_beats_and_marks_on_one_sample_are_finite(ecg):
    for peaks in ([500, 700], [500, 500, 700], [3, 700, ecg.data.shape[-1] - 1]):
        beats = patient_beats(ecg.data[0], peaks, sampling_rate=RATE)
        assert np.isfinite(beats).all(), peaks


def test_one_lead_and_a_flat_lead(ecg):
    single = patient_beats(ecg.data[0, 0], ecg.rpeaks[0], sampling_rate=RATE)
    assert single.shape[1] == 2
    flat = ecg.data[0] * [[1.0], [0.0]]
    assert np.isfinite(patient_beats(flat, ecg.rpeaks[0], sampling_rate=RATE)).all()


def test_records_together_are_refused():
    with pytest.raises(ValueError, match=r"one record .* got shape \(2, 2, 500\)"):
        patient_beats(np.zeros((2, 2, 500)), [250], sampling_rate=RATE)


def test_a_rate_that_the_filter_cannot_take_is_refused(ecg):
    peaks = ecg.rpeaks[0][:3]
    assert len(patient_beats(ecg.data[0], peaks, sampling_rate=80.5)) == 3
    with pytest.raises(ValueError, match="low and high"):
        patient_beats(ecg.data[0], peaks, sampling_rate=80.0)


def test_missing_beats_take_no_part_in_the_median_beat(ecg):
    signal, peaks = np.array(ecg.data[0]), ecg.rpeaks[0]
    half = np.array(signal)
    half[:, : int(0.6 * signal.shape[-1])] = np.nan
    late = peaks > 0.7 * signal.shape[-1]
    found = patient_beats(half, peaks, sampling_rate=RATE)[late]
    beats = patient_beats(signal, peaks, sampling_rate=RATE)[late]
    apart = np.abs(found - beats)
    assert apart[..., :150].mean() < 0.02  # a few beats are aligned a sample apart
    assert apart[..., 150:].max() < 0.5
