"""Where events go."""

import http.client
import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from skecg.monitoring._events import Event
from skecg.monitoring._spool import Spool

_NOT_WANTED = frozenset({400, 413, 415, 422})  # the same event would be so tomorrow
_LONGEST_WAIT = 60.0  # s between two tries


class JsonLines:
    """Append events to a file, a line of JSON each.

    A line is on the disk when the call returns. A line that a killed process has left
    torn is ended first, so that the next one is whole.

    Parameters
    ----------
    path : path-like
        Made if it is not there.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skecg.monitoring import Event, JsonLines
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "events.jsonl"
    ...     sink = JsonLines(path)
    ...     sink(Event("1", "asystole", "begin", "bed 4", 12.0, 17.0))
    ...     sink.close()
    ...     '"kind": "asystole"' in path.read_text()
    True
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file = Path(path).open("a+b")  # noqa: SIM115 - closed by close()
        if self._file.seek(0, 2):
            self._file.seek(-1, 2)
            if self._file.read(1) != b"\n":
                self._file.write(b"\n")

    def __call__(self, event: Event) -> None:
        """Append an event.

        Parameters
        ----------
        event : Event
            What is told.
        """
        self._file.write(event.as_json().encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Webhook:
    """Send events to a server by POST, until it has them.

    An event goes to the spool first. A thread takes it from there and tries until the
    server answers with 2xx: a server that is down, hangs, drops the connection or
    answers with 500 is tried again, after half a second first and 60 s at last. Events
    arrive in order. What a process leaves behind, the next one with the same spool
    sends. A server that has taken an event and whose answer was lost gets it again,
    with the same id, which also stands in the header ``Idempotency-Key``. An event that
    the server calls unusable (400, 413, 415, 422) is put aside in the spool's folder
    ``refused``.

    Parameters
    ----------
    url : str
        ``http://`` or ``https://``. Redirections are not followed: they would lose the
        event.
    spool : path-like
        Folder for events that wait.
    headers : mapping of str to str, optional
        Sent with each event, for authorisation for instance.
    timeout : float, default=10.0
        Seconds for an answer.
    retry : float, default=0.5
        Seconds before the second try; each further one waits twice as long.

    Raises
    ------
    ValueError
        If the address is none.
    DataFileError
        If another process uses the spool.
    """

    def __init__(
        self,
        url: str,
        spool: str | os.PathLike[str],
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 10.0,
        retry: float = 0.5,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(
                "url must begin with http:// or https:// and name a server, got "
                f"{url!r}."
            )
        self.url, self.timeout, self.retry = url, timeout, retry
        self.last_error = ""
        self._headers = {"Content-Type": "application/json"} | dict(headers or {})
        self._opener = urllib.request.build_opener(_NoRedirection)
        self._spool = Spool(spool)
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._deliver, daemon=True)
        self._thread.start()

    @property
    def n_waiting(self) -> int:
        """How many events have not been delivered yet.

        Returns
        -------
        int
        """
        return len(self._spool)

    def __call__(self, event: Event) -> None:
        """Take an event; when this returns it cannot be lost any more.

        Parameters
        ----------
        event : Event
            To be delivered.
        """
        with self._changed:
            self._spool.add(event)
            self._changed.notify_all()

    def close(self, timeout: float = 10.0) -> int:
        """Wait for what is still to be delivered.

        Parameters
        ----------
        timeout : float, default=10.0
            Seconds, at most.

        Returns
        -------
        int
            How many events stay in the spool, for the next time.
        """
        until = time.monotonic() + timeout
        with self._changed:
            while len(self._spool) and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
        self._closing.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join(self.timeout + 1)
        self._spool.close()
        return len(self._spool)

    def _deliver(self) -> None:
        failures = 0
        while not self._closing.is_set():
            with self._changed:
                told = self._spool.first()
                if told is None:
                    self._changed.wait(1.0)
                    continue
            why, wanted = self._post(told)
            if why and wanted:
                failures += 1
                self.last_error = why
                self._closing.wait(min(_LONGEST_WAIT, self.retry * 2 ** (failures - 1)))
                continue
            failures = 0
            with self._changed:
                if why:
                    self._spool.refuse(told, why)
                else:
                    self._spool.done(told)
                self._changed.notify_all()

    def _post(self, told: dict[str, Any]) -> tuple[str, bool]:
        """Return what went wrong, if anything, and whether to try again."""
        body = json.dumps(told).encode()
        headers = self._headers | {"Idempotency-Key": told["id"]}
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            self.url, data=body, headers=headers, method="POST"
        )
        try:
            with self._opener.open(request, timeout=self.timeout) as answer:
                answer.read(1 << 16)
        except urllib.error.HTTPError as error:
            error.close()
            return f"{error.code} {error.reason}", error.code not in _NOT_WANTED
        except (OSError, http.client.HTTPException) as error:
            return str(error) or type(error).__name__, True
        return "", True


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Take a redirection for what it is: no answer."""
