"""An empty path is not the current folder."""

import pytest
from click.testing import CliRunner

from skecg.apps.cli import main


@pytest.mark.parametrize(
    "arguments",
    [
        ["screen", ""],
        ["screen", ".", "--report", ""],
        ["train", "", "-o", "m.skecg"],
        ["evaluate", "heartbeats", ""],
        ["export", "heartbeats", "-o", ""],
        ["info", ""],
        ["fetch", "mitbih", "--data-home", ""],
        ["demo", "--output", ""],
        ["label", ""],
        ["label", ".", "--labels", ""],
        ["label", ".", "--export", ""],
        ["monitor", ""],
        ["monitor", ".", "--journal", ""],
        ["monitor", "100", "--jsonl", ""],
        ["monitor", "100", "--webhook", "http://127.0.0.1:1", "--spool", ""],
    ],
    ids=lambda arguments: arguments[0],
)
def test_an_empty_path_is_wrong_use(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2, result.output
    assert "it is empty" in result.output
    assert not list(tmp_path.iterdir())
