"""Samples of a stream of the lab streaming layer (LSL)."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from skecg.datasets._lead_names import MILLIVOLTS, lead_name
from skecg.exceptions import MissingExtraError, StreamError
from skecg.monitoring._calls import Calls
from skecg.monitoring._rings import Chunk

if TYPE_CHECKING:
    from types import ModuleType

_JITTER = 0.2  # s by which a time may be off and its sample still follow the last one
_STEERING = 0.05  # of what a time is off, by which the next ones are moved
_MILLIVOLTS = MILLIVOLTS | {"microvolts": 1e-3, "millivolts": 1.0, "volts": 1e3}
_RATES_ALIKE = 1e-3


class LslFeed:
    """Chunks from a stream of the lab streaming layer.

    The stream is found by its name on the network of this machine, and found again
    whenever it is lost. Its samples are brought to mV if it tells another unit; the
    times are those of the sender's clock, without their jitter. The patient is the
    stream's name. Needs the package pylsl: ``pip install skecg[stream]``.

    Parameters
    ----------
    name : str
        Of the stream.
    sampling_rate : float
        In Hz; the stream must have the same.
    leads : sequence of str or int, optional
        Which channels, by label or counted from 0; by default all. Labels are compared
        as `skecg.datasets.read_record` compares them.
    timeout : float, default=10.0
        Seconds for which a stream is looked for, and after which a silent one is
        looked for anew.
    retry : float, default=1.0
        Seconds before the second try; each further one waits twice as long, 30 s at
        most.
    max_failures : int, optional
        Tries in a row after which it is given up; by default never.
    sleep : callable
        Replaced by tests.

    Attributes
    ----------
    n_connections : int
        How often it has found the stream.

    Raises
    ------
    ConnectionError
        While iterating, if it is given up.
    StreamError
        While iterating, if the stream has another rate, not these leads, no numbers or
        no volts; a `ValueError`.
    MissingExtraError
        While iterating, if pylsl is not installed; an `ImportError`.

    See Also
    --------
    TcpFeed, WebSocketFeed : Lines from a server.

    Notes
    -----
    A sender tells a time with each sample, which is off by as much as its packets were
    late. A sample that is less than 0.2 s away from where it would follow the last one
    follows it; so small gaps close, over some seconds, and larger ones stay.

    Examples
    --------
    >>> from skecg.monitoring import LslFeed
    >>> feed = LslFeed("ward 4", sampling_rate=250.0, leads=["II"])
    >>> feed.n_connections  # it looks for the stream when it is asked for chunks
    0
    """

    def __init__(
        self,
        name: str,
        sampling_rate: float,
        *,
        leads: Sequence[str | int] | None = None,
        timeout: float = 10.0,
        retry: float = 1.0,
        max_failures: int | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name, self.sampling_rate = name, sampling_rate
        self.leads, self.timeout = leads, timeout
        self._calls = Calls(
            f"the LSL stream {name!r}",
            self._connect,
            retry=retry,
            max_failures=max_failures,
            sleep=sleep,
        )

    @property
    def n_connections(self) -> int:
        """How often it has found the stream.

        Returns
        -------
        int
        """
        return self._calls.n_made

    def __iter__(self) -> Iterator[Chunk]:
        steady = Steady(self.sampling_rate)
        for connection in self._calls:
            for samples, times in self._of(connection):
                for first, piece in steady.place(samples, times):
                    yield Chunk(first, piece, self.name)

    def close(self) -> None:
        """End the feed after what has come already."""
        self._calls.close()

    def _connect(self) -> "_Connection":
        pylsl = _pylsl()
        found = pylsl.resolve_byprop("name", self.name, 1, self.timeout)
        if not found:
            raise ConnectionError(f"no stream of that name in {self.timeout:g} s")
        try:
            inlet = pylsl.StreamInlet(found[0], recover=False)
            info = inlet.info(self.timeout)
        except RuntimeError as error:  # of which all its errors are
            raise ConnectionError(str(error)) from error
        if info.channel_format() == pylsl.cf_string:
            raise StreamError(f"The LSL stream {self.name!r} has texts, not numbers.")
        rate = info.nominal_srate()
        if not np.isclose(rate, self.sampling_rate, rtol=_RATES_ALIKE):
            raise StreamError(
                f"The LSL stream {self.name!r} has {rate:g} Hz, and sampling_rate is "
                f"{self.sampling_rate:g}. Give its rate."
            )
        return _Connection(inlet, *self._channels(info))

    def _channels(self, info: Any) -> tuple[list[int], np.ndarray]:
        labels = [lead_name(label or "") for label in info.get_channel_labels() or ()]
        labels += [""] * (info.channel_count() - len(labels))
        wanted = range(len(labels)) if self.leads is None else self.leads
        chosen = [self._place(lead, labels) for lead in wanted]
        units = info.get_channel_units() or [""] * len(labels)
        told = [units[each] or "mV" for each in chosen]
        unknown = sorted({unit for unit in told if unit not in _MILLIVOLTS})
        if unknown:
            raise StreamError(
                f"The LSL stream {self.name!r} is in {', '.join(unknown)}, and an ECG "
                "is in volts. Choose other leads, or let its sender tell the unit."
            )
        factors = [_MILLIVOLTS[unit] for unit in told]
        return chosen, np.array(factors)[:, np.newaxis]

    def _place(self, lead: str | int, labels: list[str]) -> int:
        if isinstance(lead, int) and 0 <= lead < len(labels):
            return lead
        name = lead_name(str(lead))
        if isinstance(lead, int) or not name or name not in labels:
            raise StreamError(
                f"The LSL stream {self.name!r} has no lead {lead!r}; there are "
                f"{len(labels)}: {', '.join(map(repr, labels))}."
            )
        return labels.index(name)

    def _of(self, connection: "_Connection") -> Iterator[tuple[np.ndarray, np.ndarray]]:
        inlet = connection.inlet
        while not self._calls.is_closed:
            try:
                first, time_ = inlet.pull_sample(self.timeout)
                if first is None:  # silence
                    return
                others, times = inlet.pull_chunk(0.0)
            except RuntimeError:  # the stream is lost
                return
            samples = np.array([first, *others], dtype=np.float64).T
            mv = samples[connection.channels] * connection.factors
            yield mv, np.array([time_, *times])


class _Connection(NamedTuple):
    """A stream, which of its channels are wanted, and what brings each to mV."""

    inlet: Any
    channels: list[int]
    factors: np.ndarray


class Steady:
    """Take the jitter out of the times of samples.

    Parameters
    ----------
    rate : float
        In Hz.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._next = -np.inf  # when the next sample is expected

    def place(
        self, samples: np.ndarray, times: np.ndarray
    ) -> Iterator[tuple[float, np.ndarray]]:
        """Cut samples where some are missing.

        Parameters
        ----------
        samples : ndarray of shape (n_leads, n_times)
            As they came.
        times : ndarray of shape (n_times,)
            Of each, in seconds.

        Yields
        ------
        (float, ndarray)
            The time of the first sample, and samples that follow each other.
        """
        # Asked so that a time that is no number follows none, and none follows it.
        apart = ~(np.abs(np.diff(times) - 1 / self._rate) <= _JITTER)
        edges = [0, *(np.flatnonzero(apart) + 1).tolist(), len(times)]
        for begin, end in pairwise(edges):
            told = float(times[begin])
            off = told - self._next
            follows = abs(off) <= _JITTER
            first = self._next + _STEERING * off if follows else told
            self._next = first + (end - begin) / self._rate
            yield first, samples[:, begin:end]


def _pylsl() -> "ModuleType":
    try:
        import pylsl
    except (ImportError, RuntimeError) as error:  # the latter without its library
        raise MissingExtraError(
            f"LSL needs the package pylsl: pip install skecg[stream] ({error})"
        ) from error
    return pylsl
