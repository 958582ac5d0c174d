"""Who is let in, how much may be sent, and how slowly."""

import contextlib
import socket
import time

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from pages import raw, rest_of, seconds, served
from skecg.apps.web import Guard, Page, listen
from skecg.apps.web._page import read_json

TOKEN = "k" * 43
WITH_TOKEN = {"X-Skecg-Token": TOKEN}


async def _echo(request: Request):
    return PlainTextResponse(str(len(await request.body())))


def _guard(port):
    app = Starlette(
        routes=[Route("/", _echo), Route("/api/x", _echo, methods=["GET", "POST"])]
    )
    return Guard(
        app,
        token=TOKEN,
        port=port,
        open_paths={"/"},
        limits={"/api/x": 1000},
        gap=0.4,
        grace=1.0,
    )


@pytest.fixture(scope="module")
def port():
    with served(_guard) as port:
        yield port


@pytest.fixture
def client(port):
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


def test_with_the_key_one_is_let_in(client):
    assert client.post("/api/x", headers=WITH_TOKEN, content=b"12345").text == "5"
    assert client.get("/").status_code == 200  # the page's own files need none


@pytest.mark.parametrize("key", [None, "", "k", TOKEN[:-1] + "j", TOKEN + "k"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_the_key_nobody_is(client, key, method):
    headers = {} if key is None else {"X-Skecg-Token": key}
    answer = client.request(method, "/api/x", headers=headers)
    assert answer.status_code == 401
    assert "the terminal" in answer.json()["error"]


@pytest.mark.parametrize("path", ["/", "/api/x"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", ""])
def test_another_name_for_this_machine_is_refused(client, path, host):
    answer = client.get(path, headers=WITH_TOKEN | {"Host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
def test_what_comes_from_another_page_is_refused(client, headers):
    for method in ("GET", "POST"):
        answer = client.request(method, "/api/x", headers=WITH_TOKEN | headers)
        assert answer.status_code == 403
        assert not [name for name in answer.headers if "access-control" in name]


def test_a_link_to_the_page_may_be_followed_but_not_framed(client):
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    for kind, status in (("document", 200), ("iframe", 403), ("embed", 403)):
        answer = client.get("/", headers=link | {"Sec-Fetch-Dest": kind})
        assert answer.status_code == status


def test_the_page_itself_is_let_in(client, port):
    for host in ("127.0.0.1", "localhost"):
        own = {"Origin": f"http://{host}:{port}", "Sec-Fetch-Site": "same-origin"}
        assert client.post("/api/x", headers=WITH_TOKEN | own).status_code == 200


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "X"])
def test_no_other_method_is_answered(client, method):
    answer = client.request(method, "/api/x", headers=WITH_TOKEN)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if "access-control" in name]


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/", {}), ("/api/x", WITH_TOKEN), ("/api/x", {}), ("/lost", WITH_TOKEN)],
)
def test_every_answer_has_the_safe_headers(client, path, headers):
    found = client.get(path, headers=headers).headers
    policy = found["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "no-referrer"
    assert found["cache-control"] == "no-store"
    assert found["cross-origin-resource-policy"] == "same-origin"
    assert "set-cookie" not in found


def _head(port, *lines, method="POST"):
    first = [f"{method} /api/x HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    return "\r\n".join([*first, f"X-Skecg-Token: {TOKEN}", *lines, "", ""]).encode()


def test_a_body_that_says_it_is_too_large_is_not_read(port):
    answer, time_taken = seconds(
        lambda: raw(port, _head(port, "Content-Length: 99999999999999999999"))
    )
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()
    assert time_taken < 5


def test_who_sends_too_much_hears_why(client):
    """A connection that is closed with unread bytes in it loses the answer."""
    for _ in range(5):
        answer = client.post("/api/x", content=bytes(2**22), headers=WITH_TOKEN)
        assert answer.status_code == 413
        assert answer.json() == {"error": "That is more than 1,000 bytes."}


def test_nobody_is_heard_out_for_ever(port):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(_head(port, "Content-Length: 99999999999"))
        start, sent = time.monotonic(), bytes(2**16)
        with contextlib.suppress(OSError):
            while time.monotonic() - start < 20:
                line.sendall(sent)
        assert time.monotonic() - start < 10


def test_a_body_that_does_not_say_so_is_cut_off(port):
    chunk = b"200\r\n" + b"x" * 512 + b"\r\n"
    answer = raw(port, _head(port, "Transfer-Encoding: chunked") + chunk * 50)
    assert answer.startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("length", ["-1", "5, 6", "0x5", "five", "²"])
def test_a_length_that_is_none_is_refused(port, length):
    answer = raw(
        port,
        _head(port).replace(b"\r\n\r\n", b"\r\n")
        + f"Content-Length: {length}\r\n\r\n".encode(),
    )
    assert answer.startswith(b"HTTP/1.1 400")


def test_a_body_that_stops_is_given_up(port):
    answer, time_taken = seconds(
        lambda: raw(port, _head(port, "Content-Length: 900") + b"x")
    )
    assert answer.startswith(b"HTTP/1.1 408")
    assert 0.3 < time_taken < 10


def test_a_body_that_drips_is_given_up_too(port):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(_head(port, "Content-Length: 900"))
        start = time.monotonic()
        for _ in range(60):
            try:
                line.sendall(b"x")
            except OSError:
                break
            time.sleep(0.1)
        assert time.monotonic() - start < 5.9 or b"408" in rest_of(line)


def test_a_request_that_never_says_what_it_wants_is_let_go(port, monkeypatch):
    monkeypatch.setattr("skecg.apps.web._server._HEAD_SECONDS", 0.4)
    for said in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX: "):
        answer, time_taken = seconds(lambda said=said: raw(port, said))
        assert answer == b""
        assert time_taken < 10


def test_requests_one_after_the_other_on_one_line_are_answered(client):
    for _ in range(3):
        assert client.get("/api/x", headers=WITH_TOKEN).status_code == 200
        time.sleep(0.6)  # longer than the gap: it is for bodies


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104
def test_no_page_is_served_to_others(host):
    with pytest.raises(ValueError, match=r"127\.0\.0\.1 only"):
        listen(host=host)


def test_a_port_in_use_is_told():
    with listen() as own:
        port = own.getsockname()[1]
        with pytest.raises(OSError, match=f"Port {port} cannot be used"):
            listen(port)


async def _fail(request: Request):
    raise RuntimeError("a secret of ours")


async def _ask(request: Request):
    await read_json(request, {"n": int})
    return PlainTextResponse("yes")


@pytest.fixture(scope="module")
def own_page():
    routes = [Route("/api/fail", _fail), Route("/api/ask", _ask, methods=["POST"])]
    return Page("label", routes)


@pytest.fixture(scope="module")
def page_client(own_page):
    with served(own_page.guarded) as port:
        headers = {"X-Skecg-Token": own_page.token}
        base = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=base, headers=headers) as client:
            yield client


def test_a_mistake_of_ours_shows_no_traceback(page_client):
    answer = page_client.get("/api/fail")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.json()["error"]
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"n": "1"}',
        '{"n": true}',
        '{"n": 1, "m": 2}',
        "[" * 60_000,
    ],
)
def test_what_is_no_request_is_refused(page_client, body):
    assert page_client.post("/api/ask", content=body).status_code == 400


def test_a_request_is_answered(page_client):
    assert page_client.post("/api/ask", content='{"n": 1}').text == "yes"


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static",
        "/static/../_guard.py",
        "/static/%2e%2e/_guard.py",
        "/static/..%2f_guard.py",
        "/static/screen.js",  # of another page
        "/../../../etc/passwd",
        "//etc/passwd",
        "/static/label.js%00.png",
        "/static/label.js/",
    ],
)
def test_only_the_files_of_the_page_are_there(own_page, page_client, path):
    port = page_client.base_url.port
    text = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
    text += f"X-Skecg-Token: {own_page.token}\r\n\r\n"
    answer = raw(port, text.encode())
    assert answer.split()[1] in (b"404", b"307", b"400")
    assert b"root:" not in answer
    assert b"import" not in answer


def test_two_runs_have_two_keys():
    assert Page("label", []).token != Page("label", []).token


def test_the_key_is_behind_the_hash(own_page):
    assert own_page.address(5) == f"http://127.0.0.1:5/#{own_page.token}"
