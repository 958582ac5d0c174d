"""Figures are kept short, and rendered whatever is there."""

import json

import pytest

from benchmarks._record import circumstances, dump, parser, report, say
from benchmarks._render import render
from benchmarks._tables import table


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"a": 1, "b": "x"},
        {"a": {"b": {"c": [1, 2]}}, "d": [], "e": {}},
        [[1, 2], [3, {"a": None}]],
    ],
)
def test_what_is_kept_comes_back(value):
    assert json.loads(dump(value)) == value


def test_the_innermost_is_one_line():
    text = dump({"figures": {"one": {"f1": 0.5, "n": 2}, "two": [1, 2, 3]}})
    assert text.splitlines()[2:4] == [
        '    "one": {"f1": 0.5, "n": 2},',
        '    "two": [1, 2, 3]',
    ]


def test_json_is_one_line_and_nothing_else(capsys):
    say("seed 0 ...")
    report(
        "x", {"accuracy": 0.5, "runs": [{"seed": 0}]}, parser("").parse_args(["--json"])
    )
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out)["accuracy"] == 0.5


def test_where_files_lie_is_not_told(monkeypatch):
    words = ["x.py", "--data", "home/me", "--weights", "home/w.pth", "--seed", "1"]
    monkeypatch.setattr("sys.argv", words)
    told = circumstances()["command"]
    assert told == "python -m benchmarks.x --data DIR --weights FILE --seed 1"


def test_short_rows_are_filled():
    lines = table(["a", "b"], [[1]]).splitlines()
    assert lines == ["| a | b |", "| --- | --- |", "| 1 |  |"]


def test_every_block_of_the_kept_figures_is_rendered(monkeypatch, tmp_path):
    monkeypatch.setattr("benchmarks._render.FOLDER", tmp_path)
    render()
    text = (tmp_path / "RESULTS.md").read_text("utf-8")
    assert text.count("\n## ") == text.count("\n`python -m benchmarks.")
    assert "\n## R-peaks\n" in text
