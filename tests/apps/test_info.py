"""`skecg info` reads what a model says of itself."""

import json

import pytest
from click.testing import CliRunner

import skecg
from persistence_models import small_network, waves
from skecg.apps.cli import main
from skecg.persistence import ModelCard

X, Y = waves()


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "waves.skecg"
    card = ModelCard(protocol="none", figures={"accuracy": 1.0})
    skecg.save(small_network(sampling_rate=125.0).fit(X, Y), path, card=card)
    return path


def run(*arguments):
    return CliRunner().invoke(main, ["info", *map(str, arguments)])


def test_a_person_reads_lines(model):
    result = run(model)
    assert result.exit_code == 0, result.output
    for line in (
        "classes: flat, wave",
        "  sampling_rate: 125.0",
        "  protocol: none",
        "    accuracy: 1.0",
        "    network: convnet1d",
    ):
        assert line in result.output.splitlines()


def test_a_machine_reads_json(model):
    told = json.loads(run(model, "--json").output)
    assert told["card"]["figures"] == {"accuracy": 1.0}
    assert told["format_version"] == 1


def test_without_a_model_the_versions_are_told():
    told = json.loads(run("--json").output)
    assert told["versions"]["skecg"] == skecg.__version__


@pytest.mark.parametrize("content", [None, b"nothing"], ids=["absent", "foreign"])
def test_what_is_no_model_is_an_error_in_one_sentence(content, tmp_path):
    path = tmp_path / "one.skecg"
    if content is not None:
        path.write_bytes(content)
    result = run(path)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.output.startswith("Error: ")
    assert "one.skecg" in result.output
