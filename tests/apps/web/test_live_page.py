"""The live page: in a real browser, and for more who watch than a machine bears."""

import re
import threading
import time

import httpx
import numpy as np
import pytest
from playwright.sync_api import expect

from pages import raw
from skecg.apps.web import _live_page as page_module
from skecg.apps.web import page_beside
from skecg.apps.web._live_page import LivePage
from skecg.datasets import make_ecg
from skecg.monitoring import Chunk, LiveBoard, StreamMonitor, replay

RATE = 250.0


@pytest.fixture
def board():
    return LiveBoard(RATE)


@pytest.fixture
def live(board):
    return LivePage(board)


@pytest.fixture
def address(live):
    with page_beside(live.page()) as address:
        yield address
        live.close()


@pytest.fixture
def client(address):
    base, _, token = address.partition("/#")
    headers = {"X-Skecg-Token": token}
    with httpx.Client(base_url=base, headers=headers, timeout=20) as client:
        yield client


def _until(true, seconds=20):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def _told(answer):
    return (line for line in answer.iter_lines() if line.startswith("data: "))


def test_events_are_sent_as_they_come(client, board):
    monitor = StreamMonitor(sampling_rate=RATE)
    with client.stream("GET", "/api/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        told = _told(answer)
        assert '"state"' in next(told)
        for event in monitor.watch([Chunk(0.0, np.zeros(3000), "bed 4")]):
            board.tell(event)
        assert '"kind": "asystole"' in next(told)


def test_the_guard_of_all_pages_stands_before_it(client):
    assert client.get("/api/events", headers={"X-Skecg-Token": "x"}).status_code == 401
    away = {"Origin": "https://evil.example"}
    assert client.get("/api/events", headers=away).status_code == 403
    assert b" 421 " in raw(client.base_url.port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert client.post("/api/events").status_code == 405


def test_no_more_pages_than_a_machine_bears(client, live, monkeypatch):
    monkeypatch.setattr(page_module, "MOST_VIEWERS", 1)
    with client.stream("GET", "/api/events") as answer:
        told = _told(answer)  # which closes the stream when it is let go
        assert next(told)
        refused = client.get("/api/events")
        assert refused.status_code == 503
        assert "Close one" in refused.json()["error"]
    _until(lambda: live._n_viewers == 0)  # who has left makes room


def test_who_watches_does_not_hold_up_the_end(live, client):
    with client.stream("GET", "/api/events") as answer:
        told = _told(answer)
        assert next(told)
        live.close()
        assert list(told) == []


def test_a_port_that_is_in_use(client, live):
    with (
        pytest.raises(OSError, match="Choose another one"),
        page_beside(live.page(), port=client.base_url.port),
    ):
        pass


class _Sure:
    classes_ = np.array(["<b>N</b>", "V"])

    def predict_proba(self, X):
        return np.tile([0.9, 0.1], (len(X), 1))


def _fill(board):
    """Show a heart that stops."""
    ecg = make_ecg(1, sampling_rate=RATE, duration=20, random_state=0)
    signal = np.concatenate([ecg.data[0], np.zeros(2000)])
    monitor = StreamMonitor(_Sure(), sampling_rate=RATE)
    for chunk in replay(signal, sampling_rate=RATE, patient="<i>bed</i> 4"):
        board.take(chunk)
        for event in monitor.feed([chunk]):
            board.tell(event)
    board.end()


def _expect_all(tab):
    expect(tab.locator("#status")).to_have_text("The stream has ended.")
    assert tab.inner_text("#label") == "<b>N</b>"  # a text, whatever it holds
    assert tab.inner_text("#confidence") == "90 %"
    assert tab.inner_text("#alarms") == "asystole"
    assert tab.locator("#events tr").count() == 2
    assert "<i>bed</i> 4" in tab.inner_text("#events")


def test_a_browser_shows_trace_class_and_alarms(address, board, browser_page):
    tab = browser_page
    tab.goto(address)
    expect(tab.locator("#status")).to_have_text("Live")
    thread = threading.Thread(target=_fill, args=[board])
    thread.start()
    thread.join()
    _expect_all(tab)
    tab.wait_for_function(
        "() => { const c = document.querySelector('#trace');"
        " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        " return d.some((value) => value > 0); }"
    )
    tab.reload()  # who comes late sees what has been
    _expect_all(tab)


def test_a_browser_with_another_key_is_told_so(address, browser_page):
    browser_page.goto(re.sub("#.*", "#other", address))
    status = browser_page.locator("#status")
    expect(status).to_contain_text("Open the address that the terminal shows")


@pytest.mark.slow
def test_a_monitor_in_the_terminal_and_its_end(tmp_path, serve, browser_page):
    wfdb = pytest.importorskip("wfdb")
    signal = make_ecg(1, sampling_rate=RATE, duration=120, random_state=0).data[0]
    wfdb.wrsamp(
        "bed4",
        fs=RATE,
        units=["mV"],
        sig_name=["II"],
        p_signal=signal[:, None],
        fmt=["16"],
        write_dir=str(tmp_path),
    )
    server = serve("monitor", tmp_path / "bed4", "--page", "--no-model", "--speed", 1)
    browser_page.goto(server.address)
    expect(browser_page.locator("#status")).to_have_text("Live")
    expect(browser_page.locator("#patient")).to_have_value("bed4")
    server.stop()  # which fails if who watches holds up its end
    expect(browser_page.locator("#status")).to_have_text("The monitor has stopped.")
