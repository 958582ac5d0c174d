"""How long the examples may take: sphinx-gallery calls `watch` around each."""

import time
from functools import cache
from typing import Any

from sphinx.util import logging

LIMIT = 30.0
"""Seconds of processor time, which other work on the machine does not lengthen."""

_STARTED: dict[str, float] = {}


def watch(_gallery: dict[str, Any], name: str, when: str) -> None:
    """Warn, which makes the build fail, if an example took longer than it may.

    Parameters
    ----------
    _gallery : dict
        Settings of sphinx-gallery; not used.
    name : str
        Of the example's file.
    when : {"before", "after"}
        On which side of its run this is called.
    """
    compile_kernels()
    now = time.process_time()
    if when == "before":
        _STARTED[name] = now
    elif name in _STARTED:
        took = now - _STARTED.pop(name)
        if took > LIMIT:
            logging.getLogger(__name__).warning(
                "%s took %.0f s of processor time; %.0f s is the most for an example. "
                "Take fewer rows, folds or epochs.",
                *(name, took, LIMIT),
            )


@cache
def compile_kernels() -> None:
    """Use the compiled kernels of signals once, before an example is timed.

    Numba keeps what it has compiled for the next process. So it takes its time once on
    a machine, and whichever example comes first must not be blamed for it.
    """
    from skecg.datasets import make_ecg
    from skecg.monitoring import StreamMonitor, replay
    from skecg.signal.patient import patient_beats
    from skecg.signal.rpeaks import detect_rpeaks

    signal = make_ecg(1, sampling_rate=125, duration=20, random_state=0).data[0]
    patient_beats(signal, detect_rpeaks(signal, sampling_rate=125), sampling_rate=125)
    stream = replay(signal, sampling_rate=125)
    list(StreamMonitor(sampling_rate=125).watch(stream))
