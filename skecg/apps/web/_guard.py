"""Who is let in, and how much they may send.

A page on 127.0.0.1 can be reached by every program of the machine, and by every web
page that is open in its browser. So a request must bring the token of this run in a
header, which no other page can set without being asked for leave, and no leave is
given. A cookie would not do: browsers do not keep those of two ports apart.
"""

import asyncio
import secrets
from collections.abc import Collection, Mapping
from typing import NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_HEADER = "x-skecg-token"  # noqa: S105 - its name
MOST_BYTES = 65_536
"""Of a body, where a page says nothing else."""

_GAP = 10.0  # seconds without a byte
_SLOWEST = 100_000.0  # bytes a second, behind a first half minute
_GRACE = 30.0
_LINGER = 2.0  # seconds for which somebody who was refused may go on sending
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' blob:; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Refusal(NamedTuple):
    """Why somebody is not let in.

    Attributes
    ----------
    status : int
        Of HTTP.
    reason : str
        A sentence.
    """

    status: int
    reason: str


class Guard:
    """Stands in front of an application of one machine's user.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    token : str
        What a request must bring, in the header ``X-Skecg-Token``.
    port : int
        Where the page is served, on 127.0.0.1.
    open_paths : collection of str
        What may be read without the token, since it tells nothing: the page's own
        files.
    limits : mapping of str to int, optional
        The most bytes of a body, by path; 64 KiB for all others.
    gap : float, default=10.0
        Seconds without a byte after which a body is given up.
    grace : float, default=30.0
        Seconds that any body may take. A larger one may take longer, at 100 kB/s.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        token: str,
        port: int,
        open_paths: Collection[str],
        limits: Mapping[str, int] | None = None,
        gap: float = _GAP,
        grace: float = _GRACE,
    ) -> None:
        self._app = app
        self._token = token.encode()
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._origins = {f"http://{host}" for host in self._hosts}
        self._open_paths = frozenset(open_paths)
        self._limits = dict(limits or {})
        self._gap, self._grace = gap, grace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or hand it on with a limit on its body.

        Parameters
        ----------
        scope, receive, send : object
            As ASGI has them.
        """
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal = self.judge(scope)
        if refusal is not None:
            answer = JSONResponse({"error": refusal.reason}, refusal.status)
            guarded = _with_headers(send, last=True)
            await answer(scope, receive, _hearing_out(guarded, receive))
            return
        body = _Body(receive, self._most(scope), self._gap, self._grace)
        await self._app(scope, body, _hearing_out(_with_headers(send), body.rest))

    def judge(self, scope: Scope) -> Refusal | None:
        """Tell why a request is refused, by what stands in front of its body.

        Parameters
        ----------
        scope : dict
            As ASGI has it.

        Returns
        -------
        Refusal or None
            None for one that is let in.
        """
        headers = Headers(scope=scope)
        is_read = scope["method"] in ("GET", "HEAD")
        is_open = is_read and scope["path"] in self._open_paths
        if not is_read and scope["method"] != "POST":
            return Refusal(405, "Only GET, HEAD and POST are answered.")
        if headers.get("host") not in self._hosts:
            return Refusal(421, "This page is on 127.0.0.1 and has no other name.")
        if not self._is_from_here(headers, is_open=is_open):
            return Refusal(403, "This came from another page, and is not answered.")
        return self._of_key(headers, is_open=is_open) or self._of_length(scope, headers)

    def _is_from_here(self, headers: Headers, *, is_open: bool) -> bool:
        if headers.get("origin", next(iter(self._origins))) not in self._origins:
            return False
        if is_open and headers.get("sec-fetch-mode") == "navigate":
            return headers.get("sec-fetch-dest") == "document"  # a link to the page
        return headers.get("sec-fetch-site", "none") in ("same-origin", "none")

    def _of_key(self, headers: Headers, *, is_open: bool) -> Refusal | None:
        given = headers.get(TOKEN_HEADER, "").encode()
        if is_open or secrets.compare_digest(given, self._token):
            return None
        text = "Open the address that the terminal shows: it has the key of this run."
        return Refusal(401, text)

    def _of_length(self, scope: Scope, headers: Headers) -> Refusal | None:
        length, most = headers.get("content-length", "0"), self._most(scope)
        if not length.isascii() or not length.isdigit():
            return Refusal(400, "The length of the body is no number.")
        if int(length[:20]) > most:
            return Refusal(413, f"That is more than {most:,} bytes.")
        return None

    def _most(self, scope: Scope) -> int:
        return self._limits.get(scope["path"], MOST_BYTES)


class _Body:
    """What is received, as long as it is not too much and not too slow."""

    def __init__(self, receive: Receive, most: int, gap: float, grace: float) -> None:
        self._receive = receive
        self._most, self._gap = most, gap
        self._n_bytes = 0
        self._is_whole = False
        self._until = asyncio.get_running_loop().time() + grace + most / _SLOWEST

    async def rest(self) -> Message:
        """Return what comes behind the answer; that all of it came, if it has."""
        if self._is_whole:
            return {"type": "http.request", "more_body": False}
        return await self._receive()

    async def __call__(self) -> Message:
        if self._is_whole:  # now only the end of the connection may come
            return await self._receive()
        left = self._until - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(0.0, min(self._gap, left))):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(
                408, "That came too slowly. Send it again.", {"connection": "close"}
            ) from None
        self._n_bytes += len(message.get("body", b""))
        if self._n_bytes > self._most:
            raise HTTPException(
                413, f"That is more than {self._most:,} bytes.", {"connection": "close"}
            )
        self._is_whole = not message.get("more_body", False)
        return message


def _with_headers(send: Send, *, last: bool = False) -> Send:
    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(_HEADERS | ({"connection": "close"} if last else {}))
        await send(message)

    return send_guarded


def _hearing_out(send: Send, receive: Receive) -> Send:
    """Read on, behind an answer, what the other side still sends, and throw it away.

    Who closes a connection with bytes in it that nobody has read resets it, and the
    sender of a file that was refused would never hear why.
    """

    async def send_and_hear_out(message: Message) -> None:
        is_end = message["type"] == "http.response.body"
        if is_end and not message.get("more_body", False):
            await send({**message, "more_body": True})
            await _read_on(receive)
            message = {"type": "http.response.body"}
        await send(message)

    return send_and_hear_out


async def _read_on(receive: Receive) -> None:
    try:
        async with asyncio.timeout(_LINGER):
            while (await receive()).get("more_body", False):
                pass
    except TimeoutError:  # long enough
        pass
