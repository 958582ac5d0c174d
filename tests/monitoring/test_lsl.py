"""Streams of the lab streaming layer, on this machine."""

import contextlib
import sys
import threading

import numpy as np
import pytest

from lsl_outlets import lsl_outlet
from skecg.exceptions import MissingExtraError, StreamError
from skecg.monitoring import LslFeed, StreamMonitor
from skecg.monitoring._lsl import Steady

RATE = 250.0


def _feed(name, rate=RATE, **more):
    options = {"timeout": 1.0, "retry": 0.01, "max_failures": 1} | more
    return LslFeed(name, rate, **options)


def _push(outlet, values, start):
    # The time of a chunk is that of its last sample.
    samples = np.stack([np.zeros_like(values), values], axis=1).astype(np.float32)
    outlet.push_chunk(samples.tolist(), start + (len(values) - 1) / RATE)


def _sent(outlets, seconds=2):
    """Push seconds to one outlet after the other, and drop it."""
    start = 100.0
    while outlets:
        outlet = outlets.pop(0)
        assert outlet.wait_for_consumers(10)
        for _ in range(seconds):
            _push(outlet, np.full(250, start), start)
            start += 1.0
        threading.Event().wait(0.3)  # until all was fetched
        del outlet


def _until_given_up(feed):
    chunks = []
    with contextlib.suppress(ConnectionError):
        for chunk in feed:
            chunks.append(chunk)  # noqa: PERF402 - it raises in between
    return chunks


def _known(chunks):
    samples = np.concatenate([chunk.samples for chunk in chunks], axis=1)
    times = [
        chunk.timestamp + np.arange(chunk.samples.shape[1]) / RATE for chunk in chunks
    ]
    return samples, np.concatenate(times)


def test_samples_come_in_millivolts_with_their_times():
    outlets = [lsl_outlet("skecg test one", unit="microvolts")]
    thread = threading.Thread(target=_sent, args=(outlets,))
    thread.start()
    feed = _feed("skecg test one", leads=["lead II"])
    chunks = _until_given_up(feed)
    thread.join()
    assert {chunk.patient for chunk in chunks} == {"skecg test one"}
    samples, times = _known(chunks)
    expected = np.repeat([0.1, 0.101], 250)
    np.testing.assert_allclose(samples, expected[np.newaxis], rtol=1e-6)
    np.testing.assert_allclose(times, 100 + np.arange(500) / RATE, atol=1e-3)
    assert feed.n_connections == 1


def test_a_lost_stream_is_found_again():
    outlet = lsl_outlet("skecg test lost")
    outlets = [outlet]
    del outlet

    def send():
        _sent(outlets, seconds=1)
        outlets.append(lsl_outlet("skecg test lost"))
        _sent(outlets, seconds=1)

    thread = threading.Thread(target=send)
    thread.start()
    feed = _feed("skecg test lost", leads=[1], max_failures=3)
    chunks = _until_given_up(feed)
    thread.join()
    assert feed.n_connections == 2
    assert sum(chunk.samples.shape[1] for chunk in chunks) == 500


def test_a_monitor_hears_a_stopped_heart():
    from skecg.datasets import make_ecg

    ecg = make_ecg(1, sampling_rate=RATE, duration=20, random_state=0).data[0]
    outlet = lsl_outlet("skecg test heart")

    def send():
        assert outlet.wait_for_consumers(10)
        _push(outlet, np.concatenate([ecg, np.zeros(2000)]), 50.0)

    thread = threading.Thread(target=send)
    thread.start()
    feed = _feed("skecg test heart", leads=["II"], timeout=0.5)
    kinds = []
    for event in StreamMonitor(sampling_rate=RATE).watch(feed):
        kinds.append(event.kind)
        feed.close()
    thread.join()
    assert kinds == ["asystole"]


@pytest.mark.parametrize(
    ("stream", "leads", "text"),
    [
        ({"rate": 500.0}, None, "has 500 Hz, and sampling_rate is 250"),
        ({}, ["V9"], "no lead 'V9'; there are 2: 'I', 'II'"),
        ({}, [2], "no lead 2"),
        ({}, [-1], "no lead -1"),
        ({"unit": "counts"}, None, "in counts"),
        ({"texts": True}, None, "texts"),
    ],
)
def test_what_cannot_be_used_is_told(stream, leads, text):
    outlet = lsl_outlet("skecg test bad", **stream)
    with pytest.raises(StreamError, match=text):
        next(iter(_feed("skecg test bad", leads=leads)))
    del outlet


def test_a_stream_that_is_not_there_is_given_up():
    pytest.importorskip("pylsl")
    feed = _feed("skecg test nowhere", timeout=0.1, max_failures=2)
    with pytest.raises(ConnectionError, match=r"'skecg test nowhere'.*tried 2 times"):
        list(feed)
    assert feed.n_connections == 0


def test_what_to_install_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "pylsl", None)
    with pytest.raises(MissingExtraError, match=r"pip install skecg\[stream\]"):
        list(_feed("any"))


def test_jitter_goes_and_gaps_stay():
    rng = np.random.default_rng(0)
    true = np.concatenate([np.arange(500), np.arange(1000, 1500)]) / RATE
    steady, placed, seen = Steady(RATE), [], []
    for begin in range(0, 1000, 25):
        late = rng.uniform(0, 0.03)
        times = true[begin : begin + 25] + late
        for first, piece in steady.place(np.arange(begin, begin + 25)[None], times):
            placed.append(first + np.arange(piece.shape[1]) / RATE)
            seen += piece[0].tolist()
    assert seen == list(range(1000))
    found = np.concatenate(placed)
    assert np.abs(found - true).max() < 0.03
    # From chunk to chunk the next sample is where it belongs, to half of one.
    apart = np.abs(np.diff(found) - np.diff(true))
    assert apart.max() < 0.03  # across the gap
    assert np.delete(apart, 499).max() < 0.5 / RATE


def test_a_gap_inside_a_chunk_cuts_it():
    times = np.array([0.0, 0.004, 2.0, 2.004])
    pieces = list(Steady(RATE).place(np.arange(4.0)[None], times))
    assert [(first, piece.tolist()) for first, piece in pieces] == [
        (0.0, [[0.0, 1.0]]),
        (2.0, [[2.0, 3.0]]),
    ]


def test_a_time_that_is_no_number_leaves_the_others_as_they_are():
    steady = Steady(RATE)
    told = [[0.0, np.nan, 0.008], [np.nan], [1.0, 1.004]]
    pieces = [
        (first, piece.shape[1])
        for times in told
        for first, piece in steady.place(np.zeros((1, len(times))), np.array(times))
    ]
    assert [(first, n) for first, n in pieces if np.isfinite(first)] == [
        (0.0, 1),
        (0.008, 1),
        (1.0, 2),
    ]
    assert len(pieces) == 5
