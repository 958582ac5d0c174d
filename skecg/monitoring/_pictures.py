"""Models of pictures: windows drawn on paper, and folders of new scans."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skecg.exceptions import DataFileNotFoundError
from skecg.imaging.decode import is_image_file
from skecg.monitoring._events import Event, make_event
from skecg.preprocessing import ECGRenderer


class DrawnWindows:
    """A classifier of pictures that takes windows of signal, and draws them first.

    Parameters
    ----------
    estimator : classifier
        Of pictures, fitted.
    renderer : ECGRenderer
        Draws as the pictures were drawn that the estimator was trained on.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Those of `estimator`.
    sampling_rate : float
        Of the windows that it takes, in Hz.

    See Also
    --------
    StreamMonitor : Takes it for its estimator.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.dummy import DummyClassifier
    >>> from skecg.monitoring import DrawnWindows
    >>> from skecg.preprocessing import ECGRenderer
    >>> any_picture = DummyClassifier().fit([[0], [0], [1]], ["normal", "normal", "MI"])
    >>> renderer = ECGRenderer(sampling_rate=250, layout="rows", size=(100, 200))
    >>> DrawnWindows(any_picture, renderer).predict_proba(np.zeros((2, 2500))).shape
    (2, 2)
    """

    def __init__(self, estimator: Any, renderer: ECGRenderer) -> None:
        self.estimator = estimator
        self.renderer = renderer
        self.classes_ = estimator.classes_

    @property
    def sampling_rate(self) -> float:
        """Of the windows that it takes, in Hz: that of `renderer`.

        Returns
        -------
        float
        """
        return float(self.renderer.sampling_rate)

    def predict_proba(self, X: npt.ArrayLike) -> np.ndarray:
        """Draw windows and return the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_windows, n_times) or (n_windows, n_leads, n_times)
            In mV; samples that are missing are not drawn.

        Returns
        -------
        ndarray of shape (n_windows, n_classes)
        """
        pictures = self.renderer.fit_transform(X)
        return np.asarray(self.estimator.predict_proba(pictures))


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
    so that one that is still being copied is left alone. What was taken stands in the
    journal when its event is yielded: stopped and begun again, nothing is told twice.
    A file that is replaced by another one is new.

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
        file that cannot be read is told as ``"bad_input"``, with the reason as `label`.

    Raises
    ------
    DataFileNotFoundError
        If there is no such folder.

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
    seen = _read_journal(Path(journal))
    changed: dict[str, tuple[list[int], float]] = {}  # what it was, since when
    with Path(journal).open("ab") as kept:
        while True:
            for name, state in _listing(root):
                before, since = changed.get(name, (None, 0.0))
                if before != state:
                    changed[name] = (state, since := time.monotonic())
                if time.monotonic() - since < settled or seen.get(name) == state:
                    continue
                event = _judge(root / name, name, state, estimator)
                seen[name] = state
                kept.write(json.dumps([name, state]).encode() + b"\n")
                kept.flush()
                os.fsync(kept.fileno())
                yield event
            if until():
                return
            sleep(interval)


def _listing(root: Path) -> list[tuple[str, list[int]]]:
    found = []
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if any(part.startswith(".") for part in name.parts):
            continue
        if is_image_file(path.name) and path.is_file():
            stat = path.stat()
            found.append((str(name), [stat.st_size, stat.st_mtime_ns]))
    return found


def _judge(path: Path, name: str, state: list[int], estimator: Any) -> Event:
    when = state[1] / 1e9
    try:
        told = np.asarray(estimator.predict_proba([str(path)]))[0]
    except (ValueError, OSError) as error:
        return make_event(
            "bad_input", "change", name, onset=when, time=when, label=str(error)
        )
    best = int(told.argmax())
    return make_event(
        "picture",
        "change",
        name,
        onset=when,
        time=when,
        confidence=float(told[best]),
        label=str(estimator.classes_[best]),
    )


def _read_journal(path: Path) -> dict[str, list[int]]:
    seen: dict[str, list[int]] = {}
    if not path.exists():
        return seen
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:  # a killed process has left a torn line
        path.write_bytes(whole)
    for line in whole.splitlines():
        name, state = json.loads(line)
        seen[name] = state
    return seen
