"""Lines over a WebSocket, from a real server on this machine."""

import contextlib
import json
import socket
import sys
import threading

import pytest

from skecg.exceptions import MissingExtraError
from skecg.monitoring import WebSocketFeed


class Server:
    """Does what is written down, one connection after the other, and is gone then."""

    def __init__(self, *acts):
        pytest.importorskip("websockets")
        from websockets.sync.server import serve

        self.acts = iter(acts)
        self.left = len(acts)
        self.own = serve(self._answer, "127.0.0.1", 0)
        self.url = f"ws://127.0.0.1:{self.own.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self.own.serve_forever)
        self.thread.start()

    def _answer(self, connection):
        next(self.acts)(connection)
        self.left -= 1
        if not self.left:
            threading.Thread(target=self.own.shutdown).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.own.shutdown()
        self.thread.join()


def says(*messages):
    def act(connection):
        for message in messages:
            connection.send(message)

    return act


def breaks_off(connection):
    connection.send("2.0,0.5")
    connection.socket.shutdown(socket.SHUT_RDWR)


def _line(time):
    return json.dumps({"time": time, "samples": [0.5, 0.25], "patient": "bed 4"})


def _read(url, **more):
    options = {"timeout": 2.0, "retry": 0.01, "max_failures": 2} | more
    feed = WebSocketFeed(url, 100.0, **options)
    chunks = []
    with contextlib.suppress(ConnectionError):
        for chunk in feed:
            chunks.append(chunk)  # noqa: PERF402 - it raises in between
    return feed, chunks


def test_messages_are_lines():
    with Server(says(_line(1), f"{_line(2)}\n{_line(3)}\n", _line(4).encode())) as one:
        feed, chunks = _read(one.url)
    assert [chunk.timestamp for chunk in chunks] == [1.0, 2.0, 3.0, 4.0]
    assert chunks[0].samples.tolist() == [[0.5, 0.25]]
    assert chunks[0].patient == "bed 4"
    assert (feed.n_connections, feed.source.n_bad) == (1, 0)


def test_malformed_messages_are_listed_and_the_others_read():
    bad = ["nonsense", '{"time": 1', '{"samples": [1]}', b"\xff\xfe,1", "[]"]
    with Server(says(_line(1), *bad, _line(2))) as one:
        feed, chunks = _read(one.url)
    assert [chunk.timestamp for chunk in chunks] == [1.0, 2.0]
    assert feed.source.n_bad == len(bad)


def test_it_connects_again_when_the_connection_is_dropped():
    with Server(says(_line(1)), breaks_off, says(_line(3))) as one:
        feed, chunks = _read(one.url)
    assert [chunk.timestamp for chunk in chunks] == [1.0, 2.0, 3.0]
    assert (feed.n_connections, feed.source.n_bad) == (3, 0)


def sends_no_text(connection):
    connection.socket.sendall(b"\x81\x02\xff\xfe")  # a frame of text
    with contextlib.suppress(Exception):
        connection.recv(2)


def speaks_another_protocol(connection):
    connection.socket.sendall(b"\xff\x02ab")
    with contextlib.suppress(Exception):
        connection.recv(2)


def says_too_much(connection):
    with contextlib.suppress(Exception):
        connection.send("1" * (3 << 20))
        connection.recv(2)


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (says_too_much, "larger than 1 MiB"),
        (sends_no_text, "no UTF-8"),
        (speaks_another_protocol, "against the protocol"),
    ],
)
def test_a_message_that_breaks_the_connection_is_listed(act, text):
    with Server(act, says(_line(2))) as one:
        feed, chunks = _read(one.url)
    assert [chunk.timestamp for chunk in chunks] == [2.0]
    assert (feed.n_connections, feed.source.n_bad) == (2, 1)
    assert text in feed.source.bad[0].text


def test_a_silent_server_is_called_again():
    gone = threading.Event()

    def is_silent(connection):
        with contextlib.suppress(Exception):
            connection.recv(10)
        gone.set()

    with Server(is_silent, says(_line(2))) as one:
        feed, chunks = _read(one.url, timeout=0.3)
    assert gone.is_set()
    assert [chunk.timestamp for chunk in chunks] == [2.0]
    assert feed.n_connections == 2


def test_a_closed_feed_ends():
    with Server(says(_line(1), _line(2))) as one:
        feed = WebSocketFeed(one.url, 100.0, timeout=2.0)
        for _ in feed:
            feed.close()
    assert feed.n_connections == 1


def test_what_is_no_websocket_is_given_up():
    pytest.importorskip("websockets")
    with socket.create_server(("127.0.0.1", 0)) as own:

        def answer():
            for _ in range(2):
                connection, _ = own.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 404 Not Found\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"ws://127.0.0.1:{own.getsockname()[1]}"
        feed = WebSocketFeed(url, 100.0, retry=0.01, max_failures=2, timeout=2.0)
        with pytest.raises(ConnectionError, match=r"404.*tried 2 times"):
            list(feed)
        thread.join()


@pytest.mark.parametrize("url", ["http://x", "ws://", "ws://x:port", "x", "ws://x:0"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(ValueError, match="url must be ws://HOST:PORT"):
        WebSocketFeed(url, 100.0)


def test_what_to_install_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "websockets.sync.client", None)
    with pytest.raises(MissingExtraError, match=r"pip install skecg\[stream\]"):
        list(WebSocketFeed("ws://127.0.0.1:1", 100.0))
