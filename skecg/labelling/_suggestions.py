"""What a rule of thumb and a model would say, for whoever asks."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import numpy as np

from skecg.imaging.decode import read_image
from skecg.imaging.intensity import band_intensity
from skecg.labelling._items import Item
from skecg.labelling._session import LabelSession

_LEAST = 3  # labels on either side, to learn thresholds from
_MOST = 200  # of the person's labels, the last ones
_OF_A_FILE = (ValueError, OSError, ImportError, TypeError)


class Suggestion(NamedTuple):
    """What would be said of a file.

    Attributes
    ----------
    source : str
        Who says so.
    label : str
        The class; empty where there is none.
    confidence : float
        Its probability; NaN where there is none.
    reason : str
        What it rests on, or why there is none.
    """

    source: str
    label: str
    confidence: float
    reason: str


class Said(Protocol):
    """What a judge says of a file."""

    @property
    def label(self) -> str:
        """The class; empty where there is none."""

    @property
    def confidence(self) -> float:
        """Its probability."""

    @property
    def reason(self) -> str:
        """What it rests on, or why there is none."""


class RuleOfThumb:
    """The rule on grey levels, with thresholds learnt from the labels so far.

    `~skecg.classifiers.TWaveThresholdClassifier` on the rows in the middle of a
    picture, "Normal" against the rest (or the first class, where none is called so).
    It is weak, the guide says how weak, and knows no more than what the person has
    labelled; the picture itself takes no part.

    Parameters
    ----------
    session : LabelSession
        Whose labels to learn from.
    """

    source = "rule of thumb"

    def __init__(self, session: LabelSession) -> None:
        self._session = session
        self._measured: dict[str, np.ndarray] = {}
        self._guard = threading.Lock()

    def __call__(self, item: Item) -> Suggestion:
        """Return what the rule says of an item.

        Parameters
        ----------
        item : Item
            A picture; there is no rule for records.

        Returns
        -------
        Suggestion
        """
        if item.kind != "picture":
            return self._none("There is a rule for pictures only.")
        normal = self._normal()
        with self._guard:
            features, is_normal = self._labelled(item, normal)
            if min(is_normal.sum(), (~is_normal).sum()) < _LEAST:
                return self._none(
                    f"It learns from your labels: {_LEAST} pictures that are {normal} "
                    f"and {_LEAST} that are not are needed."
                )
            # Here and not above: it brings torch, and most never ask.
            from skecg.classifiers import TWaveThresholdClassifier

            rule = TWaveThresholdClassifier(normal_label=True)
            rule.fit(features, is_normal)
            try:
                measured = self._measure(item)
            except _OF_A_FILE as error:
                return self._none(str(error))
        share = float(rule.predict_proba([measured])[0][1])
        label, other = normal, self._other(normal)
        confidence = max(share, 1 - share)
        reason = f"grey levels, learnt from {len(features)} of your labels"
        return Suggestion(
            self.source, label if share >= 0.5 else other, confidence, reason
        )

    def _none(self, reason: str) -> Suggestion:
        return Suggestion(self.source, "", np.nan, reason)

    def _normal(self) -> str:
        classes = self._session.classes
        called = [name for name in classes if name.casefold() == "normal"]
        return (called or [*classes])[0]

    def _other(self, normal: str) -> str:
        others = [name for name in self._session.classes if name != normal]
        return others[0] if len(others) == 1 else f"not {normal}"

    def _labelled(self, item: Item, normal: str) -> tuple[np.ndarray, np.ndarray]:
        session = self._session
        decided = session.store.decisions(session.annotator)
        names = {one.name: one for one in session.items if one.kind == "picture"}
        labelled = [one for one in decided.values() if one.label and one.file in names]
        rows, is_normal = [], []
        for one in labelled[-_MOST:]:
            if one.file == item.name:
                continue
            try:
                rows.append(self._measure(names[one.file]))
            except _OF_A_FILE:
                continue
            is_normal.append(one.label == normal)
        return np.array(rows), np.array(is_normal, dtype=bool)

    def _measure(self, item: Item) -> np.ndarray:
        if item.name not in self._measured:
            picture = read_image(item.path, color="grey")
            self._measured[item.name] = band_intensity(picture)[0]
        return self._measured[item.name]


class ModelSays:
    """What a model says.

    Parameters
    ----------
    judge : callable of Path
        Returns what has a `label`, empty where there is none, a `confidence` and a
        `reason`: a `skecg.screening.FileJudge`.
    kind : {"picture", "record"}
        What it judges.
    """

    source = "model"

    def __init__(
        self, judge: Callable[[Path], Said], kind: Literal["picture", "record"]
    ) -> None:
        self._judge, self._kind = judge, kind

    def __call__(self, item: Item) -> Suggestion:
        """Return what the model says of an item.

        Parameters
        ----------
        item : Item
            A picture or a record.

        Returns
        -------
        Suggestion
        """
        if item.kind != self._kind:
            reason = f"This model is for {self._kind}s."
            return Suggestion(self.source, "", np.nan, reason)
        said = self._judge(item.path)
        return Suggestion(
            self.source,
            said.label,
            said.confidence if said.label else np.nan,
            said.reason.replace(f"{item.path.parent}{os.sep}", ""),
        )
