"""Times of several calls beside each other, and the memory of one."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np


def interleave(
    calls: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, np.ndarray]:
    """Return the seconds of each call, round by round, after a round of warm-up.

    The calls take turns, so that a machine that is slow for a while is slow for all.
    With ``clock=time.process_time`` seconds are the processor's, and what else it does
    does not count.
    """
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for round_ in range(rounds + 1):
        for name, call in calls.items():
            start = clock()
            call()
            if round_:
                seconds[name].append(clock() - start)
    return {name: np.array(times) for name, times in seconds.items()}


def ratio(above: np.ndarray, below: np.ndarray) -> float:
    """Return the median over the rounds of one time over another."""
    return float(np.median(above / below))


def medians(seconds: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Return the median time of each call."""
    return {name: float(np.median(times)) for name, times in seconds.items()}


def peak_growth(call: Callable[[], object]) -> float:
    """Return by how many MB the process grew at most while it ran; Linux only.

    The kernel counts every page in use, those of C and of compiled code too.
    """
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts at what is now
    before = _status("VmRSS")
    call()
    return (_status("VmHWM") - before) / 1024


def resident() -> float:
    """Return how many MB the process holds, C's and compiled code's too; Linux only."""
    return _status("VmRSS") / 1024


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    (found,) = [line.split()[1] for line in lines if line.startswith(f"{name}:")]
    return int(found)  # kB
