"""A page on 127.0.0.1, until somebody stops it."""

import asyncio
import contextlib
import ipaddress
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from skecg.apps.web._page import Page

_HEAD_SECONDS = 10.0
_MOST_CONNECTIONS = 512
_LAST_SECONDS = 3  # for answers that are under way when it ends


class _Impatient(H11Protocol):
    """Lets go of whoever begins a request and does not say what they want."""

    _waiting = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait()

    def _wait(self) -> None:
        if not self._waiting and self.conn.their_state is h11.IDLE:
            self._waiting = True
            self.loop.call_later(_HEAD_SECONDS, self._give_up)

    def _give_up(self) -> None:
        self._waiting = False
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()


def listen(port: int = 0, *, host: str = "127.0.0.1") -> socket.socket:
    """Take a port of this machine, where nobody outside can reach it.

    Parameters
    ----------
    port : int, default=0
        0 takes one that is free.
    host : str, default="127.0.0.1"
        An address of this machine's own.

    Returns
    -------
    socket

    Raises
    ------
    ValueError
        If `host` is an address that others can reach.
    OSError
        If the port is in use.
    """
    if not ipaddress.ip_address(host).is_loopback:
        raise ValueError(
            "Pages show patients' data and are served on 127.0.0.1 only, got "
            f"{host!r}. From another machine, use an SSH tunnel."
        )
    own = socket.socket()
    try:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.bind((host, port))
        own.listen(128)
    except OSError as error:
        own.close()
        raise OSError(
            f"Port {port} cannot be used: {error.strerror or error}. Choose another "
            "one, or none to get one that is free."
        ) from error
    return own


@contextlib.contextmanager
def page_beside(page: Page, *, port: int = 0) -> Iterator[str]:
    """Serve a page from a thread, while something else goes on.

    Parameters
    ----------
    page : Page
        What is served.
    port : int, default=0
        0 takes one that is free.

    Yields
    ------
    str
        The address.

    Raises
    ------
    OSError
        If the port is in use.
    """
    with listen(port) as own:
        port = own.getsockname()[1]
        server = uvicorn.Server(_config(page, port))
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [own]}, daemon=True
        )
        thread.start()
        try:
            yield page.address(port)
        finally:
            server.should_exit = True
            thread.join(_LAST_SECONDS + 2)


def run_page(
    page: Page,
    *,
    port: int = 0,
    browser: bool = True,
    on_ready: Callable[[str], None],
) -> None:
    """Serve a page until it is stopped by Ctrl+C or a signal.

    Parameters
    ----------
    page : Page
        What is served.
    port : int, default=0
        0 takes one that is free.
    browser : bool, default=True
        Open it in the browser too.
    on_ready : callable of str
        Gets the address, once somebody who opens it is answered.

    Raises
    ------
    OSError
        If the port is in use.
    """
    with listen(port) as own:
        port = own.getsockname()[1]
        server = uvicorn.Server(_config(page, port))
        # From before anybody is told: who reads the address may end it at once.
        with contextlib.suppress(KeyboardInterrupt), _ended_by_signals():
            on_ready(page.address(port))
            if browser:
                webbrowser.open(page.address(port))
            server.run(sockets=[own])


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    # Signals that would kill the process end it as Ctrl+C does, so that what it has
    # put on the disk is taken away.
    def end(*_: object) -> None:
        raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()
    numbers = [getattr(signal, one, None) for one in ("SIGTERM", "SIGHUP")]
    there = [one for one in numbers if one is not None and is_main]
    before = {one: signal.signal(one, end) for one in there}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _config(page: Page, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        page.guarded(port),
        http=_Impatient,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
