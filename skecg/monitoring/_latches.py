"""Which alarms are on."""

from collections.abc import Sequence

import numpy as np

from skecg.monitoring._events import Event, make_event
from skecg.monitoring._readings import Readings, Rule


class Latches:
    """The state of one rule for every patient: it begins once and ends once.

    Parameters
    ----------
    rule : Rule
        Says what is so.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.on = np.zeros(0, dtype=bool)
        self.onset = np.zeros(0)

    def grow(self, n_patients: int) -> None:
        """Make room for more patients."""
        more = n_patients - self.on.size
        if more > 0:
            self.on = np.concatenate([self.on, np.zeros(more, dtype=bool)])
            self.onset = np.concatenate([self.onset, np.zeros(more)])

    def update(
        self, readings: Readings, rows: Sequence[int], names: Sequence[str]
    ) -> list[Event]:
        """Tell what has begun and what is over.

        Parameters
        ----------
        readings : Readings
            Of the patients `rows`.
        rows : sequence of int
            Which patients.
        names : sequence of str
            Of all patients.

        Returns
        -------
        list of Event
        """
        verdict = self.rule.judge(readings)
        where = np.asarray(rows)
        begins = verdict.active & ~self.on[where]
        ends = verdict.over & ~verdict.active & self.on[where]
        events = []
        for k in np.flatnonzero(begins | ends).tolist():
            row = rows[k]
            if begins[k]:
                self.onset[row] = verdict.onset[k]
            self.on[row] = begins[k]
            events.append(
                make_event(
                    self.rule.kind if begins[k] else self.rule.ends_as,
                    "begin" if begins[k] else "end",
                    names[row],
                    onset=self.onset[row],
                    time=readings.now[k],
                    value=verdict.value[k],
                    confidence=verdict.confidence[k],
                )
            )
        return events
