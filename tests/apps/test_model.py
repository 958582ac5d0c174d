"""A command takes a model by its file, or by its name inside the package."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from skecg.apps.cli import main
from skecg.pretrained import list_pretrained, pretrained_path


def run(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.mark.parametrize("name", list_pretrained())
def test_every_model_inside_the_package_tells_of_itself(name):
    result = run("info", name, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["card"]["protocol"]
    assert "card:" in run("info", name).output


def test_a_file_goes_before_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(pretrained_path("ecg-images"), "heartbeats")
    told = json.loads(run("info", "heartbeats", "--json").output)
    assert "Normal" in told["classes"]


@pytest.mark.parametrize("name", ["heartbeat", "heartbeats.skecg", "away/heartbeats"])
def test_what_is_neither_is_not_there(name):
    result = run("info", name)
    assert result.exit_code == 1
    assert f"no model file {name}" in result.output


def test_a_folder_is_no_model(tmp_path):
    result = run("info", tmp_path)
    assert result.exit_code == 2
    assert "is a folder" in result.output


def test_the_network_of_a_model_inside_the_package_is_exported(tmp_path):
    pytest.importorskip("onnxruntime")
    out = Path(tmp_path, "beats.onnx")
    result = run("export", "heartbeats-kachuee", "-o", out)
    assert result.exit_code == 0, result.output
    assert out.stat().st_size > 1000
