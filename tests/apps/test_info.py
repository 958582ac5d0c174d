"""`skecg info` reads what a model says of itself."""

import json

import pytest
from click.testing import CliRunner
from sklearn.ensemble import VotingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

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
        "  How it was tested: none",
        "  Figures: accuracy: 1",
        "    network: convnet1d",
    ):
        assert line in result.output.splitlines()


def test_networks_stand_in_a_table_and_a_vote_is_told_once(tmp_path):
    voices = [(f"one{seed}", small_network(random_state=seed)) for seed in (0, 1)]
    vote = VotingClassifier(voices, voting="soft")
    skecg.save(make_pipeline(StandardScaler(), vote).fit(X, Y), tmp_path / "v.skecg")
    lines = run(tmp_path / "v.skecg").output.splitlines()
    start = lines.index("networks:")
    head, *rows = [line.split() for line in lines[start + 1 : start + 4]]
    assert head == ["name", "network", "parameters", "epochs"]
    module = vote.fit(X, Y).estimators_[0].net_.module_
    count = sum(each.numel() for each in module.parameters())
    assert rows == [[f"one{n}", "convnet1d", f"{count:,}", "1"] for n in (0, 1)]
    assert not any("[[" in line or "{" in line for line in lines)
    assert [line.strip() for line in lines].count("network: convnet1d") == 1
    at = [line.strip() for line in lines].index("as: one0")
    assert lines[at + 1].strip() == "random_state: 1"
    assert lines[-1] == "Research use, not a medical device."


def test_a_model_without_a_network_has_no_table(tmp_path):
    skecg.save(StandardScaler().fit(X), tmp_path / "s.skecg")
    output = run(tmp_path / "s.skecg").output
    assert "networks:" not in output
    assert "nothing is known here" in " ".join(output.split())


def test_a_card_cannot_steer_a_terminal(tmp_path):
    card = ModelCard(data="\x1b[2Jall well", figures={"a\rb": 1.0})
    skecg.save(StandardScaler().fit(X), tmp_path / "s.skecg", card=card)
    result = CliRunner().invoke(main, ["info", str(tmp_path / "s.skecg")], color=True)
    assert "\\x1b[2Jall well" in result.output
    assert not {"\x1b", "\r"} & set(result.output)


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
