"""Nothing is lost, whatever the receiver does and however the process ends."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from skecg.exceptions import DataFileError
from skecg.monitoring import Event, JsonLines, Spool, Webhook

ROOT = Path(__file__).resolve().parents[2]


def _event(number):
    return Event(
        f"{number:04d}", "asystole", "begin", "bed", 1.0 * number, 2.0 * number
    )


class Receiver:
    """A server whose next answers are written down."""

    def __init__(self, port=0):
        self.got, self.keys, self.answers = [], [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = outer.answers.pop(0) if outer.answers else 200
                if answer == "drop":
                    self.connection.close()
                    return
                if answer == "hang":
                    time.sleep(1.0)
                    return
                if answer in (200, "took, then dropped"):
                    outer.got.append(json.loads(body))
                    outer.keys.append(self.headers["Idempotency-Key"])
                if answer == "took, then dropped":
                    self.connection.close()
                    return
                self.send_response(answer)
                if answer == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/alarms"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


def _webhook(receiver, folder, **more):
    return Webhook(receiver.url, folder, **({"retry": 0.02, "timeout": 0.3} | more))


def test_events_arrive_once_and_in_order(receiver, tmp_path):
    hook = _webhook(receiver, tmp_path)
    for number in range(20):
        hook(_event(number))
        hook(_event(number))
    assert hook.close() == 0
    assert [told["id"] for told in receiver.got] == [f"{n:04d}" for n in range(20)]
    assert receiver.keys == [told["id"] for told in receiver.got]
    assert receiver.got[3] == _event(3).as_dict()


@pytest.mark.parametrize("answer", [500, 503, 404, 401, 429, 302, "drop", "hang"])
def test_what_goes_wrong_is_tried_again(receiver, tmp_path, answer):
    receiver.answers = [answer, answer, 200]
    hook = _webhook(receiver, tmp_path)
    hook(_event(1))
    hook(_event(2))
    assert hook.close() == 0
    assert [told["id"] for told in receiver.got] == ["0001", "0002"]


def test_an_answer_that_was_lost_brings_the_same_id_again(receiver, tmp_path):
    receiver.answers = ["took, then dropped"]
    hook = _webhook(receiver, tmp_path)
    hook(_event(1))
    assert hook.close() == 0
    assert receiver.keys == ["0001", "0001"]


@pytest.mark.parametrize("answer", [400, 422])
def test_what_the_receiver_does_not_want_is_put_aside(receiver, tmp_path, answer):
    receiver.answers = [answer]
    hook = _webhook(receiver, tmp_path)
    hook(_event(1))
    hook(_event(2))
    assert hook.close() == 0
    assert [told["id"] for told in receiver.got] == ["0002"]
    (kept,) = (tmp_path / "refused").iterdir()
    told = json.loads(kept.read_text())
    assert told["id"] == "0001"
    assert str(answer) in told["refused"]


def test_a_receiver_that_was_down_gets_all_of_it_later(tmp_path):
    first = Receiver()
    first.close()
    hook = _webhook(first, tmp_path)
    hook(_event(1))
    hook(_event(2))
    assert hook.close(timeout=0.2) == 2
    assert hook.last_error
    again = Receiver(first.port)
    assert _webhook(again, tmp_path).close() == 0
    assert [told["id"] for told in again.got] == ["0001", "0002"]
    again.close()


_KILLED = """
import sys, time
from skecg.monitoring import Event, Webhook
hook = Webhook(sys.argv[1], sys.argv[2], retry=0.02, timeout=0.3)
for number in range(100000):
    hook(Event(f"{number:04d}", "asystole", "begin", "bed", 1.0 * number, 2.0 * number))
    print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_process_loses_nothing(receiver, tmp_path):
    # The receiver is down at first, so that events wait; then the process is killed.
    receiver.answers = [500] * 10
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, receiver.url, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    taken = [int(process.stdout.readline()) for _ in range(60)]
    process.send_signal(signal.SIGKILL)
    taken += [int(line) for line in process.stdout.read().split()]
    process.wait()
    process.stdout.close()
    assert _webhook(receiver, tmp_path).close() == 0
    ids = list(dict.fromkeys(told["id"] for told in receiver.got))
    assert set(ids) >= {f"{number:04d}" for number in taken}
    assert ids == sorted(ids)
    assert len(receiver.got) - len(ids) <= 1  # whose answer the kill has lost


def test_a_delivered_event_is_not_taken_again_by_the_next_process(receiver, tmp_path):
    for _ in range(2):
        hook = _webhook(receiver, tmp_path)
        hook(_event(1))
        assert hook.close() == 0
    assert len(receiver.got) == 1


def test_a_spool_is_for_one_process(tmp_path):
    spool = Spool(tmp_path)
    with pytest.raises(DataFileError, match="folder of its own"):
        Spool(tmp_path)
    spool.close()
    Spool(tmp_path).close()


def test_a_torn_line_of_the_log_is_dropped(tmp_path):
    spool = Spool(tmp_path)
    spool.add(_event(1))
    spool.done(spool.first())
    spool.close()
    with (tmp_path / "sent.log").open("a") as file:
        file.write("00")
    spool = Spool(tmp_path)
    spool.add(_event(1))
    assert len(spool) == 0
    spool.add(_event(2))
    assert len(spool) == 1
    spool.close()


@pytest.mark.parametrize("url", ["ftp://host/x", "nowhere", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused(tmp_path, url):
    with pytest.raises(ValueError, match="http://"):
        Webhook(url, tmp_path)


def test_json_lines_are_appended_and_torn_ones_ended(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text('{"torn"')
    for number in range(2):
        sink = JsonLines(path)
        sink(_event(number))
        sink.close()
    first, *rest = path.read_text().splitlines()
    assert first == '{"torn"'
    assert [json.loads(line)["id"] for line in rest] == ["0000", "0001"]
