"""What a page shows of a monitor: the last seconds, the class, the alarms."""

import threading
from collections import deque
from typing import Any

import numpy as np

from skecg.monitoring._events import Event
from skecg.monitoring._rings import Chunk

_SHOWN = 125.0  # Hz: more points than a screen has
_KEPT = 600  # messages for who comes late
_LAST = 200  # events that a page begins with


class LiveBoard:
    """Messages for a page, safe to be written by one thread and read by others.

    Parameters
    ----------
    sampling_rate : float
        In Hz.
    n_traces : int, default=16
        Of so many patients, the first ones, the trace is shown; of all, class and
        alarms.

    Examples
    --------
    >>> from skecg.monitoring import Event, LiveBoard
    >>> board = LiveBoard(250.0)
    >>> board.tell(Event("1", "class", "change", "bed 4", 2.0, 12.0, label="N"))
    >>> number, messages = board.since(0)
    >>> number, messages[0]["event"]["label"]
    (1, 'N')
    >>> board.state()["patients"]["bed 4"]["label"]
    'N'
    """

    def __init__(self, sampling_rate: float, n_traces: int = 16) -> None:
        self._stride = max(1, round(sampling_rate / _SHOWN))
        self._rate = sampling_rate
        self._n_traces = n_traces
        self._lock = threading.Lock()
        self._messages: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._events: deque[dict[str, Any]] = deque(maxlen=_LAST)
        self._number = 0
        self._traced: set[str] = set()
        self._patients: dict[str, dict[str, Any]] = {}
        self._ended = False

    def take(self, chunk: Chunk) -> None:
        """Show samples.

        Parameters
        ----------
        chunk : Chunk
            Of which the first lead is shown.
        """
        lead = np.atleast_2d(np.asarray(chunk.samples, dtype=np.float64))[0]
        with self._lock:
            self._of(chunk.patient)
            if len(self._traced) < self._n_traces:
                self._traced.add(chunk.patient)
            if chunk.patient not in self._traced or not lead.size:
                return
            shown = [_finite(value) for value in lead[:: self._stride]]
            told = {
                "patient": chunk.patient,
                "time": chunk.timestamp,
                "step": self._stride / self._rate,
                "values": shown,
            }
            self._add({"trace": told})

    def tell(self, event: Event) -> None:
        """Show an event.

        Parameters
        ----------
        event : Event
            Class, alarm or anything else.
        """
        with self._lock:
            patient = self._of(event.patient)
            if event.kind == "class":
                patient["label"] = event.label
                patient["confidence"] = event.confidence
            elif event.phase == "begin":
                patient["alarms"].append(event.kind)
            elif event.phase == "end":
                begun = "signal_lost" if event.kind == "signal_back" else event.kind
                patient["alarms"] = [k for k in patient["alarms"] if k != begun]
            self._events.append(event.as_dict())
            self._add({"event": event.as_dict()})

    def end(self) -> None:
        """Say that the stream is over."""
        with self._lock:
            self._ended = True
            self._add({"end": True})

    def since(self, number: int) -> tuple[int, list[dict[str, Any]]]:
        """Return what is new.

        Parameters
        ----------
        number : int
            Of the last message that is known; 0 for none.

        Returns
        -------
        number : int
            Of the newest message.
        messages : list of dict
            Those after `number` that are still kept.
        """
        with self._lock:
            new = min(self._number - number, len(self._messages))
            return self._number, list(self._messages)[len(self._messages) - new :]

    def state(self) -> dict[str, Any]:
        """Return what is so now, for who has just come.

        Returns
        -------
        dict
            ``patients``: label, confidence and alarms of each; ``events``: the last
            ones, as `Event.as_dict` has them; ``number``: of the newest message;
            ``ended``: whether the stream is over.
        """
        with self._lock:
            patients = {
                name: told | {"alarms": list(told["alarms"])}
                for name, told in self._patients.items()
            }
            return {
                "patients": patients,
                "events": list(self._events),
                "number": self._number,
                "ended": self._ended,
            }

    def _of(self, patient: str) -> dict[str, Any]:
        fresh = {"label": "", "confidence": 0.0, "alarms": []}
        return self._patients.setdefault(patient, fresh)

    def _add(self, message: dict[str, Any]) -> None:
        self._number += 1
        self._messages.append(message)


def _finite(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None
