"""Rules of alarms: pure functions of beats and measures, for many patients at once.

A rule sees `Readings` and answers with a `Verdict`; it remembers nothing. The monitor
remembers which alarms are on: an alarm begins once, when a rule says that it is so, and
ends when the rule says that it is over, which takes more than not being so.

The definitions are those of the PhysioNet/CinC Challenge 2015 [1]_, which took them
from the monitors of intensive care units; ANSI/AAMI EC13 [2]_ wants an alarm within
10 s of cardiac standstill and of low and high rates.

References
----------
.. [1] Clifford G. D. et al. (2015). The PhysioNet/Computing in Cardiology Challenge
   2015: reducing false arrhythmia alarms in the ICU. Computing in Cardiology 42.
   :doi:`10.1109/CIC.2015.7408639`
.. [2] ANSI/AAMI EC13:2002. Cardiac monitors, heart rate meters, and alarms.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from skecg.monitoring._readings import (
    UNDECIDED,
    CountingRule,
    Readings,
    Rule,
    Verdict,
)

_BETWEEN = 1.5  # s: more than from one look of the rules to the next


@dataclass(frozen=True)
class Asystole(Rule):
    """No QRS complex for `seconds`, though there is a signal.

    A flat line counts: that an electrode is off, only the source knows, which then
    sends no samples or NaN. A pause that an escape beat ends is an asystole that is
    over. What is small and unlike the patient's beats is noise that ends no asystole.
    During fibrillation there is no QRS complex either; both alarms are right.

    Parameters
    ----------
    seconds : float, default=4.0
        From the last QRS complex on, or from when there is a signal again.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.monitoring import Asystole, Readings
    >>> readings = Readings(
    ...     now=np.array([20.0]),
    ...     beats=np.array([[13.8, 14.6, 15.4]]),
    ...     ventricular=np.zeros((1, 3), dtype=bool),
    ...     doubtful=np.zeros((1, 3), dtype=bool),
    ...     present=np.array([20.0]),
    ...     missing=np.array([0.0]),
    ...     waves=np.array([0.0]),
    ... )
    >>> verdict = Asystole().judge(readings)
    >>> verdict.active, verdict.onset
    (array([ True]), array([15.4]))
    """

    seconds: float = 4.0
    kind: ClassVar[str] = "asystole"
    ends_as: ClassVar[str] = "asystole"

    def judge(self, readings: Readings) -> Verdict:
        """Say of each patient whether the heart stands still.

        Parameters
        ----------
        readings : Readings
            Of some patients.

        Returns
        -------
        Verdict
            `value` is the length of the pause so far, in seconds; `confidence` rises
            from a half at the limit to 1 at twice it.
        """
        begin = readings.now - readings.present
        beats = _without_doubtful(readings)
        last, before = (np.fmax(beats[:, k], begin) for k in (-1, -2))
        # A pause that a beat has just ended counts too: else one that is hardly longer
        # than the limit would fall between two looks.
        just_now = (last > begin) & (last >= readings.now - UNDECIDED - _BETWEEN)
        ended = just_now & (last - before >= self.seconds)
        last = np.where(ended, before, last)
        pause = np.where(
            ended,
            np.fmax(beats[:, -1], begin) - before,
            readings.now - UNDECIDED - last,
        )
        seen = readings.present > 0
        active = seen & (pause >= self.seconds)
        over = seen & (pause < self.seconds)
        sure = np.clip(0.5 + (pause - self.seconds) / (2 * self.seconds), 0.5, 1.0)
        return Verdict(active, over, last, pause, sure)


@dataclass(frozen=True)
class ExtremeBradycardia(CountingRule):
    """A rate below `per_minute` over `n_beats` beats.

    The beat that has not come yet counts with the time that it has let pass, up to
    `longest`: so a rate of 20 a minute is told before five of its beats have come. What
    lasts longer is a pause, which is no part of a slow rhythm.

    What is small and unlike the patient's beats may be noise in the pauses between
    them: a rhythm that is slow without it, interval by interval, is slow.

    Parameters
    ----------
    per_minute : float, default=40.0
        The limit.
    n_beats : int, default=5
        Over so many beats; 2 to 29.
    back_at : float, default=45.0
        It is over at this rate.
    longest : float, default=4.0
        Seconds without a beat from which on it is a pause.
    """

    per_minute: float = 40.0
    n_beats: int = 5
    back_at: float = 45.0
    longest: float = 4.0
    kind: ClassVar[str] = "extreme_bradycardia"
    ends_as: ClassVar[str] = "extreme_bradycardia"

    def judge(self, readings: Readings) -> Verdict:
        """Say of each patient whether the heart is too slow.

        Parameters
        ----------
        readings : Readings
            Of some patients.

        Returns
        -------
        Verdict
            `value` is the rate per minute; `confidence` rises from a half at the limit
            to 1 at half of it.
        """
        n = self.n_beats - 1
        every, sure = readings.beats, _without_doubtful(readings)
        rate, kept = (self._lowest(beats, readings.now) for beats in (every, sure))
        # Each interval must be long then: else the small ectopic beats of a patient,
        # left out, would make a slow rhythm of the beats around them.
        gaps = np.diff(sure[:, -n - 1 :], axis=1)
        gaps[:, 0] = np.fmax(gaps[:, 0], readings.now - UNDECIDED - sure[:, -1])
        long = (gaps > 60 / self.per_minute).all(axis=1)
        through = long & (kept < self.per_minute) & ~(rate < self.per_minute)
        rate = np.where(through, kept, rate)
        beats = np.where(through[:, None], sure, every)
        early, late = beats[:, -n - 1], beats[:, -n]
        onset = np.where(np.isnan(early), late, early)
        confidence = np.clip(1.5 - rate / self.per_minute, 0.5, 1.0)
        seen, active = readings.present > 0, rate < self.per_minute
        over = (rate >= self.back_at) & ~(kept < self.back_at)
        return Verdict(active & seen, over & seen, onset, rate, confidence)

    def _lowest(self, beats: np.ndarray, now: np.ndarray) -> np.ndarray:
        n = self.n_beats - 1
        known = beats[:, -n - 1 :]
        # A long interval is a pause, and makes no slow rhythm of the beats around it.
        short = np.diff(known, axis=1) < self.longest
        came = self._came(known, n)
        for back in (1, 2):
            # What ended since the last look counts too: else a quick beat behind a
            # slow five would hide them.
            earlier = beats[:, -n - 1 - back : -back]
            lately = earlier[:, -1] >= now - UNDECIDED - _BETWEEN
            came = np.fmin(came, np.where(lately, self._came(earlier, n), np.nan))
        waited = now - UNDECIDED - known[:, -1]
        steady = short[:, 1:].all(axis=1) & (waited < self.longest)
        coming = np.where(steady, _open_rate(known, now, n), np.nan)
        return np.fmin(came, np.where(coming < self.per_minute, coming, np.nan))

    def _came(self, beats: np.ndarray, n: int) -> np.ndarray:
        short = np.diff(beats, axis=1) < self.longest
        return np.where(short.all(axis=1), _rate(beats, n), np.nan)


@dataclass(frozen=True)
class ExtremeTachycardia(CountingRule):
    """A rate above `per_minute` over `n_beats` beats.

    Parameters
    ----------
    per_minute : float, default=140.0
        The limit.
    n_beats : int, default=17
        Over so many beats; 2 to 29.
    back_at : float, default=130.0
        It is over at this rate.
    """

    per_minute: float = 140.0
    n_beats: int = 17
    back_at: float = 130.0
    kind: ClassVar[str] = "extreme_tachycardia"
    ends_as: ClassVar[str] = "extreme_tachycardia"

    def judge(self, readings: Readings) -> Verdict:
        """Say of each patient whether the heart is too fast.

        Parameters
        ----------
        readings : Readings
            Of some patients.

        Returns
        -------
        Verdict
            `value` is the rate per minute; `confidence` rises from a half at the limit
            to 1 at one and a half times it.
        """
        n = self.n_beats - 1
        known = readings.beats[:, -n - 1 :]
        rate = _rate(known, n)
        lately = np.minimum(rate, _open_rate(known, readings.now, n))
        sure = np.clip(rate / self.per_minute - 0.5, 0.5, 1.0)
        with np.errstate(invalid="ignore"):
            active, over = lately > self.per_minute, lately <= self.back_at
        seen = readings.present > 0
        return Verdict(active & seen, over & seen, known[:, 0], rate, sure)


@dataclass(frozen=True)
class VentricularRun(CountingRule):
    """`n_beats` ventricular beats in a row, faster than `per_minute`.

    Parameters
    ----------
    n_beats : int, default=5
        The shortest run; 2 to 29.
    per_minute : float, default=100.0
        The limit of its rate.
    """

    n_beats: int = 5
    per_minute: float = 100.0
    kind: ClassVar[str] = "ventricular_run"
    ends_as: ClassVar[str] = "ventricular_run"

    def judge(self, readings: Readings) -> Verdict:
        """Say of each patient whether ventricular beats follow each other.

        Parameters
        ----------
        readings : Readings
            Of some patients.

        Returns
        -------
        Verdict
            `value` is the rate of the run per minute; it is over when two beats of the
            last `n_beats` are not ventricular, or none has come for two seconds.
            `confidence` is 1.
        """
        beats, wide = readings.beats, readings.ventricular
        newest = np.zeros(len(beats), dtype=np.int64)
        run = np.zeros(len(beats), dtype=bool)
        # The newest beat has no name yet, as a rule: a run may end before it.
        for back in range(3):
            stop = beats.shape[1] - back
            last = slice(stop - self.n_beats, stop)
            here = wide[:, last].all(axis=1) & ~np.isnan(beats[:, last]).any(axis=1)
            with np.errstate(invalid="ignore"):
                fast = _rate(beats[:, last], self.n_beats - 1) > self.per_minute
            newest = np.where(here & fast & ~run, stop - 1, newest)
            run |= here & fast
        rows = np.arange(len(beats))
        first = np.where(run, newest - self.n_beats + 1, beats.shape[1] - 1)
        onset, last_beat = beats[rows, first], beats[rows, newest]
        recent = run & (readings.now - last_beat < 4.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            value = 60 * (self.n_beats - 1) / (last_beat - onset)
        behind = wide[:, -self.n_beats :].sum(axis=1)
        over = (behind <= self.n_beats - 2) | (readings.now - beats[:, -1] > 2.0)
        over |= np.isnan(beats[:, -1])
        seen = readings.present > 0
        value = np.where(run, value, np.nan)
        return Verdict(recent & seen, over & ~recent & seen, onset, value, _ones(run))


@dataclass(frozen=True)
class VentricularFlutter(Rule):
    """Waves without QRS complexes for four seconds: flutter or fibrillation.

    Parameters
    ----------
    begin : float, default=0.3
        Score of the last four seconds from which on it is one.
    end : float, default=0.1
        Below it, it is over.
    """

    begin: float = 0.3
    end: float = 0.1
    kind: ClassVar[str] = "ventricular_flutter"
    ends_as: ClassVar[str] = "ventricular_flutter"

    def judge(self, readings: Readings) -> Verdict:
        """Say of each patient whether the ventricles flutter or fibrillate.

        Parameters
        ----------
        readings : Readings
            Of some patients.

        Returns
        -------
        Verdict
            `value` and `confidence` are the score.
        """
        score = readings.waves
        with np.errstate(invalid="ignore"):
            active, over = score >= self.begin, score < self.end
        return Verdict(active, over, readings.now - 4.0, score, np.nan_to_num(score))


@dataclass(frozen=True)
class SignalLost(Rule):
    """No sample for `seconds`.

    Parameters
    ----------
    seconds : float, default=2.0
        A shorter gap is told to nobody.
    back : float, default=1.0
        It is back after so many seconds of signal.
    """

    seconds: float = 2.0
    back: float = 1.0
    kind: ClassVar[str] = "signal_lost"
    ends_as: ClassVar[str] = "signal_back"

    def judge(self, readings: Readings) -> Verdict:
        """Say of each patient whether there is a signal.

        Parameters
        ----------
        readings : Readings
            Of some patients.

        Returns
        -------
        Verdict
            `value` is for how long there has been none, in seconds.
        """
        active = readings.missing >= self.seconds
        over = readings.present >= self.back
        onset = readings.now - readings.missing
        return Verdict(active, over, onset, readings.missing, _ones(active))


DEFAULT_RULES: tuple[Rule, ...] = (
    Asystole(),
    ExtremeBradycardia(),
    ExtremeTachycardia(),
    VentricularRun(),
    VentricularFlutter(),
    SignalLost(),
)
"""The rules that a `StreamMonitor` has by itself."""


def _rate(beats: np.ndarray, n: int) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return 60 * n / (beats[:, -1] - beats[:, -1 - n])


def _open_rate(beats: np.ndarray, now: np.ndarray, n: int) -> np.ndarray:
    # Of the last beats and of the one that has not come yet, if it came now.
    with np.errstate(invalid="ignore", divide="ignore"):
        return 60 * n / (now - UNDECIDED - beats[:, -n])


def _without_doubtful(readings: Readings) -> np.ndarray:
    beats = np.where(readings.doubtful, np.nan, readings.beats)
    order = np.argsort(~np.isnan(beats), axis=1, kind="stable")
    return np.take_along_axis(beats, order, axis=1)


def _ones(like: np.ndarray) -> np.ndarray:
    return np.ones(like.shape)
