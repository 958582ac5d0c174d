"""What may be done to a signal without moving the marks of its waves."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skecg.datasets import load_ludb_sample, make_ecg
from skecg.signal.resampling import resample
from skecg.signal.waves import T_SHAPES, delineate

RATE = 250.0
CONTEXT = 0.025  # s that a mark may move with what is far from its beat
WAVES = ("p", "qrs", "t")
MARKS = ("onset", "peak", "offset")
TURNED = {"": "", "upright": "inverted", "inverted": "upright"}
TURNED |= {"up-down": "down-up", "down-up": "up-down"}
seeds = st.integers(0, 999)
some = settings(max_examples=25, deadline=None)


def known(n_seconds=12.0, *, seed=0, rate=RATE, **options):
    """Return a record, its R-peaks and all that `make_ecg` knows of its waves."""
    ecg = make_ecg(
        1, sampling_rate=rate, duration=n_seconds, random_state=seed, **options
    )
    return ecg.data[0], ecg.rpeaks[0], ecg


def waves_of(signal, rpeaks, rate=RATE):
    return delineate(signal, rpeaks, sampling_rate=rate)


def table(waves):
    """All marks, (n_beats, 9), in order of time."""
    return np.stack(
        [getattr(getattr(waves, wave), mark) for wave in WAVES for mark in MARKS],
        axis=1,
    )


def assert_same(waves, others, *, within=0.0, shift=0.0):
    """The same waves are marked, within so many samples of the same places."""
    np.testing.assert_allclose(table(waves) + shift, table(others), rtol=0, atol=within)


def inner(rpeaks, n_times, *, rate=RATE):
    """Which beats have all of their waves in the record."""
    return (rpeaks > 0.5 * rate) & (rpeaks < n_times - 0.8 * rate)


def assert_near(found, wanted, *, within, rate=RATE):
    """Within so many seconds, and neither is missing where the other is not."""
    np.testing.assert_allclose(found / rate, np.asarray(wanted) / rate, atol=within)


@given(seed=seeds, heart_rate=st.floats(45.0, 100.0))
@some
def test_the_waves_are_where_they_were_drawn(seed, heart_rate):
    signal, rpeaks, ecg = known(seed=seed, heart_rate=heart_rate)
    waves, whole = waves_of(signal, rpeaks), inner(rpeaks, signal.size)
    assert_near(waves.t.peak[whole], ecg.t_peaks[0][whole], within=0.03)
    assert_near(waves.p.peak[whole], ecg.p_peaks[0][whole], within=0.03)
    assert_near(waves.qrs.peak[whole], rpeaks[whole], within=0.012)
    assert (waves.t_shape[whole] == "upright").all()
    for wave in WAVES:
        marks = getattr(waves, wave)
        assert_near(marks.onset[whole], ecg.onsets[wave][0][whole], within=0.045)
        assert_near(marks.offset[whole], ecg.offsets[wave][0][whole], within=0.045)


@given(seed=seeds)
@some
def test_an_inverted_t_wave_is_named(seed):
    signal, rpeaks, ecg = known(seed=seed, inverted_t=1.0)
    waves, whole = waves_of(signal, rpeaks), inner(rpeaks, signal.size)
    assert (waves.t_shape[whole] == "inverted").all()
    assert_near(waves.t.peak[whole], ecg.t_peaks[0][whole], within=0.03)


@given(power=st.floats(-6, 6), offset=st.floats(-100, 100), seed=seeds)
@some
def test_scale_and_offset(power, offset, seed):
    signal, rpeaks, _ = known(seed=seed)
    before = waves_of(signal, rpeaks)
    after = waves_of(10**power * (signal + offset), rpeaks)
    assert_same(after, before, within=0.1)
    assert after.t_shape.tolist() == before.t_shape.tolist()


@given(seed=seeds, inverted_t=st.sampled_from([0.0, 1.0]))
@some
def test_a_flipped_signal_has_flipped_t_waves(seed, inverted_t):
    signal, rpeaks, _ = known(seed=seed, inverted_t=inverted_t)
    whole = inner(rpeaks, signal.size)
    before, after = waves_of(signal, rpeaks), waves_of(-signal, rpeaks)
    turned = [TURNED[shape] for shape in before.t_shape[whole]]
    assert after.t_shape[whole].tolist() == turned
    np.testing.assert_allclose(after.t.peak[whole], before.t.peak[whole], atol=2)
    np.testing.assert_allclose(after.t.offset[whole], before.t.offset[whole], atol=4)


def test_int16_is_the_same_numbers():
    signal, rpeaks, _ = known()
    stored = np.rint(200 * signal).astype(np.int16)
    assert_same(waves_of(stored, rpeaks), waves_of(stored.astype(float), rpeaks))


@given(shift=st.integers(1, 1500), seed=seeds)
@some
def test_a_later_start_moves_the_marks(shift, seed):
    signal, rpeaks, _ = known(seed=seed)
    there = rpeaks >= shift
    before = table(waves_of(signal, rpeaks))[there]
    after = table(waves_of(signal[shift:], rpeaks[there] - shift)) + shift
    far = rpeaks[there] > shift + 2 * RATE  # two beats from the new start
    np.testing.assert_allclose(after[far], before[far], atol=CONTEXT * RATE)


@pytest.mark.parametrize("where", ["before", "behind"])
@pytest.mark.parametrize("level", ["edge", "nan"])
def test_padding(where, level):
    signal, rpeaks, _ = known()
    n_padded = int(10 * RATE)
    before = where == "before"
    line = np.full(n_padded, signal[0 if before else -1])
    if level == "nan":
        line[:] = np.nan
    longer = np.concatenate([line, signal] if before else [signal, line])
    shift = n_padded if before else 0
    whole = inner(rpeaks, signal.size)
    marks = table(waves_of(longer, rpeaks + shift))[whole] - shift
    wanted = table(waves_of(signal, rpeaks))[whole]
    np.testing.assert_allclose(marks, wanted, atol=CONTEXT * RATE)


@given(first=seeds, second=seeds, gain=st.floats(0.3, 3.0))
@some
def test_two_records_joined(first, second, gain):
    (one, before, _), (two, behind, _) = known(seed=first), known(seed=second)
    rpeaks = np.concatenate([before, one.size + behind])
    joined = np.concatenate([one, gain * (two - two[0]) + one[-1]])
    marks = table(waves_of(joined, rpeaks))
    apart = [table(waves_of(one, before)), table(waves_of(two, behind)) + one.size]
    far = np.abs(rpeaks - one.size) > 2 * RATE
    far &= inner(rpeaks, joined.size)
    np.testing.assert_allclose(
        marks[far], np.concatenate(apart)[far], atol=CONTEXT * RATE
    )


@pytest.mark.parametrize("rate", [100.0, 125.0, 200.0, 360.0, 500.0, 1000.0])
def test_resampling(rate):
    signal, rpeaks, ecg = known(rate=1000.0)
    resampled = resample(signal, sampling_rate=1000.0, target_rate=rate)
    moved = np.rint(rpeaks * rate / 1000).astype(int)
    waves = waves_of(resampled, moved, rate)
    whole = inner(rpeaks, signal.size, rate=1000.0)
    assert (waves.t_shape[whole] == "upright").all()
    for wave, peaks in (("t", ecg.t_peaks[0]), ("p", ecg.p_peaks[0])):
        found = getattr(waves, wave).peak[whole] / rate
        np.testing.assert_allclose(found, peaks[whole] / 1000, atol=0.025 + 1 / rate)
    for wave in WAVES:
        marks, other = getattr(waves, wave), ecg.offsets[wave][0][whole] / 1000
        np.testing.assert_allclose(marks.offset[whole] / rate, other, atol=0.045)


@given(start=st.integers(0, 2900), length=st.integers(1, 750), seed=seeds)
@example(start=0, length=500, seed=0)
@example(start=1200, length=1, seed=0)
@example(start=2500, length=500, seed=0)
@some
def test_a_gap_holds_no_mark_and_leaves_the_rest_alone(start, length, seed):
    signal, rpeaks, _ = known(seed=seed)
    before = table(waves_of(signal, rpeaks))
    signal[start : start + length] = np.nan
    marks = table(waves_of(signal, rpeaks))
    known_marks = marks[np.isfinite(marks)]
    assert np.isfinite(signal[np.rint(known_marks).astype(int)]).all()
    far = (rpeaks < start - 1.5 * RATE) | (rpeaks > start + length + 1.5 * RATE)
    far &= rpeaks > 0.5 * RATE  # whether a P wave is all there is a close call before
    np.testing.assert_allclose(marks[far], before[far], atol=CONTEXT * RATE)


def test_a_dropout_of_a_minute_has_no_waves():
    signal, rpeaks, _ = known(90.0)
    gap = slice(int(15 * RATE), int(75 * RATE))
    signal[gap] = np.nan
    waves = waves_of(signal, rpeaks)  # the R-peaks in the gap are kept: rows stay rows
    within = (rpeaks > gap.start + RATE) & (rpeaks < gap.stop - RATE)
    assert np.isnan(table(waves)[within]).all()
    assert (waves.t_shape[within] == "").all()
    assert np.isfinite(table(waves)[inner(rpeaks, gap.start - RATE)]).all()


@pytest.mark.parametrize("value", [0.0, 3.0, np.nan])
@pytest.mark.parametrize("rpeaks", [[], [500], [100, 500, 900]])
def test_a_flat_signal_has_no_waves(value, rpeaks):
    waves = waves_of(np.full(1000, value), rpeaks)
    assert table(waves).shape == (len(rpeaks), 9)
    assert np.isnan(table(waves)).all()
    assert waves.t_shape.tolist() == [""] * len(rpeaks)


def test_no_beat_is_no_row():
    signal, _, _ = known()
    waves = waves_of(signal, [])
    assert table(waves).shape == (0, 9)
    assert waves.t_shape.shape == (0,)
    assert table(waves).dtype == np.float64


@pytest.mark.parametrize("cut", [False, True])
def test_one_beat(cut):
    signal, rpeaks, ecg = known(heart_rate=60.0, wander=0.0)
    start = rpeaks[5] - 110 if cut else 0  # alone in its record, or among others
    part = signal[start : rpeaks[5] + 140] if cut else signal
    waves = waves_of(part, rpeaks[[5]] - start)
    assert_near(waves.t.peak + start, ecg.t_peaks[0][[5]], within=0.03)
    assert_near(waves.p.peak + start, ecg.p_peaks[0][[5]], within=0.03)
    assert waves.t_shape.tolist() == ["upright"]


@pytest.mark.parametrize("n_times", [1, 2, 5, 50, 200])
@pytest.mark.parametrize("rate", [50.0, 250.0, 1000.0])
def test_short_signals_never_fail(n_times, rate):
    rng = np.random.default_rng(n_times)
    for rpeaks in ([0], [n_times - 1], [n_times // 2], [0, n_times - 1]):
        waves = waves_of(rng.standard_normal(n_times), rpeaks, rate)
        assert table(waves).shape == (len(rpeaks), 9)


def test_20_beats_a_minute():
    signal, rpeaks, ecg = known(60.0, heart_rate=20.0, heart_rate_sd=0.5)
    waves, whole = waves_of(signal, rpeaks), inner(rpeaks, signal.size - int(RATE))
    # The T wave of such a beat lasts 0.3 s: no one sample of it is the peak.
    assert_near(waves.t.peak[whole], ecg.t_peaks[0][whole], within=0.06)
    assert_near(waves.p.peak[whole], ecg.p_peaks[0][whole], within=0.03)
    assert (waves.t_shape[whole] == "upright").all()


def test_300_beats_a_minute():
    signal, rpeaks, _ = known(heart_rate=300.0, heart_rate_sd=5.0)
    waves, whole = waves_of(signal, rpeaks), inner(rpeaks, signal.size)
    assert_near(waves.qrs.peak[whole], rpeaks[whole], within=0.03)
    assert_in_order(waves, rpeaks, signal.size)


@given(height=st.floats(-5, 5), ahead=st.floats(0.05, 0.12), seed=seeds)
@some
def test_a_pacing_spike_leaves_the_t_wave_alone(height, ahead, seed):
    signal, rpeaks, ecg = known(seed=seed, rate=500.0)
    for start in rpeaks - round(ahead * 500.0):
        signal[max(0, start)] += height
    waves = waves_of(signal, rpeaks, 500.0)
    whole = inner(rpeaks, signal.size, rate=500.0)
    assert (waves.t_shape[whole] == "upright").all()
    assert_near(waves.t.peak[whole], ecg.t_peaks[0][whole], within=0.03, rate=500.0)


def assert_in_order(waves, rpeaks, n_times):
    """Marks follow each other, within the record, and stay in its beat."""
    marks = table(waves)
    assert ((marks >= 0) & (marks <= n_times - 1) | np.isnan(marks)).all()
    for row in marks:
        assert (np.diff(row[np.isfinite(row)]) >= 0).all()
    both = np.isfinite(waves.t.offset[:-1])
    assert (waves.t.offset[:-1][both] <= rpeaks[1:][both]).all()
    assert set(waves.t_shape.tolist()) <= set(T_SHAPES)
    np.testing.assert_array_equal(waves.t_shape == "", np.isnan(waves.t.peak))


@given(
    heart_rate=st.floats(20.0, 300.0),
    noise=st.floats(0.0, 0.3),
    ectopic=st.floats(0.0, 0.5),
    seed=seeds,
)
@some
def test_marks_are_in_order(heart_rate, noise, ectopic, seed):
    signal, rpeaks, _ = known(
        heart_rate=heart_rate, noise=noise, ectopic=ectopic, seed=seed
    )
    assert_in_order(waves_of(signal, rpeaks), rpeaks, signal.size)


def test_marks_of_real_records_are_in_order_and_may_be_scaled():
    sample = load_ludb_sample()
    for record, marks in zip(sample.data[:, 0], sample.annotations, strict=True):
        rpeaks = marks.qrs[:, 1]
        waves = waves_of(record, rpeaks, sample.sampling_rate)
        assert_in_order(waves, rpeaks, record.size)
        scaled = waves_of(record.astype(float) * 1e3 + 5, rpeaks, sample.sampling_rate)
        assert_same(scaled, waves, within=2)
