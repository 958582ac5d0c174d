"""`skecg demo`: a report, and where it is."""

import json

import pytest
from click.testing import CliRunner

from skecg.apps.cli import main

NOTICE = "Research use, not a medical device."


@pytest.mark.slow
def test_the_demo_writes_its_files_and_says_where(tmp_path):
    folder = tmp_path / "new" / "folder"
    result = CliRunner().invoke(main, ["demo", "--quick", "--output", str(folder)])
    assert result.exit_code == 0, result.output

    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*.*")}
    assert names == {
        "report.html",
        "table.csv",
        "figures/beats.png",
        "figures/confusion-beats.png",
        "figures/confusion-patients.png",
        "figures/training-accuracy.png",
        "figures/training-loss.png",
    }
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "the figures mean nothing" in page

    # Without a terminal, progress is plain lines; the result stands below them.
    assert "[ 1/24] majority class, whole patients held out" in result.output
    assert "[24/24] residual network, beats shuffled (optimistic)" in result.output
    assert "\r" not in result.output
    assert "With whole patients held out, " in result.output
    assert f"Wrote {folder / 'report.html'}" in result.output
    assert result.output.endswith(f"{NOTICE}\n")


@pytest.mark.slow
def test_a_machine_reads_one_json_line(tmp_path):
    result = CliRunner().invoke(
        main, ["demo", "--quick", "--json", "--output", str(tmp_path)]
    )
    assert result.exit_code == 0, result.output
    told = json.loads(
        result.output, parse_constant=lambda name: pytest.fail(f"{name} is no JSON")
    )
    assert len(told["rows"]) == 8
    assert told["figures_mean_nothing"]
    assert told["notice"] == NOTICE


def test_a_folder_that_cannot_be_written_is_an_error_without_a_traceback(tmp_path):
    (tmp_path / "file").write_text("in the way")
    target = tmp_path / "file" / "demo"
    result = CliRunner().invoke(main, ["demo", "--output", str(target)])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "Error: cannot write to" in result.output
    assert "--output" in result.output
    assert "1/24" not in result.output  # told before anything is computed


@pytest.mark.parametrize(
    "arguments", [["--seed", "-1"], ["--seed", "x"], ["--epochs", "3"], ["surplus"]]
)
def test_wrong_use_is_told_apart_from_failure(arguments):
    assert CliRunner().invoke(main, ["demo", *arguments]).exit_code == 2


def test_a_file_is_no_output_folder(tmp_path):
    (tmp_path / "file").write_text("in the way")
    result = CliRunner().invoke(main, ["demo", "--output", str(tmp_path / "file")])
    assert result.exit_code == 2
    assert "is a file" in result.output
