"""A queue of files for one model, worked off beside whoever hands them in.

`Desk` is what the page of ``skecg serve`` stands on, and any other front may: files are
handed in one by one, a thread asks the model, and answers are kept until the end.
"""

import contextlib
import queue
import shutil
import tempfile
import threading
from pathlib import Path
from typing import NamedTuple, Self
from uuid import uuid4

from sklearn.base import BaseEstimator

from skecg.exceptions import SkecgError
from skecg.screening._examine import Beat, Examined, Strip, examine
from skecg.screening._own_folder import OwnFolder
from skecg.screening._records import takes_records

__all__ = ["Beat", "Desk", "DeskFullError", "Examined", "Strip", "Ticket"]

MOST_FILES = 200
"""Files and their answers that are kept at a time."""
MOST_BYTES = 2**30
"""Of these files and answers together."""

_BEAT = 200  # bytes of a beat's time, class and confidence
_STEM = "file"  # under which a picture is kept


class DeskFullError(SkecgError, RuntimeError):
    """No more files are taken until some are cleared away."""


class Ticket(NamedTuple):
    """A file that was handed in.

    Attributes
    ----------
    id : str
        Names it.
    name : str
        Of the file, as it was handed in.
    state : {"waiting", "at work", "done"}
        How far it is.
    examined : Examined or None
        What the model says, once it is done.
    """

    id: str
    name: str
    state: str = "waiting"
    examined: Examined | None = None


class Desk:
    """Takes files, and asks a model about them in a thread of its own.

    Parameters
    ----------
    estimator : classifier
        Fitted, of pictures, taking paths; or of records.
    most_files : int, default=200
        Files and answers kept at a time.
    most_bytes : int, default=1 GiB
        Bytes of them kept at a time: of files that wait, and of pictures and signals of
        those that are done. An answer whose pictures would be more comes without them,
        and says so.

    Attributes
    ----------
    most_files, most_bytes : int
        As they were given.
    folder : Path
        Where files may be put before they are handed in. It goes with the desk, and if
        the process is killed, when the next desk is made.
    takes_records : bool
        Whether the model is for records and not for pictures.

    Examples
    --------
    >>> from pathlib import Path
    >>> from sklearn.pipeline import make_pipeline
    >>> from skecg.classifiers import ImageClassifier
    >>> from skecg.datasets import load_ecg_images
    >>> from skecg.preprocessing import ImageResizer
    >>> from skecg.screening.desk import Desk
    >>> scans = load_ecg_images()
    >>> model = make_pipeline(
    ...     ImageResizer((32, 48)), ImageClassifier(max_epochs=1, random_state=0)
    ... ).fit(scans.paths, scans.target)
    >>> with Desk(model) as desk:
    ...     ticket = desk.hand_in("scan.jpg", Path(scans.paths[0]).read_bytes())
    ...     examined = desk.wait_for(ticket).examined
    >>> examined.label in scans.target, examined.picture[1:4]
    (True, b'PNG')
    """

    def __init__(
        self,
        estimator: BaseEstimator,
        *,
        most_files: int = MOST_FILES,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.takes_records = takes_records(estimator)
        self._own = OwnFolder("skecg-desk-")
        self.folder = self._own.path
        self._estimator = estimator
        self.most_files, self.most_bytes = most_files, most_bytes
        self._tickets: dict[str, Ticket] = {}
        self._n_bytes: dict[str, int] = {}  # of each ticket's file, or of its answer
        self._changed = threading.Condition()
        self._left: queue.SimpleQueue[tuple[str, Path] | None] = queue.SimpleQueue()
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    def __enter__(self) -> Self:
        """Return the desk."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def hand_in(self, name: str, content: bytes) -> str:
        """Take a picture.

        Parameters
        ----------
        name : str
            Of the file; its ending tells what it is.
        content : bytes
            Of the file.

        Returns
        -------
        str
            Its ticket's id.

        Raises
        ------
        DeskFullError
            If no more are taken.
        """
        place = self.place()
        path = place / f"{_STEM}{_ending(name)}"
        path.write_bytes(content)
        return self.hand_in_file(name, path)

    def place(self) -> Path:
        """Make a folder for the files of one ticket.

        Returns
        -------
        Path
        """
        return Path(tempfile.mkdtemp(dir=self.folder))

    def hand_in_file(self, name: str, path: Path) -> str:
        """Take a file that lies alone, or with those of its record, in a `place`.

        Parameters
        ----------
        name : str
            What the person calls it.
        path : Path
            The picture, or the header of the record. Its folder is deleted afterwards.

        Returns
        -------
        str
            Its ticket's id.

        Raises
        ------
        DeskFullError
            If no more are taken; the folder is deleted then too.
        """
        ticket = Ticket(uuid4().hex, name)
        n_bytes = sum(file.stat().st_size for file in path.parent.iterdir())
        with self._changed:
            try:
                self._check_room(n_bytes)
            except DeskFullError:
                shutil.rmtree(path.parent, ignore_errors=True)
                raise
            self._tickets[ticket.id] = ticket
            self._n_bytes[ticket.id] = n_bytes
        self._left.put((ticket.id, path))
        return ticket.id

    def check_room(self, n_bytes: int) -> None:
        """Raise if a file would not be taken now, before it is there.

        Parameters
        ----------
        n_bytes : int
            Its size, or that of all files of a record.

        Raises
        ------
        DeskFullError
            If it would not.
        """
        with self._changed:
            self._check_room(n_bytes)

    @property
    def tickets(self) -> list[Ticket]:
        """All files, in the order in which they came."""
        with self._changed:
            return list(self._tickets.values())

    def ticket(self, id_: str) -> Ticket | None:
        """Return one file's ticket, None for an id that is none.

        Parameters
        ----------
        id_ : str
            The ticket's id.

        Returns
        -------
        Ticket or None
        """
        with self._changed:
            return self._tickets.get(id_)

    def wait_for(self, id_: str) -> Ticket:
        """Return a ticket once it is done.

        Parameters
        ----------
        id_ : str
            The ticket's id.

        Returns
        -------
        Ticket

        Raises
        ------
        KeyError
            If there is no such ticket, or no more: it was cleared, or the desk closed.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: id_ not in self._tickets or self._tickets[id_].state == "done"
            )
            return self._tickets[id_]

    def clear(self) -> int:
        """Forget the files that are done.

        Returns
        -------
        int
            How many.
        """
        return self._forget("done")

    def close(self) -> None:
        """Take the files away; what waits is forgotten, and who waits for it told."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._left.get_nowait()
        self._left.put(None)
        self._worker.join(timeout=60)
        self._forget("waiting")
        self._own.close()

    def _forget(self, state: str) -> int:
        with self._changed:
            gone = [id_ for id_, one in self._tickets.items() if one.state == state]
            for id_ in gone:
                del self._tickets[id_], self._n_bytes[id_]
            self._changed.notify_all()
        return len(gone)

    def _work(self) -> None:
        while (task := self._left.get()) is not None:
            id_, path = task
            self._tell(id_, state="at work")
            try:
                examined = examine(self._estimator, path)
            except Exception as error:  # noqa: BLE001 - one file ends no queue
                examined = Examined(reason=f"The model failed: {error!r}.")
            shutil.rmtree(path.parent, ignore_errors=True)
            self._tell(id_, state="done", examined=self._by_name(examined, id_, path))

    def _by_name(self, examined: Examined, id_: str, path: Path) -> Examined:
        # Who handed in a picture knows it by its own name.
        if path.stem != _STEM:
            return examined
        name = self._tickets[id_].name
        return examined._replace(reason=examined.reason.replace(path.name, name))

    def _tell(self, id_: str, *, state: str, examined: Examined | None = None) -> None:
        with self._changed:
            ticket = self._tickets[id_]  # what is at work is never forgotten
            if examined is not None:
                self._n_bytes[id_] = 0
                if sum(self._n_bytes.values()) + _size(examined) > self.most_bytes:
                    examined = _without_pictures(examined)
                self._n_bytes[id_] = _size(examined)
            self._tickets[id_] = ticket._replace(state=state, examined=examined)
            self._changed.notify_all()

    def _check_room(self, n_bytes: int) -> None:
        if len(self._tickets) >= self.most_files:
            raise DeskFullError(
                f"{self.most_files} files are here already. Clear the list first."
            )
        held = sum(self._n_bytes.values())
        if held + n_bytes > self.most_bytes:
            raise DeskFullError(
                f"{n_bytes:,} bytes more are too many: {held:,} of {self.most_bytes:,} "
                "are in use. Clear the list first."
            )


def _size(one: Examined) -> int:
    # What grows with the file; the rest is a few numbers and words.
    n_bytes = len(one.picture) + len(one.heat)
    if one.strip is not None:
        n_bytes += one.strip.samples.nbytes + _BEAT * len(one.strip.beats)
    return n_bytes


def _without_pictures(one: Examined) -> Examined:
    text = "There is no room to show it: clear the list, and drop it again."
    reason = f"{one.reason} {text}".strip()
    return one._replace(picture=b"", heat=b"", strip=None, reason=reason)


def _ending(name: str) -> str:
    # Nothing of a name that came from outside but what it says of the kind of file.
    ending = Path(name).suffix.lower()
    return ending if ending[1:].isalnum() and len(ending) <= 6 else ""
