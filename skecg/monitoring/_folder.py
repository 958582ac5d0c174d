"""Folders of new scans."""

import contextlib
import hashlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from skecg._files import lock, to_disk
from skecg.exceptions import DataFileError, DataFileNotFoundError
from skecg.imaging.decode import is_image_file
from skecg.monitoring._events import ID_LENGTH, Event, make_event

_BEGINNING = b'["'  # of each line of a journal


def watch_folder(
    folder: str | os.PathLike[str],
    estimator: Any,
    *,
    journal: str | os.PathLike[str],
    interval: float = 1.0,
    settled: float = 2.0,
    until: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Event]:
    """Classify every new scan that is put into a folder, once.

    A file is taken when its size and its time have not changed for `settled` seconds,
    so that one that is still being copied is left alone. A file that is replaced by
    another one is new; one that is only touched is not.

    An event counts as taken when the next one is asked for, and stands in the journal
    from then on. Whatever ends the process, none is lost: begun again, what was not
    taken is told once more, by the same `id`, which is made of the file's name and
    content. So whoever keeps events under their ids has each once.

    Parameters
    ----------
    folder : path-like
        Looked into, with the folders in it. Names that begin with a dot are left out.
    estimator : classifier
        Of picture files, fitted.
    journal : path-like
        A file for what was taken; made if it is not there.
    interval : float, default=1.0
        Seconds between two looks.
    settled : float, default=2.0
        Seconds without change after which a file is whole.
    until : callable, optional
        Asked after each look whether to stop.
    sleep : callable
        Replaced by tests.

    Yields
    ------
    Event
        Of the kind ``"picture"``: `patient` is the file's path in the folder, `label`
        and `confidence` are its class, `onset` and `time` when it was changed last. A
        file that cannot be read, or at which the estimator fails or gives no numbers,
        is told as ``"bad_input"``, with the reason as `label`.

    Raises
    ------
    DataFileNotFoundError
        If there is no such folder.
    DataFileError
        If `journal` is another file, or another process writes to it.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from PIL import Image
    >>> from skecg.monitoring import watch_folder
    >>> class Bright:
    ...     classes_ = ["dark", "bright"]
    ...     def predict_proba(self, paths):
    ...         return [[0.1, 0.9]]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Image.new("L", (20, 20), 255).save(Path(folder) / "one.png")
    ...     events = watch_folder(
    ...         folder, Bright(), journal=Path(folder) / "seen", settled=0,
    ...         until=lambda: True,
    ...     )
    ...     [(event.patient, event.label) for event in events]
    [('one.png', 'bright')]
    """
    root = Path(folder)
    if not root.is_dir():
        raise DataFileNotFoundError(f"There is no folder {root}. Check the path.")
    scans = _Scans(root, Path(journal), settled)
    with contextlib.closing(scans):
        while True:
            for scan in scans.new():
                event = _judge(scan, estimator)
                if scan.is_still_there():  # and was not changed meanwhile
                    yield event
                    # Whoever asks for the next event has taken this one: only now.
                    scans.note(scan)
            if until():
                return
            sleep(interval)


class _Scan(NamedTuple):
    """A file as it was found.

    `state` is its size and the time of its last change in nanoseconds, `id` that of its
    event.
    """

    path: Path
    name: str
    state: list[int]
    id: str

    def is_still_there(self) -> bool:
        return _state(self.path) == self.state


class _Scans:
    """The files of a folder, and the journal of those that were told."""

    def __init__(self, root: Path, journal: Path, settled: float) -> None:
        self._root, self._settled = root, settled
        self._changed: dict[str, tuple[list[int], float]] = {}  # what it was, and when
        self._journal = _opened(journal)
        try:
            self._told = _read_journal(journal)
        except BaseException:
            self._journal.close()
            raise

    def new(self) -> Iterator[_Scan]:
        """Find the files that are whole and were not told."""
        for path in _pictures_in(self._root):
            name = str(path.relative_to(self._root))
            state, (known, id_) = _state(path), self._told.get(name, ([], ""))
            if state is None or state == known or not self._is_whole(name, state):
                continue
            scan = _Scan(path, name, state, _id_of(path, name, state))
            if scan.id == id_:  # it was only touched
                self.note(scan)
            else:
                yield scan

    def note(self, scan: _Scan) -> None:
        """Write down that a file was told."""
        self._told[scan.name] = (scan.state, scan.id)
        self._changed.pop(scan.name, None)
        line = json.dumps([scan.name, scan.state, scan.id])
        self._journal.write(line.encode() + b"\n")
        to_disk(self._journal)

    def close(self) -> None:
        self._journal.close()

    def _is_whole(self, name: str, state: list[int]) -> bool:
        before, since = self._changed.get(name, (None, 0.0))
        if before != state:
            self._changed[name] = (state, since := time.monotonic())
        return time.monotonic() - since >= self._settled


def _pictures_in(root: Path) -> list[Path]:
    # Not by rglob, which fails if a folder is taken away while it looks.
    found = []
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if not name.startswith(".")]
        found += [Path(folder, name) for name in names if not name.startswith(".")]
    return sorted(filter(is_image_file, found))


def _state(path: Path) -> list[int] | None:
    try:
        facts = path.stat()
    except OSError:  # taken away since it was listed
        return None
    is_file = stat.S_ISREG(facts.st_mode)
    return [facts.st_size, facts.st_mtime_ns] if is_file else None


def _id_of(path: Path, name: str, state: list[int]) -> str:
    # By its content, so that it is the same whenever the same file is told.
    try:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:  # it is told that it cannot be read
        content = repr(state)
    named = json.dumps([name, content])
    return hashlib.sha256(named.encode()).hexdigest()[:ID_LENGTH]


def _judge(scan: _Scan, estimator: Any) -> Event:
    kind, confidence = "picture", 1.0
    try:
        label, confidence = _class_of(scan.path, estimator)
    except (ValueError, OSError, ImportError) as error:  # the last: no reader of PDF
        kind, label = "bad_input", str(error)
    except Exception as error:  # noqa: BLE001 - one file ends no watch, nor the next one
        kind, label = "bad_input", f"The model failed: {error!r}."
    when = scan.state[1] / 1e9
    event = make_event(
        kind,
        "change",
        scan.name,
        onset=when,
        time=when,
        confidence=confidence,
        label=label,
    )
    return replace(event, id=scan.id)


def _class_of(path: Path, estimator: Any) -> tuple[str, float]:
    answer = np.asarray(estimator.predict_proba([str(path)]), dtype=np.float64)[0]
    if not np.isfinite(answer).all():
        raise ValueError("The model's answer is no number.")
    best = int(answer.argmax())
    return str(estimator.classes_[best]), float(answer[best])


def _opened(path: Path) -> BinaryIO:
    if path.exists() and not path.is_file():
        raise _no_journal(path)
    file = path.open("ab")
    try:
        lock(file.fileno(), wait=False)
    except (BlockingIOError, PermissionError) as error:
        file.close()
        raise DataFileError(
            f"Another process writes to {path}: it watches the same scans. End it, or "
            "name another journal."
        ) from error
    except OSError:  # a file system without locks
        pass
    return file


def _no_journal(path: Path) -> DataFileError:
    return DataFileError(
        f"{path} is no journal of watched scans. Name another file; nothing was "
        "changed."
    )


def _read_journal(path: Path) -> dict[str, tuple[list[int], str]]:
    *lines, torn = path.read_bytes().split(b"\n")
    told = [_entry_of(line) for line in lines]
    entries = [entry for entry in told if entry is not None]
    if len(entries) < len(told) or not _may_be_torn(torn):
        raise _no_journal(path)
    if torn:  # a killed process has left it
        os.truncate(path, path.stat().st_size - len(torn))
    return {name: (state, id_) for name, state, id_ in entries}


def _entry_of(line: bytes) -> tuple[str, list[int], str] | None:
    try:
        name, state, id_ = json.loads(line)
        size, changed = state
    except (ValueError, TypeError):
        return None
    kinds = [str, int, int, str]
    is_ours = [type(one) for one in (name, size, changed, id_)] == kinds
    return (name, state, id_) if is_ours else None


def _may_be_torn(text: bytes) -> bool:
    # The beginning of a line of ours: whoever names another file keeps what is in it.
    if not text.startswith(_BEGINNING[: len(text)]):
        return False
    try:
        json.loads(text)
    except ValueError:
        return True
    return _entry_of(text) is not None
