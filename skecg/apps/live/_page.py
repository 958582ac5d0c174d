"""A page that shows a monitor at work.

It is on 127.0.0.1, where every program of the machine and every page in its browser can
send requests; so whoever asks for data must bring the token of this run in a header,
which no other page can set, and must call the machine by its own name. The token stands
behind a "#" in the address and is in no request and in no log. `EventSource` cannot
send a header, so the page reads the stream of server-sent events by `fetch`.
"""

import asyncio
import json
import secrets
import socket
import threading
from collections.abc import AsyncIterator
from importlib import resources
from typing import TYPE_CHECKING, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from skecg.monitoring import LiveBoard

_MOST_VIEWERS = 16
_PAUSE = 0.2  # s between two looks at the board
_FILES = {
    "/": ("live.html", "text/html; charset=utf-8"),
    "/live.js": ("live.js", "text/javascript; charset=utf-8"),
    "/live.css": ("live.css", "text/css; charset=utf-8"),
}
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class LivePage:
    """Serve a board while a monitor fills it.

    Parameters
    ----------
    board : LiveBoard
        What is shown.
    port : int, default=0
        On 127.0.0.1; 0 takes one that is free.

    Attributes
    ----------
    address : str
        Where the page is, with the key of this run.

    Raises
    ------
    OSError
        If the port is in use.
    """

    def __init__(self, board: "LiveBoard", port: int = 0) -> None:
        self._board = board
        self._token = secrets.token_urlsafe(32)
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", port))
        except OSError as error:
            self._socket.close()
            raise OSError(
                f"Port {port} cannot be used: {error.strerror or error}. Choose "
                "another one, or 0 to get one that is free."
            ) from error
        self.port: int = self._socket.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/#{self._token}"
        self._viewers = 0
        files = [Route(path, self._file) for path in _FILES]
        self.app = Starlette(routes=[*files, Route("/api/events", self._events)])
        config = uvicorn.Config(
            self.app,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            limit_concurrency=4 * _MOST_VIEWERS,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(5)
        self._socket.close()

    def _refusal(self, request: Request, *, needs_token: bool) -> Response | None:
        own = {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}
        if request.headers.get("host") not in own:
            return _refused(421, "This page is on 127.0.0.1 and has no other name.")
        origin = request.headers.get("origin")
        if origin is not None and origin.removeprefix("http://") not in own:
            return _refused(403, "This came from another page, and is not answered.")
        given = request.headers.get("x-skecg-token", "").encode()
        if needs_token and not secrets.compare_digest(given, self._token.encode()):
            return _refused(401, "Open the address that the terminal shows.")
        return None

    async def _file(self, request: Request) -> Response:
        name, kind = _FILES[request.url.path]
        content = (resources.files("skecg.apps.live") / name).read_bytes()
        refusal = self._refusal(request, needs_token=False)
        return refusal or Response(content, media_type=kind, headers=_HEADERS)

    async def _events(self, request: Request) -> Response:
        refusal = self._refusal(request, needs_token=True)
        if refusal is not None:
            return refusal
        if self._viewers >= _MOST_VIEWERS:
            return _refused(503, f"{_MOST_VIEWERS} pages are open already. Close one.")
        self._viewers += 1
        return StreamingResponse(
            self._stream(), media_type="text/event-stream", headers=_HEADERS
        )

    async def _stream(self) -> AsyncIterator[str]:
        # A comment now and then finds out that somebody has left.
        try:
            state = self._board.state()
            number, quiet = state["number"], 0
            yield _line({"state": state})
            while not self._server.should_exit:
                number, messages = self._board.since(number)
                for message in messages:
                    yield _line(message)
                quiet = 0 if messages else quiet + 1
                if quiet and quiet % 25 == 0:
                    yield ": still here\n\n"
                await asyncio.sleep(_PAUSE)
        finally:
            self._viewers -= 1


def _refused(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status, _HEADERS)


def _line(message: dict[str, object]) -> str:
    return f"data: {json.dumps(message)}\n\n"
