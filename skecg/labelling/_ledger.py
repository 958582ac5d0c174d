"""What stands, out of lines in their order: decisions made, and some taken back."""

from collections.abc import Mapping
from types import MappingProxyType

from skecg.labelling._entries import Decision, Undo


class Ledger:
    """Who has decided what, as far as it was not undone."""

    def __init__(self) -> None:
        self._known: dict[str, Decision | Undo] = {}
        self._standing: dict[str, dict[str, list[Decision]]] = {}
        self._history: dict[str, list[Decision]] = {}

    def note(self, told: Decision | Undo) -> None:
        """Take the next line in."""
        self._known[told.id] = told
        if isinstance(told, Undo):
            self._take_back(told)
            return
        stacks = self._standing.setdefault(told.annotator, {})
        stacks.setdefault(told.file, []).append(told)
        self._history.setdefault(told.annotator, []).append(told)

    @property
    def annotators(self) -> tuple[str, ...]:
        """Of whom a decision stands, sorted."""
        return tuple(sorted(who for who, files in self._standing.items() if files))

    @property
    def labels(self) -> set[str]:
        """Every class that was ever given."""
        decisions = (one for one in self._known.values() if isinstance(one, Decision))
        return {one.label for one in decisions if one.label}

    def find(self, entry: str) -> Decision | Undo | None:
        """Return the line of a name."""
        return self._known.get(entry)

    def decisions(self, annotator: str) -> Mapping[str, Decision]:
        """Return what stands of one person, by file."""
        stacks = self._standing.get(annotator, {})
        return MappingProxyType({file: stack[-1] for file, stack in stacks.items()})

    def decision(self, annotator: str, file: str) -> Decision | None:
        """Return what stands of one person on one file."""
        stack = self._standing.get(annotator, {}).get(file)
        return stack[-1] if stack else None

    def last(self, annotator: str) -> Decision | None:
        """Return what a person would undo."""
        history = self._history.get(annotator)
        return history[-1] if history else None

    def _take_back(self, undo: Undo) -> None:
        one = self._known.get(undo.undoes)
        history = self._history.get(undo.annotator, [])
        if not isinstance(one, Decision) or one not in history:
            return
        history.remove(one)
        stacks = self._standing[one.annotator]
        stacks[one.file].remove(one)
        if not stacks[one.file]:
            del stacks[one.file]
