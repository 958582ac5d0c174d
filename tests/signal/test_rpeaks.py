"""Tests of skecg.signal.rpeaks."""

import numpy as np
import pytest

from skecg.exceptions import SignalQualityWarning
from skecg.signal.quality import quality_mask
from skecg.signal.rpeaks import DETECTORS, detect_rpeaks, rpeaks_of_records

RATE = 250.0


def beating(n_seconds, *, rate=RATE, period=0.8, seed=0):
    """A train of QRS-like waves with T waves and a little noise, and its R-peaks."""
    times = np.arange(0, n_seconds, 1 / rate)
    centres = np.arange(0.5, n_seconds - 0.3, period)
    signal = np.random.default_rng(seed).normal(scale=0.01, size=times.size)
    waves = [
        (0.0, 1.2, 0.012),
        (-0.03, -0.2, 0.01),
        (0.03, -0.3, 0.01),
        (0.25, 0.2, 0.04),
    ]
    for shift, height, width in waves:
        distance = times[:, None] - (centres + shift)
        signal += height * np.exp(-0.5 * (distance / width) ** 2).sum(axis=1)
    return signal, np.rint(centres * rate).astype(int)


def n_hits(found, wanted, *, within):
    return (np.abs(wanted[:, None] - found) <= within).any(axis=1).sum()


@pytest.mark.parametrize("method", ["skecg", "neurokit", "kachuee", "martinez2004"])
@pytest.mark.parametrize("rate", [125.0, 250.0, 360.0])
def test_peaks_of_a_clean_record_are_found(method, rate):
    signal, wanted = beating(20, rate=rate)
    found = detect_rpeaks(signal, sampling_rate=rate, method=method)
    assert found.dtype == np.int64
    # 50 ms; the first and last beat may fall to the filters' edges.
    assert n_hits(found, wanted, within=0.05 * rate) >= len(wanted) - 2
    assert len(found) <= len(wanted) + 1


@pytest.mark.parametrize("change", [lambda x: 5 * x, lambda x: x + 3])
def test_scale_and_offset_change_nothing(change):
    signal, _ = beating(10)
    before = detect_rpeaks(signal, sampling_rate=RATE)
    after = detect_rpeaks(change(signal), sampling_rate=RATE)
    np.testing.assert_allclose(after, before, atol=1)


def test_many_records_give_a_list():
    signals = np.stack([beating(10)[0], beating(10, period=1.0)[0], np.zeros(2500)])
    with pytest.warns(SignalQualityWarning, match="in 1 of 3 records: rows 2"):
        found = detect_rpeaks(signals, sampling_rate=RATE)
    assert isinstance(found, list)
    for row, peaks in zip(signals[:2], found, strict=False):
        np.testing.assert_array_equal(peaks, detect_rpeaks(row, sampling_rate=RATE))
    assert found[2].size == 0


@pytest.mark.parametrize("method", ["skecg", "neurokit", "kachuee", "hamilton2002"])
class TestShort:
    @pytest.mark.parametrize("sign", [1, -1])
    def test_below_one_second_it_is_the_largest_deflection(self, method, sign):
        signal = np.full(100, 2.0)
        signal[[20, 60]] += [0.5, sign]
        found = detect_rpeaks(signal, sampling_rate=RATE, method=method)
        np.testing.assert_array_equal(found, [60])
        assert found.dtype == np.int64

    def test_two_samples_are_enough(self, method):
        found = detect_rpeaks([0.0, 1.0], sampling_rate=RATE, method=method)
        assert found.size == 1

    def test_never_in_a_gap(self, method):
        signal = np.array([np.nan, 1.0, 2.0, 9.0, np.nan])
        found = detect_rpeaks(signal, sampling_rate=RATE, method=method)
        np.testing.assert_array_equal(found, [3])


# Some find nothing in a short signal, and a warning says so.
@pytest.mark.filterwarnings("ignore:No R-peak was found:skecg.exceptions.SkecgWarning")
@pytest.mark.parametrize("method", [m for m in DETECTORS if m != "emrich2023"])
class TestEveryDetector:
    @pytest.mark.parametrize("value", [0.0, 4.0, np.nan])
    def test_nothing_in_nothing_out(self, method, value):
        signal = np.full(2500, value)
        with pytest.warns(SignalQualityWarning, match="No R-peak was found in the sig"):
            found = detect_rpeaks(signal, sampling_rate=RATE, method=method)
        assert found.shape == (0,)
        assert found.dtype == np.int64

    @pytest.mark.parametrize("n_times", [1, 2, 10, 250, 260, 400, 700])
    def test_short_odd_signals_never_fail(self, method, n_times, capsys):
        rng = np.random.default_rng(n_times)
        spike = np.zeros(n_times)
        spike[n_times // 2] = 1.0
        for signal in (rng.normal(size=n_times), spike, np.arange(n_times)):
            found = detect_rpeaks(signal, sampling_rate=RATE, method=method)
            assert found.dtype == np.int64
            assert ((found >= 0) & (found < n_times)).all()
            assert (np.diff(found) > 0).all()
        assert capsys.readouterr().out == ""

    def test_a_rate_that_is_no_whole_number(self, method):
        signal, _ = beating(10, rate=128.5)
        found = detect_rpeaks(signal, sampling_rate=128.5, method=method)
        assert (np.diff(found) > 0).all()


def test_a_gap_is_bridged_and_holds_no_peak():
    signal, wanted = beating(20)
    gap = slice(wanted[10] - 50, wanted[11] + 50)
    signal[gap] = np.nan
    found = detect_rpeaks(signal, sampling_rate=RATE)
    assert not np.isnan(signal[found]).any()
    outside = np.delete(wanted, [10, 11])
    assert n_hits(found, outside, within=12) >= len(outside) - 2


def test_a_function_is_called_as_it_is():
    seen = []

    def method(signal, sampling_rate):
        seen.append((signal.size, sampling_rate))
        return [1, 2]

    found = detect_rpeaks(np.zeros((2, 5)), sampling_rate=RATE, method=method)
    assert seen == [(5, RATE), (5, RATE)]
    np.testing.assert_array_equal(found, [[1, 2], [1, 2]])


def test_what_a_function_returns_is_checked():
    with pytest.raises(ValueError, match="result of the method function must lie"):
        detect_rpeaks(np.zeros(5), sampling_rate=RATE, method=lambda *_: [5])


@pytest.mark.parametrize(
    ("method", "hint"),
    [
        ("pantompkins", "Did you mean 'pantompkins1985'"),
        ("neurokit2", "Did you mean 'neurokit'"),
        ("", "one of 'skecg', 'kachuee'"),
        (None, "got None"),
    ],
)
def test_an_unknown_method_is_refused_with_a_hint(method, hint):
    with pytest.raises(ValueError, match=hint):
        detect_rpeaks(np.zeros(5), sampling_rate=RATE, method=method)


@pytest.mark.parametrize("shape", [(1, 2, 2, 9), (2, 0, 9)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="Put time on the last axis"):
        detect_rpeaks(np.zeros(shape), sampling_rate=RATE)


def test_callers_may_ask_for_silence():
    signals = np.stack([beating(10)[0], np.zeros(2500)])
    one, other = rpeaks_of_records(signals, sampling_rate=RATE)
    np.testing.assert_array_equal(one, detect_rpeaks(signals[0], sampling_rate=RATE))
    assert other.size == 0


@pytest.mark.parametrize("n_jobs", [2, 7, -1])
@pytest.mark.parametrize("method", ["skecg", "kachuee", "neurokit"])
@pytest.mark.parametrize("leads", ["first", "fused"])
def test_threads_change_nothing(n_jobs, method, leads):
    signals = np.stack([beating(12, seed=k)[0] for k in range(6)]).reshape(3, 2, -1)
    options = {"sampling_rate": RATE, "method": method, "leads": leads}
    serial = detect_rpeaks(signals, **options)
    for one, other in zip(
        serial, detect_rpeaks(signals, n_jobs=n_jobs, **options), strict=True
    ):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("n_jobs", [0, -2, 1.5, True, "2"])
def test_n_jobs_is_checked(n_jobs):
    with pytest.raises(ValueError, match="n_jobs must be None, -1 or a positive"):
        detect_rpeaks(np.zeros((2, 9)), sampling_rate=RATE, n_jobs=n_jobs)


def test_an_error_in_a_thread_is_raised():
    with pytest.raises(ValueError, match="at least 50 Hz"):
        detect_rpeaks(np.ones((3, 100)), sampling_rate=40.0, n_jobs=2)


@pytest.mark.parametrize("method", DETECTORS[:3])
def test_whole_numbers_of_a_converter_are_taken(method):
    signal, _ = beating(20)
    counts = np.rint(200 * signal).astype(np.int16)
    np.testing.assert_array_equal(
        detect_rpeaks(counts, sampling_rate=RATE, method=method),
        detect_rpeaks(counts.astype(float), sampling_rate=RATE, method=method),
    )


@pytest.mark.parametrize("dtype", [">f4", ">f8", ">i2", "longdouble"])
@pytest.mark.parametrize("leads", ["first", "fused"])
def test_numbers_of_another_machine_are_taken(dtype, leads):
    signal = np.rint(200 * beating(20)[0]).reshape(1, 1, -1)
    options = {"sampling_rate": RATE, "leads": leads}
    (found,) = detect_rpeaks(signal.astype(dtype), **options)
    (wanted,) = detect_rpeaks(signal, **options)
    np.testing.assert_array_equal(found, wanted)
    assert quality_mask(signal.astype(dtype), sampling_rate=RATE).usable.all()


def test_the_input_is_left_alone():
    signal, _ = beating(5)
    signal[100:120] = np.nan
    signal.flags.writeable = False
    detect_rpeaks(signal, sampling_rate=RATE)
