"""Every command of the guide runs, and prints what the guide shows."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from labelled_data import beat_table, picture_folder, record_folder
from skecg.apps.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "command_line.rst"
BLOCK = re.compile(r"^\.\. code-block:: console\n\n((?:   .*\n|\n)+)", re.MULTILINE)


def _commands():
    """Yield each command of the page, its exit code, and the lines below it."""
    for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        lines = [line[3:] for line in block.rstrip().splitlines()]
        starts = [at for at, line in enumerate(lines) if line.startswith("$ skecg ")]
        for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
            command, _, note = lines[start].partition("  # exits with ")
            yield shlex.split(command)[2:], int(note or 0), lines[start + 1 : stop]


def _in_order(shown, printed):
    """Whether lines are printed as shown; a line of dots stands for any."""
    at = 0
    for part in "\n".join(shown).split("...\n"):
        text = " ".join(part.removesuffix("...").split())
        at = printed.find(text, at)
        if at < 0:
            return text
        at += len(text)
    return ""


@pytest.mark.slow
def test_the_commands_of_the_guide(tmp_path, monkeypatch):
    picture_folder(tmp_path / "printouts")
    record_folder(tmp_path / "records")
    beat_table(tmp_path / "beats.csv")
    monkeypatch.chdir(tmp_path)
    run = []
    for words, code, shown in _commands():
        result = CliRunner().invoke(main, words)
        assert result.exit_code == code, (words, result.output)
        assert not isinstance(result.exception, Exception)
        assert _in_order(shown, " ".join(result.output.split())) == "", words
        run.append(words[0])
    assert {*run} == {"evaluate", "export", "info", "screen", "train"}
    assert len(run) == 8
