import os

import pytest
import torch
from safetensors.torch import save_file

from skecg.exceptions import DataFileError, DataFileNotFoundError
from skecg.nn import read_weights

STATE = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(1)}


@pytest.mark.parametrize("inside", [None, "state_dict", "model"])
def test_a_file_of_torch_gives_its_tensors(tmp_path, inside):
    file = tmp_path / "weights.pth"
    torch.save(STATE if inside is None else {inside: STATE, "epoch": 3}, file)
    read = read_weights(file)
    assert read.keys() == STATE.keys()
    assert all(torch.equal(read[name], STATE[name]) for name in STATE)


def test_a_file_of_safetensors_gives_its_tensors(tmp_path):
    file = tmp_path / "weights.safetensors"
    save_file(STATE, file)
    assert torch.equal(read_weights(str(file))["a"], STATE["a"])


class Trap:
    def __reduce__(self):
        return os.mkdir, ("trapped",)


def test_no_code_is_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"a": Trap()}, "weights.pth")
    with pytest.raises(DataFileError, match=r"weights\.pth .* could run code"):
        read_weights("weights.pth")
    assert not (tmp_path / "trapped").exists()


@pytest.mark.parametrize("name", ["weights.pth", "weights.safetensors"])
@pytest.mark.parametrize("share", [0, 0.5])
def test_a_damaged_file_is_named(tmp_path, name, share):
    file = tmp_path / name
    if name.endswith("pth"):
        torch.save(STATE, file)
    else:
        save_file(STATE, file)
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    with pytest.raises(DataFileError, match=name):
        read_weights(file)


@pytest.mark.parametrize("content", [[1, 2], {}, {"a": 3}, {"state_dict": {"a": "b"}}])
def test_what_holds_no_tensors_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "weights.pth")
    with pytest.raises(DataFileError, match="no named tensors"):
        read_weights(tmp_path / "weights.pth")


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(DataFileNotFoundError, match=r"absent\.pth"):
        read_weights(tmp_path / "absent.pth")
    with pytest.raises(DataFileNotFoundError, match="is a folder"):
        read_weights(tmp_path)


@pytest.mark.parametrize("name", ["weights.pth", "weights.safetensors"])
@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_tensor_that_is_not_finite_is_named(tmp_path, name, number):
    state = STATE | {"c": torch.tensor([1.0, number]), "n": torch.tensor([1, 2])}
    file = tmp_path / name
    (torch.save if name.endswith("pth") else save_file)(state, file)
    with pytest.raises(DataFileError, match=f"{name} .*NaN or infinity .*'c'"):
        read_weights(file)
