"""All that a monitor knows of its patients, a row each."""

from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np

from skecg.monitoring import _trackers as state
from skecg.monitoring._events import Event, make_event
from skecg.monitoring._kernel import advance
from skecg.monitoring._readings import Readings
from skecg.monitoring._rings import Rings
from skecg.monitoring._waves import measure_waves, wave_score
from skecg.monitoring._windows import ClassChange, WindowJudge

TICK: float = 1.0
"""Seconds from one look of the rules to the next."""

_NEW_STREAM = 10.0  # s: after a longer gap than the window and this, all begins anew
_SAME_BEAT = 0.12  # s


class Patients:
    """Signals, beats, windows and classes of many patients.

    Parameters
    ----------
    rate : float
        In Hz.
    n_leads : int
        Of every signal.
    window, step : float
        Of the windows, in seconds.
    lateness : float
        For how long late samples are waited for, in seconds.
    judge : WindowJudge or None
        Asks the estimator.
    change : ClassChange
        Says when a class has changed.
    """

    def __init__(
        self,
        rate: float,
        n_leads: int,
        *,
        window: float,
        step: float,
        lateness: float,
        judge: WindowJudge | None,
        change: ClassChange,
    ) -> None:
        self.rate, self.step = rate, step
        self.names: list[str] = []
        self._rows: dict[str, int] = {}
        self._tick = round(TICK * rate)
        self._lateness = self._waited = round(lateness * rate)
        self._length = round(window * rate)
        self._judge, self._change = judge, change
        room = max(self._length, round(6.0 * rate)) + self._lateness + 3 * self._tick
        self.rings = Rings(n_leads, room)
        self._setup = state.settings(rate)
        self._trackers = state.make_trackers(0, self._setup)
        self._origin = np.zeros(0)
        self._windows = np.zeros(0, dtype=np.int64)  # judged since the stream began
        self._late = np.zeros(0, dtype=np.int64)
        self._late_run = np.zeros(0, dtype=np.int64)
        self._last: list[deque[tuple[str, float]]] = []
        self._label: list[str] = []

    # Who and when

    def row(self, patient: str, timestamp: float) -> int:
        """Return the row of a patient, a new one for somebody new."""
        if patient not in self._rows:
            self._rows[patient] = len(self.names)
            self.names.append(patient)
            self._last.append(deque(maxlen=self._change.n_windows))
            self._label.append("")
            if len(self.names) > self._origin.size:
                self._grow(max(16, 2 * self._origin.size))
            self._origin[len(self.names) - 1] = timestamp
        return self._rows[patient]

    def newest(self, patient: str) -> float:
        """Return up to when there is signal of a patient; 0 for a stranger."""
        row = self._rows.get(patient)
        return 0.0 if row is None else self._time(row, int(self.rings.head[row]))

    def n_late(self) -> dict[str, int]:
        """Return how many samples of each patient came too late."""
        return {name: int(self._late[row]) for name, row in self._rows.items()}

    def _time(self, row: int, place: int) -> float:
        return float(self._origin[row] + place / self.rate)

    def _grow(self, n: int) -> None:
        more = n - self._origin.size
        fresh = state.make_trackers(more, self._setup)
        self._trackers = state.Trackers(
            *(np.concatenate(pair) for pair in zip(self._trackers, fresh, strict=True))
        )
        self._origin = np.concatenate([self._origin, np.zeros(more)])
        for name in ("_windows", "_late", "_late_run"):
            grown = np.concatenate(
                [getattr(self, name), np.zeros(more, dtype=np.int64)]
            )
            setattr(self, name, grown)
        self.rings.grow(n)

    # Samples in

    def place_of(self, row: int, timestamp: float) -> int:
        """Return where a sample of some time belongs."""
        return round((timestamp - self._origin[row]) * self.rate)

    def begins_anew(self, row: int, first: int, n_times: int) -> bool:
        """Return whether samples are so far from the others that all begins anew.

        Far ahead, or behind and one after the other for ten seconds: the clock was set
        back.
        """
        apart = round(_NEW_STREAM * self.rate)
        if first - self.rings.head[row] > self._length + apart:
            return True
        if first + n_times > self.rings.sealed[row]:
            self._late_run[row] = 0
            return False
        self._late_run[row] += n_times
        back = self.rings.head[row] - first > apart
        return bool(self._late_run[row] > apart and back)

    def restart(self, row: int, timestamp: float) -> None:
        """Begin a patient's stream anew; alarms and class stay as they are."""
        self._origin[row] = timestamp
        self._windows[row] = self._late_run[row] = 0
        self.rings.clear(row)
        fresh = state.make_trackers(1, self._setup)
        for array, new in zip(self._trackers, fresh, strict=True):
            array[row] = new[0]

    def pieces(
        self, row: int, first: int, samples: np.ndarray
    ) -> Iterator[tuple[int, np.ndarray]]:
        """Cut samples, and the gap before them, where the stream's seconds begin."""
        gap = first - int(self.rings.head[row])
        if gap > 0:
            missing = np.full((len(samples), gap), np.nan)
            first, samples = first - gap, np.concatenate([missing, samples], axis=1)
        begin, n_times = 0, samples.shape[1]
        while begin < n_times:
            end = min(n_times, begin + self._tick - (first + begin) % self._tick)
            yield first + begin, samples[:, begin:end]
            begin = end

    def place(self, row: int, first: int, samples: np.ndarray) -> None:
        """Take at most a second of samples."""
        self._late[row] += self.rings.place(row, first, samples)

    def stop_waiting(self) -> None:
        """Take what has come as all there is."""
        self._waited = 0

    def go_on_waiting(self) -> None:
        """Wait again for late samples."""
        self._waited = self._lateness

    # What is known

    def is_due(self, row: int) -> bool:
        """Return whether a whole second is there that was not looked at."""
        known = self.rings.head[row] - self._waited
        return bool(known - self.rings.sealed[row] >= self._tick)

    def advance(self, rows: Sequence[int]) -> Readings:
        """Look at one more second of some patients."""
        where = np.array(rows, dtype=np.int64)
        begins = self.rings.sealed[where]
        ends = begins + self._tick
        lead = self.rings.data[:, 0]
        advance(where, begins, ends, lead, self._trackers, self._setup)
        self.rings.sealed[where] = ends
        score = wave_score(measure_waves(where, ends, lead, self.rate))
        return self._readings(where, ends, score)

    def readings_of_silence(self, row: int, timestamp: float) -> Readings:
        """Tell what is known when nothing has come up to some time."""
        where = np.array([row])
        readings = self._readings(where, self.rings.sealed[where], np.array([np.nan]))
        silent = max(0.0, timestamp - self._time(row, int(self.rings.head[row])))
        nothing = np.zeros(1)
        return readings._replace(
            now=np.array([max(timestamp, float(readings.now[0]))]),
            missing=np.array([silent]),
            present=nothing,
        )

    def _readings(
        self, where: np.ndarray, ends: np.ndarray, score: np.ndarray
    ) -> Readings:
        now = self._origin[where] + ends / self.rate
        count = self._trackers.whole[where]
        present = count[:, state.GOOD] / self.rate
        places = self._trackers.beats[where]
        times = self._origin[where, None] + places / self.rate
        labels = self._trackers.labels[where]
        known = (places >= 0) & (times >= (now - present)[:, None])
        return Readings(
            now=now,
            beats=np.where(known, times, np.nan),
            ventricular=labels == state.VENTRICULAR,
            doubtful=labels == state.DOUBTFUL,
            present=present,
            missing=count[:, state.MISSING] / self.rate,
            waves=score,
        )

    # Windows

    def window_is_due(self, row: int) -> bool:
        """Return whether a whole window is there that the estimator was not shown."""
        whole = self._first(row) + self._length <= self.rings.sealed[row]
        return self._judge is not None and bool(whole)

    def classify(self, rows: Sequence[int]) -> list[Event]:
        """Show the estimator the windows that are whole, and tell changes of class."""
        if self._judge is None:
            return []
        events: list[Event] = []
        while asked := [row for row in rows if self.window_is_due(row)]:
            firsts = [self._first(row) for row in asked]
            windows = np.stack(
                [
                    self.rings.cut(row, first, self._length)
                    for row, first in zip(asked, firsts, strict=True)
                ]
            )
            judged = self._judge.judge(windows)
            for k, row in enumerate(asked):
                self._windows[row] += 1
                self._name_beats(row, firsts[k], *judged.beats[k])
                events += self._tell_class(row, firsts[k], judged.probability[k])
        return events

    def _first(self, row: int) -> int:
        return round(int(self._windows[row]) * self.step * self.rate)

    def _name_beats(
        self, row: int, first: int, times: np.ndarray, ventricular: np.ndarray
    ) -> None:
        # What the estimator says of a beat counts more than its shape alone, but for
        # what is no beat: it has no class of noise.
        if not times.size:
            return
        beats, labels = self._trackers.beats[row], self._trackers.labels[row]
        places = first + times * self.rate
        apart = np.abs(beats[:, None] - places)
        nearest = apart.argmin(axis=1)
        same = (apart.min(axis=1) < _SAME_BEAT * self.rate) & (beats >= 0)
        same &= labels != state.DOUBTFUL
        names = np.where(ventricular, state.VENTRICULAR, state.USUAL)
        labels[same] = names[nearest[same]]

    def _tell_class(self, row: int, first: int, told: np.ndarray) -> list[Event]:
        if np.isnan(told).any() or self._judge is None:
            self._last[row].clear()  # what cannot be judged does not confirm anything
            return []
        best = int(told.argmax())
        self._last[row].append((self._judge.classes[best], float(told[best])))
        winner = self._change.winner(list(self._last[row]))
        if winner is None or winner[0] == self._label[row]:
            return []
        self._label[row] = winner[0]
        earlier = round((self._change.n_windows - 1) * self.step * self.rate)
        return [
            make_event(
                "class",
                "change",
                self.names[row],
                onset=self._time(row, first - earlier),
                time=self._time(row, first + self._length),
                confidence=winner[1],
                label=winner[0],
            )
        ]
