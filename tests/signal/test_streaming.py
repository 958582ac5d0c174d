"""A stream gives the peaks of the whole record, soon enough, out of little memory."""

import functools
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.datasets import load_mitbih_sample, make_ecg
from skecg.signal._rpeak_detector import detect_skecg
from skecg.signal.rpeaks import detect_rpeaks, rpeaks_of_records
from skecg.signal.streaming import LOOK_AHEAD, RPeakStream

RATE = 125.0


@functools.cache
def lead(index, n_seconds=150):
    """A lead of a real record, as long as wanted, joined from its excerpt."""
    excerpt = load_mitbih_sample().data[index, 0].astype(np.float64)
    return np.resize(excerpt, int(n_seconds * RATE))


def peaks_of_stream(signal, sizes, rate=RATE, polarity="auto"):
    """Cut the signal into chunks of these sizes, over and over."""
    stream, found, start, k = RPeakStream(rate, polarity), [], 0, 0
    while start < len(signal):
        found.append(stream.push(signal[start : start + sizes[k % len(sizes)]]))
        start += sizes[k % len(sizes)]
        k += 1
    return np.concatenate([*found, stream.flush()])


def of_whole(signal, rate, polarity="auto"):
    """The peaks of the whole record, by local decisions alone."""
    if len(signal) < rate:
        return rpeaks_of_records([signal], sampling_rate=rate, polarity=polarity)[0]
    return detect_skecg(
        np.asarray(signal, dtype=float),
        sampling_rate=rate,
        polarity=polarity,
        whole=False,
    )


def assert_same(signal, sizes, rate=RATE, polarity="auto"):
    wanted = of_whole(signal, rate, polarity)
    found = peaks_of_stream(signal, sizes, rate, polarity)
    np.testing.assert_array_equal(found, wanted)
    assert found.dtype == wanted.dtype
    return wanted


@pytest.mark.parametrize("index", range(0, 48, 5))
def test_real_records(index):
    wanted = assert_same(lead(index), [125])
    assert wanted.size > 50
    # Nothing in them is clipped or noise alone.
    whole = detect_rpeaks(lead(index), sampling_rate=RATE)
    np.testing.assert_array_equal(wanted, whole)


@pytest.mark.parametrize("size", [7, 13, 181, 1000, 9999, 10**6])
def test_chunks_of_one_size(size):
    assert_same(lead(2), [size])


def test_single_samples():
    assert_same(lead(3)[:9000], [1])


@settings(max_examples=15, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 6000), min_size=1, max_size=30),
    index=st.integers(0, 47),
)
def test_any_chunks(sizes, index):
    assert_same(lead(index), sizes)


@settings(max_examples=25, deadline=None)
@given(
    holes=st.lists(
        st.tuples(
            st.integers(0, 18000),
            st.one_of(st.integers(1, 150), st.integers(150, 9000)),
            st.sampled_from([np.nan, np.inf, 0.0, 5.0, "hold", "noise"]),
        ),
        min_size=1,
        max_size=4,
    ),
    index=st.integers(0, 47),
    size=st.integers(100, 3000),
)
def test_holes(holes, index, size):
    signal = lead(index).copy()
    for start, length, value in holes:
        piece = signal[start : start + length]
        if value == "noise":
            piece[:] = 1e-3 * np.random.default_rng(start).normal(size=piece.size)
        else:
            piece[:] = signal[start] if value == "hold" else value
    assert_same(signal, [size])


@pytest.mark.parametrize("seed", range(12))
def test_noise_that_comes_and_goes(seed):
    # So that the stream looks at other bands, and no longer does.
    rng = np.random.default_rng(seed)
    signal = lead(4 * seed, 200)
    noise = (
        np.cumsum(rng.normal(size=signal.size))
        if seed % 2
        else 5 * rng.normal(size=signal.size)
    )
    strength = np.repeat(rng.choice([0.0, 0.03, 0.1], 40), signal.size // 40)
    wanted = assert_same(signal + strength * noise, [int(rng.integers(20, 900))])
    assert wanted.size > 50


@pytest.mark.parametrize("value", [np.nan, 0.0, 5.0])
@pytest.mark.parametrize("where", [0, 60, 150])
def test_a_dropout_of_a_minute(value, where):
    hole = np.full(int(60 * RATE), value)
    signal = np.insert(lead(4), int(where * RATE), hole)
    assert assert_same(signal, [125]).size > 50


@pytest.mark.parametrize("seed", range(12))
def test_pieces_of_different_hearts(seed):
    # Sparse and low beats, gaps and noise: where the surroundings count the most.
    rng = np.random.default_rng(seed)
    pieces = []
    for _ in range(3):
        heart = make_ecg(
            1,
            sampling_rate=RATE,
            duration=float(rng.uniform(5, 40)),
            heart_rate=float(rng.uniform(20, 220)),
            random_state=seed,
        )
        noise = 1e-3 * rng.normal(size=rng.integers(1, 60 * int(RATE)))
        hole = [noise, np.zeros_like(noise), np.full_like(noise, np.nan)]
        pieces += [rng.uniform(0.1, 5) * heart.data[0], hole[rng.integers(3)]]
    assert_same(np.concatenate(pieces), [int(rng.integers(10, 1500))])


def test_ten_minutes_of_a_loose_electrode():
    # Longer than the heights of beats are remembered.
    noise = 1e-3 * np.random.default_rng(0).normal(size=int(600 * RATE))
    assert_same(np.concatenate([lead(5), noise, lead(6)]), [1800])


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16])
def test_data_types(dtype):
    signal = np.rint(200 * lead(7)).astype(dtype)
    assert assert_same(signal, [500]).size > 50


@pytest.mark.parametrize("rate", [50.0, 85.0, 128.0, 250.0, 333.3, 1000.0])
@pytest.mark.parametrize("polarity", ["auto", "up", "down"])
def test_rates_and_polarities(rate, polarity):
    # The same samples at another rate are a slow or a fast heart.
    assert_same(lead(8, 400), [777], rate, polarity)


@pytest.mark.parametrize("n_samples", [0, 1, 100, 124, 125, 126, 2000])
def test_short_signals(n_samples):
    signal = lead(9)[:n_samples]
    found = peaks_of_stream(signal, [40])
    wanted = of_whole(signal, RATE) if n_samples else []
    np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_nothing_to_find(value):
    assert assert_same(np.full(30000, value), [500]).size == 0


def test_flush_begins_another_signal():
    stream = RPeakStream(RATE)
    results = [
        np.concatenate([stream.push(lead(10)), stream.flush()]) for _ in range(2)
    ]
    np.testing.assert_array_equal(*results)


@pytest.mark.parametrize("index", range(1, 48, 9))
def test_no_peak_is_late(index):
    signal, stream = lead(index), RPeakStream(RATE)
    for stop in range(13, signal.size + 1, 13):
        early = stream.push(signal[stop - 13 : stop])
        assert (early >= stop - 13 - LOOK_AHEAD * RATE).all()
        assert (early < stop).all()
    assert (stream.flush() >= signal.size - LOOK_AHEAD * RATE).all()


def test_memory_is_bounded():
    stream, sizes = RPeakStream(RATE), []
    for _ in range(40):
        for piece in np.split(lead(11, 30), 30):
            stream.push(piece)
        sizes.append(len(pickle.dumps(stream)))
    assert max(sizes) < 60 * RATE * 8
    assert max(sizes[-10:]) < 1.1 * max(sizes[10:20])


def test_what_is_no_stream_is_refused():
    with pytest.raises(ValueError, match="at least 50 Hz, got 40 Hz"):
        RPeakStream(40.0)
    with pytest.raises(ValueError, match="polarity must be one of"):
        RPeakStream(RATE, "left")
    with pytest.raises(ValueError, match="takes one lead"):
        RPeakStream(RATE).push(np.zeros((2, 100)))
