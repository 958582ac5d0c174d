"""`skecg fetch` brings files from a server, a real one on loopback."""

import hashlib
import json

import pytest
from click.testing import CliRunner

from file_server import FileServer
from skecg.apps.cli import main
from skecg.datasets import _download, _physionet

FILES = {f"100.{end}": end.encode() * 100 for end in ("hea", "dat", "atr")}


@pytest.fixture(autouse=True)
def pinned(monkeypatch):
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
    monkeypatch.setattr(_physionet, "read_pinned", lambda _: sums)
    monkeypatch.setattr(_download, "PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "*")


def run(*arguments):
    return CliRunner().invoke(main, ["fetch", *map(str, arguments)])


def test_files_come_into_the_folder_that_is_told(tmp_path):
    options = ["--data-home", tmp_path, "--record", "100", "--json"]
    with FileServer(FILES) as server:
        result = run("mitbih", *options, "--base-url", server.url)
    assert result.exit_code == 0, result.output
    folder = tmp_path / "mitdb-1.0.0"
    told = json.loads(result.output)
    assert told.pop("notice") == "Research use, not a medical device."
    assert told == {"database": "mitbih", "folder": str(folder)}
    assert (folder / "100.dat").read_bytes() == FILES["100.dat"]
    # Everything is there: a second call needs no server.
    assert f"is in {folder}" in run("mitbih", *options[:-1]).output


def test_a_file_that_is_not_the_published_one_is_an_error_in_one_sentence(tmp_path):
    with FileServer(FILES | {"100.dat": b"other"}) as server:
        options = ["--data-home", tmp_path, "--base-url", server.url]
        result = run("mitbih", *options, "--record", "100")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "100.dat" in result.output
    assert not (tmp_path / "mitdb-1.0.0" / "100.dat").exists()


@pytest.mark.parametrize(
    "arguments",
    [["qtdb"], ["mitbih", "--record", "999"], ["mitbih", "--base-url", "here"]],
)
def test_wrong_use_is_told_apart_from_failure(arguments, tmp_path):
    result = run(*arguments, "--data-home", tmp_path)
    assert result.exit_code == 2, result.output
