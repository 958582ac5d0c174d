"""One file over HTTP: resumed where it broke off, checked, put in place whole."""

import hashlib
import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import skecg
from skecg.exceptions import DownloadError

TIMEOUT = 30.0
"""Seconds without a byte after which a connection counts as dropped."""

TRIES = 4
"""How often in a row a connection may break without having brought anything new."""

PAUSE = 1.0
"""Seconds to wait before the second try; twice as many before each further one."""

_CHUNK = 1 << 16  # bytes
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_UNSATISFIABLE = 416


class _BrokenOffError(Exception):
    """The connection broke, or the server asks to come back: try again."""


class _CannotResumeError(_BrokenOffError):
    """The server has nothing that fits behind what is there: begin again."""


def download(url: str, path: Path, *, sha256: str, part: Path) -> None:
    """Download a file, unless it is not the one that was published.

    What was received stays in `part` when the connection breaks, the disk is full or
    the process is killed; the next call goes on from there.

    Parameters
    ----------
    url : str
        Where it is.
    path : Path
        Where to put it, at once and whole.
    sha256 : str
        What its contents must add up to: 64 hexadecimal digits, or those with which
        they begin, where no more are known.
    part : Path
        Where to gather it, on the same file system. No one else may write to it.

    Raises
    ------
    DownloadError
        If the server does not have it, the connection breaks again and again, or what
        came twice in a row is another file; an `OSError`.
    OSError
        If it cannot be written.
    ValueError
        If `sha256` is empty.
    """
    if not sha256:
        raise ValueError(f"No checksum is known of {url}: it cannot be told whole.")
    wrong = 0
    while wrong < 2:
        if not sha256_of(part).startswith(sha256):
            _gather(url, part)
        if sha256_of(part).startswith(sha256):
            with disk_errors(path):
                part.replace(path)
            return
        # Bytes of an earlier run may be to blame: the second time none are left.
        wrong += 1
        part.unlink(missing_ok=True)
    raise DownloadError(
        f"{url} is not the file that was published: its SHA-256 must begin with "
        f"{sha256}. It was not kept. Is the address right, and does a proxy change "
        "what it passes on?"
    )


def download_text(url: str) -> str:
    """Download a short text whose contents are not known beforehand.

    Parameters
    ----------
    url : str
        Where it is.

    Returns
    -------
    str

    Raises
    ------
    DownloadError
        If the server does not have it or does not say how long it is, or the connection
        breaks again and again; an `OSError`.
    """
    failures = 0
    while True:
        try:
            with _open(url, 0) as response:
                if response.length is None:
                    raise DownloadError(
                        f"{url} comes without its length, so whether it is whole "
                        "cannot be told. Use another server by base_url=."
                    )
                received = b"".join(_chunks(response))
            return received.decode("utf-8", errors="replace")
        except _BrokenOffError as error:
            failures += 1
            _wait(url, failures, error)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's contents, or nothing where there is no file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        64 hexadecimal digits, or an empty string.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Say of an error in writing what it leaves behind and how to go on.

    Parameters
    ----------
    path : Path
        What is written.

    Raises
    ------
    OSError
        Of the kind that was raised inside.
    """
    try:
        yield
    except OSError as error:
        told = (
            f"{error.strerror}. Mend this, or choose another folder by data_home= or "
            "the environment variable SKECG_DATA; what has come is kept, and the next "
            "call goes on from there"
        )
        raise OSError(error.errno, told, str(path)) from error


def _gather(url: str, part: Path) -> None:
    # Until all has come, or nothing new has come TRIES times.
    failures, most = 0, _size(part)
    while True:
        try:
            return _receive(url, part)
        except _BrokenOffError as error:
            if isinstance(error, _CannotResumeError):
                part.unlink(missing_ok=True)
            failures = 1 if _size(part) > most else failures + 1
            most = max(most, _size(part))
            _wait(url, failures, error)


def _receive(url: str, part: Path) -> None:
    have = _size(part)
    with _open(url, have) as response:
        if response.status == http.client.PARTIAL_CONTENT:
            told = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
            if told is None or int(told[1]) != have:
                raise _CannotResumeError("another part of it came than was asked for")
        else:
            have = 0  # the server does not know how to go on: all comes again
        with disk_errors(part), part.open("ab" if have else "wb") as file:
            for chunk in _chunks(response):
                file.write(chunk)


def _open(url: str, begin: int) -> http.client.HTTPResponse:
    headers = {"User-Agent": f"skecg/{skecg.__version__}"}
    if begin:
        headers["Range"] = f"bytes={begin}-"
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 (checked)
    try:
        return urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310
    except urllib.error.HTTPError as error:
        if begin and error.code == _UNSATISFIABLE:
            raise _CannotResumeError(f"HTTP {error.code} {error.reason}") from error
        if error.code in _TRY_AGAIN:
            raise _BrokenOffError(f"HTTP {error.code} {error.reason}") from error
        raise DownloadError(
            f"{url} cannot be had: HTTP {error.code} {error.reason}. Is the address "
            "right?"
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise _BrokenOffError(str(error)) from error


def _chunks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    # http.client takes an early end of the connection for the end of the file.
    promised, received = response.length, 0
    while True:
        try:
            chunk = response.read1(_CHUNK)
        except (OSError, http.client.HTTPException) as error:
            raise _BrokenOffError(str(error) or type(error).__name__) from error
        if not chunk:
            break
        received += len(chunk)
        yield chunk
    if promised is not None and received < promised:
        raise _BrokenOffError(f"only {received} of {promised} bytes came")


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _wait(url: str, failures: int, error: _BrokenOffError) -> None:
    if failures >= TRIES:
        raise DownloadError(
            f"{url} could not be downloaded, {failures} tries in a row: {error}. Is "
            "there a network? What has come is kept; call again to go on."
        ) from error
    time.sleep(PAUSE * 2 ** (failures - 1))
