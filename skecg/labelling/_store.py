"""Labels on the disk: one line for each decision, there before the answer is."""

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from uuid import uuid4

from skecg._files import lock, name_to_disk, to_disk
from skecg.exceptions import DataFileError
from skecg.labelling._classes import check_classes
from skecg.labelling._entries import ACTIONS, Decision, Undo, as_line, head, now, parse
from skecg.labelling._ledger import Ledger


class Told(NamedTuple):
    """Whether a decision was written, and what stands now.

    Attributes
    ----------
    is_written : bool
        False where somebody had decided meanwhile, in another window for instance.
    decision : Decision or None
        What stands for this annotator and file.
    """

    is_written: bool
    decision: Decision | None


class LabelStore:
    """Decisions of any number of persons in one file that only ever grows.

    Every line is on the disk before `decide` or `undo` returns, so that a process that
    is killed loses nothing that it has answered for. A line that it was writing is
    torn: it is set aside, into a file beside, when the labels are next opened.

    Several processes may use one file at the same time: each locks it for a moment, and
    reads what the others have written before it writes.

    Parameters
    ----------
    path : str or os.PathLike
        The file, of JSON lines; made if it is not there. Its folder must exist.
    classes : sequence of str, optional
        What may be given. Needed for a new file; for one that is there, those that it
        names, and others behind them.

    Attributes
    ----------
    path : Path
        The file.
    torn : Path
        Where what was torn is set aside; mostly not there.

    Raises
    ------
    DataFileError
        If the file is none that skecg has written, is damaged elsewhere than in its
        last line, or holds labels of a class that `classes` leaves out.
    ValueError
        If the file is new and there are no classes, or a class cannot be the name of a
        folder.
    OSError
        If it cannot be read or written.

    See Also
    --------
    LabelSession : The files of a folder, one after the other.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skecg.labelling import LabelStore
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "labels.jsonl"
    ...     store = LabelStore(path, ["Normal", "Abnormal"])
    ...     _ = store.decide("a.png", "ab12", "anna", "label", "Normal")
    ...     LabelStore(path).decisions("anna")["a.png"].label
    'Normal'
    """

    def __init__(
        self, path: str | os.PathLike[str], classes: Sequence[str] | None = None
    ) -> None:
        self.path = Path(path)
        self.torn = self.path.with_name(f"{self.path.name}.torn")
        self._guard = threading.RLock()
        self._end = self._n_lines = 0
        self._file_id: tuple[int, int] | None = None
        self._classes: tuple[str, ...] = ()
        self._ledger = Ledger()
        is_new = not self.path.exists()
        wanted = None if classes is None else check_classes(classes)
        if is_new and wanted is None:
            raise ValueError(
                f"{self.path} is not there yet: name the classes, as in "
                "classes=['Normal', 'Abnormal']."
            )
        with self._locked() as file:
            self._settle_classes(file, wanted)
        if is_new:
            name_to_disk(self.path)

    @property
    def classes(self) -> tuple[str, ...]:
        """What may be given, in the order of the keys."""
        return self._classes

    @property
    def annotators(self) -> tuple[str, ...]:
        """Who has decided anything, sorted."""
        with self._guard:
            return self._ledger.annotators

    def decisions(self, annotator: str) -> Mapping[str, Decision]:
        """Return what stands of one person, by file.

        Parameters
        ----------
        annotator : str
            Who decided.

        Returns
        -------
        mapping of str to Decision
            The last decision on each file that was not undone.
        """
        with self._guard:
            return self._ledger.decisions(annotator)

    def decision(self, annotator: str, file: str) -> Decision | None:
        """Return what stands of one person on one file, None for nothing.

        Parameters
        ----------
        annotator, file : str
            Of whom and on what.

        Returns
        -------
        Decision or None
        """
        with self._guard:
            return self._ledger.decision(annotator, file)

    def refresh(self) -> None:
        """Read what other processes have written."""
        with self._locked():
            pass

    def decide(
        self,
        file: str,
        sha256: str,
        annotator: str,
        action: str,
        label: str = "",
        *,
        entry: str = "",
        unless_other_than: str | None = None,
    ) -> Told:
        """Write a decision, and return when it is on the disk.

        Parameters
        ----------
        file, sha256, annotator : str
            What was looked at, as it was, and by whom.
        action : {"label", "unsure", "skip"}
            What was decided.
        label : str
            The class; empty for the other two.
        entry : str
            Names the decision: sent again, it is written once. By default a new name.
        unless_other_than : str, optional
            Id of the decision that the person saw standing, "" for none: where another
            one stands, nothing is written. By default it is written anyway.

        Returns
        -------
        Told

        Raises
        ------
        ValueError
            If the action or the class is none of those there are.
        DataFileError
            If the file was replaced or damaged meanwhile.
        OSError
            If it cannot be written: nothing is then.
        """
        self._check(file, annotator, action, label)
        with self._locked() as out:
            if self._ledger.find(entry) is not None:
                return Told(is_written=True, decision=self.decision(annotator, file))
            standing = self.decision(annotator, file)
            stands = "" if standing is None else standing.id
            if unless_other_than is not None and stands != unless_other_than:
                return Told(is_written=False, decision=standing)
            who = (annotator, now())
            one = Decision(entry or uuid4().hex, file, sha256, *who, action, label)
            self._write(out, one._asdict())
            self._ledger.note(one)
        return Told(is_written=True, decision=one)

    def undo(self, annotator: str, *, entry: str = "") -> Decision | None:
        """Take the last decision of a person back, by a line that says so.

        Parameters
        ----------
        annotator : str
            Whose.
        entry : str
            Names the line: sent again, it undoes no second decision.

        Returns
        -------
        Decision or None
            What was taken back; None where there is nothing to.

        Raises
        ------
        DataFileError
            If the file was replaced or damaged meanwhile.
        OSError
            If it cannot be written: nothing is then.
        """
        with self._locked() as out:
            before = self._ledger.find(entry)
            if isinstance(before, Undo):
                undone = self._ledger.find(before.undoes)
                return undone if isinstance(undone, Decision) else None
            last = self._ledger.last(annotator)
            if last is None:
                return None
            one = Undo(entry or uuid4().hex, last.id, annotator, now())
            self._write(out, one._asdict() | {"action": "undo", "file": last.file})
            self._ledger.note(one)
        return last

    def _check(self, file: str, annotator: str, action: str, label: str) -> None:
        if not file or not annotator:
            raise ValueError("A decision needs a file and the name of who decides.")
        if action not in ACTIONS:
            raise ValueError(f"action must be one of {ACTIONS}, got {action!r}.")
        allowed = self._classes if action == "label" else ("",)
        if label not in allowed:
            raise ValueError(
                f"label must be one of {list(allowed)} for {action!r}, got {label!r}."
            )

    @contextlib.contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        # The file is opened anew each time: closing it is what lets the lock go.
        with self._guard, self._open() as file:
            with contextlib.suppress(OSError):  # a file system without locks
                lock(file.fileno())
            self._check_same(file)
            self._catch_up(file)
            yield file

    def _open(self) -> BinaryIO:
        # Made at the start alone: a file that went away must not begin anew unseen.
        flags = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0)
        flags |= os.O_CREAT if self._file_id is None else 0
        try:
            return os.fdopen(os.open(self.path, flags, 0o666), "r+b")
        except FileNotFoundError as error:
            if self._file_id is None:  # no such folder
                raise
            raise self._moved() from error

    def _moved(self) -> DataFileError:
        return DataFileError(
            f"{self.path} was moved, replaced or cut while it was in use. Put it back "
            "and start again; nothing was written."
        )

    def _check_same(self, file: BinaryIO) -> None:
        facts = os.fstat(file.fileno())
        found = (facts.st_dev, facts.st_ino)
        if self._file_id is None:
            self._file_id = found
        if found != self._file_id or facts.st_size < self._end:
            raise self._moved()

    def _catch_up(self, file: BinaryIO) -> None:
        file.seek(self._end)
        for line in file:
            if not line.endswith(b"\n"):
                self._mend(file, line)
                break
            self._take(line)

    def _take(self, line: bytes) -> None:
        told = parse(line)
        if told is None or not self._fits(told):
            raise DataFileError(
                f"{self.path} is no file of labels, or was damaged: line "
                f"{self._n_lines + 1} is none that skecg has written. Mend that line, "
                "or write to another file; nothing was changed."
            )
        if isinstance(told, Decision | Undo):
            self._ledger.note(told)
        else:
            self._classes = told
        self._end += len(line)
        self._n_lines += 1

    def _fits(self, told: Decision | Undo | tuple[str, ...]) -> bool:
        # Classes become folders of an export: a file that came from elsewhere, or was
        # edited by hand, must not name others than skecg would write.
        if isinstance(told, Decision | Undo):
            label = told.label if isinstance(told, Decision) else ""
            return self._n_lines > 0 and label in ("", *self._classes)
        try:
            return bool(check_classes(told))
        except ValueError:
            return False

    def _mend(self, file: BinaryIO, tail: bytes) -> None:
        # What a killed process was writing. Only its line end may be missing.
        told = parse(tail)
        if told is not None:
            if self._fits(told):
                self._append(file, b"\n")
            self._take(tail + b"\n")
            return
        if self._n_lines == 0 and not as_line(head(())).startswith(tail[:10]):
            self._take(tail)  # no file of ours: raises
        with self.torn.open("ab") as aside:
            aside.write(tail + b"\n")
            to_disk(aside)
        file.truncate(self._end)
        to_disk(file)

    def _write(self, file: BinaryIO, told: dict[str, Any]) -> None:
        line = as_line(told)
        try:
            self._append(file, line)
        except OSError:  # a full disk: no half a line stays
            with contextlib.suppress(OSError):
                os.ftruncate(file.fileno(), self._end)
            raise
        self._end += len(line)
        self._n_lines += 1

    def _append(self, file: BinaryIO, text: bytes) -> None:
        # Past Python's buffer, which would try again when the file is closed.
        left = memoryview(text)
        while left:
            left = left[os.write(file.fileno(), left) :]
        os.fsync(file.fileno())

    def _settle_classes(self, file: BinaryIO, wanted: tuple[str, ...] | None) -> None:
        if wanted is None:
            if not self._classes:
                raise DataFileError(f"{self.path} is empty: name the classes.")
            return
        lost = sorted(self._ledger.labels - set(wanted))
        if lost:
            raise DataFileError(
                f"{self.path} holds labels of {lost}, which are not among the classes "
                f"{list(wanted)}. Name them too, or write to another file."
            )
        if wanted != self._classes:
            self._write(file, head(wanted))
            self._classes = wanted
