"""Files dropped in a real browser, and files that nobody should send."""

import asyncio
import signal
import socket
import struct
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
from playwright.sync_api import expect

from browsers import Server
from pages import raw
from skecg.apps.web._screen_page import MOST_BYTES
from skecg.datasets import load_ecg_images
from uploads import address, answer, drop, png, send

pytestmark = pytest.mark.slow

SLOW = 60_000  # ms: the first answer loads what the model needs


@pytest.fixture(scope="module")
def scans():
    return load_ecg_images().paths[::6].tolist()


@pytest.fixture(scope="module")
def standing(picture_model):
    """One server for all tests that do it no harm: it loads torch, which takes long."""
    server = Server("serve", picture_model)
    yield server
    server.stop()


@pytest.fixture
def client(standing):
    headers = {"X-Skecg-Token": standing.token}
    with httpx.Client(base_url=standing.base, headers=headers, timeout=60) as client:
        until = time.monotonic() + 60
        while client.get("/api/files").json() and time.monotonic() < until:
            client.post("/api/clear", json={})
        yield client


@pytest.fixture
def server(standing, client):
    return standing


def test_a_picture_is_dropped_and_told(server, browser_page, scans):
    page = browser_page
    page.goto(server.address)
    expect(page.locator("#kind")).to_contain_text("A model for pictures")
    drop(page, scans)
    expect(page.locator("#count")).to_have_text("4 of 4 done", timeout=SLOW)
    name = Path(scans[0]).name
    page.locator("#files").get_by_text(name, exact=True).click()
    expect(page.locator("#name")).to_have_text(name)
    expect(page.locator("#answer")).to_contain_text("%")
    expect(page.locator("#shares dt")).to_have_count(4)
    for image in ("#picture", "#heat"):
        expect(page.locator(image)).to_be_visible()
        assert page.evaluate(f"document.querySelector('{image}').naturalWidth") == 352
    page.locator("#show-heat").uncheck()
    expect(page.locator("#heat")).to_be_hidden()
    page.locator("#files").get_by_text(Path(scans[2]).name, exact=True).click()
    expect(page.locator("#name")).to_have_text(Path(scans[2]).name)
    page.reload()
    expect(page.locator("#count")).to_have_text("4 of 4 done")
    assert "not a medical device" in page.inner_text(".notice")
    # What a model says of itself is text.
    expect(page.locator("#card")).to_contain_text("<b>trained for a test</b>")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#count")).to_have_text("No files yet")


def test_what_is_no_picture_has_a_reason_and_its_name_is_text(
    server, browser_page, tmp_path
):
    name = "<img src=x onerror=alert(1)>.png"
    bad, empty = tmp_path / name, tmp_path / "empty.png"
    bad.write_text("<svg onload=alert(1)>")
    empty.touch()
    dialogs = []
    browser_page.on("dialog", lambda dialog: dialogs.append(dialog.accept()))
    browser_page.goto(server.address)
    expect(browser_page.locator("#kind")).to_contain_text("pictures")
    browser_page.set_input_files("#chooser", [bad, empty])
    expect(browser_page.locator("#answer")).to_have_text("No answer", timeout=SLOW)
    expect(browser_page.locator("#reason")).to_contain_text("no picture")
    expect(browser_page.locator("#name")).to_have_text(name)
    expect(browser_page.locator("#message")).to_contain_text("empty.png is empty")
    assert dialogs == []


def test_a_phone_shows_it_all(server, chromium, scans):
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, color_scheme="dark"
    )
    page = context.new_page()
    page.goto(server.address)
    expect(page.locator("#kind")).to_contain_text("pictures")
    page.set_input_files("#chooser", scans[:1])
    expect(page.locator("#picture")).to_be_visible(timeout=SLOW)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_a_stopped_server_is_told(serve, picture_model, browser_page):
    server = serve("serve", picture_model)
    browser_page.goto(server.address)
    expect(browser_page.locator("#kind")).to_contain_text("pictures")
    server.kill()
    browser_page.set_input_files("#chooser", load_ecg_images().paths[:1].tolist())
    expect(browser_page.locator("#message")).to_contain_text("does not answer")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP", "SIGKILL"])
def test_what_was_dropped_does_not_outlive_the_server(
    serve, picture_model, tmp_path, monkeypatch, number
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    first = serve("serve", picture_model)
    assert list(tmp_path.glob("skecg-desk-*/files"))
    first.process.send_signal(getattr(signal, number))
    first.process.wait(60)
    left = list(tmp_path.glob("skecg-desk-*"))
    assert len(left) == (number == "SIGKILL")
    if left:
        second = serve("serve", picture_model)
        assert not left[0].exists()
        assert second.stop() == 0
        assert not list(tmp_path.glob("skecg-desk-*"))


def test_200_uploads_at_once_lose_none_that_was_taken(server, client):
    content = png(np.full((40, 60), 200, dtype=np.uint8))

    async def flood():
        limits = httpx.Limits(max_connections=201)
        headers = {"X-Skecg-Token": server.token}
        async with httpx.AsyncClient(
            base_url=server.base, headers=headers, limits=limits, timeout=60
        ) as many:
            where = address(("scan.png", len(content)))
            tasks = [many.post(where, content=content) for _ in range(200)]
            flood = asyncio.gather(*tasks)
            start = time.monotonic()
            state = await many.get("/api/state")
            waited = time.monotonic() - start
            return [one.status_code for one in await flood], state, waited

    with ThreadPoolExecutor() as pool:  # this thread has a loop, which is Playwright's
        codes, state, waited = pool.submit(lambda: asyncio.run(flood())).result()
    assert set(codes) <= {201, 429}
    assert codes.count(201) >= 4
    assert state.status_code == 200
    assert waited < 10  # seconds, on a machine that is busy
    assert len(client.get("/api/files").json()) == codes.count(201)
    for told in client.get("/api/files").json():
        assert answer(client, told["id"])["reason"].startswith("Files like this")


def test_the_page_answers_while_the_model_is_at_work(client, scans):
    content = Path(scans[0]).read_bytes()
    waits = []

    def look():
        start = time.monotonic()
        assert client.get("/api/state").status_code == 200
        waits.append(time.monotonic() - start)

    for _ in range(8):
        last = send(client, content, "scan.jpg").json()["id"]
        look()
    while client.get(f"/api/files/{last}").json()["state"] != "done":
        look()
    assert np.median(waits) < 1.0


def test_the_list_is_full_at_200(client):
    content = png(np.full((20, 30), 200, dtype=np.uint8))
    codes = [send(client, content).status_code for _ in range(201)]
    assert codes == [201] * 200 + [507]


def _bomb(side=30_000):
    """A PNG file of some hundred bytes that claims many pixels."""

    def chunk(kind, data):
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (_bomb(), "scan.png", "pixels"),
        (_bomb(9000), "scan.png", "more than 50,000,000"),
        (b"<html><script>alert(1)</script>", "scan.png", "no picture"),
        (b"%PDF-1.7 nothing", "scan.pdf", "scan.pdf"),
        (b"0 1 2", "scan.csv", "for a picture"),
        (b"\x7fELF", "../../../etc/cron.d/x", "for a picture"),
        (b"GIF89a", "scan", "for a picture"),
    ],
)
def test_what_cannot_be_used_has_a_reason(client, content, name, reason):
    id_ = send(client, content, name).json()["id"]
    told = answer(client, id_)
    assert told["label"] == ""
    assert reason in told["reason"]
    assert "/" not in told["reason"]  # nothing of where it lay
    assert told["name"] == name
    assert client.get(f"/api/files/{id_}/picture").status_code == 404


@pytest.mark.parametrize(
    "where",
    [
        "/api/files",
        "/api/files?name=a.png",
        "/api/files?name=&size=3",
        f"/api/files?name={'a' * 201}&size=3",
        "/api/files?name=a.png&size=-3",
        "/api/files?name=a.png&size=x",
        "/api/files?name=a.png&size=2",
        "/api/files?name=a.png&size=4",
        "/api/files?name=a.png&size=1&name=b.png&size=2",
        "/api/files?name=../a.hea&size=1&name=../a.dat&size=2",
        "/api/files?name=a.hea&size=1&name=/etc/a.dat&size=2",
        "/api/files?name=a.hea&size=1&name=a.dat&size=2",
        "/api/files?name=a.hea&size=1&name=A.hea&size=2",
        "/api/files?name=a.hea&size=1&name=.b&size=2",
        "/api/files?name=a.dat&size=1&name=a.hea&size=2",
        "/api/files?name=a.hea&size=3" + "&name=a.dat&size=0" * 32,
    ],
)
def test_uploads_that_make_no_sense_are_refused(client, where):
    assert client.post(where, content=b"abc").status_code == 400
    assert client.get("/api/files").json() == []


def test_an_upload_that_is_too_large_is_refused_unread(server):
    text = (
        f"POST {address(('a.png', 5))} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"X-Skecg-Token: {server.token}\r\nContent-Length: {MOST_BYTES + 1}\r\n\r\n"
    )
    assert raw(server.port, text.encode()).startswith(b"HTTP/1.1 413")


def test_an_upload_that_is_broken_off_leaves_nothing(server, client):
    text = (
        f"POST {address(('a.png', 500))} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"X-Skecg-Token: {server.token}\r\nContent-Length: 500\r\n\r\nabc"
    )
    for _ in range(8):  # more than may be received at a time
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall(text.encode())
    content = png(np.zeros((9, 9), dtype=np.uint8))
    until = time.monotonic() + 10
    while send(client, content).status_code == 429 and time.monotonic() < until:
        time.sleep(0.1)
    assert len(client.get("/api/files").json()) == 1


@pytest.mark.parametrize("what", ["", "/picture", "/heat", "/strip?start=0&seconds=1"])
def test_there_is_no_such_file(client, what):
    for id_ in ("x", "..", "%2e%2e%2fstate"):
        assert client.get(f"/api/files/{id_}{what}").status_code == 404
