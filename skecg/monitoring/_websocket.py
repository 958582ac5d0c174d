"""Samples that come over a WebSocket."""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from skecg.exceptions import MissingExtraError
from skecg.monitoring._calls import Calls
from skecg.monitoring._lines import LONGEST_LINE, LineSource
from skecg.monitoring._rings import Chunk

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

_LAST_WORDS = 1.0  # s for which a server may answer that the connection ends


class WebSocketFeed:
    """Chunks from a WebSocket server that sends lines.

    A message, text or binary, is a line of `LineSource` or several of them. The feed
    connects, and connects again whenever the connection is lost. A message that is
    larger than 1 MiB, or of text that is none, ends the connection and counts as a bad
    line; so does nothing else. Needs the package websockets: ``pip install
    skecg[stream]``.

    Parameters
    ----------
    url : str
        Where the server is: ``ws://HOST:PORT/PATH``, or ``wss://`` for an encrypted
        connection.
    sampling_rate : float
        In Hz.
    timeout : float, default=10.0
        Seconds after which a silent connection is made anew.
    retry : float, default=1.0
        Seconds before the second try to connect; each further one waits twice as long,
        30 s at most.
    max_failures : int, optional
        Tries in a row to connect after which it is given up; by default never.
    sleep : callable
        Replaced by tests.

    Attributes
    ----------
    source : LineSource
        Knows the lines that could not be read.
    n_connections : int
        How often it has connected.

    Raises
    ------
    ValueError
        If `url` is no address of a WebSocket.
    ConnectionError
        While iterating, if it is given up.
    MissingExtraError
        While iterating, if websockets is not installed; an `ImportError`.

    See Also
    --------
    TcpFeed : The same lines over a plain connection.

    Examples
    --------
    >>> from skecg.monitoring import WebSocketFeed
    >>> feed = WebSocketFeed("ws://127.0.0.1:9001/bed4", sampling_rate=250.0)
    >>> feed.n_connections  # it connects when it is asked for chunks
    0
    """

    def __init__(
        self,
        url: str,
        sampling_rate: float,
        *,
        timeout: float = 10.0,
        retry: float = 1.0,
        max_failures: int | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        _check_url(url)
        self.url, self.timeout = url, timeout
        self.source = LineSource(self._lines(), sampling_rate)
        self._calls = Calls(
            url, self._connect, retry=retry, max_failures=max_failures, sleep=sleep
        )

    @property
    def n_connections(self) -> int:
        """How often it has connected.

        Returns
        -------
        int
        """
        return self._calls.n_made

    def __iter__(self) -> Iterator[Chunk]:
        return iter(self.source)

    def close(self) -> None:
        """End the feed after what has come already."""
        self._calls.close()

    def _connect(self) -> "ClientConnection":
        try:
            from websockets.exceptions import WebSocketException
            from websockets.sync.client import connect
        except ImportError as error:
            raise MissingExtraError(
                "WebSockets need the package websockets: pip install skecg[stream]"
            ) from error
        try:
            return connect(
                self.url,
                open_timeout=self.timeout,
                close_timeout=min(self.timeout, _LAST_WORDS),
                max_size=LONGEST_LINE,
            )
        except WebSocketException as error:  # there, but no WebSocket
            raise ConnectionError(str(error)) from error

    def _lines(self) -> Iterator[str | bytes]:
        for connection in self._calls:
            with connection:
                yield from self._of(connection)

    def _of(self, connection: "ClientConnection") -> Iterator[str | bytes]:
        from websockets.exceptions import ConnectionClosed

        while not self._calls.is_closed:
            try:
                message = connection.recv(self.timeout)
            except TimeoutError:  # silence
                return
            except ConnectionClosed as error:
                refused = error.sent if not error.rcvd_then_sent else None
                if refused is not None and refused.code in _UNREADABLE:
                    yield f"<a message that is {_UNREADABLE[refused.code]}>"
                return
            if isinstance(message, bytes):
                yield from message.split(b"\n")
            else:
                yield from message.split("\n")


_UNREADABLE = {  # by what the connection was closed with: RFC 6455, section 7.4.1
    1002: "against the protocol",
    1007: "no UTF-8",
    1009: "larger than 1 MiB",
}


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_known = parts.scheme in ("ws", "wss") and bool(parts.hostname)
        is_known = is_known and parts.port != 0
    except ValueError:  # a port that is none
        is_known = False
    if not is_known:
        raise ValueError(f"url must be ws://HOST:PORT or wss://HOST:PORT, got {url!r}.")
