"""Models for pages, guarded pages in this process, and raw requests."""

import socket
import threading
import time
from contextlib import contextmanager

import uvicorn

from skecg.apps.web import listen
from skecg.apps.web._server import _Impatient


@contextmanager
def served(make_app):
    """Serve what `make_app(port)` returns from a thread, and yield the port."""
    with listen() as own:
        port = own.getsockname()[1]
        config = uvicorn.Config(
            make_app(port), http=_Impatient, lifespan="off", log_level="critical"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [own]})
        thread.start()
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join(30)


def raw(port, text, *, wait=20.0):
    """Send bytes as they are, and return all that comes until the line is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as line:
        line.sendall(text)
        return rest_of(line)


def rest_of(line):
    """Return what still comes."""
    found = b""
    try:
        while chunk := line.recv(65_536):
            found += chunk
    except ConnectionResetError:  # closed before all was sent: what was read counts
        pass
    return found


def seconds(call):
    """Return how long a call takes, and what it returns."""
    start = time.monotonic()
    return call(), time.monotonic() - start
