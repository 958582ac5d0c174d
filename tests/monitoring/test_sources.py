"""Where the samples come from."""

import contextlib
import socket
import threading

import numpy as np
import pytest

from skecg.monitoring import (
    Chunk,
    LineSource,
    StreamMonitor,
    TcpFeed,
    Ticking,
    replay,
)


def _all(source):
    chunks = list(source)
    return (
        [chunk.timestamp for chunk in chunks],
        [chunk.samples.tolist() for chunk in chunks],
        [chunk.patient for chunk in chunks],
    )


def test_json_lines():
    lines = [
        '{"time": 1, "samples": [0.5, null], "patient": "a"}',
        b'{"time": 2.5, "samples": [[1], [2]]}\n',
        "",
    ]
    times, samples, patients = _all(LineSource(lines, 250.0))
    assert times == [1.0, 2.5]
    assert samples[0][0][0] == 0.5
    assert np.isnan(samples[0][0][1])
    assert samples[1] == [[1.0], [2.0]]
    assert patients == ["a", ""]


def test_lines_of_values_that_follow_each_other_come_together():
    lines = ["time,value", *(f"{k / 100},{k}" for k in range(30)), "9,1", "9.01,"]
    times, samples, _ = _all(LineSource(lines, 100.0))
    assert times == [0.0, 0.25, 9.0]
    assert samples[0] == [[float(k) for k in range(25)]]
    assert len(samples[1][0]) == 5
    assert np.isnan(samples[2][0][1])


def test_single_samples_of_two_patients_never_come_together():
    lines = [
        f'{{"time": {k / 100}, "samples": [{k}], "patient": "{"ab"[k % 2]}"}}'
        for k in range(6)
    ]
    chunks = list(LineSource(lines, 100.0))
    told = [(chunk.patient, chunk.samples.tolist()) for chunk in chunks]
    assert told == [("ab"[k % 2], [[float(k)]]) for k in range(6)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("nonsense", "at least one value"),
        ("1.0,x", "could not convert"),
        ("nan,1", "finite"),
        ('{"time": 1}', "samples"),
        ('{"time": 1, "samples": [1, 2', "Expecting"),
        ('{"time": 1, "samples": ["a"]}', "could not convert"),
        ('{"time": 1, "samples": [1], "patient": 7}', "patient"),
        ("[1, 2]", "object"),
        (b"\xff\xfe,1", "codec"),
        pytest.param(
            f'{{"time": 1{"0" * 400}, "samples": [1]}}', "too large", id="time"
        ),
        pytest.param(f'{{"time": 1, "samples": [1{"0" * 400}]}}', "too large", id="mV"),
        pytest.param('{"samples": ' + "[" * 100_000, "recursion", id="brackets"),
    ],
)
def test_bad_lines_are_listed_and_the_others_read(line, reason):
    source = LineSource(["1.0,0.5", line, "2.0,0.5"], 100.0)
    assert _all(source)[0] == [1.0, 2.0]
    assert source.n_bad == 1
    assert source.bad[0].number == 2
    assert reason in source.bad[0].reason


def test_replay_keeps_the_pace():
    now, slept = [0.0], []

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    chunks = list(
        replay(
            np.zeros(1000),
            sampling_rate=250,
            speed=2.0,
            chunk=1.0,
            clock=lambda: now[0],
            sleep=sleep,
        )
    )
    assert len(chunks) == 4
    assert slept == [0.5] * 4


def test_replay_refuses_a_speed_of_nothing():
    with pytest.raises(ValueError, match="above 0"):
        next(replay([1.0], sampling_rate=1, speed=0))


class Server:
    """Sends what is written down, one connection after the other."""

    def __init__(self, *parts):
        self.own = socket.create_server(("127.0.0.1", 0))
        self.port = self.own.getsockname()[1]
        self.parts = parts
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        for part in self.parts:
            connection, _ = self.own.accept()
            with connection:
                connection.sendall(part)
        self.own.close()


def _until_given_up(feed):
    seen = []
    with contextlib.suppress(ConnectionError):
        for chunk in feed:
            seen.append(chunk.timestamp)  # noqa: PERF401 - it raises in between
        pytest.fail("it was not given up")
    return seen


def test_a_feed_connects_again():
    server = Server(b"1.0,0.5\n2.0,0.", b'3.0,0.5\n{"time": 4, "samples": [1]}\n')
    feed = TcpFeed(
        "127.0.0.1", server.port, 100.0, retry=0.01, max_failures=2, timeout=2
    )
    with pytest.raises(ConnectionError, match="tried 2 times"):
        list(feed)
    # What was read before the feed was given up is all there. The system may still take
    # a connection that the server, which is going, does not.
    assert feed.n_connections in (2, 3)
    assert feed.source.n_bad == 1
    assert "connection lost" in feed.source.bad[0].text


def test_a_feed_hands_over_what_came_before_it_was_given_up():
    server = Server(b'{"time": 1, "samples": [1, 2]}\n{"time": 2, "samples": [1, 2]}\n')
    feed = TcpFeed("127.0.0.1", server.port, 100.0, retry=0.01, max_failures=1)
    assert _until_given_up(feed) == [1.0, 2.0]


def test_a_closed_feed_ends():
    server = Server(b'{"time": 1, "samples": [1, 2]}\n')
    feed = TcpFeed("127.0.0.1", server.port, 100.0)
    for _ in feed:
        feed.close()


def test_an_endless_line_is_dropped():
    server = Server(b"1" * (3 << 20) + b'\n{"time": 1, "samples": [1, 2]}\n')
    feed = TcpFeed("127.0.0.1", server.port, 100.0, retry=0.01, max_failures=1)
    assert _until_given_up(feed) == [1.0]
    assert feed.source.n_bad >= 1


def test_silence_is_said_for_each_patient():
    go_on = threading.Event()

    def source():
        yield Chunk(0.0, np.zeros(10), "a")
        yield Chunk(5.0, np.zeros(10), "b")
        go_on.wait(10)
        yield Chunk(9.0, np.zeros(10), "a")

    empty = []
    for chunk in Ticking(source(), every=0.05):
        if not len(chunk.samples):
            empty.append(chunk.patient)
        if set(empty) == {"a", "b"}:
            go_on.set()
        last = chunk
    assert last.timestamp >= 9.0 or last.patient == "b"


def test_an_error_of_the_source_is_raised_where_it_is_read():
    def source():
        yield Chunk(0.0, np.zeros(10))
        raise OSError("unplugged")

    with pytest.raises(OSError, match="unplugged"):
        list(Ticking(source()))


def test_silence_does_not_make_samples_late():
    monitor = StreamMonitor(sampling_rate=100)
    zeros = np.zeros(100)
    monitor.feed([Chunk(0.0, zeros), Chunk(5.0, []), Chunk(1.0, zeros)])
    assert monitor.n_late == {"": 0}
