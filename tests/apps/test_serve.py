"""`skecg serve` without a browser: mistakes are sentences."""

import socket

import pytest
from click.testing import CliRunner

from skecg.apps import _serve
from skecg.apps.cli import main
from skecg.pretrained import pretrained_path


def run(*arguments):
    return CliRunner().invoke(main, ["serve", *map(str, arguments)])


@pytest.mark.parametrize("content", [None, b"", b"no model"])
def test_a_model_that_is_none_is_an_error(tmp_path, content):
    path = tmp_path / "m.skecg"
    if content is not None:
        path.write_bytes(content)
    result = run(path, "--no-browser")
    assert result.exit_code == 1, result.output
    assert result.output.startswith("Error: ")
    assert len(result.output.splitlines()) == 1


def test_the_card_is_told_in_words():
    told = _serve._told(
        {
            "classes": ["a", "b"],
            "created": "2026",
            "card": {"data": "d", "figures": {"F1": 0.5}, "command": ""},
        }
    )
    assert told == {
        "classes": "a, b",
        "made": "2026",
        "Trained on": "d",
        "Figures": "F1: 0.5",
    }
    assert "nothing is known" in _serve._told({"classes": ["a"]})["Card"]


def test_a_port_in_use_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(_serve, "_load", lambda _: (object(), {}))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run(tmp_path / "m.skecg", "--no-browser", "--port", port)
    assert result.exit_code == 1
    assert f"Port {port} cannot be used" in result.output


def test_models_inside_the_package_go_by_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    of_records, card = _serve._load(pretrained_path("heartbeats"))
    assert card["name"] == "heartbeats"
    assert of_records.segmenter.sampling_rate == 250.0
    of_pictures, card = _serve._load(None)
    assert card["name"] == "ecg-images"
    assert hasattr(of_pictures, "predict_proba")
    _, card = _serve._load(pretrained_path("heartbeats-kachuee"))
    assert card["file"] == "heartbeats-kachuee.skecg"
