"""The live page: in a real browser, and against those who should not see it."""

import shutil
import threading
import time

import numpy as np
import pytest

from skecg.datasets import make_ecg
from skecg.monitoring import Chunk, LiveBoard, StreamMonitor, replay

httpx = pytest.importorskip("httpx")
pytest.importorskip("uvicorn")
from skecg.apps.live import LivePage  # noqa: E402 - after what it needs
from skecg.apps.live import _page as page_module  # noqa: E402

RATE = 250.0


@pytest.fixture
def board():
    return LiveBoard(RATE)


@pytest.fixture
def page(board):
    with LivePage(board) as made:
        _until(lambda: made._server.started)
        yield made


def _until(true, seconds=10):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def _root(page):
    return f"http://127.0.0.1:{page.port}"


def _key(page):
    return {"X-Skecg-Token": page._token}


def test_files_are_served_with_headers_and_nothing_else_is(page):
    for path in ("/", "/live.js", "/live.css"):
        answer = httpx.get(_root(page) + path)
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert page._token not in answer.text
    assert httpx.get(_root(page) + "/_page.py").status_code == 404
    assert httpx.post(_root(page) + "/").status_code == 405


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"X-Skecg-Token": "guess"}, 401),
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
    ],
)
def test_strangers_see_nothing(page, headers, status):
    given = (_key(page) if status > 401 else {}) | headers
    answer = httpx.get(_root(page) + "/api/events", headers=given)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_events_are_sent_as_they_come(page, board):
    monitor = StreamMonitor(sampling_rate=RATE)
    url = _root(page) + "/api/events"
    with httpx.stream("GET", url, headers=_key(page), timeout=10) as answer:
        lines = (line for line in answer.iter_lines() if line.startswith("data: "))
        assert '"state"' in next(lines)
        for event in monitor.watch([Chunk(0.0, np.zeros(3000), "bed 4")]):
            board.tell(event)
        assert '"kind": "asystole"' in next(lines)


def test_no_more_pages_than_a_machine_bears(page, monkeypatch):
    monkeypatch.setattr(page_module, "_MOST_VIEWERS", 1)
    url = _root(page) + "/api/events"
    with httpx.stream("GET", url, headers=_key(page), timeout=10) as answer:
        lines = answer.iter_lines()  # which closes the stream when it is let go
        assert next(lines)
        assert httpx.get(url, headers=_key(page)).status_code == 503
    _until(lambda: page._viewers == 0)  # who has left makes room


def test_a_port_that_is_in_use(page, board):
    with pytest.raises(OSError, match="Choose another one"):
        LivePage(board, page.port)


@pytest.fixture
def tab():
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("needs Chromium: apt install chromium")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox"]
        )
        tab = browser.new_page()
        tab.said = []
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.on("pageerror", lambda error: tab.said.append(str(error)))
        yield tab
        browser.close()


def test_a_browser_shows_trace_class_and_alarms(page, board, tab):
    ecg = make_ecg(1, sampling_rate=RATE, duration=20, random_state=0)
    signal = np.concatenate([ecg.data[0], np.zeros(2000)])

    class Sure:
        classes_ = np.array(["<b>N</b>", "V"])

        def predict_proba(self, X):
            return np.tile([0.9, 0.1], (len(X), 1))

    def run():
        monitor = StreamMonitor(Sure(), sampling_rate=RATE)
        for chunk in replay(signal, sampling_rate=RATE, patient="<i>bed</i> 4"):
            board.take(chunk)
            for event in monitor.feed([chunk]):
                board.tell(event)
        board.end()

    tab.goto(page.address)
    tab.get_by_text("Live", exact=True).wait_for()
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    tab.get_by_text("The stream has ended.").wait_for()
    assert tab.inner_text("#label") == "<b>N</b>"  # a text, whatever it holds
    assert tab.inner_text("#confidence") == "90 %"
    assert tab.inner_text("#alarms") == "asystole"
    assert tab.locator("#events tr").count() == 2
    assert "<i>bed</i> 4" in tab.inner_text("#events")
    drawn = tab.evaluate(
        "(() => { const c = document.querySelector('#trace');"
        " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        " return d.some((value) => value > 0); })()"
    )
    assert drawn
    assert tab.said == []


def test_a_browser_with_another_key_is_told_so(page, tab):
    tab.goto(_root(page) + "/#other")
    tab.get_by_text("Open the address that the terminal shows.").wait_for()
