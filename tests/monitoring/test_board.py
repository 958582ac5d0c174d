"""What a page is told."""

import numpy as np

from skecg.monitoring import Chunk, Event, LiveBoard


def _event(kind, phase, label=""):
    return Event(f"{kind}{phase}", kind, phase, "a", 1.0, 2.0, label=label)


def test_alarms_come_and_go():
    board = LiveBoard(250.0)
    board.tell(_event("asystole", "begin"))
    board.tell(_event("signal_lost", "begin"))
    board.tell(_event("class", "change", "N"))
    assert board.state()["patients"]["a"]["alarms"] == ["asystole", "signal_lost"]
    board.tell(_event("signal_back", "end"))
    board.tell(_event("asystole", "end"))
    told = board.state()["patients"]["a"]
    assert (told["alarms"], told["label"]) == ([], "N")


def test_a_trace_has_fewer_points_and_no_nan():
    board = LiveBoard(500.0)
    samples = np.arange(100.0)
    samples[4] = np.nan
    board.take(Chunk(3.0, samples, "a"))
    number, (message,) = board.since(0)
    trace = message["trace"]
    assert (number, trace["time"], trace["step"]) == (1, 3.0, 0.008)
    assert trace["values"][:3] == [0.0, None, 8.0]


def test_only_new_messages_are_given_and_not_for_ever():
    board = LiveBoard(250.0)
    for _ in range(2000):
        board.take(Chunk(0.0, np.zeros(10), "a"))
    number, messages = board.since(0)
    assert number == 2000
    assert len(messages) < 1000
    assert board.since(1998)[1] == messages[-2:]
    assert board.since(2000)[1] == []


def test_few_patients_are_traced_and_all_are_listed():
    board = LiveBoard(250.0, n_traces=2)
    for name in "abc":
        board.take(Chunk(0.0, np.zeros(10), name))
    traced = {message["trace"]["patient"] for message in board.since(0)[1]}
    assert traced == {"a", "b"}
    assert set(board.state()["patients"]) == set("abc")
