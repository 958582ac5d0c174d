"""Whole streams: the same events however the samples come."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.classifiers import BeatwiseClassifier
from skecg.datasets import make_ecg
from skecg.monitoring import (
    Chunk,
    ClassChange,
    StreamMonitor,
    cut_windows,
    replay,
)
from skecg.preprocessing import BeatSegmenter

RATE = 250.0


def _sinus(seconds, rate=70, seed=0, **more):
    ecg = make_ecg(
        1,
        sampling_rate=RATE,
        duration=seconds,
        heart_rate=rate,
        random_state=seed,
        **more,
    )
    return ecg.data[0]


@pytest.fixture(scope="module")
def signal():
    """A minute: a pause, a gap, and a fast rhythm."""
    whole = np.concatenate(
        [_sinus(15), 0.01 * _sinus(8), _sinus(10, seed=1), _sinus(17, 170, seed=2)]
    )
    whole[round(26 * RATE) : round(29.5 * RATE)] = np.nan
    return whole


class Upright:
    """Says how much of a window lies above zero."""

    classes_ = np.array(["down", "up"])

    def predict_proba(self, X):
        share = np.nanmean(np.asarray(X) > 0.0, axis=-1)
        return np.stack([1 - share, share], axis=-1)


def _monitor(**more):
    more = {"window": 4.0, "step": 1.5, "sampling_rate": RATE} | more
    return StreamMonitor(Upright(), **more)


def _of(monitor, chunks):
    return list(monitor.watch(chunks))


@pytest.fixture(scope="module")
def expected(signal):
    return _of(_monitor(), [Chunk(5.0, signal)])


def _there(chunks):
    # As a live source sends: a missing sample is not sent at all.
    for chunk in chunks:
        if not np.isnan(chunk.samples).any():
            yield chunk


def test_what_happens_in_the_stream_is_told_once(expected):
    alarms = [(e.kind, e.phase) for e in expected if e.kind != "class"]
    assert alarms.count(("asystole", "begin")) == 1
    assert alarms.count(("asystole", "end")) == 1
    assert alarms.count(("signal_lost", "begin")) == 1
    assert alarms.count(("signal_back", "end")) == 1
    assert alarms.count(("extreme_tachycardia", "begin")) == 1
    assert len({e.id for e in expected}) == len(expected)
    pause = next(e for e in expected if e.kind == "asystole")
    assert 5 + 14 < pause.onset < 5 + 15.5
    assert pause.time - pause.onset < 6


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=40))
def test_any_chunks_bring_the_same_events(signal, expected, lengths):
    edges = np.append(np.cumsum(lengths), signal.size)
    edges = np.unique(edges[edges <= signal.size])
    pieces = np.split(signal, edges[:-1])
    starts = np.append(0, edges[:-1])
    chunks = [
        Chunk(5.0 + start / RATE, piece)
        for start, piece in zip(starts, pieces, strict=True)
        if piece.size
    ]
    assert _of(_monitor(), chunks) == expected


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31))
def test_repeats_and_late_samples_change_nothing(signal, expected, seed):
    rng = np.random.default_rng(seed)
    chunks = list(_there(replay(signal, sampling_rate=RATE, start=5.0, chunk=0.1)))
    again = [chunk for chunk in chunks if rng.random() < 0.3]
    order = [chunk.timestamp + rng.uniform(0, 1.5) for chunk in [*chunks, *again]]
    order[0] = 0.0  # the first one tells where the stream begins
    mixed = [
        chunk
        for _, chunk in sorted(
            zip(order, [*chunks, *again], strict=True), key=lambda pair: pair[0]
        )
    ]
    monitor = _monitor(lateness=2.0)
    events = _of(monitor, mixed)
    assert events == expected
    assert monitor.n_late == {"": 0}


def test_of_a_sample_that_comes_twice_the_first_counts(signal):
    wrong = [Chunk(0.0, signal[:250]), Chunk(0.0, 9 + signal[:250])]
    monitor = _monitor(lateness=3.0)
    right = _of(_monitor(lateness=3.0), [Chunk(0.0, signal)])
    assert _of(monitor, [*wrong, Chunk(1.0, signal[250:])]) == right


def test_samples_that_are_too_late_are_counted(signal):
    monitor = _monitor()
    monitor.feed([Chunk(0.0, signal[:1000]), Chunk(2.0, signal[500:600])])
    assert monitor.n_late == {"": 100}


def test_windows_are_those_of_the_whole_record(signal):
    rows = cut_windows(signal, sampling_rate=RATE, window=4.0, step=1.5)
    there = np.isfinite(rows).mean(axis=1) >= 0.5
    told = Upright().predict_proba(rows)
    monitor = _monitor(change=ClassChange(n_windows=1, least=0.0))
    events = [e for e in _of(monitor, replay(signal, sampling_rate=RATE)) if e.label]
    label, expected = "", []
    for k in np.flatnonzero(there):
        now = ["down", "up"][told[k].argmax()]
        if now != label:
            expected.append((k * 1.5, now, round(told[k].max(), 6)))
            label = now
    assert [(e.onset, e.label, e.confidence) for e in events] == expected
    assert expected


def test_a_classifier_of_records_answers_as_in_a_batch():
    ecg = make_ecg(6, sampling_rate=RATE, duration=10, random_state=0)
    X = ecg.data
    X[3:] *= -1
    from sklearn.linear_model import LogisticRegression

    clf = BeatwiseClassifier(BeatSegmenter(sampling_rate=RATE), LogisticRegression())
    clf.fit(X, np.repeat(["N", "V"], 3))
    record = np.concatenate([_sinus(30, seed=7), -_sinus(30, seed=8)])
    rows = cut_windows(record, sampling_rate=RATE, window=10, step=5)
    told = clf.predict_proba(rows)
    monitor = StreamMonitor(
        clf, sampling_rate=RATE, change=ClassChange(n_windows=1, least=0)
    )
    events = [
        e for e in _of(monitor, replay(record, sampling_rate=RATE)) if e.kind == "class"
    ]
    assert [e.label for e in events] == ["N", "V"]
    for event in events:
        k = round(event.onset / 5)
        assert event.confidence == pytest.approx(told[k].max(), abs=1e-6)


def test_patients_do_not_disturb_each_other(signal, expected):
    def chunks():
        for chunk in replay(signal, sampling_rate=RATE, start=5.0):
            yield chunk._replace(patient="a")
            yield Chunk(chunk.timestamp + 100, 0 * chunk.samples, "b")
            yield chunk._replace(patient="c")

    events = _of(_monitor(), chunks())
    told = [(e.kind, e.phase, e.onset, e.time, e.value, e.label) for e in expected]
    for name in "ac":
        of = [e for e in events if e.patient == name]
        assert [
            (e.kind, e.phase, e.onset, e.time, e.value, e.label) for e in of
        ] == told
    assert {e.kind for e in events if e.patient == "b"} >= {"asystole"}


@pytest.mark.parametrize("seconds", [1, 20])
def test_windows_of_a_call_go_to_the_estimator_together(seconds):
    """Those of all patients in short calls; one of each at a time in long ones."""
    asked = []

    class Counting(Upright):
        def predict_proba(self, X):
            asked.append(len(X))
            return super().predict_proba(X)

    signals = np.random.default_rng(0).standard_normal((40, 5000)).cumsum(axis=1)
    n = round(seconds * RATE)

    def watched(rows):
        monitor = StreamMonitor(Counting(), sampling_rate=RATE, rules=())
        return [
            event
            for first in range(0, 5000, n)
            for event in monitor.feed(
                [
                    Chunk(first / RATE, signals[row, first : first + n], str(row))
                    for row in rows
                ]
            )
        ]

    together = watched(range(40))
    assert sum(asked) == 120
    if seconds == 1:
        assert asked == [40, 40, 40]
    alone = [event for row in range(40) for event in watched([row])]
    assert together
    assert {event.id for event in together} == {event.id for event in alone}


def test_a_class_needs_more_than_one_window():
    up, down = np.ones(1000), -np.ones(1000)
    flicker = np.concatenate([up, up, down, up, up, down, down, down])
    monitor = StreamMonitor(Upright(), sampling_rate=RATE, window=4, step=4, rules=())
    events = _of(monitor, [Chunk(0.0, flicker)])
    assert [(e.label, e.onset) for e in events] == [("up", 0.0), ("down", 20.0)]


def test_silence_is_told_while_it_lasts(signal):
    monitor = _monitor()
    monitor.feed([Chunk(0.0, signal[:2500])])
    assert not [e for e in monitor.feed([Chunk(11.0, [])]) if e.kind == "signal_lost"]
    (lost,) = monitor.feed([Chunk(13.0, [])])
    assert (lost.kind, lost.onset, lost.value) == ("signal_lost", 10.0, 3.0)
    assert monitor.feed([Chunk(14.0, [])]) == []
    events = monitor.feed([Chunk(20.0, signal[:1000])])
    assert "signal_back" in {e.kind for e in events}
    assert lost.id not in {e.id for e in events}


def test_a_very_long_gap_and_a_clock_that_was_set_back_begin_anew():
    monitor = StreamMonitor(sampling_rate=RATE)
    monitor.feed([Chunk(1e6, _sinus(20))])
    events = monitor.feed([Chunk(1e9, _sinus(20))])  # at once, not after 30 years
    assert [e.kind for e in events] == ["signal_lost", "signal_back"]
    monitor.feed(replay(_sinus(30), sampling_rate=RATE, start=0.0))
    still = np.zeros(2000)
    events = monitor.feed(replay(still, sampling_rate=RATE, start=30.0))
    assert "asystole" in {e.kind for e in events}
    assert monitor.n_late[""] <= 11 * RATE


@pytest.mark.parametrize(
    ("chunk", "text"),
    [
        ((np.nan, [1.0]), "finite"),
        ((0.0, [[1.0], [2.0]]), "n_leads"),
        ((0.0, ["x"]), "numbers"),
        ((0.0,), "A chunk must be"),
        ((0.0, [1.0], 7), "named by a text"),
        ("0.0", "A chunk must be"),
    ],
)
def test_a_bad_chunk_is_told_once_and_stops_nobody(signal, expected, chunk, text):
    chunks = [chunk, chunk, Chunk(5.0, signal), chunk]
    events = _of(_monitor(), chunks)
    (bad,) = [e for e in events if e.kind == "bad_input"]
    assert text in bad.label
    assert [e for e in events if e.kind != "bad_input"] == expected


def test_leads_go_to_the_estimator_together():
    class Shape:
        classes_ = np.array(["any", "other"])
        seen = None

        def predict_proba(self, X):
            Shape.seen = X.shape
            return np.tile([0.9, 0.1], (len(X), 1))

    two = np.stack([_sinus(12), _sinus(12)])
    monitor = StreamMonitor(Shape(), sampling_rate=RATE, n_leads=2)
    _of(monitor, [Chunk(0.0, two)])
    assert Shape.seen == (1, 2, 2500)


def test_an_estimator_that_fails_on_a_window_stops_nobody(signal):
    class Fails(Upright):
        def predict_proba(self, X):
            raise ValueError("no beat")

    monitor = StreamMonitor(Fails(), sampling_rate=RATE)
    events = _of(monitor, [Chunk(0.0, signal)])
    assert "asystole" in {e.kind for e in events}
    assert "class" not in {e.kind for e in events}


def test_memory_does_not_grow(signal):
    monitor = _monitor()
    quiet = _sinus(60)
    chunks = replay(np.tile(quiet, 3), sampling_rate=RATE)
    monitor.feed(chunks)
    size = monitor._patients.rings.data.nbytes
    monitor.feed(replay(np.tile(quiet, 10), sampling_rate=RATE, start=180.0))
    assert monitor._patients.rings.data.nbytes == size


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"sampling_rate": 50}, "at least 80 Hz"),
        ({"window": 0}, "window"),
        ({"step": -1}, "step"),
        ({"lateness": -1}, "lateness"),
        ({"n_leads": 0}, "n_leads"),
    ],
)
def test_unusable_options_are_refused(options, text):
    with pytest.raises(ValueError, match=text):
        _monitor(**options)


def test_an_unfitted_estimator_is_refused():
    with pytest.raises(ValueError, match="Fit it first"):
        StreamMonitor(object(), sampling_rate=RATE)


@pytest.mark.parametrize("time", [1e300, -1e300, 1e14, 10**400])
def test_a_time_that_is_none_is_refused_once_and_the_rest_read(time):
    monitor = StreamMonitor(sampling_rate=250)
    samples = np.zeros(250)
    chunks = [(0.0, samples), (time, samples), (time, samples), (1.0, samples)]
    events = monitor.feed(chunks)
    assert [event.kind for event in events] == ["bad_input"]
    assert monitor.n_late == {"": 0}
