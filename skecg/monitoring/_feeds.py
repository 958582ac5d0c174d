"""Samples that come over a network, and time that goes by when none do."""

import queue
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from skecg.monitoring._calls import Calls
from skecg.monitoring._lines import LONGEST_LINE, LineSource
from skecg.monitoring._rings import Chunk

_READ = 1 << 16
_QUEUE = 4096  # chunks that may wait before the source has to


class TcpFeed:
    r"""Chunks from a TCP server that sends lines.

    The feed connects, and connects again whenever the connection is lost. Lines are
    those of `LineSource`, each ended by ``\n``; the beginning of one that is cut off by
    a lost connection is dropped and counted as a bad line.

    Parameters
    ----------
    host : str
        Name or address of the server.
    port : int
        Its port.
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
    ConnectionError
        While iterating, if it is given up.
    """

    def __init__(
        self,
        host: str,
        port: int,
        sampling_rate: float,
        *,
        timeout: float = 10.0,
        retry: float = 1.0,
        max_failures: int | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.host, self.port, self.timeout = host, port, timeout
        self.source = LineSource(self._lines(), sampling_rate)
        self._calls = Calls(
            f"{host}:{port}",
            self._connect,
            retry=retry,
            max_failures=max_failures,
            sleep=sleep,
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

    def _connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=self.timeout)

    def _lines(self) -> Iterator[bytes]:
        for connection in self._calls:
            with connection:
                yield from self._of(connection)

    def _of(self, connection: socket.socket) -> Iterator[bytes]:
        rest = b""
        while not self._calls.is_closed:
            try:
                more = connection.recv(_READ)
            except OSError:  # a reset, or silence for longer than the timeout
                more = b""
            if not more:
                break
            *lines, rest = (rest + more).split(b"\n")
            yield from lines
            if len(rest) > LONGEST_LINE:
                yield rest[:LONGEST_LINE]  # will be counted as bad
                rest = b""
        if rest.strip():
            yield rest + b" <connection lost>"


class Ticking:
    """Say that time goes by when a live source is silent.

    A source that has nothing to say says nothing: without this, that a signal is lost
    would be told only when it is back. The source is read by a thread of its own; when
    a patient has had no chunk for `every` seconds of the clock on the wall, an empty
    one says so.

    Parameters
    ----------
    source : iterable of Chunk
        A live one. An error in it is raised here.
    every : float, default=1.0
        In seconds.
    clock : callable
        Replaced by tests.

    Examples
    --------
    >>> from skecg.monitoring import Chunk, Ticking
    >>> len(list(Ticking([Chunk(0.0, [0.1]), Chunk(0.1, [0.2])])))
    2
    """

    def __init__(
        self,
        source: Iterable[Chunk],
        every: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.source, self.every = source, every
        self._clock = clock
        self._ready: queue.Queue[Chunk | BaseException | None] = queue.Queue(_QUEUE)

    def __iter__(self) -> Iterator[Chunk]:
        threading.Thread(target=self._read, daemon=True).start()
        newest: dict[str, tuple[float, float]] = {}  # stream's time, the wall's
        while True:
            try:
                chunk = self._ready.get(timeout=self.every)
            except queue.Empty:
                chunk = None
                yield from self._silent(newest)
                continue
            if chunk is None:
                return
            if isinstance(chunk, BaseException):
                raise chunk
            newest[chunk.patient] = (chunk.timestamp, self._clock())
            yield chunk
            yield from self._silent(newest)

    def _silent(self, newest: dict[str, tuple[float, float]]) -> Iterator[Chunk]:
        now = self._clock()
        for patient, (stamp, came) in newest.items():
            if now - came >= self.every:
                yield Chunk(stamp + now - came, np.empty(0), patient)

    def _read(self) -> None:
        try:
            for chunk in self.source:
                self._ready.put(chunk)
            self._ready.put(None)
        except BaseException as error:  # noqa: BLE001 - raised again where it is read
            self._ready.put(error)
