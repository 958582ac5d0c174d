import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.datasets import load_ludb_sample, make_ecg
from skecg.signal._delineation_marks import mark_waves
from skecg.signal.rpeaks import detect_rpeaks
from skecg.signal.waves import T_SHAPES, delineate

TURNED = {"": "", "upright": "inverted", "up-down": "down-up"}
TURNED |= {there: back for back, there in TURNED.items()}


def _marks(waves):
    return np.array([*waves.p, *waves.qrs, *waves.t])


def _draw(parts, *, beats=20, rate=250.0, spread=0.0, flutter=0.0, seed=0):
    """Beats of Gaussians (height, seconds after R, width), and where R is."""
    rng = np.random.default_rng(seed)
    intervals = 0.8 + spread * rng.uniform(-1, 1, beats)
    rpeaks = np.rint(np.cumsum(intervals) * rate).astype(int)
    times = np.arange(rpeaks[-1] + int(rate)) / rate
    signal = 0.005 * rng.standard_normal(times.size)
    signal += flutter * np.sin(2 * np.pi * 6.3 * times + np.cumsum(signal))
    for height, after, width in parts:
        for rpeak in rpeaks:
            signal += height * np.exp(
                -0.5 * ((times - rpeak / rate - after) / width) ** 2
            )
    return signal, rpeaks


QRS = [(-0.12, -0.03, 0.008), (1.1, 0.0, 0.008), (-0.22, 0.03, 0.008)]
P = [(0.12, -0.16, 0.022)]
T = [(0.3, 0.27, 0.04)]


@pytest.fixture(scope="module")
def ecg():
    return make_ecg(1, sampling_rate=500.0, duration=20, random_state=0)


@pytest.fixture(scope="module")
def waves(ecg):
    return delineate(ecg.data[0], ecg.rpeaks[0], sampling_rate=500.0)


@pytest.mark.parametrize("rate", [50.0, 100.0, 250.0, 360.0, 500.0, 1000.0])
def test_finds_the_waves_at_every_rate(rate):
    ecg = make_ecg(1, sampling_rate=rate, duration=20, random_state=1)
    found = delineate(ecg.data[0], ecg.rpeaks[0], sampling_rate=rate)
    for wave, peaks in ((found.p, ecg.p_peaks[0]), (found.t, ecg.t_peaks[0])):
        assert np.nanmedian(np.abs(wave.peak - peaks)) < 0.015 * rate
        assert np.isfinite(wave.peak[1:-1]).all()
    for name, wave in zip(("p", "qrs", "t"), found[:3], strict=True):
        for mark, known in ((wave[0], ecg.onsets), (wave[2], ecg.offsets)):
            assert np.nanmedian(np.abs(mark - known[name][0])) < 0.025 * rate
    np.testing.assert_array_equal(found.qrs.peak, ecg.rpeaks[0])


@pytest.mark.parametrize("heart_rate", [40, 60, 100, 140])
def test_finds_t_at_every_heart_rate(heart_rate):
    ecg = make_ecg(
        1, sampling_rate=250.0, duration=20, heart_rate=heart_rate, random_state=0
    )
    found = delineate(ecg.data[0], ecg.rpeaks[0], sampling_rate=250.0)
    assert np.nanmedian(np.abs(found.t.peak - ecg.t_peaks[0])) < 0.03 * 250


@pytest.mark.parametrize("heart_rate", [20, 300])
def test_extreme_heart_rates_keep_the_waves_apart(heart_rate):
    ecg = make_ecg(
        1, sampling_rate=250.0, duration=20, heart_rate=heart_rate, random_state=0
    )
    found = delineate(ecg.data[0], ecg.rpeaks[0], sampling_rate=250.0)
    assert np.isfinite(found.qrs.onset[1:-1]).all()
    assert not (found.t.peak[:-1] >= ecg.rpeaks[0][1:]).any()
    assert not (found.p.peak[1:] <= ecg.rpeaks[0][:-1]).any()


def test_turned_over_only_the_shape_of_t_changes(ecg, waves):
    turned = delineate(-ecg.data[0], ecg.rpeaks[0], sampling_rate=500.0)
    np.testing.assert_array_equal(_marks(turned), _marks(waves))
    assert turned.t_shape.tolist() == [TURNED[shape] for shape in waves.t_shape]
    assert "inverted" in turned.t_shape


@pytest.mark.parametrize(("gain", "offset"), [(1e3, 0), (1e-9, 1e-8), (1, 50), (7, -9)])
def test_unit_and_offset_do_not_matter(ecg, waves, gain, offset):
    other = delineate(ecg.data[0] * gain + offset, ecg.rpeaks[0], sampling_rate=500.0)
    np.testing.assert_allclose(_marks(other), _marks(waves), atol=0.2)
    np.testing.assert_array_equal(other.t_shape, waves.t_shape)


def test_time_shift_moves_the_marks_along(ecg, waves):
    later = 2 * 1700
    kept = ecg.rpeaks[0] > later
    moved = delineate(
        ecg.data[0][later:], ecg.rpeaks[0][kept] - later, sampling_rate=500.0
    )
    inner = slice(5, -5)  # beats whose neighbours were all kept
    np.testing.assert_allclose(
        _marks(moved)[:, inner] + later, _marks(waves)[:, kept][:, inner], atol=0.2
    )


def test_resampling_does_not_move_the_marks(ecg, waves):
    halved = delineate(ecg.data[0][::2], ecg.rpeaks[0] // 2, sampling_rate=250.0)
    apart = np.abs(2 * _marks(halved) - _marks(waves)) / 500
    assert np.nanmedian(apart) < 0.003
    assert np.nanmax(apart) < 0.02


@pytest.mark.parametrize("dtype", [np.float32, np.int16])
def test_other_kinds_of_numbers(ecg, waves, dtype):
    signal = (ecg.data[0] * 1000).astype(dtype)
    other = delineate(signal, ecg.rpeaks[0], sampling_rate=500.0)
    assert np.nanmax(np.abs(_marks(other) - _marks(waves))) < 5
    assert other.t.peak.dtype == np.float64


def test_nothing_is_compiled_anew_for_a_signal_that_may_not_be_changed(ecg, waves):
    fixed = ecg.data[0].copy()
    fixed.flags.writeable = False
    n_compiled = len(mark_waves.signatures)
    other = delineate(fixed, ecg.rpeaks[0], sampling_rate=500.0)
    assert len(mark_waves.signatures) == n_compiled
    np.testing.assert_array_equal(_marks(other), _marks(waves))


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize(
    ("t_wave", "shape", "peak"),
    [
        (T, "upright", 0.27),
        ([(0.25, 0.23, 0.028), (-0.18, 0.33, 0.028)], "up-down", 0.23),
        ([(-0.16, 0.23, 0.028), (0.25, 0.33, 0.028)], "down-up", 0.33),
    ],
)
def test_names_the_shape_of_t(t_wave, shape, peak, turn):
    t_wave = [(turn * height, *rest) for height, *rest in t_wave]
    signal, rpeaks = _draw(QRS + P + t_wave)
    found = delineate(signal, rpeaks, sampling_rate=250.0)
    wanted = shape if turn == 1 else TURNED[shape]
    assert np.mean(found.t_shape[1:-1] == wanted) >= 0.9
    assert np.nanmedian(np.abs(found.t.peak - rpeaks - peak * 250)) < 0.02 * 250


def test_marks_no_p_wave_in_atrial_fibrillation():
    signal, rpeaks = _draw(QRS + T, spread=0.3, flutter=0.02, beats=40)
    found = delineate(signal, rpeaks, sampling_rate=250.0)
    assert np.isnan(found.p.peak).mean() > 0.75
    assert np.isnan(found.p.onset[np.isnan(found.p.peak)]).all()
    assert np.isfinite(found.t.peak).mean() > 0.9


def test_marks_p_waves_of_a_steady_rhythm():
    signal, rpeaks = _draw(QRS + P + T, beats=40)
    found = delineate(signal, rpeaks, sampling_rate=250.0)
    assert np.isfinite(found.p.peak).mean() > 0.9


def test_no_mark_in_a_gap(ecg, waves):
    signal = ecg.data[0].copy()
    first, last = int(waves.t.onset[6]) + 10, int(waves.t.offset[6]) + 30
    signal[first:last] = np.nan
    found = delineate(signal, ecg.rpeaks[0], sampling_rate=500.0)
    marks = _marks(found)
    assert not ((marks > first) & (marks < last - 2)).any()
    assert np.isnan(found.t.peak[6])
    assert found.t_shape[6] == ""
    assert np.isfinite(np.delete(found.t.peak, 6)[1:-1]).all()


def test_ectopic_beats_have_no_p_wave():
    ecg = make_ecg(1, sampling_rate=250.0, duration=60, ectopic=0.2, random_state=0)
    found = delineate(ecg.data[0], ecg.rpeaks[0], sampling_rate=250.0)
    early = ecg.target[0] == "V"
    assert early.sum() > 3
    assert np.isnan(found.p.peak[early]).mean() > 0.8
    assert np.isfinite(found.p.peak[ecg.target[0] == "N"]).mean() > 0.9
    assert set(found.t_shape[early]) == {"inverted"}


def test_one_beat():
    signal, rpeaks = _draw(QRS + P + T, beats=1)
    found = delineate(signal, rpeaks, sampling_rate=250.0)
    assert abs(found.t.peak[0] - rpeaks[0] - 0.27 * 250) < 0.03 * 250


def test_no_beat():
    found = delineate(np.zeros(100), [], sampling_rate=250.0)
    assert all(mark.shape == (0,) for wave in found[:3] for mark in wave)
    assert found.t_shape.shape == (0,)
    assert found.t_shape.dtype.kind == "U"


@pytest.mark.parametrize("fill", [0.0, 3.5, np.nan])
def test_nothing_is_marked_where_there_is_no_signal(fill):
    found = delineate(np.full(2000, fill), [500, 900, 1300], sampling_rate=250.0)
    assert np.isnan(_marks(found)).all()
    assert (found.t_shape == "").all()


def test_many_records_are_as_each_alone(ecg):
    data = make_ecg(3, sampling_rate=250.0, random_state=0).data
    rpeaks = detect_rpeaks(data, sampling_rate=250.0)
    together = delineate(data, rpeaks, sampling_rate=250.0)
    for record, peaks, found in zip(data, rpeaks, together, strict=True):
        alone = delineate(record, peaks, sampling_rate=250.0)
        np.testing.assert_array_equal(_marks(found), _marks(alone))


@given(
    seed=st.integers(0, 1000),
    rate=st.sampled_from([50.0, 128.0, 250.0, 333.3, 1000.0]),
    n_times=st.integers(1, 3000),
    n_beats=st.integers(1, 12),
)
@settings(max_examples=60, deadline=None)
def test_marks_are_in_order_and_inside_whatever_comes(seed, rate, n_times, n_beats):
    rng = np.random.default_rng(seed)
    signal = rng.standard_normal(n_times).cumsum()
    signal[rng.random(n_times) < 0.05] = np.nan
    rpeaks = np.sort(rng.integers(0, n_times, n_beats))
    found = delineate(signal, rpeaks, sampling_rate=rate)
    assert set(found.t_shape) <= set(T_SHAPES)
    marks = _marks(found)
    assert not ((marks < 0) | (marks > n_times - 1)).any()
    for wave in found[:3]:
        assert not (wave.onset >= wave.peak).any()
        assert not (wave.peak >= wave.offset).any()
        assert np.isnan(wave.onset[np.isnan(wave.peak)]).all()
    assert not (found.p.offset > found.qrs.onset).any()
    assert not (found.t.onset < found.qrs.offset).any()
    np.testing.assert_array_equal(found.t_shape == "", np.isnan(found.t.peak))


@pytest.mark.parametrize(
    ("signal", "rpeaks", "rate", "message"),
    [
        (np.zeros(100), [50], 40.0, "at least 50 Hz"),
        (np.zeros((2, 2, 100)), [50], 250.0, "Pick a lead"),
        (np.zeros((2, 100)), [[50]], 250.0, "one array for each of the 2 records"),
        (np.zeros((2, 100)), None, 250.0, "one array for each of the 2 records"),
        (np.zeros(100), [100], 250.0, "inside the signal"),
        (np.zeros(100), [50, 20], 250.0, "ascending"),
        (np.zeros(100), [50], -1.0, "sampling_rate"),
    ],
)
def test_refuses(signal, rpeaks, rate, message):
    with pytest.raises(ValueError, match=message):
        delineate(signal, rpeaks, sampling_rate=rate)


@pytest.fixture(scope="module")
def ludb():
    """Lead II of the records that nothing was fitted on, and errors by wave in ms."""
    sample = load_ludb_sample()
    errors = {"p": [], "qrs": [], "t": []}
    marked = dict.fromkeys(errors, 0)
    for row in np.flatnonzero(~sample.for_tuning):
        waves = sample.annotations[row]
        found = delineate(sample.data[row, 0], waves.qrs[:, 1], sampling_rate=500.0)
        for name, wave in zip(errors, found[:3], strict=True):
            known, there = getattr(waves, name), np.isfinite(wave.peak)
            marks = np.column_stack(wave)[there]
            marked[name] += len(known)
            if not len(known) or not len(marks):
                continue
            apart = marks[:, None] - known
            nearest = np.abs(apart[..., 1]).argmin(axis=0)
            error = 2.0 * apart[nearest, np.arange(len(known))]
            errors[name].append(error[np.abs(error[:, 1]) <= 150])
    return {name: np.concatenate(parts) for name, parts in errors.items()}, marked


@pytest.mark.parametrize(
    ("wave", "spread"),
    [("p", (25, 20, 20)), ("qrs", (20, 15, 20)), ("t", (40, 30, 30))],
)
def test_agrees_with_experts_on_records_that_it_has_not_seen(ludb, wave, spread):
    errors, marked = ludb
    assert len(errors[wave]) >= 0.9 * marked[wave]
    assert (np.abs(np.nanmean(errors[wave], axis=0)) < 20).all()
    assert (np.nanstd(errors[wave], axis=0) < spread).all()
