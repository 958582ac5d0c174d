"""Where the weights of networks go while the rest of an estimator is written to a file.

An estimator is written by others (skops), which see it through `__getstate__`. Inside
`storing`, an estimator that holds a network puts its weights on a shelf and shows the
number of their place instead; inside `restoring` it takes them from there and builds
the network again. Nested estimators need no code of their own for it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import torch
from torch import nn


class Shelf:
    """Weights of networks, each in its numbered place.

    Parameters
    ----------
    states : sequence of dict of Tensor, default=()
        What lies there at first.
    """

    def __init__(self, states: Sequence[dict[str, torch.Tensor]] = ()) -> None:
        self.states = list(states)
        self._places: dict[int, int] = {}

    def put(self, module: nn.Module) -> int:
        """Lay a module's tensors down, copied to the CPU, and return their place.

        A module that is put twice has one place.
        """
        place = self._places.get(id(module))
        if place is None:
            place = self._places[id(module)] = len(self.states)
            # safetensors writes plain tensors that share no memory.
            self.states.append(
                {
                    name: tensor.detach().cpu().contiguous().clone()
                    for name, tensor in module.state_dict().items()
                }
            )
        return place

    def take(self, place: int) -> dict[str, torch.Tensor]:
        """Return what lies in a place.

        Raises
        ------
        LookupError
            If nothing does.
        """
        if not 0 <= place < len(self.states):
            raise LookupError(f"There are no weights for the network number {place}.")
        return self.states[place]


_PUT_ON: ContextVar[Shelf | None] = ContextVar("put_on", default=None)
_TAKE_FROM: ContextVar[Shelf | None] = ContextVar("take_from", default=None)


@contextmanager
def storing(shelf: Shelf) -> Iterator[None]:
    """Let estimators put the weights of their networks on a shelf in a `with` block."""
    token = _PUT_ON.set(shelf)
    try:
        yield
    finally:
        _PUT_ON.reset(token)


@contextmanager
def restoring(shelf: Shelf) -> Iterator[None]:
    """Let estimators take the weights of their networks from it in a `with` block."""
    token = _TAKE_FROM.set(shelf)
    try:
        yield
    finally:
        _TAKE_FROM.reset(token)


def shelf_to_fill() -> Shelf | None:
    """Return the shelf of the `storing` block around the call, if there is one."""
    return _PUT_ON.get()


def shelf_to_empty() -> Shelf | None:
    """Return the shelf of the `restoring` block around the call, if there is one."""
    return _TAKE_FROM.get()
