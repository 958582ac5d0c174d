"""All that a training needs to go on: as tensors and plain numbers."""

from typing import Any

import torch
from skorch import NeuralNet
from skorch.callbacks import Callback

_PLAIN = (bool, int, float, str, type(None))


def training_state(net: NeuralNet) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Take the state of a training between two epochs.

    Parameters
    ----------
    net : skorch.NeuralNet
        The net in training.

    Returns
    -------
    tensors : dict of Tensor
        Copies on the CPU: weights, the optimiser's moments, what callbacks keep, and
        the state of torch's generators.
    facts : dict
        What JSON can hold: the optimiser's settings, the history, and what callbacks
        keep.
    """
    optimizer = net.optimizer_.state_dict()
    tensors = {f"module/{k}": v for k, v in net.module_.state_dict().items()}
    tensors |= _moments(optimizer["state"])
    tensors["generator/cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["generator/cuda"] = torch.cuda.get_rng_state()
    facts: dict[str, Any] = {
        "groups": optimizer["param_groups"],
        "history": [{**row, "batches": []} for row in net.history.to_list()],
        "callbacks": {},
    }
    for name, callback in net.callbacks_:
        numbers, parts = _callback_state(callback)
        facts["callbacks"][name] = numbers
        tensors |= {f"callback/{name}/{key}": part for key, part in parts.items()}
    # safetensors writes plain tensors that share no memory.
    copies = {k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}
    return copies, facts


def restore_state(
    net: NeuralNet, tensors: dict[str, torch.Tensor], facts: dict[str, Any]
) -> None:
    """Bring a net that is about to train to where another one was.

    Parameters
    ----------
    net : skorch.NeuralNet
        Initialised in the same way; is changed in place.
    tensors, facts : dict
        As `training_state` gives them.
    """
    net.module_.load_state_dict(_below("module/", tensors))
    net.history.extend(facts["history"])
    for name, callback in net.callbacks_:
        parts = _below(f"callback/{name}/", tensors)
        _restore_callback(net, callback, facts["callbacks"].get(name, {}), parts)
    _restore_optimizer(net.optimizer_, _below("optimizer/", tensors), facts["groups"])
    torch.set_rng_state(tensors["generator/cpu"])
    if "generator/cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["generator/cuda"])


def _below(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {
        key.removeprefix(prefix): tensor
        for key, tensor in tensors.items()
        if key.startswith(prefix)
    }


def _moments(state: dict[int, dict[str, Any]]) -> dict[str, torch.Tensor]:
    return {
        f"optimizer/{index}/{name}": torch.as_tensor(value)
        for index, values in state.items()
        for name, value in values.items()
    }


def _callback_state(
    callback: Callback,
) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    # What a callback keeps, by scikit-learn's and skorch's rule for names.
    numbers: dict[str, Any] = {}
    tensors: dict[str, torch.Tensor] = {}
    for key, value in vars(callback).items():
        if key.endswith("_") and isinstance(value, _PLAIN):
            numbers[key] = value
        elif key.endswith("_") and _is_tensors(value):
            tensors |= {f"{key}/{part}": tensor for part, tensor in value.items()}
    if hasattr(callback, "scheduler_"):
        numbers["scheduler_"] = callback.scheduler_.state_dict()
    return numbers, tensors


def _is_tensors(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(each, torch.Tensor) for each in value.values()
    )


def _restore_callback(
    net: NeuralNet,
    callback: Callback,
    numbers: dict[str, Any],
    tensors: dict[str, torch.Tensor],
) -> None:
    # A callback that changes the net brings it to where it was.
    if hasattr(callback, "resume"):
        callback.resume(net)
    for key, value in numbers.items():
        if key == "scheduler_":
            callback.scheduler_.load_state_dict(value)
        else:
            setattr(callback, key, value)
    collected: dict[str, dict[str, torch.Tensor]] = {}
    for key, tensor in tensors.items():
        attribute, part = key.split("/", 1)
        collected.setdefault(attribute, {})[part] = tensor.to(net.device)
    for attribute, value in collected.items():
        setattr(callback, attribute, value)


def _restore_optimizer(
    optimizer: torch.optim.Optimizer,
    tensors: dict[str, torch.Tensor],
    groups: list[dict[str, Any]],
) -> None:
    state: dict[int, dict[str, torch.Tensor]] = {}
    for key, tensor in tensors.items():
        index, name = key.split("/", 1)
        state.setdefault(int(index), {})[name] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": groups})
    # Fused kernels read moments in the memory order of their parameter.
    for parameter, values in optimizer.state.items():
        for name, value in values.items():
            if value.shape == parameter.shape:
                values[name] = torch.empty_like(parameter).copy_(value)
