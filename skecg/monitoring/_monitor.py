"""A stream of signals in, events out."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from skecg.monitoring._events import Event, make_event
from skecg.monitoring._fitted_for import check_fitted_for
from skecg.monitoring._latches import Latches
from skecg.monitoring._patients import Patients
from skecg.monitoring._reader import read_chunk
from skecg.monitoring._readings import Rule
from skecg.monitoring._rings import Chunk
from skecg.monitoring._rules import DEFAULT_RULES
from skecg.monitoring._windows import ClassChange, WindowJudge
from skecg.signal._checks import check_sampling_rate

_BATCH = 16  # patients that are judged together
_MOST_WINDOWS = 64  # that wait to be shown to the estimator together
_LEAST_RATE = 80.0  # Hz


class StreamMonitor:
    """Watch the signals of one or many patients, and tell what happens.

    Two things are done with every signal. Beats and waves are measured second by
    second, and `rules` make alarms of them within seconds. And every `step` seconds the
    last `window` of it goes through `estimator`, whose class is told when it changes.

    Each patient's time is that of its timestamps: the clock on the wall plays no part,
    so that a record can be replayed at any speed, and the same samples bring the same
    events, with the same ids, however they are cut into chunks. A sample belongs where
    its timestamp says. Of a sample that comes twice the first counts; one that comes
    later than `lateness` allows is dropped and counted.

    Parameters
    ----------
    estimator : classifier or None, default=None
        Fitted, with `predict_proba`; takes windows of shape ``(n_windows, n_samples)``,
        or ``(n_windows, n_leads, n_samples)`` for several leads. One with
        `predict_beats` and a class ``"V"`` also says which beats are ventricular. A
        classifier of pictures comes in `DrawnWindows`. None: alarms only. Where it
        tells what it was fitted for (`sampling_rate`, `n_leads_in_`, `n_times_in_`),
        the windows must be like that; what first comes in it counts, so that a
        pipeline may begin with a `~skecg.preprocessing.Resampler`.
    sampling_rate : float
        Of all signals, in Hz; at least 80.
    window : float, default=10.0
        Length of what the estimator sees, in seconds.
    step : float, default=5.0
        From one window to the next, in seconds.
    rules : sequence of Rule, default=DEFAULT_RULES
        The alarms.
    change : ClassChange, default=ClassChange()
        When a class has changed.
    n_leads : int, default=1
        Of all signals. Alarms look at the first one.
    lateness : float, default=0.0
        Seconds for which late samples are waited for. All that is told comes so much
        later.

    Attributes
    ----------
    n_late : dict of str to int
        Samples of each patient that came too late.

    Raises
    ------
    ValueError
        If the rate is below 80 Hz, a time is not above zero, or the estimator is not a
        fitted classifier, or one for other windows: another rate, other leads, another
        length, or pictures.

    See Also
    --------
    cut_windows : The same windows of a whole record.

    Notes
    -----
    Alarms rest on a detector of their own that decides on a beat after 0.2 s, not on
    `skecg.signal.rpeaks.detect_rpeaks`, which looks ahead 11 s. It looks at a beat's
    shape beside the patient's usual one to call it ventricular; where the estimator
    tells beats, its word counts for those beats of a window that it is asked about.

    A gap of more than `window` and ten seconds begins a patient's stream anew: windows
    are counted from there, and the usual beat is learned again. So does a clock that
    was set back, as soon as ten seconds of samples have come too late one after the
    other. In between nothing of a gap is made up: no beat, no pause, no class.

    Memory is that of the last `window` of each patient, whatever has gone through.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.datasets import make_ecg
    >>> from skecg.monitoring import StreamMonitor
    >>> ecg = make_ecg(1, sampling_rate=250, duration=30, random_state=0)
    >>> signal = np.concatenate([ecg.data[0], np.zeros(2500)])  # the heart stops
    >>> chunks = ((t, signal[250 * t : 250 * t + 250]) for t in range(40))
    >>> for event in StreamMonitor(sampling_rate=250).watch(chunks):
    ...     print(event.kind, event.phase, round(event.onset), round(event.time))
    asystole begin 29 34
    """

    def __init__(
        self,
        estimator: Any = None,
        *,
        sampling_rate: float,
        window: float = 10.0,
        step: float = 5.0,
        rules: Sequence[Rule] = DEFAULT_RULES,
        change: ClassChange | None = None,
        n_leads: int = 1,
        lateness: float = 0.0,
    ) -> None:
        self.sampling_rate = check_sampling_rate(sampling_rate)
        _check(self.sampling_rate, window, step, n_leads, lateness)
        self.rules = tuple(rules)
        self.n_leads = n_leads
        judge = None if estimator is None else WindowJudge(estimator)
        check_fitted_for(
            estimator, sampling_rate=self.sampling_rate, n_leads=n_leads, window=window
        )
        self._patients = Patients(
            self.sampling_rate,
            n_leads,
            window=window,
            step=step,
            lateness=lateness,
            judge=judge,
            change=change or ClassChange(),
        )
        self._latches = [Latches(rule) for rule in self.rules]
        self._due: list[int] = []
        self._unseen: set[int] = set()  # rows whose window waits for others
        self._refused: set[tuple[str, str]] = set()

    @property
    def n_late(self) -> dict[str, int]:
        """Samples of each patient that came too late.

        Returns
        -------
        dict of str to int
        """
        return self._patients.n_late()

    def watch(
        self, source: Iterable[Chunk | tuple[float, npt.ArrayLike] | tuple[Any, ...]]
    ) -> Iterator[Event]:
        """Go through a stream to its end.

        Parameters
        ----------
        source : iterable of (timestamp, samples) or (timestamp, samples, patient)
            `Chunk`, or tuples like it. It may go on for ever.

        Yields
        ------
        Event
            As soon as it is known. Chunks that cannot be used are told as events of the
            kind ``"bad_input"``, one for each patient and reason; the rest goes on.
        """
        for chunk in source:
            yield from self.feed([chunk])
        yield from self.finish()

    def feed(
        self, chunks: Iterable[Chunk | tuple[float, npt.ArrayLike] | tuple[Any, ...]]
    ) -> list[Event]:
        """Take what has come in by now.

        Parameters
        ----------
        chunks : iterable of (timestamp, samples) or (timestamp, samples, patient)
            Of any number of patients. Those that come together are judged together,
            which is faster.

        Returns
        -------
        list of Event
        """
        events: list[Event] = []
        for given in chunks:
            try:
                chunk = read_chunk(given, self.n_leads, self.sampling_rate)
            except ValueError as error:
                events += self._refuse(given, str(error))
                continue
            self._take(chunk, events)
        self._judge(events)
        self._classify(events)
        return events

    def finish(self) -> list[Event]:
        """Say that no more comes, and judge what has been waited with.

        Returns
        -------
        list of Event
            Alarms that are on stay on: that a stream ends does not mend a heart.
        """
        events: list[Event] = []
        self._patients.stop_waiting()
        for row in range(len(self._patients.names)):
            while self._patients.is_due(row):
                self._due = [row]
                self._judge(events)
        self._classify(events)
        self._patients.go_on_waiting()
        return events

    def _take(self, chunk: Chunk, events: list[Event]) -> None:
        patients = self._patients
        row = patients.row(chunk.patient, chunk.timestamp)
        for latches in self._latches:
            latches.grow(len(patients.names))
        if not chunk.samples.size:
            self._tell(
                patients.readings_of_silence(row, chunk.timestamp), [row], events
            )
            return
        first = patients.place_of(row, chunk.timestamp)
        if patients.begins_anew(row, first, chunk.samples.shape[1]):
            self._judge(events)
            self._classify(events)
            self._tell(
                patients.readings_of_silence(row, chunk.timestamp), [row], events
            )
            patients.restart(row, chunk.timestamp)
            first = 0
        for begin, piece in patients.pieces(row, first, chunk.samples):
            if row in self._due:
                self._judge(events)
            patients.place(row, begin, piece)
            if patients.is_due(row):
                self._due.append(row)
            if len(self._due) >= _BATCH:
                self._judge(events)

    def _judge(self, events: list[Event]) -> None:
        rows, self._due = self._due, []
        patients = self._patients
        while rows:
            # A window is shown before its patient's next second is looked at, so that
            # the events do not depend on who else is watched.
            if not self._unseen.isdisjoint(rows) or len(self._unseen) >= _MOST_WINDOWS:
                self._classify(events)
            readings = patients.advance(rows)
            self._tell(readings, rows, events)
            self._unseen.update(row for row in rows if patients.window_is_due(row))
            rows = [row for row in rows if patients.is_due(row)]

    def _classify(self, events: list[Event]) -> None:
        rows, self._unseen = sorted(self._unseen), set()
        events += self._patients.classify(rows)

    def _tell(self, readings: Any, rows: list[int], events: list[Event]) -> None:
        names = self._patients.names
        for latches in self._latches:
            events += latches.update(readings, rows, names)

    def _refuse(self, given: Any, why: str) -> list[Event]:
        patient = given[2] if isinstance(given, tuple) and len(given) > 2 else ""
        patient = patient if isinstance(patient, str) else repr(patient)
        if (patient, why) in self._refused:
            return []
        self._refused.add((patient, why))
        now = self._patients.newest(patient)
        return [
            make_event("bad_input", "change", patient, onset=now, time=now, label=why)
        ]


def _check(
    rate: float, window: float, step: float, n_leads: int, lateness: float
) -> None:
    if rate < _LEAST_RATE:
        raise ValueError(
            f"sampling_rate must be at least {_LEAST_RATE:g} Hz for the band of QRS "
            f"complexes, got {rate:g}. Resample the stream."
        )
    for name, value in (("window", window), ("step", step)):
        if not (np.isfinite(value) and value * rate >= 1):
            raise ValueError(f"{name} must be above 0 seconds, got {value!r}.")
    if not (np.isfinite(lateness) and lateness >= 0):
        raise ValueError(f"lateness must be at least 0 seconds, got {lateness!r}.")
    if n_leads < 1:
        raise ValueError(f"n_leads must be at least 1, got {n_leads!r}.")
