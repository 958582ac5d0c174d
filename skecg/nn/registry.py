"""Networks by name.

A registered network on signals is a `torch.nn.Module` class with this constructor and
forward::

    Network(n_leads, n_times, n_classes, *, n_context=0, **network_params)
    network(x)                 # x: (n_records, n_leads, n_times), float32
    network(x, context)        # context: (n_records, n_context), when n_context > 0

one on pictures has these::

    Network(n_channels, height, width, n_classes, **network_params)
    network(x)                 # x: (n_images, n_channels, height, width), 0 to 1

and both return logits ``(n, n_classes)``. Layers are defined in the order in which
they run, and what turns features into logits is called `head`: it is what transfer to
other classes replaces. A class with this interface can also be
given to an estimator directly, unregistered.
"""

import difflib
from collections.abc import Callable
from typing import Literal, NamedTuple, TypeVar

from torch import nn

NetworkKind = Literal["signal", "image"]
"""What a network eats."""

Network = TypeVar("Network", bound=type[nn.Module])


class _Entry(NamedTuple):
    module: type[nn.Module]
    kind: NetworkKind


_ENTRIES: dict[str, _Entry] = {}


def register_network(
    name: str, *, kind: NetworkKind = "signal"
) -> Callable[[Network], Network]:
    """Make a module class known by a name.

    Parameters
    ----------
    name : str
        What ``network=`` will take. Must be free.
    kind : {"signal", "image"}, default="signal"
        What it eats.

    Returns
    -------
    callable
        A class decorator that returns the class unchanged.

    Raises
    ------
    ValueError
        If another class holds the name, or `kind` is not one of the two.

    Notes
    -----
    The class is called with ``(n_leads, n_times, n_classes, **network_params)``, and
    with ``n_context`` where there are context columns. Its `forward` takes signals of
    shape (n, n_leads, n_times), and then context of shape (n, n_context), and returns
    logits of shape (n, n_classes). One for pictures is called with ``(n_channels,
    height, width, n_classes, **network_params)``, by keyword, and its `forward` takes
    pictures of shape (n, n_channels, height, width) from 0 to 1. Layers are defined in
    the order in which they run, and what turns features into logits is called
    ``head``: transfer to other classes replaces it.

    Examples
    --------
    >>> from torch import nn
    >>> from skecg.nn import get_network, register_network
    >>> @register_network("perceptron")
    ... class Perceptron(nn.Sequential):
    ...     def __init__(self, n_leads, n_times, n_classes):
    ...         super().__init__(nn.Flatten(), nn.Linear(n_leads * n_times, n_classes))
    >>> get_network("perceptron").__name__
    'Perceptron'
    """
    if kind not in ("signal", "image"):
        raise ValueError(f"kind must be 'signal' or 'image', got {kind!r}.")

    def register(module: Network) -> Network:
        held = _ENTRIES.get(name)
        if held is not None and held.module.__qualname__ != module.__qualname__:
            raise ValueError(
                f"The name {name!r} is taken by {held.module.__qualname__}; choose "
                f"another for {module.__qualname__}."
            )
        _ENTRIES[name] = _Entry(module, kind)
        return module

    return register


def list_networks(kind: NetworkKind | None = None) -> list[str]:
    """Return the names of the registered networks, sorted.

    Parameters
    ----------
    kind : {"signal", "image"} or None, default=None
        Only those that eat signals or images; None for all.

    Returns
    -------
    list of str

    Examples
    --------
    >>> from skecg.nn import list_networks
    >>> "resnet1d" in list_networks("signal")
    True
    """
    return sorted(
        name for name, entry in _ENTRIES.items() if kind in (None, entry.kind)
    )


def get_network(name: str, kind: NetworkKind | None = None) -> type[nn.Module]:
    """Return the module class of a registered name.

    Parameters
    ----------
    name : str
        A name that `list_networks` gives.
    kind : {"signal", "image"} or None, default=None
        What the caller will feed it; another kind is refused.

    Returns
    -------
    type
        The `torch.nn.Module` class.

    Raises
    ------
    ValueError
        If no network of that kind has the name; the text names the nearest.

    Examples
    --------
    >>> from skecg.nn import get_network
    >>> get_network("resnet1d").__name__
    'ResNet1d'
    """
    names = list_networks(kind)
    if name in names:
        return _ENTRIES[name].module
    close = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise ValueError(f"No network is called {name!r}; there are {names}.{hint}")
