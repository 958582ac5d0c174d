"""Connections that are made again whenever they are lost."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

_LONGEST_WAIT = 30.0  # s between two tries
_MOST_DOUBLINGS = 30  # of a wait, for it is a number of the computer's

T = TypeVar("T")


class Calls(Generic[T]):
    """Call a server, and call again, until it is closed or given up.

    Parameters
    ----------
    where : str
        What is called, for the error text.
    connect : callable
        Returns a connection, or raises an `OSError`, or a `UnicodeError` for a name
        that can be no host's.
    retry : float
        Seconds before the second try to connect; each further one waits twice as long,
        30 s at most. A connection that is lost sooner is not made again sooner.
    max_failures : int or None
        Tries in a row after which it is given up; None: never.
    sleep : callable
        Replaced by tests.

    Attributes
    ----------
    n_made : int
        How many connections there were.
    """

    def __init__(
        self,
        where: str,
        connect: Callable[[], T],
        *,
        retry: float,
        max_failures: int | None,
        sleep: Callable[[float], None],
    ) -> None:
        self.n_made = 0
        self._where, self._connect = where, connect
        self._retry, self._max_failures = retry, max_failures
        self._sleep = sleep
        self._closed = threading.Event()

    @property
    def is_closed(self) -> bool:
        """Whether nobody wants more."""
        return self._closed.is_set()

    def close(self) -> None:
        """Make no more connections."""
        self._closed.set()

    def __iter__(self) -> Iterator[T]:
        """Yield connections, one after the other.

        Raises
        ------
        ConnectionError
            If it is given up.
        """
        failures = 0
        while not self._closed.is_set():
            try:
                connection = self._connect()
            except (OSError, UnicodeError) as error:
                failures += 1
                self._give_up(failures, error)
                doublings = min(failures - 1, _MOST_DOUBLINGS)
                self._sleep(min(_LONGEST_WAIT, self._retry * 2.0**doublings))
                continue
            failures = 0
            self.n_made += 1
            began = time.monotonic()
            yield connection
            # A server that hangs up at once is not called in a circle.
            at_once = time.monotonic() - began < self._retry
            if at_once and not self._closed.is_set():
                self._sleep(self._retry)

    def _give_up(self, failures: int, error: Exception) -> None:
        if self._max_failures is not None and failures >= self._max_failures:
            raise ConnectionError(
                f"Cannot connect to {self._where} ({error}); tried {failures} times. "
                "Check the address, and that the server runs."
            ) from error
