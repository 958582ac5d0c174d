"""What may be done to a signal without moving its R-peaks: all three detectors."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from known_beats import RATE, assert_found, known_record, mistakes, mistakes_outside
from skecg.datasets import load_mitbih_sample
from skecg.signal.resampling import resample
from skecg.signal.rpeaks import detect_rpeaks

METHODS = ["skecg", "kachuee", "neurokit"]
MINUTE = int(60 * RATE)
seeds = st.integers(0, 999)
powers = st.floats(-6.0, 6.0)  # of ten
few = settings(max_examples=15, deadline=None)
many = settings(max_examples=40, deadline=None)


@pytest.fixture(scope="module")
def mitbih():
    return load_mitbih_sample()


def peaks_of(signal, method="skecg", rate=RATE, **options):
    return detect_rpeaks(signal, sampling_rate=rate, method=method, **options)


@pytest.mark.parametrize("method", METHODS)
@given(seed=seeds, power=powers, offset=st.floats(-1e3, 1e3))
@few
def test_scale_and_offset(method, seed, power, offset):
    signal, _ = known_record(12.0, seed=seed)
    before = peaks_of(signal, method)
    assert before.size
    np.testing.assert_array_equal(peaks_of(10**power * signal, method), before)
    np.testing.assert_array_equal(peaks_of(signal + offset, method), before)


@given(seed=seeds, power=powers, offset=st.floats(-100, 100))
@many
def test_scale_and_offset_leave_the_known_peaks(seed, power, offset):
    signal, wanted = known_record(12.0, seed=seed)
    assert_found(10**power * (signal + offset), wanted, within=0.005)


@given(seed=seeds)
@many
def test_inversion(seed):
    signal, wanted = known_record(12.0, seed=seed)
    assert_found(-signal, wanted, within=0.005)


@given(seed=seeds)
@many
def test_up_is_down_of_the_inverted_signal(seed):
    signal, wanted = known_record(12.0, seed=seed)
    up = peaks_of(signal, polarity="up")
    np.testing.assert_array_equal(peaks_of(-signal, polarity="down"), up)
    assert mistakes(up, wanted, within=0.005) == (0, 0)


def test_inverted_real_records_have_the_same_beats(mitbih):
    for record in mitbih.data[:, 0]:
        up = peaks_of(record, rate=125.0, polarity="up")
        down = peaks_of(-record, rate=125.0, polarity="down")
        np.testing.assert_array_equal(up, down)
        either = peaks_of(-record, rate=125.0)
        # "auto" may take R for S or S for R: they are less than 150 ms apart, except
        # in artefacts.
        missed, false = mistakes(either, up, rate=125.0, within=0.15)
        assert max(missed, false) <= 0.03 * up.size


@pytest.mark.parametrize(
    ("method", "lost"),
    [("skecg", 0), ("neurokit", 1)],  # neurokit2 may lose one at an edge
)
@pytest.mark.parametrize(
    "rate", [50.0, 62.5, 100.0, 128.0, 257.0, 360.0, 500.0, 1000.0]
)
def test_resampling(method, lost, rate):
    signal, wanted = known_record(rate=1000.0)
    resampled = resample(signal, sampling_rate=1000.0, target_rate=rate)
    found = peaks_of(resampled, method, rate=rate)
    wanted = np.rint(wanted * rate / 1000).astype(int)
    within = 0.005 + 1 / rate
    missed, false = mistakes(found, wanted, rate=rate, within=within)
    assert missed <= lost
    assert false == 0


@given(rate=st.floats(50.0, 1000.0), seed=seeds)
@many
def test_any_rate(rate, seed):
    signal, wanted = known_record(12.0, rate=rate, seed=seed)
    assert_found(signal, wanted, rate=rate, within=0.005 + 1 / rate)


@pytest.mark.parametrize("rate", [50.0, 100.0, 250.0, 360.0, 1000.0])
def test_real_records_at_another_rate_have_the_same_beats(mitbih, rate):
    missed = false = n_beats = 0
    for record, marks in zip(mitbih.data[:, 0], mitbih.annotations, strict=True):
        resampled = resample(record, sampling_rate=125.0, target_rate=rate)
        found = peaks_of(resampled, rate=rate) * 125.0 / rate
        one = mistakes(
            np.rint(found).astype(int), marks.sample, rate=125.0, within=0.15
        )
        missed, false = missed + one[0], false + one[1]
        n_beats += marks.sample.size
    assert missed < 0.01 * n_beats
    assert false < 0.005 * n_beats


@given(shift=st.integers(0, 3000), seed=seeds)
@many
def test_a_later_start_moves_the_answer(shift, seed):
    signal, wanted = known_record(20.0, seed=seed)
    found = peaks_of(signal[shift:]) + shift
    assert mistakes_outside(found, wanted, [(0, shift)], within=0.005) == (0, 0)


@given(stop=st.integers(1500, 5000), seed=seeds)
@many
def test_an_earlier_end_leaves_what_came_before(stop, seed):
    signal, wanted = known_record(20.0, seed=seed)
    stop = min(stop, signal.size)
    found = peaks_of(signal[:stop])
    gone = [(stop, signal.size)]
    assert mistakes_outside(found, wanted, gone, within=0.005) == (0, 0)


def padded(signal, wanted, where, length, level):
    """Insert a flat line before, behind or amid; return all that is known of it."""
    amid = wanted[wanted.size // 2 : wanted.size // 2 + 2].sum() // 2
    at = {"before": 0, "amid": amid, "behind": signal.size}[where]
    edge = signal[min(at, signal.size - 1)]
    value = {"edge": edge, "zero": 0.0, "nan": np.nan}[level]
    longer = np.insert(signal, at, np.full(length, value))
    return longer, np.where(wanted < at, wanted, wanted + length), at


@pytest.mark.parametrize("where", ["before", "amid", "behind"])
@pytest.mark.parametrize("level", ["edge", "zero", "nan"])
@given(length=st.integers(1, MINUTE), seed=seeds)
@example(length=MINUTE, seed=0)
@few
def test_padding(where, level, length, seed):
    signal, wanted = known_record(12.0, seed=seed)
    longer, moved, at = padded(signal, wanted, where, length, level)
    found = peaks_of(longer)
    line = [(at, at + length)]
    missed, false = mistakes_outside(found, moved, line, within=0.005)
    assert missed == 0
    # Behind a flat start the first T wave has nothing yet to be compared with.
    assert false <= (where == "before")
    assert not ((found > at) & (found < at + length)).any()


@pytest.mark.parametrize("where", ["before", "amid", "behind"])
@pytest.mark.parametrize("level", ["zero", "nan"])
@pytest.mark.parametrize("method", ["kachuee", "neurokit"])
def test_padding_holds_no_peak(where, level, method):
    signal, wanted = known_record()
    longer, moved, at = padded(signal, wanted, where, MINUTE, level)
    found = peaks_of(longer, method)
    half = int(0.5 * RATE)
    inside = (found >= at + half) & (found < at + MINUTE - half)
    assert not inside.any()
    assert mistakes(found, moved)[1] <= 1


@given(
    first=seeds,
    second=seeds,
    gain=st.floats(0.3, 3.0),
    rates=st.tuples(st.floats(45.0, 120.0), st.floats(45.0, 120.0)),
)
@many
def test_two_records_joined(first, second, gain, rates):
    one, wanted = known_record(seed=first, heart_rate=rates[0])
    two, behind = known_record(seed=second, heart_rate=rates[1])
    joined = np.concatenate([one, gain * (two - two[0]) + one[-1]])
    both = np.concatenate([wanted, one.size + behind])
    # Where rate and height leap at once, one beat behind the seam may be lost.
    missed, false = mistakes(peaks_of(joined), both, within=0.005)
    assert missed + false <= 1


def test_two_real_records_joined(mitbih):
    leads = mitbih.data[:, 0]
    for one, two in [(0, 10), (5, 23), (12, 40), (30, 3)]:
        alone = [peaks_of(leads[row], rate=125.0) for row in (one, two)]
        wanted = np.concatenate([alone[0], leads[one].size + alone[1]])
        found = peaks_of(np.concatenate(leads[[one, two]]), rate=125.0)
        missed, false = mistakes(found, wanted, rate=125.0)
        assert missed + false <= 0.01 * wanted.size


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32])
def test_stored_as_whole_numbers(method, dtype):
    signal, _ = known_record()
    stored = np.rint(200 * signal).astype(dtype)
    np.testing.assert_array_equal(
        peaks_of(stored, method), peaks_of(stored / 200.0, method)
    )


@given(seed=seeds, gain=st.integers(50, 10_000))
@many
def test_int16(seed, gain):
    signal, wanted = known_record(12.0, seed=seed)
    assert_found(np.rint(gain * signal).astype(np.int16), wanted, within=0.012)


@given(
    gaps=st.lists(
        st.tuples(st.integers(0, 7499), st.integers(1, 1000)), min_size=1, max_size=4
    ),
    seed=seeds,
)
@example(gaps=[(0, 1)], seed=0)
@example(gaps=[(0, 800)], seed=0)
@example(gaps=[(3000, 1000)], seed=0)
@example(gaps=[(6700, 1000)], seed=0)
@many
def test_missing_runs_leave_the_rest_alone(gaps, seed):
    signal, wanted = known_record(seed=seed)
    for start, length in gaps:
        signal[start : start + length] = np.nan
    found = peaks_of(signal)
    assert np.isfinite(signal[found]).all()
    stretches = [(start, start + length) for start, length in gaps]
    missed, false = mistakes_outside(found, wanted, stretches, within=0.012)
    # Behind a gap at the start the first waves have nothing yet to be compared with.
    early = any(start < 2 * RATE for start, _ in gaps)
    assert missed <= early
    assert false <= 2 * early


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("start", [0, 3000, 6500])
def test_missing_runs_hold_no_peak(method, start):
    signal, wanted = known_record()
    signal[start : start + 1000] = np.nan
    found = peaks_of(signal, method)
    assert np.isfinite(signal[found]).all()
    assert mistakes(found, wanted)[1] <= 1


@pytest.mark.parametrize("level", ["nan", "zero", "rail"])
def test_one_dropout_of_a_minute(level):
    signal, wanted = known_record(180.0)
    signal += 1.0
    start, stop = MINUTE, 2 * MINUTE
    signal[start:stop] = {"nan": np.nan, "zero": 0.0, "rail": 5.0}[level]
    found = peaks_of(signal)
    assert not ((found >= start) & (found < stop)).any()
    assert mistakes_outside(found, wanted, [(start, stop)]) == (0, 0)


@pytest.mark.parametrize("level", ["nan", "flat"])
def test_a_dropout_in_real_records(mitbih, level):
    start, stop = 3750, 11250  # the second of four half minutes, and the third
    for record in mitbih.data[::4, 0]:
        whole = peaks_of(record, rate=125.0)
        broken = record.copy()
        broken[start:stop] = np.nan if level == "nan" else record[start]
        found = peaks_of(broken, rate=125.0)
        # The first flat sample is still one of the signal.
        assert not ((found > start) & (found < stop)).any()
        missed, false = mistakes_outside(found, whole, [(start, stop)], rate=125.0)
        assert missed + false <= 0.03 * whole.size


@pytest.mark.parametrize("method", METHODS)
def test_a_batch_is_its_records_one_by_one(mitbih, method):
    batch = mitbih.data[:6, 0, :2500]
    for record, found in zip(batch, peaks_of(batch, method, rate=125.0), strict=True):
        np.testing.assert_array_equal(found, peaks_of(record, method, rate=125.0))
