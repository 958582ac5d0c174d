"""What a monitor tells."""

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

Phase = Literal["begin", "end", "change"]
"""Whether something begins, is over, or has become something else."""

ID_LENGTH = 32
"""Hexadecimal digits of an event's id."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a monitor has seen.

    Attributes
    ----------
    id : str
        The same whenever the same thing is seen in the same stream: made of `kind`,
        `phase`, `patient` and `onset`, and of a scan of the file's name and content.
        Who receives an event twice knows it by its id.
    kind : str
        ``"class"``, ``"signal_lost"``, ``"signal_back"``, ``"bad_input"``, or the
        `kind` of a rule: ``"asystole"`` and so on.
    phase : {"begin", "end", "change"}
        An alarm begins once and ends when it is over; a class changes.
    patient : str
        Whose it is; empty for the only one.
    onset : float
        When it began, in seconds of the stream's own time. The end of an alarm has the
        onset of its beginning.
    time : float
        Up to when the signal was known that it was told from.
    value : float or None
        What was measured: a rate per minute, or seconds; None if nothing was.
    confidence : float
        From 0 to 1. Of a class, the mean probability of the windows it was told from;
        of an alarm see its rule.
    label : str
        The class, or a sentence.
    """

    id: str
    kind: str
    phase: Phase
    patient: str
    onset: float
    time: float
    value: float | None = None
    confidence: float = 1.0
    label: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON takes them.

        Returns
        -------
        dict
        """
        return asdict(self)

    def as_json(self) -> str:
        """Return the fields as one line of JSON.

        Returns
        -------
        str
            Without the line's end.
        """
        return json.dumps(self.as_dict(), allow_nan=False)


def make_event(
    kind: str,
    phase: Phase,
    patient: str,
    *,
    onset: float,
    time: float,
    value: float = math.nan,
    confidence: float = 1.0,
    label: str = "",
) -> Event:
    """Make an event and name it.

    Parameters
    ----------
    kind, phase, patient, onset, time, value, confidence, label
        As `Event` has them; a value of NaN becomes None.

    Returns
    -------
    Event
    """
    # To a thousandth of a second: the last digits are the computer's.
    named = json.dumps([kind, phase, patient, f"{onset:.3f}", label])
    key = hashlib.sha256(named.encode()).hexdigest()[:ID_LENGTH]
    return Event(
        key,
        kind,
        phase,
        patient,
        round(float(onset), 6),
        round(float(time), 6),
        None if math.isnan(value) else round(float(value), 4),
        round(float(min(max(confidence, 0.0), 1.0)), 6),
        label,
    )
