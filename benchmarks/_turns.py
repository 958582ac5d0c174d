"""Calls in processes of their own that take turns, for what a process remembers.

What the C library keeps of freed memory belongs to the process: a contestant that
changes it would change it for all of them.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import numpy as np
import torch

from benchmarks._record import say

Prepare = Callable[..., Callable[[], object]]


class Times(NamedTuple):
    """Seconds of each contestant, round by round.

    Those of the clock, and those that its threads had a processor for. On a machine
    that does other work meanwhile the second are the steadier measure of one thread.
    """

    wall: dict[str, np.ndarray]
    cpu: dict[str, np.ndarray]


def take_turns(
    prepare: Prepare,
    names: Iterable[str],
    *arguments: Any,
    rounds: int,
    threads: int,
) -> Times:
    """Return the seconds of each contestant's call, round by round.

    Each makes its call by ``prepare(name, *arguments)``, in a fresh process on as many
    threads as said, and waits for its turn; a round of warm-up is not counted.
    """
    context = multiprocessing.get_context("spawn")
    ends: dict[str, Connection] = {}
    for name in names:
        ends[name], theirs = context.Pipe()
        work = (theirs, threads, prepare, name, *arguments)
        context.Process(target=_serve, args=work, daemon=True).start()
        ends[name].recv()  # ready
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in ends}
    for round_ in range(rounds + 1):
        for name, end in ends.items():
            end.send("go")
            seconds[name].append(end.recv())
        say(f"{threads} threads, round {round_} of {rounds}")
    for end in ends.values():
        end.send("stop")
    counted = {name: np.array(pairs[1:]) for name, pairs in seconds.items()}
    return Times(
        {name: pairs[:, 0] for name, pairs in counted.items()},
        {name: pairs[:, 1] for name, pairs in counted.items()},
    )


def _serve(
    end: Connection, threads: int, prepare: Prepare, name: str, *arguments: Any
) -> None:
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    call = prepare(name, *arguments)
    end.send("ready")
    while end.recv() == "go":
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        end.send((time.perf_counter() - wall, time.process_time() - cpu))
