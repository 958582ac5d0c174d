"""The files of a folder, one after the other, for one person."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from skecg._files import leads_out_of
from skecg.exceptions import DataFileError
from skecg.labelling._entries import Decision
from skecg.labelling._items import Item, Shown, find_items, hash_item, show_item
from skecg.labelling._store import LabelStore, Told

LABELS_FILE = "labels.jsonl"


class Progress(NamedTuple):
    """How far a person is.

    Attributes
    ----------
    n_items : int
        Files there are.
    n_labelled, n_unsure, n_skipped : int
        How many have a class, cannot be told, or were put off.
    """

    n_items: int
    n_labelled: int
    n_unsure: int
    n_skipped: int


class Look(NamedTuple):
    """What a person sees of a file.

    Attributes
    ----------
    place : int
        Its place in the order.
    item : Item
        The file.
    sha256 : str
        Of its content now; empty where it cannot be read.
    decision : Decision or None
        What the person has decided about it.
    has_changed : bool
        Whether the file is another one than that which was decided about.
    """

    place: int
    item: Item
    sha256: str
    decision: Decision | None
    has_changed: bool


class LabelSession:
    """One person's way through the pictures and records of a folder.

    Parameters
    ----------
    folder : str or os.PathLike
        What to label; see `find_items`.
    annotator : str
        The name of the person.
    classes : sequence of str, optional
        As `LabelStore` takes them.
    labels : str or os.PathLike, optional
        The file of labels; by default ``labels.jsonl`` in the folder.
    sampling_rate : float, optional
        Of records in CSV files, in Hz.

    Attributes
    ----------
    items : tuple of Item
        What there is to label, in a stable order.
    store : LabelStore
        What was decided, by everyone.
    annotator : str
        The name of the person.

    Raises
    ------
    DataFileNotFoundError, DataFileError, ValueError, OSError
        As `find_items` and `LabelStore` raise them; `ValueError` also if the name is
        empty or longer than 80 characters.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skecg.labelling import LabelSession
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("one.png", "two.png"):
    ...         _ = (Path(folder) / name).write_text(name)
    ...     session = LabelSession(folder, "anna", ["Normal", "Abnormal"])
    ...     look = session.look(session.next_index())
    ...     _ = session.decide(look, "label", "Normal")
    ...     session.items[session.next_index()].name, session.progress().n_labelled
    ('two.png', 1)
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        annotator: str,
        classes: Sequence[str] | None = None,
        *,
        labels: str | os.PathLike[str] | None = None,
        sampling_rate: float | None = None,
    ) -> None:
        self.annotator = annotator.strip()
        if not 0 < len(self.annotator) <= 80:
            raise ValueError(
                f"annotator must be a name of 1 to 80 characters, got {annotator!r}."
            )
        self.folder = Path(folder)
        self.items = find_items(self.folder, sampling_rate=sampling_rate)
        path = self.folder / LABELS_FILE if labels is None else Path(labels)
        self.store = LabelStore(path, classes)

    @property
    def classes(self) -> tuple[str, ...]:
        """What may be given, in the order of the keys."""
        return self.store.classes

    def next_index(self, after: int = -1) -> int | None:
        """Return what to look at next.

        Parameters
        ----------
        after : int, default=-1
            Where the person is.

        Returns
        -------
        int or None
            The next file behind `after`, and then from the start, without a decision;
            then the next that was skipped; None when all is done.
        """
        decided = self.store.decisions(self.annotator)
        n_items = len(self.items)
        order = [(after + 1 + step) % n_items for step in range(n_items)]
        skipped = None
        for index in order:
            decision = decided.get(self.items[index].name)
            if decision is None:
                return index
            if decision.action == "skip" and skipped is None and index != after:
                skipped = index
        return skipped

    def look(self, index: int) -> Look:
        """Return what a person sees of a file.

        Parameters
        ----------
        index : int
            Its place in `items`.

        Returns
        -------
        Look

        Raises
        ------
        IndexError
            If there is no such place.
        """
        if not 0 <= index < len(self.items):
            raise IndexError(
                f"There are {len(self.items)} files, counted from 0; got {index}."
            )
        item = self.items[index]
        decision = self.store.decision(self.annotator, item.name)
        try:
            self._check_inside(item)
            sha256 = hash_item(item)
        except (DataFileError, OSError, ImportError):  # told where it is shown
            return Look(index, item, "", decision, has_changed=False)
        has_changed = decision is not None and decision.sha256 not in ("", sha256)
        return Look(index, item, sha256, decision, has_changed)

    def show(self, look: Look, *, start: float = 0.0) -> Shown:
        """Return a picture of what a person looks at.

        Parameters
        ----------
        look : Look
            Which file.
        start : float, default=0.0
            As `show_item` takes it.

        Returns
        -------
        Shown

        Raises
        ------
        DataFileError
            If it cannot be read, or is a link out of the folder by now; a `ValueError`.
        ImportError
            If what reads its kind of file is not installed.
        """
        self._check_inside(look.item)
        return show_item(look.item, start=start)

    def decide(
        self, look: Look, action: str, label: str = "", *, entry: str = ""
    ) -> Told:
        """Write what the person decided about what they saw.

        Parameters
        ----------
        look : Look
            What they saw. Where another decision stands by now, made in a second window
            for instance, nothing is written.
        action, label, entry : str
            As `LabelStore.decide` takes them.

        Returns
        -------
        Told

        Raises
        ------
        ValueError, DataFileError, OSError
            As `LabelStore.decide` raises them; `DataFileError` also if the file is not
            the one that they saw any more.
        """
        item, seen = look.item, look.decision
        if self.look(look.place).sha256 != look.sha256:
            raise DataFileError(
                f"{item.name} has changed since it was shown. Look at it again; "
                "nothing was written."
            )
        return self.store.decide(
            item.name,
            look.sha256,
            self.annotator,
            action,
            label,
            entry=entry,
            unless_other_than="" if seen is None else seen.id,
        )

    def _check_inside(self, item: Item) -> None:
        # Again, and not only when the folder was listed: files change.
        if leads_out_of(self.folder, item.path):
            raise DataFileError(f"{item.name} leads out of {self.folder}: not read.")

    def undo(self, *, entry: str = "") -> int | None:
        """Take the person's last decision back.

        Parameters
        ----------
        entry : str
            As `LabelStore.undo` takes it.

        Returns
        -------
        int or None
            The file it was about; None where there is nothing to undo. A decision about
            a file that is not in the folder any more is undone too, and tells 0.
        """
        undone = self.store.undo(self.annotator, entry=entry)
        if undone is None:
            return None
        names = [item.name for item in self.items]
        return names.index(undone.file) if undone.file in names else 0

    def progress(self) -> Progress:
        """Return how far the person is.

        Returns
        -------
        Progress
        """
        decided = self.store.decisions(self.annotator)
        actions = [
            decided[item.name].action for item in self.items if item.name in decided
        ]
        counts = (actions.count(name) for name in ("label", "unsure", "skip"))
        return Progress(len(self.items), *counts)
