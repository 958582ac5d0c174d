"""Events on the disk until somebody has them."""

import json
import os
from pathlib import Path
from typing import Any

from skecg._files import lock, replaced
from skecg.exceptions import DataFileError
from skecg.monitoring._events import Event

_KEPT = 100_000  # ids of events that were delivered


class Spool:
    """A folder of events that wait for their receiver, in order.

    An event is on the disk when `add` returns, and stays there until `done` or `refuse`
    is called: whatever ends the process, the next one goes on with it. An event whose
    id has been delivered or waits already is not taken again.

    Parameters
    ----------
    folder : path-like
        Made if it is not there. One process at a time may use it.

    Raises
    ------
    DataFileError
        If another process uses it.

    Examples
    --------
    >>> import tempfile
    >>> from skecg.monitoring import Event, Spool
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     spool = Spool(folder)
    ...     spool.add(Event("1", "asystole", "begin", "bed 4", 12.0, 17.0))
    ...     waiting = spool.first()
    ...     spool.done(waiting)
    ...     spool.close()
    >>> waiting["kind"], waiting["onset"]
    ('asystole', 12.0)
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        for name in ("waiting", "refused"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._lock = self._take_lock()
        self._sent = self._read_sent()
        self._log = (self.folder / "sent.log").open("ab")
        waiting = sorted((self.folder / "waiting").glob("*.json"))
        self._waiting = {self._id(file): file for file in waiting}
        self._next = 1 + max((int(file.name[:12]) for file in waiting), default=0)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, event: Event) -> None:
        """Keep an event; when this returns it is on the disk.

        Parameters
        ----------
        event : Event
            To be delivered.
        """
        if event.id in self._sent or event.id in self._waiting:
            return
        path = self.folder / "waiting" / f"{self._next:012d}-{event.id}.json"
        with replaced(path) as file:
            file.write(event.as_json().encode())
        _settle(path.parent)
        self._next += 1
        self._waiting[event.id] = path

    def first(self) -> dict[str, Any] | None:
        """Return the event that waits longest.

        Returns
        -------
        dict or None
            As `Event.as_dict`; None if none waits.
        """
        for path in list(self._waiting.values())[:1]:
            told: dict[str, Any] = json.loads(path.read_bytes())
            return told
        return None

    def done(self, told: dict[str, Any]) -> None:
        """Let an event go that was delivered, and remember its id.

        Parameters
        ----------
        told : dict
            As `first` returned it.
        """
        self._log.write(f"{told['id']}\n".encode())
        self._log.flush()
        os.fsync(self._log.fileno())
        self._sent[told["id"]] = None
        while len(self._sent) > _KEPT:
            del self._sent[next(iter(self._sent))]
        self._waiting.pop(told["id"]).unlink(missing_ok=True)

    def refuse(self, told: dict[str, Any], why: str) -> None:
        """Put aside an event that its receiver does not want, with the reason.

        Parameters
        ----------
        told : dict
            As `first` returned it.
        why : str
            What the receiver said.
        """
        path = self._waiting.pop(told["id"])
        with replaced(self.folder / "refused" / path.name) as file:
            file.write(json.dumps(told | {"refused": why}).encode())
        path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let another process use the folder."""
        self._log.close()
        self._lock.close()

    def _take_lock(self) -> Any:
        file = (self.folder / "lock").open("ab")
        try:
            lock(file.fileno(), wait=False)
        except (BlockingIOError, PermissionError) as error:
            file.close()
            raise DataFileError(
                f"Another process uses the spool {self.folder}. Give each monitor a "
                "folder of its own."
            ) from error
        except OSError:  # a file system without locks
            pass
        return file

    def _read_sent(self) -> dict[str, None]:
        path = self.folder / "sent.log"
        if not path.exists():
            return {}
        *ids, _ = path.read_text().split("\n")  # behind the last: nothing, or torn
        kept = ids[-_KEPT:]
        with replaced(path) as file:
            file.write("".join(f"{line}\n" for line in kept).encode())
        return dict.fromkeys(kept)

    def _id(self, path: Path) -> str:
        return path.stem.partition("-")[2]


def _settle(folder: Path) -> None:
    # That a file is in its folder has to be on the disk too.
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
