"""Where the weights of networks go while the rest of an estimator is written to a file.

An estimator is written by others (skops), which see it through `__getstate__`. Inside
`storing`, an estimator that holds a network puts its weights on a shelf and shows the
number of their place instead; inside `restoring` it takes them from there and builds
the network again. Nested estimators need no code of their own for it.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import torch
from torch import nn
from torch.nn.modules.module import register_module_parameter_registration_hook

_USUAL = 10_000  # a parameter of a network up to which nobody asks for its weights


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


def check_fits(
    build: Callable[[], nn.Module],
    state: dict[str, torch.Tensor],
    params: dict[str, Any],
) -> None:
    """Raise if weights are not those of a network, before memory is taken for it.

    Parameters
    ----------
    build : callable
        Returns the network; called where tensors have sizes and no numbers.
    state : dict of Tensor
        The weights.
    params : dict
        Parameters of the network.

    Raises
    ------
    ValueError
        If names or shapes differ, or a parameter is far larger than all of them.
    """
    sides = [side for tensor in state.values() for side in tensor.shape]
    numbers = [value for value in params.values() if isinstance(value, int)]
    if max(numbers, default=0) > max(_USUAL, *sides, 0):
        raise ValueError("The network that is described is larger than its weights.")
    # A back-bone may be made with layers that are then left out.
    with torch.device("meta"), _at_most(10 * len(state) + 5000):
        planned = build().state_dict()
    shapes = {name: tensor.shape for name, tensor in planned.items()}
    if shapes != {name: tensor.shape for name, tensor in state.items()}:
        raise ValueError("The weights are not those of the network that is described.")


@contextmanager
def _at_most(n_tensors: int) -> Iterator[None]:
    # A network that is said to have a billion layers would be built for ever.
    here, count = threading.get_ident(), 0

    def hook(*_: object) -> None:
        nonlocal count
        count += threading.get_ident() == here
        if count > n_tensors:
            raise ValueError("The network that is described has more than its weights.")

    handle = register_module_parameter_registration_hook(hook)
    try:
        yield
    finally:
        handle.remove()
