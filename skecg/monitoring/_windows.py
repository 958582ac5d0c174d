"""Windows of a stream through an estimator, and what counts as a change of class."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from skecg.exceptions import RowsWarning
from skecg.signal._checks import as_signal, check_sampling_rate

_LEAST_THERE = 0.5  # of a window's samples: with less, nothing is said of it


def cut_windows(
    signal: npt.ArrayLike, *, sampling_rate: float, window: float, step: float
) -> np.ndarray:
    """Cut a whole record into the windows that a monitor shows its estimator.

    Parameters
    ----------
    signal : array-like of shape (n_times,) or (n_leads, n_times)
        One record; its first sample is the first of the first window.
    sampling_rate : float
        In Hz.
    window : float
        Length of a window, in seconds.
    step : float
        From the beginning of one to that of the next, in seconds.

    Returns
    -------
    ndarray of shape (n_windows, n_samples) or (n_windows, n_leads, n_samples)
        Whole windows only. Two dimensions for one lead.

    Raises
    ------
    ValueError
        If a time is not above zero, or `signal` has more than two dimensions.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.monitoring import cut_windows
    >>> cut_windows(np.arange(10.0), sampling_rate=1.0, window=4, step=3)
    array([[0., 1., 2., 3.],
           [3., 4., 5., 6.],
           [6., 7., 8., 9.]])
    """
    leads: np.ndarray = as_signal(signal)
    rate = check_sampling_rate(sampling_rate)
    if leads.ndim > 2 or window <= 0 or step <= 0:
        raise ValueError(
            "cut_windows takes one record of shape (n_times,) or (n_leads, n_times) "
            f"and times above 0, got shape {leads.shape}, window={window!r} and "
            f"step={step!r}."
        )
    if leads.ndim == 2 and len(leads) == 1:
        leads = leads[0]
    length = round(window * rate)
    places: list[int] = []
    while (first := round(len(places) * step * rate)) + length <= leads.shape[-1]:
        places.append(first)
    if not places:
        return np.empty((0, *leads.shape[:-1], length))
    return np.stack([leads[..., first : first + length] for first in places])


class Judged(NamedTuple):
    """What an estimator says of windows.

    Attributes
    ----------
    probability : ndarray of shape (n_windows, n_classes)
        NaN where nothing can be said.
    beats : list of (ndarray, ndarray)
        For each window the times of its beats in seconds from its beginning, and
        whether they are ventricular. Empty if the estimator does not tell beats.
    """

    probability: np.ndarray
    beats: list[tuple[np.ndarray, np.ndarray]]


class WindowJudge:
    """Ask an estimator about many windows at a time.

    Parameters
    ----------
    estimator : classifier
        Fitted, with `predict_proba` and `classes_`. If it has `predict_beats` too, and
        its record's answer is the mean of them, its beats are asked for once and serve
        for both.
    ventricular : sequence of str
        Its classes of ventricular beats.
    """

    def __init__(self, estimator: Any, ventricular: Sequence[str] = ("V",)) -> None:
        missing = [
            name
            for name in ("predict_proba", "classes_")
            if not hasattr(estimator, name)
        ]
        if missing:
            raise ValueError(
                "estimator must be a fitted classifier, got "
                f"{type(estimator).__name__} without {' and '.join(missing)}. Fit it "
                "first, or pass None to have alarms only."
            )
        self.estimator = estimator
        self.classes = [str(name) for name in estimator.classes_]
        self.ventricular = np.array([name in ventricular for name in self.classes])
        self.tells_beats = hasattr(estimator, "predict_beats") and bool(
            self.ventricular.any()
        )
        self._means = getattr(estimator, "aggregate", None) == "mean"

    def judge(self, windows: np.ndarray) -> Judged:
        """Ask about windows.

        Parameters
        ----------
        windows : ndarray of shape (n_windows, n_leads, n_times)
            NaN where samples are missing.

        Returns
        -------
        Judged
        """
        there = np.isfinite(windows).mean(axis=(1, 2)) >= _LEAST_THERE
        X = windows[there]
        probability = np.full((len(windows), len(self.classes)), np.nan)
        beats = [(np.empty(0), np.empty(0, dtype=bool)) for _ in windows]
        if len(X):
            told = self._of(X[:, 0] if X.shape[1] == 1 else X)
            probability[there] = told.probability
            if self.tells_beats:
                for row, found in zip(np.flatnonzero(there), told.beats, strict=True):
                    beats[row] = found
        return Judged(probability, beats)

    def _of(self, X: np.ndarray) -> Judged:
        if not self.tells_beats:
            told = _asked(self.estimator.predict_proba, X)
            return Judged(self._or_unknown(told, len(X)), [])
        found = _asked(self.estimator.predict_beats, X)
        if found is None:  # no beat in any window
            none = (np.empty(0), np.empty(0, dtype=bool))
            return Judged(self._or_unknown(None, len(X)), [none] * len(X))
        names = found.probability.argmax(axis=1)
        of_rows = [found.record == row for row in range(len(X))]
        beats = [(found.time[of], self.ventricular[names[of]]) for of in of_rows]
        if not self._means:
            told = _asked(self.estimator.predict_proba, X)
            return Judged(self._or_unknown(told, len(X)), beats)
        probability = self._or_unknown(None, len(X))
        for row, of in enumerate(of_rows):
            if of.any():
                probability[row] = found.probability[of].mean(axis=0)
        return Judged(probability, beats)

    def _or_unknown(self, told: Any, n_windows: int) -> np.ndarray:
        if told is None:
            return np.full((n_windows, len(self.classes)), np.nan)
        return np.asarray(told)


def _asked(ask: Callable[[np.ndarray], Any], X: np.ndarray) -> Any:
    # None where none of the windows can be used: flat ones, or without a beat. That
    # rows cannot be used is told by the events, not by a warning each second.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RowsWarning)
        try:
            return ask(X)
        except ValueError:
            return None


@dataclass(frozen=True)
class ClassChange:
    """When a stream is of another class than before.

    Parameters
    ----------
    n_windows : int, default=2
        So many windows in a row must say the same; one alone changes nothing.
    least : float, default=0.5
        Mean probability of the new class in them, at least; with less, the old class
        stays.

    Examples
    --------
    >>> from skecg.monitoring import ClassChange
    >>> change = ClassChange(n_windows=2, least=0.6)
    >>> change.winner([("N", 0.9), ("V", 0.7)]) is None
    True
    >>> label, confidence = change.winner([("V", 0.7), ("V", 0.9)])
    >>> label, round(confidence, 3)
    ('V', 0.8)
    """

    n_windows: int = 2
    least: float = 0.5

    def winner(self, last: Sequence[tuple[str, float]]) -> tuple[str, float] | None:
        """Name the class that the last windows agree on.

        Parameters
        ----------
        last : sequence of (str, float)
            Most probable class and its probability, the newest last.

        Returns
        -------
        (str, float) or None
            The class and its mean probability; None if they do not agree, or are not
            sure enough.
        """
        asked = last[-self.n_windows :]
        if len(asked) < self.n_windows or len({label for label, _ in asked}) > 1:
            return None
        confidence = sum(sure for _, sure in asked) / len(asked)
        return (asked[-1][0], confidence) if confidence >= self.least else None
